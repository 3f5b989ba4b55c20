"""From lines of text to records of cells: separator, quotes, and rows of the wrong width."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from acquit.sources.errors import RowError, StructureError
from acquit.sources.words import Why

SEPARATORS = ("\t", "|", ";", ",")
COLUMN_LIMIT = 500
_SAMPLE_BYTES = 200_000
_SAMPLE_ROWS = 200
_SPAN_LIMIT = 100  # lines that one quoted record may cover; beyond, a quote was left open
_BATCH = 50_000
_QUOTED = r'"(?:[^"]|"")*"'


@dataclass(frozen=True, slots=True)
class Records:
    """The rows below the header: `line`, then `c0`, `c1`… as texts; and the rows of wrong width."""

    frame: pl.DataFrame
    errors: tuple[RowError, ...] = ()


def cell(index: int) -> str:
    """Return the name of the column at `index` in a frame of records."""
    return f"c{index}"


def sample_rows(utf8: bytes, separator: str) -> list[tuple[int, list[str]]]:
    """Return the first rows with their line numbers, blank ones left out."""
    head = utf8[:_SAMPLE_BYTES]
    if len(utf8) > _SAMPLE_BYTES:
        head = head[: head.rfind(b"\n") + 1] or head
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(head.decode("utf-8", "replace")), delimiter=separator)
    line = 1
    try:
        for row in reader:
            if any(value.strip() for value in row):
                rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a quote left open: the whole reading says where
    return rows


def find_separator(utf8: bytes) -> str:
    """Return the separator under which the first rows have the same width, below a wordy header."""
    first = utf8[:20].split(b"\n", 1)[0].strip(b"\r\n ").lower()
    if first.startswith(b"sep=") and chr(first[4] if len(first) > 4 else 0) in SEPARATORS:
        return chr(first[4])
    scores = {separator: _evenness(utf8, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    if scores[best][0] <= 0:
        raise StructureError("no_separator", line=1)
    return best


def _evenness(utf8: bytes, separator: str) -> tuple[float, int]:
    rows = [row for _, row in sample_rows(utf8, separator)]
    wide = [row for row in rows if len(row) > 1]
    if not wide:
        return 0.0, 0
    width, count = Counter(len(row) for row in wide).most_common(1)[0]
    header = next(row for row in wide if len(row) == width)
    wordy = not any(any(c.isdigit() for c in value) for value in header)
    return count / len(rows) * (1.5 if wordy else 1.0), width


def read_records(
    utf8: bytes,
    separator: str,
    *,
    header: tuple[str, ...],
    header_line: int,
    corrections: Mapping[int, Mapping[str, str]],
    quotes: bool = True,
) -> Records:
    """Return the records below the header line; see `Records`. Without `quotes`, a " is a letter.

    A last line that stops short without a line end means that the file was cut: StructureError.
    """
    if len(header) > COLUMN_LIMIT:
        raise StructureError("too_many_columns", line=header_line, count=len(header), limit=COLUMN_LIMIT)
    lines = _lines(utf8, separator, header_line, quotes)
    width = len(header)
    least = width - _blank_tail(header)
    if lines is None:
        body = utf8[_below(utf8, header_line) :]
        frame, ragged = _by_rows(body, separator, width, least, header_line)
    else:
        frame, ragged = _by_columns(lines, separator, width, least, quotes)
    ragged = _mended(ragged, frame.height)
    _refuse_cut(utf8, ragged)
    errors, rescued = _sort_out(ragged, width, corrections)
    if rescued:
        frame = pl.concat([frame, pl.DataFrame(rescued, schema=frame.schema, orient="row")])
        frame = frame.sort("line")
    return Records(correct(frame, header, corrections), tuple(errors))


def _below(utf8: bytes, header_line: int) -> int:
    """Return the offset of the first line below the header."""
    at = -1
    for _ in range(header_line):
        at = utf8.find(b"\n", at + 1)
        if at < 0:
            return len(utf8)
    return at + 1


def _blank_tail(header: tuple[str, ...]) -> int:
    named = [index for index, name in enumerate(header) if name.strip()]
    return len(header) - 1 - named[-1] if named else len(header)


Ragged = list[tuple[int, list[str], int]]  # line, cells, width expected


def _lines(utf8: bytes, separator: str, header_line: int, quotes: bool) -> pl.DataFrame | None:
    """Return one row per line with its number, or None where a quoted cell crosses lines."""
    unused = next((c for c in "\x01\x02\x03\x04\x05\x06" if c.encode() not in utf8), None)
    if unused is None:
        return None
    start = _below(utf8, header_line)
    if not utf8[start : start + 1000].strip() and not utf8[start:].strip():
        return pl.DataFrame(schema={"raw": pl.String, "line": pl.Int64})
    raw = pl.read_csv(
        utf8, skip_lines=header_line, separator=unused, quote_char=None, has_header=False, infer_schema=False,
        new_columns=["raw"],
    )  # fmt: skip
    lines = raw.with_columns(
        pl.int_range(header_line + 1, header_line + 1 + pl.len(), dtype=pl.Int64).alias("line")
    ).filter(pl.col("raw").str.strip_chars(separator + " \t\u00a0") != "")
    if quotes and b'"' in utf8:
        unquoted = lines["raw"].str.replace_all(_QUOTED, "")
        if unquoted.str.contains('"', literal=True).any():
            return None
    return lines


def _by_columns(
    lines: pl.DataFrame, separator: str, width: int, least: int, quotes: bool
) -> tuple[pl.DataFrame, Ragged]:
    """Split all at once the lines whose quotes enclose no separator, and the others one by one."""
    quoted = lines["raw"].str.contains('"', literal=True) & quotes
    plain = lines
    if quoted.any():
        intricate = quoted & ~lines["raw"].str.contains(_simply_quoted(separator))
        bare = pl.when(quoted).then(pl.col("raw").str.replace_all('"', "", literal=True))
        plain = lines.with_columns(bare.otherwise(pl.col("raw")).alias("raw")).filter(~intricate)
        lines = lines.filter(intricate)
    else:
        lines = lines.clear()
    widths = plain["raw"].str.count_matches(separator, literal=True) + 1
    fits = widths.is_between(least, width)
    ragged = [(line, raw.split(separator), width) for raw, line in plain.filter(~fits).iter_rows()]
    rows = ((line, _quoted_row(raw, separator, line)) for raw, line in lines.iter_rows())
    frame = _split(plain.filter(fits), separator, width)
    others = _frame(_fitting(rows, width, least, ragged), width)
    if not others.is_empty():
        frame = pl.concat([frame, others]).sort("line")
    return frame, sorted(ragged)


def _simply_quoted(separator: str) -> str:
    mark = re.escape(separator)
    one = f'(?:"[^"{mark}]*"|[^"{mark}]*)'
    return f"^{one}(?:{mark}{one})*$"


def _fitting(
    rows: Iterable[tuple[int, list[str]]], width: int, least: int, ragged: Ragged
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the right width, and put the others in `ragged`."""
    for line, row in rows:
        if least <= len(row) <= width:
            yield line, row
        else:
            ragged.append((line, row, width))


def _quoted_row(raw: str, separator: str, line: int) -> list[str]:
    try:
        return next(csv.reader([raw], delimiter=separator), [])
    except csv.Error as error:
        raise StructureError("quote_not_closed", line=line) from error


def _split(lines: pl.DataFrame, separator: str, width: int) -> pl.DataFrame:
    if lines.is_empty():
        return _empty(width)
    cells = lines["raw"].str.split_exact(separator, width - 1).struct.unnest()
    cells.columns = [cell(index) for index in range(width)]
    return cells.fill_null("").with_columns(lines["line"]).select("line", pl.exclude("line"))


def _frame(rows: Iterable[tuple[int, list[str]]], width: int) -> pl.DataFrame:
    batches, batch = [], []
    for line, row in rows:
        batch.append((line, *row, *[""] * (width - len(row))))
        if len(batch) == _BATCH:
            batches.append(pl.DataFrame(batch, schema=_schema(width), orient="row"))
            batch = []
    batches.append(pl.DataFrame(batch, schema=_schema(width), orient="row"))
    return pl.concat(batches)


def _schema(width: int) -> dict[str, type[pl.DataType]]:
    return {"line": pl.Int64} | {cell(index): pl.String for index in range(width)}


def _empty(width: int) -> pl.DataFrame:
    return pl.DataFrame(schema=_schema(width))


def _by_rows(
    body: bytes, separator: str, width: int, least: int, header_line: int
) -> tuple[pl.DataFrame, Ragged]:
    """Read cell by cell, as quoted cells that cross lines demand."""
    ragged = Ragged()
    rows = ((line, row) for line, row in _rows(body, separator, header_line) if any(v.strip() for v in row))
    return _frame(_fitting(rows, width, least, ragged), width), ragged


def _rows(body: bytes, separator: str, header_line: int) -> Iterator[tuple[int, list[str]]]:
    stream = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
    reader = csv.reader(stream, delimiter=separator)
    last = body.count(b"\n") + (not body.endswith(b"\n"))
    start = 1
    try:
        for row in reader:
            open_at_end = reader.line_num >= last and _open_at_end(body, start, separator)
            if open_at_end or reader.line_num - start > _SPAN_LIMIT:
                raise StructureError("quote_not_closed", line=header_line + start)
            yield header_line + start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise StructureError("quote_not_closed", line=header_line + start) from error


def _open_at_end(body: bytes, start: int, separator: str) -> bool:
    """Tell whether the record that begins at line `start` ends only because the file does."""
    lines = body.decode("utf-8", "replace").split("\n")[start - 1 :]
    try:
        list(csv.reader([line + "\n" for line in lines], delimiter=separator, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _refuse_cut(utf8: bytes, ragged: Ragged) -> None:
    if not ragged or utf8.endswith(b"\n"):
        return
    line, row, width = ragged[-1]
    if line < utf8.count(b"\n") + 1 or len(row) >= width or is_total(row):
        return
    raise StructureError("cut_short", line=line, count=len(row), expected=width)


def is_total(row: Iterable[str]) -> bool:
    """Tell a line of totals, which exports put under a list, from a row of it."""
    first = next((value.strip().lower() for value in row if value.strip()), "")
    return first.startswith(("total", "sous-total", "solde total", "grand total"))


def _mended(ragged: Ragged, others: int) -> Ragged:
    """Leave out empty cells beyond the header where nearly all rows have them: trailing separators.

    On a few rows they are no such habit: a separator inside a text has moved every cell by one.
    """
    habit = [not any(value.strip() for value in row[width:]) and len(row) > width for _, row, width in ragged]
    if sum(habit) < 0.9 * (len(ragged) + others):
        return ragged
    return [
        (line, row[:width] if trailing else row, width)
        for (line, row, width), trailing in zip(ragged, habit, strict=True)
    ]


def _sort_out(
    ragged: Ragged, width: int, corrections: Mapping[int, Mapping[str, str]]
) -> tuple[list[RowError], list[tuple[int | str, ...]]]:
    errors, rescued = [], list[tuple[int | str, ...]]()
    for line, row, expected in ragged:
        if len(row) == expected or line in corrections:
            rescued.append((line, *(row + [""] * width)[:width]))
        elif not is_total(row):
            why = Why("wrong_width", {"count": len(row), "expected": expected})
            errors.append(RowError(line, None, why, "", tuple(row)))
    return errors, rescued


def correct(
    frame: pl.DataFrame, header: tuple[str, ...], corrections: Mapping[int, Mapping[str, str]]
) -> pl.DataFrame:
    """Return the frame with the cells that a person corrected in quarantine."""
    for line, cells in corrections.items():
        for column, value in cells.items():
            if column in header:
                name = cell(header.index(column))
                put = pl.when(pl.col("line") == line).then(pl.lit(value)).otherwise(pl.col(name))
                frame = frame.with_columns(put.alias(name))
    return frame
