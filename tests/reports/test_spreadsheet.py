"""Reports as files: real numbers, and no formula of a stranger (F-57)."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.reports.spreadsheet import Sheet, added_up, csv_text, text_lines
from acquit.reports.workbook import xlsx_bytes

TRAPS = ["=1+1", '=HYPERLINK("http://x.example")', "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1"]


def sheet(*names: str) -> Sheet:
    rows = [(name, "EUR", Decimal("-1234.50"), date(2026, 3, 31)) for name in names]
    return Sheet(title="Balances", columns=("debtor", "currency", "balance", "on"), rows=rows)


@pytest.mark.parametrize("name", TRAPS)
def test_a_name_is_never_a_formula(name: str) -> None:
    row = list(csv.reader(io.StringIO(csv_text(sheet(name)), newline="")))[1]
    assert row == [f"'{name}", "EUR", "-1234.50", "2026-03-31"]
    cell = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet(name)))).active["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_amounts_and_days_are_real_in_a_workbook() -> None:
    page = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet("Dupont")))).active
    assert [cell.value for cell in page[1]] == ["debtor", "currency", "balance", "on"]
    name, _, amount, on = page[2]
    assert (name.value, name.data_type) == ("Dupont", "s")
    assert (amount.value, amount.data_type, amount.number_format) == (-1234.5, "n", "#,##0.00")
    assert (on.value.date(), on.is_date) == (date(2026, 3, 31), True)


def test_the_decimals_are_those_of_the_currency() -> None:
    yen = Sheet(title="x", columns=("currency", "balance"), rows=[("JPY", Decimal(5))])
    assert openpyxl.load_workbook(io.BytesIO(xlsx_bytes(yen))).active["B2"].number_format == "#,##0"


@given(st.text())
def test_any_name_makes_a_file(name: str) -> None:
    if not any("\ud800" <= c <= "\udfff" for c in name):
        openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet(name))))
    kept = list(csv.reader(io.StringIO(csv_text(sheet(name)), newline="")))[1][0]
    assert kept in {name, f"'{name}"}


def test_lines_for_a_person() -> None:
    lines = list(text_lines(sheet("Dupont", "X")))
    assert lines[0].split() == ["debtor", "currency", "balance", "on"]
    assert lines[2] == "X       EUR       -1234.50  2026-03-31"


def test_a_name_does_not_command_the_terminal() -> None:
    assert list(text_lines(sheet("A\x1b[2J\nB")))[1].startswith("A [2J B  EUR")


def test_a_percentage_of_the_totals_is_that_of_the_sums_not_of_the_rows() -> None:
    rows = [("EUR", 1, 1, Decimal(50)), ("EUR", 0, 8, Decimal(0)), ("USD", 0, 0, None)]
    promises = Sheet(
        title="x", columns=("currency", "kept", "broken", "rate"), rows=rows, added=(1, 2),
        ratios={3: (1, (1, 2))},
    )  # fmt: skip
    assert added_up(promises) == [("EUR", ["EUR", 1, 9, Decimal(10)]), ("USD", ["USD", 0, 0, None])]
