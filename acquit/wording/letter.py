"""Letters on paper: A4 for a French window envelope, with the transfer as a QR code.

Words reach Typst as JSON values, never as markup: a name full of code is printed as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import fontpkg_inter
import typst
from pypdf import PdfReader, PdfWriter

from acquit.wording import page, table
from acquit.wording.document import PAYMENT, TABLE, Block, Part, inert
from acquit.wording.facts import MessageFacts
from acquit.wording.labels import Labels, labels
from acquit.wording.postal import envelope_lines
from acquit.wording.render import Rendered
from acquit.wording.table import Row, Table
from acquit.wording.transfer import qr_svg, transfer_of
from acquit.wording.typography import TYPOGRAPHY
from acquit.wording.window import Window, window_of

_HERE = Path(__file__).parent
_FONTS = Path(fontpkg_inter.__file__).parent / "files"
#: Archivable (ISO 19005-2), fonts inside, and no part of it scriptable.
_STANDARD: Literal["a-2b"] = "a-2b"
_FORMAL = frozenset({"formal notice", "formal_notice"})
_TO_WRITE = "…" * 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLetter:
    """One finished letter of a print run; `recipient` are the lines of its envelope, joined."""

    pdf: bytes
    recipient: str
    account: str
    registered: bool = False


def letter_pdf(rendered: Rendered, facts: MessageFacts) -> bytes:
    """Return the letter as PDF/A: the same facts give the same bytes.

    Raises Unsayable when the address does not fit the window or a mention is missing.
    """
    return compiled("letter.typ", letter_content(rendered, facts), facts.today)


def letter_content(rendered: Rendered, facts: MessageFacts) -> dict[str, Any]:
    """Return everything that stands on the letter, as the values that Typst receives."""
    language = rendered.language
    words, typography = labels(language), TYPOGRAPHY[language]
    shown = table.of(facts, language, with_penalties=rendered.claims_penalties)
    creditor = facts.creditor
    formal = facts.stage in _FORMAL
    return {
        "language": language,
        "title": rendered.subject,
        "name": inert(creditor.name),
        "head": _head(facts, words),
        "legal": page.legal_line(facts, words),
        "page": words.page,
        "registered": _registered(facts, words),
        "address": list(envelope_lines(facts)),
        "window": _window(window_of(facts.recipient.country)),
        "references": _references(facts, words),
        "dated": words.dated(inert(creditor.city or ""), typography.day(facts.today)),
        "subject": f"{words.subject} {_after_colon(rendered.subject)}",
        "parts": [_part(part) for part in rendered.parts if not page.is_empty(part, facts, language)],
        "table": _table(shown, words),
        "payment": page.payment_lines(facts, language),
        "qr": _qr(facts, claims=rendered.claims_penalties),
        "qr_words": words.qr,
        "signature": _signature(facts, formal=formal),
    }


def _registered(facts: MessageFacts, words: Labels) -> list[str]:
    """Return the mention of a registered letter, with its number or the room to write it by hand."""
    if not facts.registered:
        return []
    if facts.registered_number is None:
        return [words.registered]
    return [words.registered, words.registered_number(inert(facts.registered_number) or _TO_WRITE)]


def _window(window: Window) -> dict[str, float | bool]:
    return {
        "left": window.left, "top": window.top, "width": window.width, "height": window.height,
        "note_top": window.note_top, "on_the_left": window.on_the_left,
    }  # fmt: skip


def _after_colon(subject: str) -> str:
    """Return the subject as it follows « Objet : », with a small first letter unless a code."""
    return subject[:1].lower() + subject[1:] if subject[1:2].islower() else subject


def _head(facts: MessageFacts, words: Labels) -> list[str]:
    creditor, sender = facts.creditor, facts.sender
    lines = []
    if creditor.legal_form:
        lines.append(words.capital(inert(creditor.legal_form), inert(creditor.capital or "")))
    lines.append(", ".join(map(inert, creditor.address)))
    phone = sender.phone or creditor.phone
    lines.append(f"{words.handled_by} {' · '.join(map(inert, filter(None, (sender.name, phone))))}")
    lines.append(inert(sender.email or creditor.email or ""))
    return [line for line in lines if line]


def _references(facts: MessageFacts, words: Labels) -> list[tuple[str, str]]:
    found = [
        (words.our_reference, facts.reference),
        (words.your_account, facts.debtor.external_id),
    ]
    lines = [(label, inert(value)) for label, value in found if value]
    if facts.attachments:
        lines.append((words.enclosures, words.enclosed(len(facts.attachments))))
    return lines


def _signature(facts: MessageFacts, *, formal: bool) -> list[str]:
    """Return the name and capacity of who signs; a formal notice commits the company."""
    creditor, sender = facts.creditor, facts.sender
    if formal and creditor.signatory:
        return [inert(creditor.signatory), *map(inert, filter(None, [creditor.signatory_title]))]
    return [inert(sender.name), *map(inert, filter(None, [sender.title]))]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Block):
        kinds = {TABLE: "table", PAYMENT: "payment"}
        return {"kind": kinds.get(part.mark, "signature")}
    return {
        "kind": "words",
        "runs": [{"words": run.words, "bold": run.bold} for run in part.runs],
    }


def _table(shown: Table, words: Labels) -> dict[str, Any]:
    head = [words.invoice, words.issued, words.due]
    if shown.shows_late:
        head.append(words.lateness)
    head.append(words.original)
    if shown.deducted:
        head.append(shown.deducted)
    head.append(words.open)
    if shown.shows_interest:
        head.append(words.interest)
    return {
        "head": head,
        "rows": [_cells(row, shown) for row in shown.rows],
        "under": shown.under,
        "totals": shown.totals,
        "total": words.grand_total if shown.grand_total else words.total,
    }


def _cells(row: Row, shown: Table) -> list[Any]:
    cells: list[Any] = [(row.number, row.note), row.issued, row.due]
    if shown.shows_late:
        cells.append(row.late)
    cells.append(row.original)
    if shown.deducted:
        cells.append(row.deducted)
    cells.append(row.asked)
    if shown.shows_interest:
        cells.append(row.interest)
    return cells


def _qr(facts: MessageFacts, *, claims: bool) -> str:
    """Return the transfer as an SVG code; empty unless it is one sum in euros."""
    payload = transfer_of(facts, claims=claims)
    return qr_svg(payload) if payload else ""


@cache
def _compiler(source: str) -> typst.Compiler:
    """Return a compiler kept warm: the fonts are read once, a letter then takes milliseconds."""
    return typst.Compiler(
        input=str(_HERE / source), root=str(_HERE), font_paths=[str(_FONTS)], ignore_system_fonts=True
    )


def compiled(source: str, content: Mapping[str, Any], on: date) -> bytes:
    """Return the PDF/A of a Typst `source` of this folder, dated `on`."""
    compiled = _compiler(source).compile(
        format="pdf",
        sys_inputs={"letter": json.dumps(content, ensure_ascii=False)},
        pdf_standards=[_STANDARD],
        timestamp=int(datetime.combine(on, time(), tzinfo=UTC).timestamp()),
    )
    if not isinstance(compiled, bytes):
        raise TypeError(f"{source} did not compile to one PDF")
    return compiled


def print_batch(letters: Sequence[BatchLetter], *, on: date, language: str = "fr") -> bytes:
    """Return one PDF: the cover list, then the letters in the order of their envelopes.

    The same letters give the same bytes.
    """
    words = labels(language)
    readers = [PdfReader(BytesIO(letter.pdf)) for letter in letters]
    pages = [len(reader.pages) for reader in readers]
    cover = {
        "language": language,
        "title": words.cover_title,
        "summary": words.cover_summary(len(letters), sum(pages), TYPOGRAPHY[language].day(on)),
        "columns": words.cover_columns,
        "rows": [
            _cover_row(number, letter, count, words)
            for number, (letter, count) in enumerate(zip(letters, pages, strict=True), start=1)
        ],
    }
    writer = PdfWriter()
    for reader in (PdfReader(BytesIO(compiled("cover.typ", cover, on))), *readers):
        for one in reader.pages:
            writer.add_page(one)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _cover_row(number: int, letter: BatchLetter, pages: int, words: Labels) -> list[str]:
    lines = [inert(line) for line in letter.recipient.replace("\n", ",").split(",") if line.strip()]
    city = ", ".join(lines[-2:] if lines[-1:] and not any(c.isdigit() for c in lines[-1]) else lines[-1:])
    kind = words.cover_registered if letter.registered else words.cover_simple
    return [str(number), lines[0] if lines else "", city, kind, str(pages), inert(letter.account)]
