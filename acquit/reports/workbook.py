"""A report as an Excel workbook: what a text begins with never makes it a formula (F-57)."""

from __future__ import annotations

import io
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from acquit.core.money import decimals_of
from acquit.reports.spreadsheet import STARTS_A_FORMULA, Sheet, Value

#: What XML 1.0 cannot hold.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_MOST_CHARACTERS = 32767


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
    cell.quotePrefix = text.startswith(STARTS_A_FORMULA)
    return cell


def _amount_form(currency: str) -> str:
    decimals = decimals_of(currency)
    return "#,##0" + ("." + "0" * decimals if decimals else "")
