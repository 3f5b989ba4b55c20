"""Rates as a file brings them: one a line, by semester, each with its source."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from acquit.core.regimes.base import HalfYear
from acquit.core.regimes.entered import Entry, NotARate, check

COLUMNS = ("series", "semester", "percent", "source", "read_on")
_SEMESTER = re.compile(r"(\d{4})\s*[-/ ]?\s*[sS]([12])")


@dataclass(frozen=True, slots=True)
class RateError:
    """A line that could not be read: which, and why."""

    line: int
    why: str


@dataclass(slots=True)
class RateFile:
    """What a file of rates says, and what could not be read of it."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[RateError] = field(default_factory=list)


def half_year(text: str) -> HalfYear:
    """Return the semester of «2027 S1», «2027S1» or «2027-S1»; raises ValueError.

    >>> half_year("2027-S1")
    HalfYear(year=2027, half=1)
    """
    found = _SEMESTER.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no semester, such as 2027 S1")
    return HalfYear(int(found[1]), int(found[2]))


def percent(text: str) -> Decimal:
    """Return the percent of «2,75», «2.75 %»; raises ValueError."""
    try:
        value = Decimal(text.replace("%", "").replace("\u00a0", "").replace(",", ".").strip())
    except InvalidOperation as why:
        raise ValueError(f"{text!r} is no percent") from why
    if not value.is_finite():
        raise ValueError(f"{text!r} is no percent")
    return value


def read_rates(text: str) -> RateFile:
    """Return the rates of a CSV with the columns `COLUMNS`, separated by commas or semicolons."""
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator)
    found = RateFile()
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        found.errors.append(RateError(1, f"the columns {', '.join(missing)} are missing"))
        return found
    for line, row in _lines(rows):
        try:
            entry = Entry(
                series=row["series"].strip(), half_year=half_year(row["semester"]),
                percent=percent(row["percent"]), source=row["source"].strip(),
                read_on=date.fromisoformat(row["read_on"].strip()),
            )  # fmt: skip
            check(entry)
        except (ValueError, NotARate) as why:
            found.errors.append(RateError(line, str(why)))
        else:
            found.entries.append(entry)
    return found


def _lines(rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in rows:
        yield rows.line_num, {name: row.get(name) or "" for name in COLUMNS}
