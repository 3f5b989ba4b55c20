"""Days as people write them: ISO, French, American where the column proves it, names of months.

"04/06/2026" does not say which number is the month. A day above 12 anywhere in the dates of the
file does, for all of them; nothing else does: then it is read the French way and asked.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from acquit.sources.errors import Question
from acquit.sources.numbers import shortened
from acquit.sources.words import MONTHS, Why

FIRST_YEAR, LAST_YEAR = 1980, 2100

_BLANKS = " \t\u00a0\u202f\n"
_ISO = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
_NUMERIC = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: \d{1,2}[:h]\d{2}.*)?$"
_SERIAL = r"^([2-6]\d{4})(?:\.\d+)?$"
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTH_DAY = re.compile(r"^(\d{1,2})(?:er|st|nd|rd|th)?[\s\-./]+([a-z]+)\.?,?[\s\-./]+(\d{4}|\d{2})$")
_MONTH_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_WEEKDAY = re.compile(r"^(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|[a-z]+day),?\s+")


@dataclass(frozen=True, slots=True)
class Days:
    """A column read as days: null where empty or bad, `bad` telling the two apart."""

    values: pl.Series
    bad: pl.Series


def find_order(columns: Iterable[pl.Series]) -> str | None:
    """Return "dmy" or "mdy" where some number above 12 proves it, "" where the proofs disagree.

    None where nothing is proved though some date needs it; "dmy" where no date needs it.
    """
    first, second, unsure = 0, 0, 0
    for texts in columns:
        distinct = texts.unique()
        one = distinct.str.extract(_NUMERIC, 1).cast(pl.Int32, strict=False)
        two = distinct.str.extract(_NUMERIC, 2).cast(pl.Int32, strict=False)
        first += int(((one > 12) & (two <= 12)).sum())
        second += int(((two > 12) & (one <= 12)).sum())
        unsure += int(((one <= 12) & (two <= 12) & (one != two)).sum())
    if first and second:
        return ""
    if first or second:
        return "dmy" if first else "mdy"
    return None if unsure else "dmy"


def ask_order(columns: tuple[str, ...], examples: Iterable[str]) -> Question:
    """Return the question of which number is the month; the French order is assumed meanwhile."""
    shown = tuple(examples)
    example = shown[0] if shown else ""
    why = Why("which_date_order", {"columns": ", ".join(columns), "example": example})
    return Question("date_order", why, ("dmy", "mdy"), "dmy", columns, shown)


def unsure_examples(texts: pl.Series, count: int = 3) -> list[str]:
    """Return a few dates whose month could be either number."""
    return texts.filter(texts.str.contains(_NUMERIC)).unique(maintain_order=True).head(count).to_list()


def read_days(texts: pl.Series, order: str) -> Days:
    """Return the texts as days, their numeric dates in `order`."""
    distinct = texts.unique()
    if distinct.len() * 2 < texts.len():
        read = read_days(distinct, order)
        values = texts.replace_strict(distinct, read.values, return_dtype=pl.Date)
        return Days(values, (texts.str.strip_chars(_BLANKS) != "") & values.is_null())
    stripped = texts.str.strip_chars(_BLANKS)
    frame = pl.DataFrame({"t": stripped}).select(
        pl.coalesce(
            pl.when(pl.col("t").str.contains(pattern)).then(_assembled(pattern, places))
            for pattern, places in ((_ISO, "ymd"), (_COMPACT, "ymd"), (_NUMERIC, order or "dmy"))
        ).str.to_date("%Y-%m-%d", strict=False).alias("day"),
        pl.col("t"),
    )  # fmt: skip
    values = frame["day"]
    values = _within(values)
    left = values.is_null() & (stripped != "")
    if left.any():
        values = _rarer(values, stripped, left)
    return Days(values, (stripped != "") & values.is_null())


def _assembled(pattern: str, places: str) -> pl.Expr:
    def part(letter: str) -> pl.Expr:
        return pl.col("t").str.extract(pattern, places.index(letter) + 1)

    year = part("y")
    short = year.str.len_chars() == 2
    century = pl.when(year.cast(pl.Int32, strict=False) < 70).then(pl.lit("20")).otherwise(pl.lit("19"))
    full = pl.when(short).then(century + year).otherwise(year)
    return full + "-" + part("m").str.zfill(2) + "-" + part("d").str.zfill(2)


def _within(values: pl.Series) -> pl.Series:
    year = values.dt.year()
    return values.set(((year < FIRST_YEAR) | (year > LAST_YEAR)).fill_null(False), None)


def _rarer(values: pl.Series, texts: pl.Series, left: pl.Series) -> pl.Series:
    """Read what is left: Excel's serial numbers and names of months, each distinct text once."""
    known = {text: rare_day(text) for text in texts.filter(left).unique().to_list()}
    found = {text: day for text, day in known.items() if day is not None}
    if not found:
        return values
    rare = texts.replace_strict(found, default=None, return_dtype=pl.Date)
    return values.zip_with(~left, rare)


def rare_day(text: str) -> date | None:
    """Return the day of an Excel serial number or of a date with a month's name, or None."""
    if serial := re.match(_SERIAL, text):
        return date.fromordinal(_EXCEL_EPOCH.toordinal() + int(serial[1]))
    plain = _WEEKDAY.sub("", _bare(text))
    if named := _MONTH_DAY.match(plain):
        return _day(int(named[1]), named[2], int(named[3]))
    if named := _MONTH_FIRST.match(plain):
        return _day(int(named[2]), named[1], int(named[3]))
    return None


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(c for c in letters if not unicodedata.combining(c))


def _day(day: int, month_name: str, year: int) -> date | None:
    month = month_number(month_name)
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    if month is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def month_number(name: str) -> int | None:
    """Return 1 to 12 for a month's name or its first letters, French or English, if it is clear."""
    if len(name) < 3:
        return None
    for names in MONTHS.values():
        fits = [n for n, full in enumerate(names, 1) if _bare(full).startswith(name)]
        if len(fits) == 1:
            return fits[0]
    return {"sept": 9, "fevr": 2, "juil": 7}.get(name)


def why_no_day(text: str, order: str) -> Why:
    """Return the reason why `text` is no day: a month too short, a thirteenth month, another form."""
    value = text.strip()
    params: dict[str, object] = {"value": shortened(value)}
    if value.startswith(("=", "@")):
        return Why("formula_date", params)
    found = _parts(value, order or "dmy")
    if found is None:
        return Why("not_a_date", params)
    year, month, _ = found
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Why("year_out_of_range", params | {"first": FIRST_YEAR, "last": LAST_YEAR})
    if not 1 <= month <= 12:
        return Why("no_such_month", params | {"month": month})
    return Why("no_such_day", params | {"month": month, "year": year,
                                        "days": monthrange(year, month)[1]})  # fmt: skip


def _parts(value: str, order: str) -> tuple[int, int, int] | None:
    for pattern, places in ((_ISO, "ymd"), (_COMPACT, "ymd"), (_NUMERIC, order)):
        if match := re.match(pattern, value):
            by_letter = {letter: int(match[places.index(letter) + 1]) for letter in "ymd"}
            year = by_letter["y"]
            if pattern == _NUMERIC and year < 100:
                year += 2000 if year < 70 else 1900
            return year, by_letter["m"], by_letter["d"]
    if named := _MONTH_DAY.match(_bare(value)):
        month = month_number(named[2])
        return None if month is None else (int(named[3]), month, int(named[1]))
    return None
