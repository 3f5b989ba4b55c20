"""The lines of a FEC as typed columns, whatever the dialect: names, padding, sides, quotes.

Only the lines of customer accounts must be right to the last cell; of the others one needs the
account and the entry, to know what stands against a customer line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from acquit.sources.base import Mapped, Options
from acquit.sources.columns import shown
from acquit.sources.days import read_days, why_no_day
from acquit.sources.errors import RowError, StructureError
from acquit.sources.numbers import AMOUNT, read_amounts, shortened, why_no_amount
from acquit.sources.records import cell, find_separator, read_records, sample_rows
from acquit.sources.text import decode
from acquit.sources.words import Why

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
_OTHERS = ("Montant", "Sens")
_SYNONYMS = {
    "compteaux": "CompAuxNum", "compteauxnum": "CompAuxNum", "compauxiliairenum": "CompAuxNum",
    "compteauxlib": "CompAuxLib", "lettrage": "EcritureLet", "datelettrage": "DateLet",
    "devise": "Idevise", "montantendevise": "Montantdevise", "numeroecriture": "EcritureNum",
}  # fmt: skip
_REQUIRED = ("JournalCode", "EcritureDate", "CompteNum")
ERROR_LIMIT = 20_000
CUSTOMER = r"^411"


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines with account, entry and signed amount (debit less credit); errors of 411 lines."""

    lines: pl.DataFrame
    errors: tuple[RowError, ...]
    header: tuple[str, ...]
    mapping: tuple[Mapped, ...]
    unknown: tuple[str, ...]
    encoding: str
    separator: str
    rows: int


def canonical(name: str) -> str | None:
    """Return the official name of a column, however it is written."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    known = {official.lower(): official for official in (*COLUMNS, *_OTHERS)} | _SYNONYMS
    return known.get(plain)


def looks_like_header(row: list[str]) -> bool:
    """Tell whether the row names the columns of a FEC."""
    names = {canonical(value) for value in row}
    return {"CompteNum", "EcritureDate"} <= names


def looks_like_line(row: list[str]) -> bool:
    """Tell whether the row is a line of a FEC that has no header."""
    if not len(COLUMNS) <= len(row) <= len(COLUMNS) + 8:
        return False
    day, account = row[3].strip(), row[4].strip()
    return re.fullmatch(r"(19|20)\d{6}", day) is not None and account[:3].isdigit()


def read_ledger(content: bytes, options: Options) -> Ledger:
    """Return the lines of the file, or raise StructureError where it is no whole FEC."""
    utf8, encoding = decode(content, options.encoding)
    del content
    separator = options.separator or find_separator(utf8)
    rows = sample_rows(utf8, separator)
    if not rows:
        raise StructureError("empty")
    line, first = rows[0]
    if len(first) == 1:
        raise StructureError("no_separator", line=line)
    header_line = 0 if looks_like_line(first) else line
    header = _positional(first) if header_line == 0 else tuple(v.strip() for v in first)
    places = _places(header, header_line or 1)
    records = read_records(
        utf8, separator, header=header, header_line=header_line,
        corrections=options.corrections, quotes=_quoted(utf8, separator),
    )  # fmt: skip
    frame = _named(records.frame, places)
    lines, errors = _typed(frame, records.frame, places, options)
    mapping = tuple(Mapped(header[i], official, 1.0, "name") for official, i in places.items())
    used = set(places.values())
    unknown = tuple(n for i, n in enumerate(header) if n and i not in used)
    together = tuple(sorted([*records.errors, *errors], key=lambda e: e.line or 0))
    total = frame.height + len(records.errors)
    return Ledger(lines, together, header, mapping, unknown, encoding, separator, total)


def _positional(row: list[str]) -> tuple[str, ...]:
    return COLUMNS + tuple(f"#{i}" for i in range(len(COLUMNS), len(row)))


def _places(header: tuple[str, ...], line: int) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        official = canonical(name)
        if official is not None:
            places.setdefault(official, index)
    sides = {"Debit", "Credit"} <= places.keys() or {"Montant", "Sens"} <= places.keys()
    missing = [name for name in _REQUIRED if name not in places]
    if missing or not sides:
        field = ", ".join([*missing, *([] if sides else ["Debit + Credit (ou Montant + Sens)"])])
        raise StructureError("missing_column", line=line, field=field, columns=shown(header))
    return places


def _quoted(utf8: bytes, separator: str) -> bool:
    """Tell quoted cells from labels that merely hold an inch mark: a FEC is normally unquoted."""
    if b'"' not in utf8:
        return False
    sign = separator.encode()
    head = utf8[: 1 << 20]
    opened = head.count(sign + b'"') + head.count(b'\n"') + head.startswith(b'"')
    closed = head.count(b'"' + sign) + head.count(b'"\n')
    return opened > 0 and abs(opened - closed) <= 1 and opened * 2 >= head.count(b'"') - 2


def _named(frame: pl.DataFrame, places: dict[str, int]) -> pl.DataFrame:
    """Return the official columns, trimmed of their padding, "" where the file lacks one."""
    wanted = (*COLUMNS, *_OTHERS)
    columns = [
        pl.col(cell(places[name])).str.strip_chars(' \t\u00a0"').alias(name)
        if name in places
        else pl.lit("").alias(name)
        for name in wanted
    ]
    return frame.select("line", *columns)


def _typed(
    frame: pl.DataFrame, raw: pl.DataFrame, places: dict[str, int], options: Options
) -> tuple[pl.DataFrame, list[RowError]]:
    errors: list[RowError] = []
    customer = frame["CompteNum"].str.contains(CUSTOMER)

    def refuse(bad: pl.Series, column: str, explain: str) -> pl.Series:
        wrong = bad & customer
        for index in wrong.arg_true().to_list():
            value = str(frame[column][index])
            errors.append(_error(raw.row(index), column, value, explain))
            if len(errors) > ERROR_LIMIT:
                first = errors[0]
                raise StructureError("too_many_errors", line=first.line, limit=ERROR_LIMIT, first=first.why)
        return wrong

    signed, wrong = _signed(frame, places, refuse, options)
    entry_on = read_days(frame["EcritureDate"], "dmy")
    piece_on = read_days(frame["PieceDate"], "dmy")
    blank = frame["EcritureDate"] == ""
    wrong |= refuse(blank, "EcritureDate", "missing") | refuse(entry_on.bad, "EcritureDate", "day")
    wrong |= refuse(piece_on.bad, "PieceDate", "day")
    foreign = read_amounts(_unpadded(frame["Montantdevise"]), column="Montantdevise", decimal=",")
    typed = frame.with_columns(
        signed.alias("signed"), entry_on.values.alias("entry_on"),
        piece_on.values.alias("piece_on"), foreign.values.alias("foreign_amount"),
        wrong.alias("wrong"),
    )  # fmt: skip
    return typed, errors


def _signed(
    frame: pl.DataFrame, places: dict[str, int], refuse: object, options: Options
) -> tuple[pl.Series, pl.Series]:
    """Return debit less credit of each line, and which customer lines have a bad figure."""
    assert callable(refuse)
    if "Debit" in places and "Credit" in places:
        debit, credit = (_figures(frame[name], name, options) for name in ("Debit", "Credit"))
        wrong = refuse(debit[1], "Debit", "amount") | refuse(credit[1], "Credit", "amount")
        sides = pl.DataFrame({"d": debit[0], "c": credit[0]})
        signed = sides.select((pl.col("d") - pl.col("c")).cast(AMOUNT).alias("s"))["s"]
        return signed, wrong
    amount, bad = _figures(frame["Montant"], "Montant", options)
    side = frame["Sens"].str.to_uppercase().str.strip_chars()
    sign = side.replace_strict(
        {"D": 1, "C": -1, "+1": 1, "-1": -1, "1": 1, "+": 1, "-": -1, "DEBIT": 1, "CREDIT": -1,
         "DÉBIT": 1, "CRÉDIT": -1},
        default=0, return_dtype=pl.Int32,
    )  # fmt: skip
    wrong = refuse(bad, "Montant", "amount") | refuse(sign == 0, "Sens", "sense")
    table = pl.DataFrame({"a": amount, "sign": sign})
    value = pl.when(pl.col("sign") >= 0).then(pl.col("a")).otherwise(-pl.col("a"))
    return table.select(value.cast(AMOUNT).alias("s"))["s"], wrong


def _figures(texts: pl.Series, name: str, options: Options) -> tuple[pl.Series, pl.Series]:
    """Return figures, blank being zero; a lone mark is decimal, for a FEC has no thousands mark."""
    bare = _unpadded(texts)
    comma = bool(bare.str.contains(",", literal=True).any())
    read = read_amounts(bare, column=name, decimal=options.decimal or ("," if comma else "."))
    return read.values.fill_null(0).cast(AMOUNT), read.bad


def _unpadded(texts: pl.Series) -> pl.Series:
    return texts.str.replace(r"^([+-]?)0+(\d)", "${1}${2}")


def _error(row: tuple[object, ...], column: str, value: str, explain: str) -> RowError:
    if explain == "missing":
        why = Why("missing_value")
    elif explain == "sense":
        why = Why("bad_sense", {"value": shortened(value)})
    else:
        why = why_no_day(value, "dmy") if explain == "day" else why_no_amount(value)
    line = row[0] if isinstance(row[0], int) else None
    return RowError(line, column, why, shortened(value, 200), tuple(str(v) for v in row[1:]))
