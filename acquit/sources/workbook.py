"""From the bytes of an Excel workbook to cells as texts, with nothing in it ever run.

A workbook is a ZIP of XML written by a stranger. Before anything opens it, its size once unpacked is
bounded and no part may declare a document type: entities, inside or outside, are thus impossible. A
sheet is laid out in memory from its first cell to its last, so that two cells far apart would take
hundreds of gigabytes: how far they reach is bounded too.
Formulas give the value that Excel had stored; macros and links are not looked at.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fastexcel
import polars as pl

from acquit.sources.errors import StructureError
from acquit.sources.records import cell

PART_LIMIT = 5_000
UNPACKED_LIMIT = 768 << 20
RATIO_LIMIT = 200  # real sheets unpack 5 to 30 times
CELLS_FREE = 16_000_000  # beyond, a cell must have a byte of the sheet behind it
_RATIO_FREE = 16 << 20
_ROWS = 1 << 20  # of any sheet
_WIDE = re.compile(rb"""\br=["']([A-Za-z]{2,})\d""")
_PLACE = re.compile(rb"""\br=["']([A-Za-z]*)(\d+)["']""")
_CHUNK = 1 << 20
_FORBIDDEN = (b"<!doctype", b"<!entity")
_KINDS = {"xl/workbook.xml", "xl/workbook.bin"}


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: `line` and `c0`, `c1`… as texts, as wide as the widest row, blank rows left out."""

    name: str
    frame: pl.DataFrame
    is_visible: bool = True


def is_workbook(content: bytes) -> bool:
    """Tell whether the bytes are a ZIP, as every modern workbook is."""
    return content.startswith(b"PK\x03\x04")


def read_workbook(content: bytes, sheet: str | None = None) -> tuple[Page, ...]:
    """Return the sheets of the workbook (or the one named), after the checks of safety."""
    inspect(content)
    try:
        book = fastexcel.read_excel(content)
        names = book.sheet_names
    except Exception as error:  # the library raises its own and Rust's panics are Exceptions
        raise StructureError("workbook_broken", cause=_short(error)) from error
    if sheet is not None and sheet not in names:
        raise StructureError("no_such_sheet", sheet=sheet, sheets=", ".join(names))
    wanted = [sheet] if sheet is not None else names
    pages = tuple(_page(book, name) for name in wanted)
    if all(page.frame.is_empty() for page in pages):
        raise StructureError("empty")
    return pages


def inspect(content: bytes) -> None:
    """Raise StructureError where the ZIP is broken, too big once unpacked, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _bound(parts, len(content))
            if not _KINDS & {part.filename for part in parts}:
                raise StructureError("not_a_workbook")
            for part in parts:
                _inspect_part(archive, part)
                _inspect_reach(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise StructureError("workbook_broken", cause=_short(error)) from error
    except (ValueError, OverflowError, RuntimeError, UnicodeError) as error:
        raise StructureError("workbook_broken", cause=_short(error)) from error


def _bound(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PART_LIMIT or unpacked > UNPACKED_LIMIT:
        raise StructureError("unpacks_too_big", size=unpacked >> 20, limit=UNPACKED_LIMIT >> 20)
    if unpacked > _RATIO_FREE and unpacked > RATIO_LIMIT * packed:
        raise StructureError("unpacks_too_big", size=unpacked >> 20, limit=UNPACKED_LIMIT >> 20)
    if any(part.flag_bits & 1 for part in parts):
        raise StructureError("encrypted")


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack the part once, which proves its true size and checksum, and look for declarations."""
    markup = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not markup:
                continue
            if b"\0" in chunk[:64]:
                raise StructureError("workbook_markup", part=part.filename)
            window = (tail + chunk).lower()
            if any(word in window for word in _FORBIDDEN):
                raise StructureError("entities", part=part.filename)
            tail = chunk[-16:]


def _inspect_reach(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse cells further apart than memory should hold what lies between. Any part may be a sheet."""
    limit = CELLS_FREE + part.file_size
    widest = max((_column(letters) for letters in _found(archive, part, _WIDE)), default=26)
    if widest * _ROWS <= limit:
        return
    columns, rows = 1, 1
    for letters, digits in _found(archive, part, _PLACE):
        columns, rows = max(columns, _column(letters)), max(rows, int(digits[:9]))
    if columns * rows > limit:
        raise StructureError("sheet_too_wide", part=part.filename, columns=columns, rows=rows)


def _found(archive: zipfile.ZipFile, part: zipfile.ZipInfo, pattern: re.Pattern[bytes]) -> Iterator[Any]:
    """Yield each distinct thing that the pattern finds in a chunk of the part."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield from set(pattern.findall(tail + chunk))
            tail = chunk[-32:]


def _column(letters: bytes) -> int:
    """Return the number of a column named as in "AB12".

    >>> _column(b"AA"), _column(b"XFD")
    (27, 16384)
    """
    number = 0
    for letter in letters.upper()[:9]:
        number = number * 26 + letter - 64
    return number


def _page(book: fastexcel.ExcelReader, name: str) -> Page:
    try:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        raw = sheet.to_polars()
    except Exception as error:
        raise StructureError("workbook_broken", cause=_short(error)) from error
    raw.columns = [cell(index) for index in range(raw.width)]
    if raw.width == 0:
        return Page(name, pl.DataFrame(schema={"line": pl.Int64}))
    texts = raw.with_columns(pl.all().cast(pl.String).fill_null("").str.strip_chars("\0"))
    lines = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("line")
    filled = pl.any_horizontal(pl.exclude("line").str.strip_chars() != "")
    return Page(name, texts.select(lines, pl.all()).filter(filled), sheet.visible == "visible")


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
