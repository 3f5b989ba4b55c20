"""A report on paper: A4, upright or across, in the look of the letters, as PDF.

Words reach Typst as JSON values, never as markup: a name full of code is printed as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import fontpkg_inter
import typst

from acquit.wording.document import inert
from acquit.wording.report_words import report_words

_HERE = Path(__file__).parent
_FONTS = Path(fontpkg_inter.__file__).parent / "files"
#: From so many columns on a report lies across.
_WIDE = 8
#: Characters of a heading that stays on one line, and of a text that may break into several.
_SHORT, _LONG = 10, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReport:
    """What stands on the paper, in words: `asked` says what was asked, `words` which columns are texts."""

    key: str
    name: str
    language: str
    on: date
    printed_on: str
    asked: Sequence[str]
    columns: Sequence[str]
    words: Sequence[bool]
    rows: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]] = ()
    note: str = ""


def report_pdf(report: PaperReport) -> bytes:
    """Return the report as PDF: title, what was asked, the table, and the page of each page."""
    words = report_words(report.language)
    content = {
        "language": report.language,
        "name": inert(report.name),
        "title": words.titles[report.key],
        "asked": [inert(line) for line in report.asked],
        "columns": [
            {"title": _in_two(words.column(name)), "words": text, "wide": text and _is_wide(report, place)}
            for place, (name, text) in enumerate(zip(report.columns, report.words, strict=True))
        ],
        "rows": [[inert(cell) for cell in row] for row in report.rows],
        "totals": [[inert(cell) for cell in row] for row in report.totals],
        "note": report.note,
        "printed": words.printed.format(day=report.printed_on),
        "page": words.page,
        "wide": len(report.columns) >= _WIDE,
    }
    compiled = _compiler().compile(
        format="pdf",
        sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(datetime.combine(report.on, time(), tzinfo=UTC).timestamp()),
    )
    if not isinstance(compiled, bytes):
        raise TypeError("report.typ did not compile to one PDF")
    return compiled


def _in_two(title: str) -> list[str]:
    """Return the lines of a heading: one of some length breaks near its middle.

    >>> _in_two("Moyenne des retards"), _in_two("DSO")
    (['Moyenne', 'des retards'], ['DSO'])
    """
    words = title.replace(" (", "\u00a0(").split(" ")
    breaks = range(1, len(words)) if len(title) > _SHORT else ()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in breaks]
    found = min(halves, key=lambda half: max(map(len, half)), default=(" ".join(words),))
    return list(found)


def _is_wide(report: PaperReport, place: int) -> bool:
    """Return whether a column of texts takes the room that is left: the first, and those of long texts."""
    return place == 0 or any(len(row[place]) > _LONG for row in report.rows)


@cache
def _compiler() -> typst.Compiler:
    """Return a compiler kept warm: the fonts are read once."""
    return typst.Compiler(
        input=str(_HERE / "report.typ"), root=str(_HERE), font_paths=[str(_FONTS)], ignore_system_fonts=True
    )
