"""The invoice table: its rows, computed once for text, HTML and letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from acquit.core.money import Money
from acquit.wording.document import inert
from acquit.wording.facts import InvoiceLine, MessageFacts
from acquit.wording.labels import Labels, labels
from acquit.wording.typography import TYPOGRAPHY, Typography


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One term in words; `note` says which instalment, or what part is in dispute."""

    number: str
    issued: str
    due: str
    late: str
    original: str
    deducted: str
    asked: str
    interest: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows, the lines under them, and the totals. A sum printed is the sum of its lines.

    `deducted` heads the column of credits and payments; empty when there is none.
    """

    rows: tuple[Row, ...]
    under: tuple[tuple[str, str], ...]
    totals: tuple[str, ...]
    shows_late: bool
    shows_interest: bool
    deducted: str
    grand_total: bool


def of(facts: MessageFacts, language: str, *, with_penalties: bool = False) -> Table:
    """Return the table of `facts`; with penalties when the message claims them."""
    words, typography = labels(language), TYPOGRAPHY[language]
    claims = with_penalties and facts.may_name_penalties
    totals = facts.totals_with_penalties if claims else facts.totals
    return Table(
        rows=tuple(_row(line, words, typography) for line in facts.lines),
        under=tuple(_under(facts, words, typography, claims=claims)),
        totals=tuple(map(typography.amount, totals)),
        shows_late=any(line.days_late > 0 for line in facts.lines),
        shows_interest=claims and bool(facts.interest),
        deducted=_deducted(facts, words),
        grand_total=claims,
    )


def _deducted(facts: MessageFacts, words: Labels) -> str:
    """Return the heading of what was taken off the invoices; empty when nothing was."""
    credited = any(line.credited for line in facts.lines)
    paid = any(line.paid for line in facts.lines)
    if credited and paid:
        return words.deducted
    return words.credited if credited else words.paid if paid else ""


def _row(line: InvoiceLine, words: Labels, typography: Typography) -> Row:
    def amount(value: Decimal | None) -> str:
        return typography.amount(Money(value, line.currency)) if value else "—"

    notes = [words.term(inert(line.term))] if line.term else []
    if line.disputed:
        notes.append(words.disputed(amount(line.disputed)))
    return Row(
        number=inert(line.number),
        issued=typography.short_day(line.issued_on),
        due=typography.short_day(line.due_on),
        late=words.late(line.days_late),
        original=amount(line.original),
        deducted=amount(line.credited + line.paid),
        asked=typography.amount(Money(line.asked, line.currency)),
        interest=amount(line.interest),
        note=", ".join(notes),
    )


def _under(
    facts: MessageFacts, words: Labels, typography: Typography, *, claims: bool
) -> Iterator[tuple[str, str]]:
    for credit in facts.credits:
        yield (
            words.unallocated,
            typography.amount(Money(-credit.amount, credit.currency)),
        )
    penalties = facts.penalties
    if not claims or penalties is None:
        return
    for total in facts.totals:
        yield words.principal, typography.amount(total)
    until = typography.day(facts.today)
    for interest in facts.interest:
        rate = typography.percent(penalties.rate)
        yield words.interest_line(rate, until), typography.amount(interest)
    for fixed in facts.fixed_sums:
        count = sum(1 for line in facts.lines if line.fixed_sum)
        each = penalties.fixed_sum_each
        said = words.fixed_sum_line(count, typography.amount(each) if each else "")
        yield said, typography.amount(fixed)
