"""What other programs read of our files: LibreOffice of workbooks, pdftotext of PDFs."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from acquit.reports.paper import MOST_ROWS, Asked, TooLong, pdf_bytes
from acquit.reports.spreadsheet import Sheet
from acquit.reports.workbook import xlsx_bytes
from tests.fixtures.machine import need

NAMES = [
    '=HYPERLINK("http://x.example")',
    "+33 1",
    "@SUM(A1)",
    "#set page(width: 1cm) *Dupont* $x$",
    "Bâti-Sud",
]
AMOUNTS = [Decimal("-1234.50"), Decimal("0.10"), Decimal("99999999.99"), Decimal("7.00"), Decimal("12.30")]


def sheet(rows: int = 5) -> Sheet:
    lines = [
        (NAMES[n % 5], "EUR" if n % 5 else "USD", AMOUNTS[n % 5], date(2026, 3, 1 + n % 28), n)
        for n in range(rows)
    ]
    return Sheet(
        key="balances", title="It's 2026", columns=("debtor", "currency", "balance", "last", "count"),
        rows=lines, added=(2, 4),
    )  # fmt: skip


def program(name: str) -> str:
    found = shutil.which(name)
    need(None if found else f"{name} is not installed")
    return str(found)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: Any) -> list[list[list[str]]]:
    """The pages of a workbook as LibreOffice reads and reckons them, in a profile of its own."""
    office, folder = program("soffice"), tmp_path_factory.mktemp("office")
    (folder / "book.xlsx").write_bytes(xlsx_bytes(sheet()))
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
         "--convert-to", form, "--outdir", str(folder), str(folder / "book.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = sorted(folder.glob("book-*.csv"), key=lambda one: "Total" in one.name)
    return [list(csv.reader(one.read_text(encoding="utf-8").splitlines())) for one in found]


def test_a_workbook_is_read_back_equal(pages: Any) -> None:
    assert pages[0][0] == ["debtor", "currency", "balance", "last", "count"]
    for line, meant in zip(pages[0][1:], sheet().rows, strict=True):
        name, currency, amount, day, count = line
        assert (name, currency, Decimal(amount.replace(",", "")), day, int(count)) == (
            meant[0], meant[1], meant[2], str(meant[3]), meant[4],
        )  # fmt: skip


def test_the_totals_are_reckoned_by_formulas_of_ours(pages: Any) -> None:
    euros = [row for row in sheet().rows if row[1] == "EUR"]
    head, first, second = pages[1]
    assert head == ["currency", "balance", "count"]
    assert (first[0], Decimal(first[1].replace(",", "")), int(first[2])) == (
        "EUR", sum(row[2] for row in euros), sum(row[4] for row in euros),
    )  # fmt: skip
    assert (second[0], Decimal(second[1].replace(",", ""))) == ("USD", Decimal("-1234.50"))


def text_of(pdf: bytes, folder: Path) -> str:
    reader = program("pdftotext")
    (folder / "r.pdf").write_bytes(pdf)
    done = subprocess.run([reader, "-layout", str(folder / "r.pdf"), "-"], check=True, capture_output=True)
    return done.stdout.decode()


def test_a_pdf_says_what_was_asked_with_totals_that_add_up(tmp_path: Path) -> None:
    asked = Asked(
        name="Valmeric Industrie",
        language="fr",
        on=date(2026, 3, 31),
        printed_on=date(2026, 4, 2),
        lines=["FR"],
    )
    text = text_of(pdf_bytes(sheet(90), asked), tmp_path)
    for words in (
        "Soldes des comptes",
        "Au 31 mars 2026",
        "Établi le 2 avril 2026",
        "page 1/",
        "Client",
        "Bâti-Sud",
    ):
        assert words in text
    for name in NAMES:
        assert name[:18] in text
    pages = int(re.findall(r"page \d+/(\d+)", text)[0])
    assert pages > 1
    assert f"page {pages}/{pages}" in text
    plain = text.replace("\u202f", "").replace("\u00a0", " ")
    for currency in ("EUR", "USD"):
        total = sum(row[2] for row in sheet(90).rows if row[1] == currency)
        line = next(line for line in plain.splitlines() if line.split()[:2] == ["Total", currency])
        assert Decimal("".join(line.split()[2:-1]).replace(",", ".").replace("−", "-")) == total


def test_what_is_too_long_is_not_for_paper() -> None:
    asked = Asked(name="x", language="en", on=date(2026, 3, 31), printed_on=date(2026, 4, 2))
    with pytest.raises(TooLong):
        pdf_bytes(sheet(MOST_ROWS + 1), asked)
    assert pdf_bytes(sheet(1), asked).startswith(b"%PDF")


def test_percentages_have_one_decimal_and_amounts_those_of_their_currency() -> None:
    rows = [("Dupont", "EUR", Decimal("1234.5"), Decimal("12.35")), ("Sato", "JPY", Decimal(980), None)]
    kept = Sheet(key="balances", title="x", columns=("debtor", "currency", "balance", "rate"), rows=rows)
    asked = Asked(name="A", language="fr", on=date(2026, 3, 1), printed_on=date(2026, 3, 1))
    text = PdfReader(io.BytesIO(pdf_bytes(kept, asked))).pages[0].extract_text()
    assert "1\u202f234,50" in text
    assert "12,4" in text
    assert "980,0" not in text
