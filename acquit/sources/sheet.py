"""A list as a person exports it, from CSV or Excel: its header found, its rows numbered as in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from acquit.sources.base import Options
from acquit.sources.columns import Field, header_score
from acquit.sources.errors import RowError, StructureError
from acquit.sources.records import SEPARATORS, cell, correct, find_separator, read_records, sample_rows
from acquit.sources.text import decode
from acquit.sources.workbook import Page, is_workbook, read_workbook

_HEADER_WITHIN = 30  # rows; above the header stand titles and dates of export
#: A header that bears so many names of fields is one; no other separator is tried.
_ENOUGH_NAMES = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as texts under a header. `line` counts as an editor or Excel shows it.

    `preamble` is what stands above the header, row by row; `others` are sheets that look like it, unread.
    """

    header: tuple[str, ...]
    header_line: int
    frame: pl.DataFrame
    errors: tuple[RowError, ...] = ()
    encoding: str = ""
    separator: str = ""
    name: str = ""
    preamble: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()


def open_sheet(content: bytes, fields: Sequence[Field], options: Options) -> Sheet:
    """Return the rows of a CSV file or of the best sheet of a workbook, if need be of a hidden one."""
    if is_workbook(content):
        return _of_workbook(content, fields, options)
    utf8, encoding = decode(content, options.encoding)
    del content
    separator = options.separator or _separator(utf8, fields)
    rows = sample_rows(utf8, separator)
    line, header = _header(rows, fields)
    records = read_records(utf8, separator, header=header, header_line=line, corrections=options.corrections)
    return Sheet(header, line, records.frame, records.errors, encoding, separator,
                 preamble=_above(rows, line))  # fmt: skip


def _separator(utf8: bytes, fields: Sequence[Field]) -> str:
    """Return the separator found, unless under another the header bears more names of fields.

    Lines of several widths above the header may look like a table with commas, the decimal ones. A
    header that is not split at all bears the words of many names at once, which says nothing.
    """
    found = find_separator(utf8)

    def names(separator: str) -> float:
        rows = sample_rows(utf8, separator)[:_HEADER_WITHIN]
        return max((header_score(row, fields) for _, row in rows if len(row) > 1), default=0.0)

    if names(found) >= _ENOUGH_NAMES:
        return found
    return max((found, *SEPARATORS), key=names)


def _of_workbook(content: bytes, fields: Sequence[Field], options: Options) -> Sheet:
    pages = read_workbook(content, options.sheet)
    found = [(page, *_header(_first_rows(page), fields)) for page in pages if page.frame.height]
    found = [one for one in found if one[0].is_visible] or found
    score = {page.name: header_score(header, fields) for page, _, header in found}
    page, line, header = max(found, key=lambda one: score[one[0].name])
    alike = [one.name for one, _, _ in found if 2 * score[one.name] > score[page.name]]
    others = tuple(name for name in alike if name != page.name)
    frame = page.frame.filter(pl.col("line") > line)
    kept = frame.select("line", *(cell(i) for i in range(len(header))))
    kept = correct(kept, header, options.corrections)
    return Sheet(header, line, kept, name=page.name, preamble=_above(_first_rows(page), line), others=others)


def _first_rows(page: Page) -> list[tuple[int, list[str]]]:
    return [(row[0], list(row[1:])) for row in page.frame.head(_HEADER_WITHIN).iter_rows()]


def _above(rows: list[tuple[int, list[str]]], header_line: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for line, row in rows if line < header_line)


def _header(rows: list[tuple[int, list[str]]], fields: Sequence[Field]) -> tuple[int, tuple[str, ...]]:
    """Return the first row that bears the most names of fields, else the first of several cells."""
    if not rows:
        raise StructureError("empty")
    scored = [(header_score(row, fields), line, row) for line, row in rows[:_HEADER_WITHIN]]
    best = max(score for score, _, _ in scored)
    wide = [s for s in scored if sum(1 for value in s[2] if value.strip()) > 1] or scored
    line, row = next((line, row) for score, line, row in (scored if best else wide) if score == best)
    return line, _distinct(row)


def _distinct(row: list[str]) -> tuple[str, ...]:
    """Return the names trimmed, the second of two alike marked: each names one column."""
    seen: dict[str, int] = {}
    names = []
    for value in row:
        name = " ".join(value.replace("\ufeff", "").split())
        seen[name] = seen.get(name, 0) + 1
        names.append(name if not name or seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)
