"""A report as a file for a spreadsheet, in which no text of a debtor ever becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from acquit.core.money import decimals_of
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
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: What XML 1.0 cannot hold.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_MOST_CHARACTERS = 32767


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A title, names of columns, and rows. Amounts are in the currency named in `currency`.

    `totals` are for people only: a program, or a spreadsheet, would add them a second time. `added` are the
    columns that may be added up, within a currency, `ratios` those that are percentages in the totals too, of
    which column out of which; `note` names a remark that belongs under it on paper, and `noted` the columns
    that it tells people instead.
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
    place_of_currency = sheet.columns.index("currency")
    found = []
    for currency in sorted({sheet.currency_of(row) for row in sheet.rows}):
        line: list[Value] = [None] * len(sheet.columns)
        for place in sheet.added:
            values = (row[place] for row in sheet.rows if sheet.currency_of(row) == currency)
            line[place] = sum(value for value in values if isinstance(value, Decimal | int))
        for place, (part, wholes) in sheet.ratios.items():
            line[place] = _percentage(line[part], [line[whole] for whole in wholes])
        line[place_of_currency] = currency
        found.append((currency, line))
    return found


def _percentage(part: Value, wholes: Iterable[Value]) -> Decimal | None:
    whole = sum(Decimal(value) for value in wholes if isinstance(value, Decimal | int))
    return round(100 * Decimal(part) / whole, 2) if whole and isinstance(part, Decimal | int) else None


def csv_text(sheet: Sheet) -> str:
    """Return the sheet as CSV: commas, points, ISO dates, the columns' names first.

    A text that a spreadsheet would reckon gets an apostrophe before it (F-57).
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow([_inert(value) for value in row])
    return written.getvalue()


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Return the sheet as an Excel workbook, with amounts and dates as such."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title[:31])
    page.freeze_panes = "A2"
    for number, name in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = 34 if name == "debtor" else 16
    page.append(_heading(page, sheet.columns))
    for row in sheet.rows:
        form = _amount_form(sheet.currency_of(row))
        page.append([_cell(page, value, form) for value in row])
    if sheet.added and sheet.rows:
        _add_totals(book, sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _add_totals(book: Workbook, sheet: Sheet) -> None:
    """Add a second page that adds up the first by currency: the only formulas there are, and ours."""
    page = book.create_sheet("Total")
    page.freeze_panes = "A2"
    page.append(_heading(page, ("currency", *(sheet.columns[place] for place in sheet.added))))
    currencies = {sheet.currency_of(row) for row in sheet.rows}
    for line, currency in enumerate(sorted(currencies), 2):
        cells = [_cell(page, currency, "")]
        for place in sheet.added:
            cell = WriteOnlyCell(
                page, value=f"=SUMIF({_span(sheet, 'currency')},$A{line},{_span(sheet, place)})"
            )
            is_amount = any(isinstance(row[place], Decimal) for row in sheet.rows)
            cell.number_format = _amount_form(currency) if is_amount else "0"
            cells.append(cell)
        page.append(cells)


def _span(sheet: Sheet, column: int | str) -> str:
    """Return the cells of a column of the first page, as a formula names them."""
    place = sheet.columns.index(column) if isinstance(column, str) else column
    letter, name = get_column_letter(place + 1), sheet.title[:31].replace("'", "''")
    return f"'{name}'!${letter}$2:${letter}${len(sheet.rows) + 1}"


def text_lines(sheet: Sheet) -> Iterable[str]:
    """Return the sheet as aligned lines, figures to the right."""
    shown = [*sheet.rows, *sheet.totals]
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
    return "".join(c if c.isprintable() else " " for c in text)


def _inert(value: Value) -> str:
    text = _said(value)
    if isinstance(value, str) and text.startswith(_STARTS_A_FORMULA):
        return f"'{text}"
    return text


def _said(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _heading(page: object, columns: tuple[str, ...]) -> list[WriteOnlyCell]:
    cells = [WriteOnlyCell(page, value=name) for name in columns]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _cell(page: object, value: Value, form: str) -> WriteOnlyCell:
    """Return a cell whose text stays a text, whatever it begins with."""
    if not isinstance(value, str):
        cell = WriteOnlyCell(page, value=value)
        cell.number_format = {Decimal: form, int: "0"}.get(type(value), "yyyy-mm-dd")
        return cell
    text = value.translate(_UNPRINTABLE)[:_MOST_CHARACTERS]
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_STARTS_A_FORMULA)
    return cell


def _amount_form(currency: str) -> str:
    decimals = decimals_of(currency)
    return "#,##0" + ("." + "0" * decimals if decimals else "")
