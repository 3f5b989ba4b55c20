"""Invoices that contradict themselves, files that are none, and files that would harm."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.sources.einvoice import SOURCE, facturx
from acquit.sources.einvoice.tests.papers import (
    CII,
    CREDIT,
    UBL,
    ZUGFERD1,
    bomb,
    changed,
    endless_tables,
    pdf,
    read,
)
from acquit.sources.tests.broken import only_error, refusal
from acquit.sources.tests.fuzzing import noise, read_or_refuse, spoilt

PDF = pdf(("factur-x.xml", CII))


GRAND, DUE, PAID = "<ram:GrandTotalAmount>", "DuePayableAmount>", "TotalPrepaidAmount>"


@pytest.mark.parametrize(
    ("old", "new", "place", "field", "code"),
    [
        (">F26-0101</ram:ID>", "></ram:ID>", None, "number", "missing_value"),
        ("20260903", "", None, "issued_on", "missing_value"),
        ("20260903", "20260931", "20260903", "issued_on", "no_such_day"),
        ("20260903", "20261301", "20260903", "issued_on", "no_such_month"),
        ("20260903", "02260903", "20260903", "issued_on", "year_out_of_range"),
        ("20260903", "le 3 septembre", "20260903", "issued_on", "einvoice_day"),
        ("20261031", "31/10/2026", "20261031", "due_on", "einvoice_day"),
        ("20261031", "20260902", "20261031", "due_on", "due_before_issue"),
        (">380<", "><", None, "type", "missing_value"),
        (">EUR<", ">EURO<", ">EUR<", "currency", "unknown_currency"),
        (GRAND + "1190.00", GRAND, None, "amount", "missing_value"),
        (">1190.00<", ">1 190,00<", GRAND, "amount", "not_an_amount"),
        (">1190.00<", ">=1190<", GRAND, "amount", "formula_amount"),
        (">1190.00<", ">1e9<", GRAND, "amount", "not_an_amount"),
        (">1190.00<", ">1191.00<", GRAND, "amount", "einvoice_total"),
        (GRAND, GRAND.replace(">", ' currencyID="USD">'), GRAND, "amount", "einvoice_currency"),
        (DUE + "1000.00", DUE + "1190.00", DUE, "remaining", "einvoice_payable"),
        (PAID + "190.00", PAID + "-190.00", DUE, "remaining", "einvoice_payable"),
        (">180.00<", ">180.01<", "<ram:TaxTotalAmount", "vat", "einvoice_vat"),
        ("Percent>20.00", "Percent>2000", "Percent>20.00", "vat", "einvoice_vat_rate"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_place(old, new, place, field, code):
    reading = read(changed(CII, (old, new)))
    assert reading.counts() == dict.fromkeys(reading.counts(), 0)
    error = next(error for error in reading.errors if error.code == code)
    line = CII[: CII.index(place.encode())].count(b"\n") + 1 if place else None
    assert (error.line, error.field) == (line, field)
    assert error.words("fr") != error.words("en")


def test_a_buyer_without_a_name_is_known_by_his_numbers():
    reading = read(changed(CII, ("<ram:Name>Gîtes du Chêne SARL</ram:Name>", "<ram:Name/>")))
    assert (reading.errors, reading.counts()["invoices"]) == ((), 1)


def test_a_negative_sum_already_paid_is_refused():
    strange = changed(CII, ("TotalPrepaidAmount>190.00", "TotalPrepaidAmount>-190.00"),
                      ("DuePayableAmount>1000.00", "DuePayableAmount>1380.00"))  # fmt: skip
    assert only_error(read(strange)).code == "einvoice_paid_negative"


def test_instalments_that_do_not_make_the_invoice_are_refused():
    part = "</ram:DueDateDateTime><ram:PartialPaymentAmount>400</ram:PartialPaymentAmount>"
    other = (
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">20261130</udt:DateTimeString>{part}'
    )
    error = only_error(read(changed(CII, ("</ram:DueDateDateTime>", part + other))))
    assert (error.code, error.field) == ("einvoice_instalments", "amount")


def test_nobody_to_ask_is_refused():
    nobody = changed(CREDIT, ("Gîtes du Chêne SARL", ""), ("910000025", ""))
    assert only_error(read(nobody)).code == "missing_debtor"


def test_more_credit_paid_out_than_given_is_refused():
    due = '<cbc:PayableAmount currencyID="EUR">'
    paid = f"<cbc:PrepaidAmount>150.00</cbc:PrepaidAmount>{due}-30.00"
    over = changed(CREDIT, (due + "120.00", paid))
    assert only_error(read(over)).code == "paid_above_amount"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (CII[:-80], "xml_broken", CII[:-80].count(b"\n") + 1),
        (CII.replace(b"</ram:SellerTradeParty>", b""), "xml_broken", None),
        (b"<Facture/>", "einvoice_other_xml", 1),
        (b'<Invoice xmlns="urn:autre"><ID>1</ID></Invoice>', "einvoice_other_xml", 1),
        (b'\n<o:SCRDMCCBDACIOMessageStructure xmlns:o="urn:o"/>', "einvoice_order", None),
        (b"<a>" * 150 + b"</a>" * 150, "xml_too_deep", None),
        (pdf(), "pdf_without_invoice", None),
        (pdf(("bon.txt", b"bon"), ("plan.xml", b"<plan/>")), "pdf_without_xml", None),
        (pdf(("factur-x.xml", b"pas du XML")), "xml_broken", None),
        (pdf(("factur-x.xml", b"")), "xml_broken", None),
        (pdf(("factur-x.xml", CII), ("zugferd-invoice.xml", UBL)), "pdf_with_two_invoices", None),
        (pdf(("factur-x.xml", CII), password="sésame"), "pdf_encrypted", None),
        (b"%PDF-1.7\n" + b"\xff" * 500, "pdf_broken", None),
        (PDF[:700], "pdf_broken", None),
        (pdf(("order-x.xml", b'<o:SCRDMCCBDACIOMessageStructure xmlns:o="urn:o"/>')), "einvoice_order", None),
    ],
)
def test_what_is_no_invoice_is_refused_with_its_cause(content, code, line):
    error = refusal(SOURCE, content, "facture")
    assert error.code == code
    assert line is None or error.line == line


def test_a_broken_table_of_objects_is_mended_or_refused():
    moved = PDF.replace(b"startxref\n", b"startxref\n9")
    assert read(moved).counts()["invoices"] == 1


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">'.encode() for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "declared",
    [
        LAUGHS + b"]>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_refused_alone_and_in_a_pdf(declared):
    head, _, rest = CII.partition(b"?>")
    entity = b"&j;" if declared.startswith(LAUGHS) else b"&e;"
    hostile = head + b"?>" + declared + rest.replace(b"F26-0101", entity, 1)
    for content in (hostile, pdf(("factur-x.xml", hostile))):
        assert refusal(SOURCE, content, "facture").code in ("xml_doctype", "xml_broken")


@pytest.mark.parametrize(
    "content", [bomb(200), bomb(2000, layers=2), endless_tables(60, 15)], ids=["once", "twice", "tables"]
)
def test_what_unpacks_without_end_is_refused_in_bounded_memory_and_time(content):
    assert len(content) < 1 << 20
    tracemalloc.start()
    started = time.monotonic()
    error = refusal(SOURCE, content, "facture.pdf")
    spent, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code in ("pdf_unpacks_too_big", "pdf_broken")
    assert peak < 6 * facturx.LARGEST_XML
    assert spent < 20


def test_what_is_too_big_is_not_even_opened():
    assert refusal(SOURCE, PDF + b"\0" * facturx.LARGEST_PDF, "facture.pdf").code == "pdf_too_big"
    assert refusal(SOURCE, b"<a>" + b"<b/>" * 2_000_001, "facture.xml").code == "einvoice_too_long"
    assert refusal(SOURCE, CII + b" " * facturx.LARGEST_XML, "facture.xml").code == "xml_too_large"


@settings(max_examples=60, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content):
    read_or_refuse(SOURCE, content, "facture.xml")


@settings(max_examples=80, deadline=None)
@given(spoilt((CII, UBL, CREDIT, ZUGFERD1)))
def test_spoilt_xml_is_read_or_refused(content):
    read_or_refuse(SOURCE, content, "facture.xml")


@settings(max_examples=80, deadline=None)
@given(spoilt((PDF, pdf(("zugferd-invoice.xml", UBL), ("bon.txt", b"bon")))))
def test_spoilt_pdfs_are_read_or_refused(content):
    read_or_refuse(SOURCE, content, "facture.pdf")


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([">1190.00<", ">190.00<", ">1000.00<", "20260903", "20261031", ">380<", ">72<", ">EUR<"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
    | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    | st.dates().map(lambda day: f"{day:%Y%m%d}"),
)
def test_any_value_in_a_good_invoice_is_read_or_refused(old, value):
    plain = value.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")
    left, right = (">" if old[0] == ">" else ""), ("<" if old[-1] == "<" else "")
    read_or_refuse(SOURCE, changed(CII, (old, f"{left}{plain}{right}")), "facture.xml")
