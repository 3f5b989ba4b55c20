"""What electronic invoices say, in both syntaxes, and what is made of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from facturx import generate_from_binary

from acquit.sources.base import Options, Sale
from acquit.sources.einvoice import SOURCE
from acquit.sources.einvoice.tests.papers import (
    CII,
    CREDIT,
    UBL,
    ZUGFERD1,
    associated_only,
    changed,
    pdf,
    read,
    rows,
)
from acquit.sources.tests.broken import only_error

KEY = "einvoice:F26-0101/2026"
ONE_DAY = '<udt:DateTimeString format="102">20261031</udt:DateTimeString>'
ONE_TERM = f"<ram:DueDateDateTime>{ONE_DAY}</ram:DueDateDateTime>"


def term(day: str, part: str = "") -> str:
    amount = f"<ram:PartialPaymentAmount>{part}</ram:PartialPaymentAmount>" if part else ""
    return (
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">{day}</udt:DateTimeString></ram:DueDateDateTime>{amount}'
    )


def negative(content: bytes) -> bytes:
    """The French way of a credit note under type 380: every amount with its sign turned."""
    text = content.decode()
    for amount in ("1190.00", "1000.00", "190.00", "180.00", "10.00", "900.00", "100.00"):
        text = text.replace(f">{amount}<", f">-{amount}<")
    return text.encode()


def test_both_syntaxes_say_the_same():
    one, other = read(CII), read(UBL)
    for kind, table in one.tables.items():
        assert table.equals(other.tables[kind]), kind
    assert one.sale == other.sale
    # The codes of BT-8 differ between the syntaxes; what is taken from them does not.
    assert [n.code for n in one.notes] == [n.code for n in other.notes] == ["einvoice_vat_on_receipt"]


def test_an_invoice_with_all_its_facts():
    reading = read(CII, "facture.xml")
    assert reading.errors == ()
    assert (reading.creditor_siren, reading.first_on) == ("910000017", date(2026, 9, 3))
    assert reading.sale == Sale(
        seller_siren="910000017", seller_vat="FR53910000017", buyer_siren="910000025",
        buyer_vat="FR77910000025", payee_iban="FR7630006000011234567890189",
    )  # fmt: skip
    assert reading.tables["invoices"].rows(named=True) == [{
        "line": 1, "external_key": KEY, "debtor": "siren:910000025", "number": "F26-0101", "kind": "invoice",
        "issued_on": date(2026, 9, 3), "currency": "EUR", "amount": Decimal(1190),
        "label": "CDE-88 · CHANTIER-7",
        "reference": "CDE-88", "disputed": False, "due_computed": False, "foreign_amount": None,
        "foreign_currency": "",
        "paid_by": "direct_debit", "vat_on_receipt": True, "payee_iban": "FR7630006000011234567890189",
        "replaces": "",
    }]  # fmt: skip
    assert rows(reading, "terms", "rank", "due_on", "amount") == [(1, date(2026, 10, 31), Decimal(1190))]
    assert rows(reading, "vat_lines", "invoice_key", "category", "rate", "base", "tax") == [
        (KEY, "S", Decimal(20), Decimal(900), Decimal(180)),
        (KEY, "S", Decimal(10), Decimal(100), Decimal(10)),
    ]  # fmt: skip
    assert rows(reading, "payments", "kind", "received_on", "amount", "reference") == [
        ("already_paid", date(2026, 9, 3), Decimal(190), "F26-0101")
    ]
    assert rows(reading, "allocations", "invoice_key", "by", "by_key", "amount") == [
        (KEY, "payment", f"einvoice-paid:{KEY}", Decimal(190))
    ]
    (debtor,) = reading.tables["debtors"].rows(named=True)
    assert (debtor["name"], debtor["siren"], debtor["vat"]) == (
        "Gîtes du Chêne SARL", "910000025", "FR77910000025",
    )  # fmt: skip
    assert (debtor["external_id"], debtor["country"], debtor["address"], debtor["city"]) == (
        "", "FR", "12 allée des Chênes\nBâtiment B", "Clermont-Ferrand",
    )  # fmt: skip
    assert rows(reading, "contacts", "name", "email", "phone") == [
        ("Odile Charme", "compta@chene.example", "+33 4 00 00 00 42")
    ]
    assert reading.documents == ()


def test_a_pdf_is_kept_beside_its_invoice():
    content = generate_from_binary(
        pdf(), CII, check_xsd=False, flavor="factur-x", level="en16931", afrelationship="data"
    )
    reading = read(content, "F26-0101.pdf")
    assert reading.tables["invoices"].equals(read(CII).tables["invoices"])
    (document,) = reading.documents
    assert (document.invoice_key, document.name, document.media_type) == (
        KEY,
        "F26-0101.pdf",
        "application/pdf",
    )
    assert document.content == content


@pytest.mark.parametrize(
    "name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml", "F1.xml"]
)
def test_the_names_of_the_standards_and_others_are_found(name):
    other = ("bon.txt", b"bon de livraison"), ("plan.xml", b"<plan/>")
    assert read(pdf(*other, (name, UBL))).counts()["invoices"] == 1


def test_a_pdf_that_names_its_invoice_only_as_associated():
    assert read(associated_only(CII)).counts()["invoices"] == 1


def test_the_same_invoice_attached_twice_is_one():
    assert read(pdf(("factur-x.xml", CII), ("zugferd-invoice.xml", CII))).counts()["invoices"] == 1


def test_zugferd_1_is_read():
    reading = read(ZUGFERD1, options=Options(net_days=10))
    assert rows(reading, "invoices", "number", "issued_on", "amount") == [
        ("R-17", date(2014, 2, 10), Decimal(119))
    ]
    assert rows(reading, "terms", "due_on") == [(date(2014, 2, 20),)]
    assert rows(reading, "vat_lines", "category", "rate", "tax") == [("S", Decimal(19), Decimal(19))]
    assert rows(reading, "debtors", "debtor", "country") == [("name:hof eiche", "DE")]
    assert reading.sale == Sale(seller_vat="DE129273398")


def test_a_credit_note_is_allocated_to_the_invoice_that_it_names():
    reading = read(CREDIT)
    assert rows(reading, "credit_notes", "external_key", "number", "issued_on", "amount") == [
        ("einvoice:A26-0007/2026", "A26-0007", date(2026, 9, 20), Decimal(120))
    ]
    assert rows(reading, "allocations", "invoice_key", "invoice_number", "by", "by_key", "amount") == [
        ("", "F26-0101", "credit_note", "einvoice:A26-0007/2026", None)
    ]
    assert reading.counts()["invoices"] == reading.counts()["vat_lines"] == 0


def test_a_negative_invoice_is_a_credit_note_of_what_is_left():
    reading = read(negative(CII))
    assert [note.code for note in reading.notes] == ["einvoice_vat_on_receipt", "einvoice_negative"]
    assert rows(reading, "credit_notes", "number", "amount") == [("F26-0101", Decimal(1000))]
    assert reading.counts()["invoices"] == reading.counts()["payments"] == 0


def test_a_negative_credit_note_may_mean_either_and_is_refused():
    text = changed(CREDIT, (">120.00<", ">-120.00<"), (">100.00<", ">-100.00<"), (">20.00<", ">-20.00<"))
    error = only_error(read(text))
    assert (error.code, error.field, error.value) == ("einvoice_credit_negative", "amount", "-120.00")


def test_a_credit_note_paid_out_gives_nothing():
    due = '<cbc:PayableAmount currencyID="EUR">{}</cbc:PayableAmount>'
    paid = "<cbc:PrepaidAmount>120.00</cbc:PrepaidAmount>" + due.format("0")
    reading = read(changed(CREDIT, (due.format("120.00"), paid)))
    assert reading.counts()["credit_notes"] == reading.counts()["allocations"] == 0
    assert [note.code for note in reading.notes] == ["einvoice_nothing_owed"]


@pytest.mark.parametrize("code", ["386", "389", "393", "875"])
def test_other_invoices_are_invoices(code):
    reading = read(changed(CII, (">380<", f">{code}<")))
    assert rows(reading, "invoices", "kind", "replaces") == [("invoice", "")]
    assert ("einvoice_factored" in [n.code for n in reading.notes]) == (code == "393")


@pytest.mark.parametrize(
    ("code", "why"), [("325", "einvoice_no_claim"), ("220", "einvoice_type"), ("x", "einvoice_type")]
)
def test_what_asks_for_nothing_is_refused(code, why):
    error = only_error(read(changed(CII, (">380<", f">{code}<"))))
    assert (error.line, error.field, error.code) == (11, "type", why)


def test_a_corrected_invoice_names_the_one_that_it_replaces():
    number = "<ram:IssuerAssignedID>F26-0090</ram:IssuerAssignedID>"
    before = f"<ram:InvoiceReferencedDocument>{number}</ram:InvoiceReferencedDocument>"
    close = "</ram:ApplicableHeaderTradeSettlement>"
    reading = read(changed(CII, (">380<", ">384<"), (close, before + close)))
    assert rows(reading, "invoices", "number", "replaces") == [("F26-0101", "F26-0090")]


def test_instalments_become_terms():
    reading = read(
        changed(
            CII,
            (
                ONE_TERM,
                ONE_TERM.replace("1031", "0930")
                + "<ram:PartialPaymentAmount>690</ram:PartialPaymentAmount>"
                + term("20261031", "500.00"),
            ),
        )
    )
    assert rows(reading, "terms", "rank", "due_on", "amount") == [
        (1, date(2026, 9, 30), Decimal(690)), (2, date(2026, 10, 31), Decimal(500)),
    ]  # fmt: skip


def test_instalments_of_what_is_left_stand_beside_what_was_paid():
    """The part paid already is a term of its own, due at once, so that the payment settles no other."""
    first = ONE_TERM.replace("1031", "0930") + "<ram:PartialPaymentAmount>600</ram:PartialPaymentAmount>"
    reading = read(changed(CII, (ONE_TERM, first + term("20261031", "400.00"))))
    assert rows(reading, "terms", "due_on", "amount") == [
        (date(2026, 9, 3), Decimal(190)), (date(2026, 9, 30), Decimal(600)),
        (date(2026, 10, 31), Decimal(400)),
    ]  # fmt: skip


def test_instalments_in_ubl():
    terms = "".join(
        f'<cac:PaymentTerms><cbc:Amount currencyID="EUR">{amount}</cbc:Amount><cbc:InstallmentDueDate>{day}'
        "</cbc:InstallmentDueDate></cac:PaymentTerms>"
        for day, amount in (("2026-09-30", "690"), ("2026-10-31", "500"))
    )
    old = "<cac:PaymentTerms><cbc:Note>45 jours fin de mois</cbc:Note></cac:PaymentTerms>"
    assert rows(read(changed(UBL, (old, terms))), "terms", "due_on", "amount") == [
        (date(2026, 9, 30), Decimal(690)), (date(2026, 10, 31), Decimal(500)),
    ]  # fmt: skip


def test_of_several_days_without_amounts_the_last_counts():
    reading = read(changed(CII, (ONE_TERM, ONE_TERM.replace("1031", "0930") + term("20261115"))))
    assert rows(reading, "terms", "due_on", "amount") == [(date(2026, 11, 15), Decimal(1190))]
    assert "einvoice_latest_due" in [note.code for note in reading.notes]


def test_without_a_day_the_words_of_the_terms_hold_then_what_the_caller_knows():
    undated = changed(CII, (ONE_TERM, ""))
    assert rows(read(undated), "terms", "due_on") == [(date(2026, 10, 31),)]
    assert "due_computed" in [note.code for note in read(undated).notes]
    unclear = changed(undated, ("45 jours fin de mois", "3% Skonto innerhalb 10 Tagen"))
    assert rows(read(unclear), "terms", "due_on") == [(date(2026, 10, 3),)]
    agreed = Options(due_on=lambda who, on: date(2026, 12, 1) if who == "siren:910000025" else on)
    assert rows(read(unclear, options=agreed), "terms", "due_on") == [(date(2026, 12, 1),)]


def test_an_invoice_paid_before_it_was_due_may_be_due_before_it_was_issued():
    early = ("20261031", "20260901")
    assert only_error(read(changed(CII, early))).code == "due_before_issue"
    settled = changed(CII, early, (">190.00</ram:TotalPrepaidAmount>", ">1190.00</ram:TotalPrepaidAmount>"),
                      (">1000.00</ram:DuePayableAmount>", ">0.00</ram:DuePayableAmount>"))  # fmt: skip
    assert rows(read(settled), "terms", "due_on") == [(date(2026, 9, 3),)]


def test_more_paid_than_asked_leaves_a_credit():
    over = changed(CII, (">190.00</ram:TotalPrepaidAmount>", ">1500.00</ram:TotalPrepaidAmount>"),
                   (">1000.00</ram:DuePayableAmount>", ">-310.00</ram:DuePayableAmount>"))  # fmt: skip
    reading = read(over)
    assert rows(reading, "payments", "amount") == [(Decimal(1500),)]
    assert rows(reading, "allocations", "amount") == [(Decimal(1190),)]


def test_the_rounding_is_owed_too():
    grand = "<ram:GrandTotalAmount>"
    rounded = changed(CII, (grand, "<ram:RoundingAmount>-0.40</ram:RoundingAmount>" + grand),
                      (">1000.00</ram:DuePayableAmount>", ">999.60</ram:DuePayableAmount>"))  # fmt: skip
    assert rows(read(rounded), "invoices", "amount") == [(Decimal("1189.60"),)]


@pytest.mark.parametrize(
    ("point", "process", "on_receipt", "note"),
    [
        ("72", "B1", True, "einvoice_vat_on_receipt"),
        ("5", "S1", False, "einvoice_vat_on_invoice"),
        ("29", "B1", False, "einvoice_vat_on_invoice"),
        ("", "S1", True, "einvoice_vat_services"),
        ("", "M2", True, "einvoice_vat_services"),
        ("", "B1", False, None),
    ],
)
def test_when_vat_falls_due(point, process, on_receipt, note):
    said = f"<ram:DueDateTypeCode>{point}</ram:DueDateTypeCode>" if point else ""
    reading = read(
        changed(
            CII,
            ("<ram:DueDateTypeCode>72</ram:DueDateTypeCode>", said),
            ("<ram:ID>B1<", f"<ram:ID>{process}<"),
        )
    )
    assert rows(reading, "invoices", "vat_on_receipt") == [(on_receipt,)]
    assert [n.code for n in reading.notes] == ([note] if note else [])


def test_the_payee_may_be_another_than_the_seller():
    party = "<ram:PayeeTradeParty><ram:Name>{}</ram:Name></ram:PayeeTradeParty>"
    place = "<ram:SpecifiedTradeSettlementPaymentMeans>"
    factor = read(changed(CII, (place, party.format("Affacturage du Nord") + place)))
    assert factor.sale is not None
    assert factor.sale.is_factored
    assert "einvoice_factored" in [note.code for note in factor.notes]
    same = read(changed(CII, (place, party.format("MENUISERIE TILLEUL") + place)))
    assert same.sale is not None
    assert not same.sale.is_factored


def test_the_profile_minimum_tells_what_is_paid_only_by_what_is_due():
    bare = changed(CII, ("urn:cen.eu:en16931:2017", "urn:factur-x.eu:1p0:minimum"),
                   ("<ram:TotalPrepaidAmount>190.00</ram:TotalPrepaidAmount>", ""))  # fmt: skip
    assert rows(read(bare), "payments", "amount") == [(Decimal(190),)]


def test_who_the_buyer_is():
    b2g = read(changed(CII, ("<ram:Content>B2B<", "<ram:Content>B2G<")))
    assert rows(b2g, "debtors", "kind") == [("public_body",)]
    wrong = read(changed(CII, ("91000002500018", "910000026"), ("FR77910000025", "")))
    assert rows(wrong, "debtors", "debtor", "siren") == [("name:gîtes du chêne sarl", "")]
    assert [n.params for n in wrong.notes if n.code == "einvoice_siren"] == [{"siren": "910000026"}]
    city = "Clermont-Ferrand</ram:CityName>\n          <ram:CountryID>"
    abroad = read(changed(CII, ('schemeID="0009">91000002500018', ">910000025"),
                          ("FR77910000025", "DE129273398"), (city + "FR", city + "DE")))  # fmt: skip
    assert rows(abroad, "debtors", "debtor", "country") == [("vat:DE129273398", "DE")]


def test_a_second_total_in_the_currency_of_the_tax_office_is_left_alone():
    total = '<ram:TaxTotalAmount currencyID="EUR">'
    czech = '<ram:TaxTotalAmount currencyID="CZK">4700.00</ram:TaxTotalAmount>'
    doubled = changed(CII, (total, czech + total))
    assert read(doubled).errors == ()


def test_recognised_by_what_it_is():
    for content in (CII, UBL, CREDIT, ZUGFERD1, b"\xef\xbb\xbf" + CII, pdf()):
        assert SOURCE.identify(content, "x.bin") > 0.8
    for content in (b"", b"<a/>", b"Facture;Montant\n", b'<Invoice xmlns="urn:autre"/>', b"PK\x03\x04"):
        assert SOURCE.identify(content, "facture.xml") == 0
