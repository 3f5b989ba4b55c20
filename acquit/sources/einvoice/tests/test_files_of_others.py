"""Invoices that nobody here wrote, against what another reader finds in them, to the cent and the day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from facturx import get_xml_from_pdf

from acquit.sources.base import StructureError
from acquit.sources.einvoice import SOURCE
from acquit.sources.tests.fuzzing import check

SHARED = Path(__file__).parents[5] / "shared" / "data" / "einvoice"
FILES = sorted(
    path
    for folder in ("factur-x_pypi/xml", "factur-x_pypi/pdf", "zugferd_corpus")
    for path in (SHARED / folder).rglob("*")
    if path.suffix in (".xml", ".pdf")
)
pytestmark = pytest.mark.skipif(not FILES, reason=f"no invoices of others under {SHARED}")
CBC, CAC = (
    f"{{urn:oasis:names:specification:ubl:schema:xsd:Common{n}Components-2}}" for n in ("Basic", "Aggregate")
)
NET_DAYS = timedelta(days=30)


def found_by_another(path):
    """The facts of the file, taken out without our readers."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        _, content = get_xml_from_pdf(content, check_xsd=False)
    root = ET.fromstring(content)
    return ubl(root) if "ubl" in root.tag else cii(root)


def ubl(root):
    def text(path):
        found = root.find(path)
        return None if found is None else found.text

    total = f"{CAC}LegalMonetaryTotal/{CBC}"
    return {
        "number": text(f"{CBC}ID"),
        "type": text(f"{CBC}InvoiceTypeCode"),
        "issued_on": date.fromisoformat(text(f"{CBC}IssueDate")),
        "due_on": date.fromisoformat(text(f"{CBC}DueDate")) if text(f"{CBC}DueDate") else None,
        "currency": text(f"{CBC}DocumentCurrencyCode"),
        "total": Decimal(text(f"{total}TaxInclusiveAmount")),
        "paid": Decimal(text(f"{total}PrepaidAmount") or 0),
        "payable": Decimal(text(f"{total}PayableAmount")),
        "vat": sorted(
            (
                Decimal(one.find(f"{CAC}TaxCategory/{CBC}Percent").text),
                Decimal(one.find(f"{CBC}TaxableAmount").text),
                Decimal(one.find(f"{CBC}TaxAmount").text),
            )
            for one in root.iterfind(f"{CAC}TaxTotal/{CAC}TaxSubtotal")
        ),
    }


def cii(root):
    """Found by the last part of the names, which ZUGFeRD 1 shares as far as it goes."""

    def every(name, below=root):
        return [one for one in below.iter() if one.tag.rpartition("}")[2] in (name, f"Rate{name}")]

    def last(name, below):
        found = every(name, below)
        return found[-1].text.strip() if found else None

    head = next(e for e in root if e.tag.endswith("ExchangedDocument"))
    settlement = next(
        e for e in root.iter() if e.tag.endswith(("HeaderTradeSettlement", "SupplyChainTradeSettlement"))
    )
    sums = next(e for e in settlement if e.tag.endswith("MonetarySummation"))
    due = every("DueDateDateTime", settlement)
    total, paid = Decimal(last("GrandTotalAmount", sums)), last("TotalPrepaidAmount", sums)
    payable = last("DuePayableAmount", sums)
    taxes = [e for e in settlement if e.tag.endswith("ApplicableTradeTax")]
    day = date.fromisoformat
    return {
        "number": next(e.text for e in head if e.tag.endswith("}ID")),
        "type": next(e.text for e in head if e.tag.endswith("}TypeCode")),
        "issued_on": day(every("DateTimeString", head)[0].text.strip()),
        "due_on": day(every("DateTimeString", due[0])[0].text.strip()) if due else None,
        "currency": last("InvoiceCurrencyCode", settlement),
        "total": total,
        # MINIMUM knows only what is left to pay.
        "paid": Decimal(paid) if paid else total - Decimal(payable or total),
        "payable": Decimal(payable or total),
        "vat": sorted(
            (
                Decimal(last("ApplicablePercent", tax)), Decimal(last("BasisAmount", tax)),
                Decimal(last("CalculatedAmount", tax)),
            )
            for tax in taxes
        ),
    }  # fmt: skip


def name_of(path):
    return str(path.relative_to(SHARED))


@pytest.mark.parametrize("path", [p for p in FILES if "order-x" not in p.name], ids=name_of)
def test_to_the_cent_and_the_day(path):
    content = path.read_bytes()
    assert SOURCE.identify(content, path.name) >= 0.9
    reading = SOURCE.read(path, path.name)
    check(reading)
    assert reading.errors == ()
    said = found_by_another(path)
    tables = reading.tables
    kind = "credit_notes" if said["type"] == "381" else "invoices"
    (row,) = tables[kind].rows(named=True)
    for name in ("number", "issued_on", "currency"):
        assert row[name] == said[name], name
    if kind == "credit_notes":
        assert row["amount"] == said["payable"]
        assert tables["allocations"]["invoice_number"].to_list() == ["FA-2017-0010"]
        return
    assert row["amount"] == said["total"]
    assert tables["payments"]["amount"].sum() == said["paid"]
    assert row["amount"] - tables["payments"]["amount"].sum() == said["payable"]
    assert tables["terms"]["due_on"].to_list() == [said["due_on"] or said["issued_on"] + NET_DAYS]
    assert sorted(tables["vat_lines"].select("rate", "base", "tax").rows()) == said["vat"]
    assert len(reading.documents) == (path.suffix == ".pdf")
    assert all(document.content == content for document in reading.documents)


@pytest.mark.parametrize("path", [p for p in FILES if "order-x" in p.name], ids=name_of)
def test_an_order_is_no_invoice(path):
    assert SOURCE.identify(path.read_bytes(), path.name) >= 0.9
    with pytest.raises(StructureError) as refused:
        SOURCE.read(path, path.name)
    assert refused.value.code == "einvoice_order"
