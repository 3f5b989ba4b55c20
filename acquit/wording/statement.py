"""The statement of account that goes with a mail: every open term, its delay and what is left."""

from __future__ import annotations

from typing import Any

from acquit.core.money import Money, totals
from acquit.wording import page
from acquit.wording.document import inert
from acquit.wording.facts import InvoiceLine, MessageFacts
from acquit.wording.labels import Labels, labels
from acquit.wording.letter import compiled
from acquit.wording.typography import TYPOGRAPHY, Typography


def statement_pdf(facts: MessageFacts) -> bytes:
    """Return the statement of `facts` as PDF/A: the same facts give the same bytes."""
    return compiled("statement.typ", statement_content(facts), facts.today)


def statement_content(facts: MessageFacts) -> dict[str, Any]:
    """Return everything that stands on the statement, as the values that Typst receives."""
    words, typography = labels(facts.language), TYPOGRAPHY[facts.language]
    day = typography.day(facts.today)
    owed = [Money(line.open, line.currency) for line in facts.statement]
    sums = totals([*owed, *(Money(-credit.amount, credit.currency) for credit in facts.credits)])
    return {
        "language": facts.language,
        "title": words.statement_title,
        "name": inert(facts.creditor.name),
        "legal": page.legal_line(facts, words),
        "page": words.page,
        "debtor": inert(facts.debtor.name),
        "account": [words.your_account, inert(facts.debtor.external_id or "—")],
        "intro": words.statement_intro(day),
        "head": [words.invoice, words.issued, words.due, words.lateness, words.original, words.open],
        "rows": [_row(line, words, typography) for line in facts.statement],
        "under": [
            [words.unallocated, typography.amount(Money(-credit.amount, credit.currency))]
            for credit in facts.credits
        ],
        "totals": [[words.total, typography.amount(total)] for total in sums],
        "payment": page.payment_lines(facts, facts.language),
    }


def _row(line: InvoiceLine, words: Labels, typography: Typography) -> list[str]:
    number = inert(line.number)
    return [
        f"{number} ({words.term(inert(line.term))})" if line.term else number,
        typography.short_day(line.issued_on),
        typography.short_day(line.due_on),
        words.late(line.days_late),
        typography.amount(Money(line.original, line.currency)),
        typography.amount(Money(line.open, line.currency)),
    ]
