"""A document as an HTML mail that old Outlooks and telephones show alike.

Tables and inline styles carry everything; the few rules of the head only answer a dark screen and a
narrow one. No picture from elsewhere, nothing that tells whether the mail was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from urllib.parse import quote

from acquit.wording.document import PAYMENT, TABLE, Block, Paragraph, Part, inert
from acquit.wording.facts import MessageFacts
from acquit.wording.labels import labels
from acquit.wording.page import (
    is_empty,
    legal_line,
    payment_lines,
    signature_lines,
    wrong_contact_subject,
)
from acquit.wording.table import Row, Table
from acquit.wording.transfer import transfer_of
from acquit.wording.typography import NO_BREAK

_FONT = "font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif"
_INK, _GREY, _LINE, _PAPER, _GROUND, _ACCENT = (
    "#15212b", "#43515c", "#e2e6e8", "#ffffff", "#f4f6f7", "#0b6072",
)  # fmt: skip
_TEXT = f"{_FONT};font-size:15px;line-height:23px;color:{_INK}"
_SMALL = f"{_FONT};font-size:13px;line-height:19px;color:{_GREY}"
_CELL = f"padding:8px 0;border-bottom:1px solid {_LINE};{_FONT};font-size:14px;line-height:20px;color:{_INK}"
_HEAD = f"padding:6px 0;border-bottom:1px solid {_INK};font-weight:400;{_SMALL}"
_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PREVIEW = 110
# The programs that ignore these rules show the light page, which is whole without them.
_RULES = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (prefers-color-scheme:dark){"
    ".g{background-color:#10161b!important}.p{background-color:#182027!important}"
    ".i,.i strong{color:#e9eef1!important}.s{color:#b3c0c9!important}"
    ".l{border-color:#3a4852!important}a.k{color:#6fc3d6!important} }"
    "@media (max-width:480px){.p{padding-left:16px!important;padding-right:16px!important}"
    ".o{padding:0!important}.y{display:block!important;width:auto!important;text-align:left!important} }"
)
_OUTLOOK = (
    "<!--[if mso]><style>table{border-collapse:collapse}"
    "td,th,a,strong{font-family:'Segoe UI',Arial,sans-serif!important}</style><![endif]-->"
)


#: Nothing that is seen, after the hidden first line: or lists of mails would show what follows.
FILLER = "&#847;&zwnj;&nbsp;"


def as_html(parts: Iterable[Part], facts: MessageFacts, table: Table, language: str, title: str) -> str:
    """Return the message as HTML, every word escaped."""
    parts = [part for part in parts if not is_empty(part, facts, language)]
    opened = f'<tr><td class="i" style="padding:0 0 16px 0;{_TEXT}">'
    rows = "".join(f"{opened}{_html_of(part, facts, table, language)}</td></tr>" for part in parts)
    colour = facts.creditor.colour or ""
    return (
        f"{_opening(language)}<title>{escape(title)}</title></head>\n"
        f'<body class="g" style="margin:0;padding:0;background-color:{_GROUND}">\n{_preview(parts)}'
        f'<table {_TABLE} width="100%" class="g" bgcolor="{_GROUND}" style="background-color:{_GROUND}">'
        '<tr><td class="o" align="center" style="padding:24px 12px">\n'
        f'<!--[if mso]><table {_TABLE} width="640"><tr><td><![endif]-->\n'
        f'<table {_TABLE} width="100%" style="max-width:640px;text-align:left">\n'
        f'<tr><td class="p" bgcolor="{_PAPER}" style="background-color:{_PAPER};padding:20px 32px 18px 32px;'
        f'border-top:4px solid {colour if _COLOUR.fullmatch(colour) else _ACCENT}">'
        f'<strong class="i" style="{_FONT};font-size:17px;line-height:24px;color:{_INK}">'
        f"{escape(inert(facts.creditor.name))}</strong></td></tr>\n"
        f'<tr><td class="p" bgcolor="{_PAPER}" style="background-color:{_PAPER};padding:0 32px 12px 32px">'
        f'<table {_TABLE} width="100%">\n{rows}\n</table></td></tr>\n'
        f'<tr><td class="p g" style="padding:14px 32px 20px 32px;{_SMALL};font-size:12px;line-height:18px">'
        f"{_footer(facts, language)}</td></tr>\n"
        "</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</body></html>\n"
    )


@cache
def _opening(language: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        '<meta name="format-detection" content="telephone=no,date=no,address=no">'
        f"<style>{_RULES}</style>{_OUTLOOK}"
    )


def _preview(parts: Iterable[Part]) -> str:
    """Return what a list of mails shows after the subject: the request, not the greeting."""
    words = [part.words for part in parts if isinstance(part, Paragraph)]
    shown = " ".join((words[1] if len(words) > 1 else "").split())[:_PREVIEW]
    style = "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0"
    return f'<div style="{style}">{escape(shown)}{FILLER * 30}</div>\n' if shown else ""


def _footer(facts: MessageFacts, language: str) -> str:
    words = labels(language)
    legal = f'<span class="s">{escape(legal_line(facts, words))}</span>'
    if not (facts.answer_to and facts.answer_token):
        return legal
    subject = quote(wrong_contact_subject(facts.answer_token, words))
    address = (
        f"mailto:{quote(facts.answer_to, safe='@+')}?subject={subject}&body={quote(words.wrong_contact_body)}"
    )
    link = f'<a class="k" href="{escape(address)}" style="color:{_GREY}">{escape(words.wrong_contact)}</a>'
    return f"{link}<br>\n{legal}"


def _html_of(part: Part, facts: MessageFacts, table: Table, language: str) -> str:
    if isinstance(part, Paragraph):
        return "".join(
            f"<strong>{_lines(run.words)}</strong>" if run.bold else _lines(run.words) for run in part.runs
        )
    if part.mark == TABLE:
        return _html_table(table, language)
    if part.mark == PAYMENT:
        return _html_payment(facts, table, language)
    return _html_signature(part, facts)


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>\n")


def _html_signature(_: Block, facts: MessageFacts) -> str:
    first, *others = [value for _, value in signature_lines(facts)]
    rest = "<br>\n".join(map(escape, others))
    return f'{escape(first)}<br>\n<span class="s" style="{_SMALL}">{rest}</span>'


def _html_payment(facts: MessageFacts, table: Table, language: str) -> str:
    words = labels(language)
    rows = "".join(
        f'<tr><td class="s" style="padding:0 12px 0 0;white-space:nowrap;{_SMALL}">{escape(label)}</td>'
        f'<td class="i" style="{_FONT};font-size:14px;line-height:22px;color:{_INK}">'
        f"{_payment_value(value, link=label == words.pay_online)}</td></tr>"
        for label, value in payment_lines(facts, language)
    )
    code = ""
    if facts.qr_cid and transfer_of(facts, claims=table.grand_total):
        alternative = escape(words.qr_alt(table.totals[0]))
        code = (
            '<td class="y" align="right" valign="middle" style="padding:10px 12px">'
            f'<img src="cid:{escape(facts.qr_cid)}" width="112" height="112" alt="{alternative}" '
            f'style="display:block;width:112px;height:112px;border:0;background-color:#ffffff;{_SMALL}"></td>'
        )
    return (
        f'<table {_TABLE} class="l" style="border:1px solid {_LINE};border-radius:6px"><tr>'
        f'<td class="y" style="padding:12px 16px"><table {_TABLE}>{rows}</table></td>{code}</tr></table>'
    )


def _payment_value(value: str, *, link: bool) -> str:
    if link and value.startswith("https://"):
        return f'<a class="k" href="{escape(value)}" style="color:{_ACCENT}">{escape(value)}</a>'
    # An IBAN held together by no-break spaces is wider than a telephone.
    return f"<strong>{escape(value.replace(NO_BREAK, ' '))}</strong>"


def _html_table(table: Table, language: str) -> str:
    words = labels(language)
    heads = [(words.invoice, False), (words.due, False)]
    if table.shows_late:
        heads.append((words.lateness, True))
    heads.append((words.open, True))
    head = "".join(
        f'<th scope="col" align="{_side(right)}" class="s l" style="{_HEAD};padding-{_side(not right)}:8px">'
        f"{escape(word)}</th>"
        for word, right in heads
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
        number += f'<br><span class="s" style="{_SMALL}">{escape(row.note)}</span>'
    asked = f'<span style="white-space:nowrap">{escape(row.asked)}</span>'
    if row.deducted != "—":
        asked += f'<br><span class="s" style="{_SMALL}">{escape(out_of(row.original))}</span>'
    cells = [(number, False), (escape(row.due), False)]
    if table.shows_late:
        cells.append((escape(row.late), True))
    cells.append((asked, True))
    return f"<tr>{''.join(_html_cell(cell, right=right) for cell, right in cells)}</tr>"


def _html_cell(cell: str, *, right: bool) -> str:
    style = f"{_CELL};padding-{_side(not right)}:8px"
    return f'<td class="i l" align="{_side(right)}" valign="top" style="{style}">{cell}</td>'


def _html_sum(label: str, value: str, span: int, *, bold: bool) -> str:
    weight = ";font-weight:600" if bold else ""
    return (
        f'<tr><td colspan="{span}" class="i l" style="{_CELL}{weight}">{escape(label)}</td>'
        f'<td align="right" class="i l" style="{_CELL}{weight};white-space:nowrap">{escape(value)}</td></tr>'
    )


def _side(right: bool) -> str:
    return "right" if right else "left"
