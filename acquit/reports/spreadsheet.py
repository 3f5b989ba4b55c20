"""A report as a file for a spreadsheet, in which no text of a debtor ever becomes a formula."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from heapq import nlargest
from typing import Any, Generic, TypeVar, overload

from acquit.reports.behind import Behind
from acquit.reports.filters import Filters

Value = str | int | Decimal | date | None
#: Columns of figures that are no amounts: people read them with one decimal.
PERCENTAGES = frozenset({
    "cei", "late_rate", "rate", "amount_rate", "share", "share_low", "share_high", "invoice_share",
    "invoice_low", "invoice_high", "percent", "chance",
})  # fmt: skip
DAYS = frozenset({
    "dso", "count_back", "best_possible", "delinquent_days", "mean_days", "resolved_days", "mean", "weighted",
    "median", "late_mean", "late_weighted",
})  # fmt: skip
Of = TypeVar("Of")
Made = TypeVar("Made")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Each(Sequence[Made], Generic[Of, Made]):
    """What `make` makes of each of `found`, once it is looked at: a page shows few of a hundred thousand.

    >>> list(Each(abs, [-1, 2])[:1])
    [1]
    """

    def __init__(self, make: Callable[[Of], Made], found: Sequence[Of]) -> None:
        self._make, self._found = make, found

    @overload
    def __getitem__(self, place: int) -> Made: ...
    @overload
    def __getitem__(self, place: slice) -> Each[Of, Made]: ...
    def __getitem__(self, place: int | slice) -> Made | Each[Of, Made]:
        if isinstance(place, slice):
            return Each(self._make, self._found[place])
        return self._make(self._found[place])

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A title, names of columns, and rows. Amounts are in the currency named in `currency`.

    `totals` are for people only: a program, or a spreadsheet, would add them a second time. `added` are the
    columns that may be added up, within a currency, `ratios` those that are percentages in the totals too, of
    which column out of which; `note` names a remark that belongs under it on paper, and `noted` the columns
    that it tells people instead.
    A sheet of as many rows as debtors is `weighed` by a column, for who wants the largest alone; `left_out`
    then says how many others there are by currency, and `totals` are those of all.
    `opens` tells for each row the list behind its figures, by column; `opens_all` that of the totals, in all
    currencies. `about` are filters of what each row is of: an account, a debtor, another group.
    """

    key: str = "report"
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Sequence[Value]] = ()
    added: tuple[int, ...] = ()
    ratios: Mapping[int, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    note: str = ""
    noted: tuple[int, ...] = ()
    weighed: int | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    opens: Sequence[Mapping[int, Behind]] = ()
    opens_all: Mapping[int, Behind] = field(default_factory=dict)
    about: Sequence[Filters] = ()

    @property
    def listed(self) -> str:
        """Return what the rows are called in a document for programs."""
        return "months" if self.columns[0] == "month" else self.key

    @property
    def currencies(self) -> list[str]:
        """The currencies of the rows, in their order by code."""
        if "currency" not in self.columns:
            return []
        return sorted({self.currency_of(row) for row in self.rows} - {""})

    def currency_of(self, row: Sequence[Value]) -> str:
        """The currency of a row's amounts; the euro's decimals where the sheet names none."""
        said = row[self.columns.index("currency")] if "currency" in self.columns else None
        return said if isinstance(said, str) else "EUR"


def of_columns(sheet: Sheet, places: Sequence[int]) -> Sheet:
    """Return the sheet with some of its columns only, in the order given; it opens nothing."""
    at = {place: now for now, place in enumerate(places)}

    def these(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
        return [[row[place] for place in places] for row in rows]

    return replace(
        sheet, columns=tuple(sheet.columns[place] for place in places), rows=these(sheet.rows),
        totals=these(sheet.totals), added=tuple(at[place] for place in sheet.added if place in at),
        ratios={
            at[place]: (at[part], tuple(at[whole] for whole in wholes))
            for place, (part, wholes) in sheet.ratios.items()
            if {place, part, *wholes} <= set(at)
        },
        noted=tuple(at[place] for place in sheet.noted if place in at), opens=(), opens_all={}, about=(),
    )  # fmt: skip


def document(sheet: Sheet, on: date) -> dict[str, Any]:
    """Return the sheet for a program: its rows by the names of its columns; totals stand beside them."""
    found: dict[str, Any] = {
        "on": on,
        sheet.listed: [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows],
    }
    if sheet.totals:
        places = (sheet.columns.index("currency"), *sheet.added)
        names = [sheet.columns[place] for place in places]
        found["totals"] = [
            dict(zip(names, (row[place] for place in places), strict=True)) for row in sheet.totals
        ]
    return found


def added_up(sheet: Sheet) -> list[tuple[str, list[Value]]]:
    """Return one line a currency that adds up what may be added: of the rows as they are written."""
    if not sheet.added or "currency" not in sheet.columns:
        return []
    place_of_currency, found = sheet.columns.index("currency"), []
    for currency in sorted({sheet.currency_of(row) for row in sheet.rows}):
        line: list[Value] = [None] * len(sheet.columns)
        rows = [row for row in sheet.rows if sheet.currency_of(row) == currency]
        for place in sheet.added:
            line[place] = _sum(row[place] for row in rows)
        for place, (part, wholes) in sheet.ratios.items():
            line[place] = _percentage(line[part], [line[whole] for whole in wholes])
        line[place_of_currency] = currency
        found.append((currency, line))
    return found


def _percentage(part: Value, wholes: Iterable[Value]) -> Decimal | None:
    whole = sum(Decimal(value) for value in wholes if isinstance(value, Decimal | int))
    return round(100 * Decimal(part) / whole, 2) if whole and isinstance(part, Decimal | int) else None


def largest(sheet: Sheet, most: int) -> Sheet:
    """Return the sheet with the `most` rows of each currency that weigh most, and the totals of all.

    A sheet that has no more, or whose rows are no parts of a whole such as months, is returned as it is.
    """
    count = Counter(sheet.currency_of(row) for row in sheet.rows)
    weight = sheet.weighed
    if weight is None or max(count.values(), default=0) <= most:
        return sheet
    rows: list[Sequence[Value]] = []
    for currency in sorted(count):
        of_it = (row for row in sheet.rows if sheet.currency_of(row) == currency)
        rows.extend(nlargest(most, of_it, key=lambda row: _sum([row[weight]])))
    return replace(
        sheet, rows=rows, opens=(), about=(),
        totals=[["Total", *line[1:]] for _, line in added_up(sheet)],
        left_out={currency: number - most for currency, number in count.items() if number > most},
    )  # fmt: skip


def _others(sheet: Sheet) -> Iterator[list[Value]]:
    """Yield for each currency what is left out: how many rows, and what their totals are, as written."""
    shown = dict(added_up(sheet))
    for line in sheet.totals:
        currency = sheet.currency_of(line)
        if number := sheet.left_out.get(currency):
            said: list[Value] = [None] * len(sheet.columns)
            for place in sheet.added:
                said[place] = _sum([line[place]]) - _sum([shown[currency][place]])
            said[0] = f"{number} other{'s' if number > 1 else ''}"
            said[sheet.columns.index("currency")] = currency
            yield said


def _sum(values: Iterable[Value]) -> Decimal | int:
    return sum(value for value in values if isinstance(value, Decimal | int))


def csv_text(sheet: Sheet) -> str:
    """Return the sheet as CSV: commas, points, ISO dates, the columns' names first.

    A text that a spreadsheet would reckon gets an apostrophe before it (F-57).
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(sheet.columns)
    writer.writerows([_inert(value) for value in row] for row in sheet.rows)
    return written.getvalue()


def text_lines(sheet: Sheet) -> Iterable[str]:
    """Return the sheet as aligned lines, figures to the right; what is left out has a line that adds up."""
    shown = [*sheet.rows, *_others(sheet), *sheet.totals]
    texts = [list(sheet.columns), *([_printable(_said(value)) for value in row] for row in shown)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    right = [any(isinstance(row[n], Decimal | int) for row in shown) for n in range(len(widths))]
    for line in texts:
        cells = (
            text.rjust(width) if figures else text.ljust(width)
            for text, width, figures in zip(line, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _printable(text: str) -> str:
    """Return the text without what would move the cursor or break the line."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _inert(value: Value) -> str:
    text = _said(value)
    if isinstance(value, str) and text.startswith(STARTS_A_FORMULA):
        return f"'{text}"
    return text


def _said(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
