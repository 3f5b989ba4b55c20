"""A document as plain text and as an HTML mail that old Outlooks and telephones show alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape

from acquit.wording.document import PAYMENT, TABLE, Block, Paragraph, Part, inert
from acquit.wording.facts import MessageFacts
from acquit.wording.labels import labels
from acquit.wording.table import Row, Table
from acquit.wording.typography import NO_BREAK, by_four, grouped_iban

_FONT = "font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif"
_INK, _GREY, _LINE = "#15212b", "#43515c", "#e2e6e8"
_TEXT = f"{_FONT};font-size:15px;line-height:23px;color:{_INK}"
_SMALL = f"{_FONT};font-size:13px;line-height:19px;color:{_GREY}"
_CELL = f"padding:8px 0;border-bottom:1px solid {_LINE};{_FONT};font-size:14px;line-height:20px;color:{_INK}"
_HEAD = f"padding:6px 0;border-bottom:1px solid {_INK};font-weight:400;{_SMALL}"


def as_text(parts: Iterable[Part], facts: MessageFacts, table: Table, language: str) -> str:
    """Return the message as plain text: nothing is lost that the HTML shows."""
    said = (_text_of(part, facts, table, language) for part in parts)
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


def as_html(parts: Iterable[Part], facts: MessageFacts, table: Table, language: str, title: str) -> str:
    """Return the message as HTML: tables and inline styles only, every word escaped."""
    rows = "".join(
        f'<tr><td style="padding:0 0 16px 0;{_TEXT}">{_html_of(part, facts, table, language)}</td></tr>'
        for part in parts
        if not is_empty(part, facts, language)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>\n"
        '<body style="margin:0;padding:0;background-color:#ffffff">\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        '<tr><td style="padding:24px 16px">\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="max-width:640px">\n{rows}\n</table>\n</td></tr></table>\n</body></html>\n'
    )


def _html_of(part: Part, facts: MessageFacts, table: Table, language: str) -> str:
    if isinstance(part, Paragraph):
        return "".join(
            f"<strong>{_lines(run.words)}</strong>" if run.bold else _lines(run.words) for run in part.runs
        )
    if part.mark == TABLE:
        return _html_table(table, language)
    if part.mark == PAYMENT:
        return _html_payment(facts, language)
    return _html_signature(part, facts)


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>\n")


def _html_signature(_: Block, facts: MessageFacts) -> str:
    first, *others = [value for _, value in signature_lines(facts)]
    rest = "<br>\n".join(map(escape, others))
    return f'{escape(first)}<br>\n<span style="{_SMALL}">{rest}</span>'


def _html_payment(facts: MessageFacts, language: str) -> str:
    online = labels(language).pay_online
    rows = "".join(
        f'<tr><td style="padding:0 12px 0 0;white-space:nowrap;{_SMALL}">{escape(label)}</td>'
        f'<td style="{_FONT};font-size:14px;line-height:22px;color:{_INK}">'
        f"{_payment_value(value, link=label == online)}</td></tr>"
        for label, value in payment_lines(facts, language)
    )
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
        f'style="border:1px solid {_LINE};border-radius:6px"><tr>'
        f'<td style="padding:12px 16px"><table role="presentation" cellpadding="0" '
        f'cellspacing="0" border="0">{rows}</table></td></tr></table>'
    )


def _payment_value(value: str, *, link: bool) -> str:
    if link and value.startswith("https://"):
        return f'<a href="{escape(value)}" style="color:#0b6072">{escape(value)}</a>'
    # An IBAN held together by no-break spaces is wider than a telephone.
    return f"<strong>{escape(value.replace(NO_BREAK, ' '))}</strong>"


def _html_table(table: Table, language: str) -> str:
    words = labels(language)
    heads = [(words.invoice, False), (words.due, False)]
    if table.shows_late:
        heads.append((words.lateness, True))
    heads.append((words.open, True))
    head = "".join(
        f'<th scope="col" align="{_side(right)}" style="{_HEAD}">{escape(word)}</th>' for word, right in heads
    )
    span = len(heads) - 1
    body = "".join(_html_row(row, table, words.out_of) for row in table.rows)
    label = words.grand_total if table.grand_total else words.total
    under = "".join(_html_sum(name, value, span, bold=False) for name, value in table.under)
    total = "".join(_html_sum(label, value, span, bold=True) for value in table.totals)
    return (
        '<table width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="border-collapse:collapse"><tr>{head}</tr>{body}{under}{total}</table>'
    )


def _html_row(row: Row, table: Table, out_of: Callable[[str], str]) -> str:
    number = escape(row.number)
    if row.note:
        number += f'<br><span style="{_SMALL}">{escape(row.note)}</span>'
    asked = escape(row.asked)
    if row.deducted != "—":
        asked += f'<br><span style="{_SMALL}">{escape(out_of(row.original))}</span>'
    cells = [(number, False), (escape(row.due), False)]
    if table.shows_late:
        cells.append((escape(row.late), True))
    cells.append((asked, True))
    return f"<tr>{''.join(_html_cell(cell, right=right) for cell, right in cells)}</tr>"


def _html_cell(cell: str, *, right: bool) -> str:
    style = f"{_CELL};padding-{_side(not right)}:8px"
    return f'<td align="{_side(right)}" valign="top" style="{style}">{cell}</td>'


def _html_sum(label: str, value: str, span: int, *, bold: bool) -> str:
    weight = ";font-weight:600" if bold else ""
    return (
        f'<tr><td colspan="{span}" style="{_CELL}{weight}">{escape(label)}</td>'
        f'<td align="right" style="{_CELL}{weight};white-space:nowrap">{escape(value)}</td></tr>'
    )


def _side(right: bool) -> str:
    return "right" if right else "left"
