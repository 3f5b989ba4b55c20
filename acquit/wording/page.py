"""A document as plain text, and the lines that text, mail and letter share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from acquit.wording.document import PAYMENT, TABLE, Paragraph, Part, inert
from acquit.wording.facts import MessageFacts
from acquit.wording.labels import Labels, labels
from acquit.wording.table import Table
from acquit.wording.typography import NO_BREAK, by_four, grouped_iban, grouped_siren

_THOUSANDS = re.compile(r"(?<=\d) (?=\d)")


def as_text(parts: Iterable[Part], facts: MessageFacts, table: Table, language: str) -> str:
    """Return the message as plain text: nothing is lost that the HTML shows."""
    return _apart(*(_text_of(part, facts, table, language) for part in parts))


def with_footer(text: str, facts: MessageFacts, language: str) -> str:
    """Return the text of a mail with what stands under it; an SMS has no room for that."""
    words, wrong = labels(language), ""
    if facts.answer_to and facts.answer_token:
        subject = wrong_contact_subject(facts.answer_token, words)
        wrong = words.wrong_contact_text(facts.answer_to, subject)
    return _apart(text.rstrip("\n"), wrong, legal_line(facts, words))


def _apart(*said: str) -> str:
    return "\n\n".join(filter(None, said)) + "\n"


def is_empty(part: Part, facts: MessageFacts, language: str) -> bool:
    """Tell whether `part` is a block about which nothing is known: it leaves no gap."""
    if isinstance(part, Paragraph):
        return False
    return (part.mark == TABLE and not facts.lines) or (
        part.mark == PAYMENT and not payment_lines(facts, language)
    )


def _text_of(part: Part, facts: MessageFacts, table: Table, language: str) -> str:
    if isinstance(part, Paragraph):
        return part.words
    if part.mark == TABLE:
        return "\n".join(_table_lines(table, language))
    lines = payment_lines(facts, language) if part.mark == PAYMENT else signature_lines(facts)
    return "\n".join(f"{label} {value}".strip() for label, value in lines)


def _table_lines(table: Table, language: str) -> Iterator[str]:
    words = labels(language)
    if not table.rows:
        return
    colon = "\u00a0:" if language == "fr" else ":"
    for row in table.rows:
        facts = [row.number, f"{words.due.lower()} {row.due}"]
        if table.shows_late:
            facts.append(f"{words.lateness.lower()} {row.late}")
        asked = f"{words.open.lower()} {row.asked}"
        facts.append(asked if row.deducted == "—" else f"{asked} {words.out_of(row.original)}")
        if row.note:
            facts.append(row.note)
        yield f"- {' · '.join(facts)}"
    for label, value in table.under:
        yield f"{label}{colon} {value}"
    for total in table.totals:
        label = words.grand_total if table.grand_total else words.total
        yield f"{label}{colon} {total}"


def payment_lines(facts: MessageFacts, language: str) -> list[tuple[str, str]]:
    """Return how to pay: to whom, on which account, with which reference, or on which page."""
    words, creditor = labels(language), facts.creditor
    lines: list[tuple[str, str]] = []
    if creditor.iban:
        lines.append((words.transfer_to, inert(creditor.name)))
        lines.append((words.iban, grouped_iban(inert(creditor.iban))))
        if creditor.bic:
            lines.append((words.bic, inert(creditor.bic)))
    if facts.payment_reference:
        lines.append((words.reference, by_four(inert(facts.payment_reference))))
    if facts.pay_url:
        lines.append((words.pay_online, inert(facts.pay_url)))
    return lines


def signature_lines(facts: MessageFacts) -> list[tuple[str, str]]:
    """Return who signs, and the direct number to answer to."""
    sender, creditor = facts.sender, facts.creditor
    company = " · ".join(inert(part) for part in (creditor.name, sender.phone or creditor.phone) if part)
    lines = [] if sender.name == creditor.name else [("", inert(sender.name))]
    if sender.title and lines:
        lines.append(("", inert(sender.title)))
    return [*lines, ("", company)]


def wrong_contact_subject(token: str, words: Labels) -> str:
    """Return the subject by which an answer is tied to the message even where its address is lost."""
    return f"{words.wrong_contact_subject} [acquit-{token}]"


def _held(sum_as_typed: str) -> str:
    """Hold a typed sum together: « 480 000 € » never breaks between two lines."""
    return _THOUSANDS.sub("\u202f", sum_as_typed).replace(" €", f"{NO_BREAK}€")


def legal_line(facts: MessageFacts, words: Labels) -> str:
    """Return the legal mentions of the footer (art. R123-237 C. com.)."""
    creditor = facts.creditor
    name = inert(creditor.name)
    if creditor.legal_form:
        name += f", {words.capital(inert(creditor.legal_form), _held(inert(creditor.capital or '')))}"
    parts = [name]
    if creditor.siren:
        parts.append(words.registry(grouped_siren(inert(creditor.siren)), inert(creditor.rcs_city or "")))
    if creditor.vat_number:
        parts.append(f"{words.vat} {inert(creditor.vat_number)}")
    return " · ".join(parts)
