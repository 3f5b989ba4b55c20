"""Importing electronic invoices: what they bring, and what a ledger and they make of each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.flows.ledger.correct_row import correct_row
from acquit.flows.ledger.import_file import OtherCreditor, StructureError
from acquit.flows.material.loading.sale import OtherSeller, PurchaseInvoice
from acquit.store.accounts.models import Account, Contact, Creditor, Debtor
from acquit.store.cases.models import Dispute
from acquit.store.ledger.models import (
    Allocation,
    CreditNote,
    Invoice,
    InvoiceVat,
    Payment,
    QuarantinedRow,
    SourceFile,
    Term,
)
from tests.flows.einvoices import BUYER, OTHER, SELLER, cii, factur_x
from tests.flows.importing import (
    LATER,
    balances,
    bring,
    changed,
    entry,
    fec,
    receipt,
    sale,
    snapshot,
    still_owed,
)

LEDGER = f"{SELLER}FEC20261231.txt"
SOLD = sale(1, "20260903", "ALPHA", 1200, piece="F1", letter="A")
PAID = receipt(2, "20261002", "ALPHA", 500, letter="A")


@pytest.fixture
def seller(organisation):
    Creditor.objects.update(siren=SELLER)
    return organisation


def bring_invoice(world, *, pdf=False, **said):
    more = {name: said.pop(name) for name in ("now", "creditor_id", "dry_run") if name in said}
    xml = cii(**said)
    name = f"{said.get('number', 'F1')}.{'pdf' if pdf else 'xml'}"
    return bring(world, factur_x(xml) if pdf else xml, name=name, **more)


def vat_of(number):
    rows = InvoiceVat.objects.filter(invoice__number=number).order_by("rate")
    return list(rows.values_list("category", "rate", "base", "tax"))


def test_a_factur_x_becomes_account_invoice_terms_vat_and_document(seller):
    xml = cii(means="59", iban="FR7630006000011234567890189", point="72", paid="200.00")
    content = factur_x(xml)
    done = bring(seller, content, name="F1.pdf")
    assert (done.kind, done.rows, done.quarantined) == ("einvoice", 1, ())
    assert done.counts.created == {
        "debtors": 1, "invoices": 1, "credit_notes": 0, "payments": 1, "allocations": 1, "contacts": 2,
    }  # fmt: skip
    debtor = Debtor.objects.get()
    assert (debtor.name, debtor.siren, debtor.language, debtor.kind) == (
        "Alpha SARL",
        BUYER,
        "fr",
        "business",
    )
    assert Account.objects.get().external_id == f"siren:{BUYER}"
    assert Contact.objects.get(name="Odile Charme").email == "compta@alpha.example"
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.issued_on, invoice.amount) == ("F1", date(2026, 9, 3), 1200)
    assert (invoice.paid_by, invoice.vat_on_receipt) == ("direct_debit", True)
    assert invoice.payee_iban == "FR7630006000011234567890189"
    assert bytes(invoice.document) == content
    assert list(Term.objects.values_list("due_on", "amount", "allocated").order_by("id")) == [
        (date(2026, 11, 3), 1200, 200)
    ]
    assert vat_of("F1") == [("S", 20, 1000, 200)]
    assert Payment.objects.get().kind == "already_paid"
    assert [(c.currency, c.before, c.after) for c in done.totals] == [("EUR", 0, 1000)]


def test_the_same_again_changes_nothing_and_a_corrected_file_updates(seller):
    bring_invoice(seller, pdf=True)
    before = snapshot()
    assert bring_invoice(seller, pdf=True, now=LATER).already_imported
    assert snapshot() == before
    alike = bring(seller, cii() + b"\n", name="copie.xml", now=LATER)
    assert (alike.already_imported, changed(alike)) == (False, (0, 0))
    assert snapshot() == before
    rates = (("10.00", "500.00", "50.00"), ("20.00", "500.00", "100.00"))
    corrected = bring_invoice(seller, pdf=True, due="20261130", total="1150.00", rates=rates, now=LATER)
    assert corrected.counts.updated["invoices"] == 1
    assert Invoice.objects.get().amount == 1150
    assert bytes(Invoice.objects.get().document).startswith(b"%PDF")
    assert Term.objects.get().due_on == date(2026, 11, 30)
    assert vat_of("F1") == [("S", 10, 500, 50), ("S", 20, 500, 100)]


def test_an_invoice_that_comes_after_the_ledger_completes_what_the_ledger_told(seller):
    bring(seller, fec(SOLD, PAID), name=LEDGER)
    assert Term.objects.get().due_on == date(2026, 10, 3)
    done = bring_invoice(seller, pdf=True, name="Alpha et Compagnie SARL", paid="200.00", now=LATER)
    assert (done.counts.created["invoices"], done.counts.updated["invoices"]) == (0, 1)
    assert (done.counts.created["debtors"], done.counts.created["payments"]) == (0, 0)
    assert [note.code for note in done.notes if note.code == "einvoice_paid_known"]
    assert Account.objects.get().external_id == "ALPHA"
    assert Debtor.objects.get().siren == BUYER
    invoice = Invoice.objects.get()
    assert invoice.document is not None
    assert vat_of("F1") == [("S", 20, 1000, 200)]
    assert Term.objects.get().due_on == date(2026, 11, 3)
    assert balances() == {"ALPHA": 700}
    again = bring(seller, fec(SOLD, PAID, receipt(3, "20261005", "ALPHA", 100)), name=LEDGER, now=LATER)
    assert (again.counts.created["invoices"], again.counts.updated["invoices"]) == (0, 0)
    assert again.counts.created["payments"] == 1
    assert Term.objects.get().due_on == date(2026, 11, 3)
    assert (Account.objects.count(), balances()) == (1, {"ALPHA": 600})


def test_a_ledger_that_comes_after_the_invoice_knows_it_again_and_names_its_account(seller):
    bring_invoice(seller, pdf=True, paid="200.00")
    before = Invoice.objects.values_list("id", "external_key", "document").get()
    ledger = fec(
        SOLD,
        receipt(2, "20260901", "ALPHA", 200, piece="ACOMPTE", letter="A"),
        sale(3, "20260910", "BETA", 300, piece="F2"),
    )
    done = bring(seller, ledger, name=LEDGER, now=LATER)
    assert done.counts.created["invoices"] == 1
    assert Invoice.objects.values_list("id", "external_key", "document").get(number="F1") == before
    assert Account.objects.get(debtor__siren=BUYER).external_id == "ALPHA"
    assert Term.objects.get(invoice__number="F1").due_on == date(2026, 11, 3)
    # What the invoice said was paid before is the payment of the ledger, counted once.
    paid = Payment.objects.get()
    assert (paid.kind, paid.received_on) == ("payment", date(2026, 9, 1))
    assert balances() == {"ALPHA": 1000, "BETA": 300}
    assert still_owed() == {"F1": 1000, "F2": 300}
    more = bring_invoice(seller, number="F3", now=LATER)
    assert (more.counts.created["debtors"], Account.objects.count()) == (0, 2)


def test_a_later_payment_of_the_same_sum_is_another(seller):
    bring_invoice(seller, paid="200.00")
    bring(seller, fec(SOLD, receipt(2, "20261001", "ALPHA", 200, letter="A")), name=LEDGER, now=LATER)
    assert balances() == {"ALPHA": 800}


def test_an_invoice_that_the_ledger_carried_forward_is_the_same(seller):
    carried = [("411000", "ALPHA", "ALPHA", 1200), ("101000", "", "", -1200)]
    bring(seller, fec(entry("AN", 1, "20260101", carried, piece="F1")), name=LEDGER)
    assert Invoice.objects.get().kind == "opening"
    bring_invoice(seller, on="20251120", due="20251220", now=LATER)
    invoice = Invoice.objects.get()
    assert (invoice.kind, invoice.issued_on, balances()) == ("invoice", date(2025, 11, 20), {"ALPHA": 1200})


def test_another_amount_under_a_known_number_is_refused(seller):
    bring(seller, fec(sale(1, "20260903", "ALPHA", 1200, piece="F1")), name=LEDGER)
    done = bring_invoice(seller, name="ALPHA", total="1300.00", paid="100.00", rates=(), now=LATER)
    assert [e.code for e in done.quarantined] == ["number_known_otherwise"]
    assert (Invoice.objects.get().amount, Payment.objects.count()) == (1200, 0)


def test_a_number_that_another_debtor_has_is_refused(seller):
    bring_invoice(seller)
    done = bring_invoice(seller, buyer=OTHER, name="Béta", total="500.00", rates=(), now=LATER)
    assert [(e.code, e.field) for e in done.quarantined] == [("number_known_elsewhere", "number")]
    assert list(Invoice.objects.values_list("account__debtor__siren", flat=True)) == [BUYER]


def test_two_companies_of_one_name_are_two(seller):
    bring_invoice(seller)
    bring_invoice(seller, number="F2", buyer=OTHER)
    assert set(Debtor.objects.values_list("name", "siren")) == {("Alpha SARL", BUYER), ("Alpha SARL", OTHER)}


def test_a_credit_note_is_matched_with_its_invoice_in_both_french_ways(seller):
    bring_invoice(seller)
    bring_invoice(seller, number="A1", on="20260910", total="200.00", code="381", before="F1", rates=())
    bring_invoice(seller, number="A2", on="20260911", total="-300.00", code="380", before="F1", rates=())
    assert set(CreditNote.objects.values_list("number", "amount", "allocated")) == {
        ("A1", 200, 200), ("A2", 300, 300),
    }  # fmt: skip
    assert still_owed() == {"F1": 700}


def test_a_corrected_invoice_puts_the_one_before_in_dispute(seller):
    bring_invoice(seller)
    done = bring_invoice(
        seller, number="F9", on="20260920", code="384", before="F1", total="900.00", rates=()
    )
    assert [(n.params["old"], n.params["new"]) for n in done.notes if n.code == "einvoice_replaces"] == [
        ("F1", "F9")
    ]
    assert list(Dispute.objects.values_list("invoice__number", "note", "resolved_on")) == [("F1", "F9", None)]


def test_a_corrected_invoice_of_one_that_was_paid_on_waits_too(seller):
    bring(seller, fec(SOLD, PAID), name=LEDGER)
    bring_invoice(seller, now=LATER)
    bring_invoice(
        seller, number="F9", on="20260920", code="384", before="F1", total="900.00", rates=(), now=LATER
    )
    assert set(Dispute.objects.values_list("invoice__number", flat=True)) == {"F1", "F9"}


def test_a_purchase_and_a_stray_invoice_change_nothing(seller):
    with pytest.raises(PurchaseInvoice):
        bring_invoice(seller, seller=OTHER, buyer=SELLER)
    with pytest.raises(PurchaseInvoice):
        bring_invoice(seller, seller=OTHER, buyer=SELLER, creditor_id=None)
    with pytest.raises(OtherSeller):
        bring_invoice(seller, seller=OTHER)
    with pytest.raises(OtherCreditor):
        bring_invoice(seller, seller=OTHER, creditor_id=None)
    assert (Creditor.objects.count(), SourceFile.objects.count(), Invoice.objects.count()) == (1, 0, 0)


def test_an_invoice_chooses_among_the_creditors_and_makes_none(seller):
    second = Creditor.objects.create(organisation_id=seller.id, key="b", name="B", siren=OTHER)
    done = bring_invoice(seller, seller=OTHER, creditor_id=None)
    assert done.creditor_id == second.id


def test_the_first_invoice_of_a_creditor_without_numbers_gives_him_his(organisation):
    done = bring_invoice(organisation, creditor_id=None)
    assert (done.creditor_id, Creditor.objects.get().siren) == (organisation.creditor_id, SELLER)


def test_another_account_than_the_known_one_is_told(seller):
    Creditor.objects.update(iban="FR76 3000 6000 0112 3456 7890 189")
    done = bring_invoice(seller, iban="DE89370400440532013000")
    assert [n.params["stated"] for n in done.notes if n.code == "einvoice_other_iban"] == [
        "DE89370400440532013000"
    ]
    done = bring_invoice(seller, number="F2", iban="FR76 3000 6000 0112 3456 7890 189")
    assert "einvoice_other_iban" not in [n.code for n in done.notes]


def test_what_contradicts_itself_waits_in_quarantine_and_may_be_tried_again(seller):
    done = bring(seller, cii().replace(b"<GrandTotalAmount>1200", b"<GrandTotalAmount>1201"), name="F1.xml")
    assert [(e.code, e.field) for e in done.quarantined] == [("einvoice_payable", "remaining")]
    assert Invoice.objects.count() == 0
    row = QuarantinedRow.objects.order_by("id")[0]
    tried = correct_row(organisation_id=seller.id, row_id=row.id, cells={}, now=LATER)
    assert tried.error is not None


def test_a_row_refused_for_the_ledger_s_sake_is_tried_again_with_its_document(seller):
    bring_invoice(seller)
    done = bring_invoice(seller, pdf=True, buyer=OTHER, name="Béta", now=LATER)
    assert [e.code for e in done.quarantined] == ["number_known_elsewhere"]
    Invoice.objects.update(number="F0")
    row = QuarantinedRow.objects.get()
    tried = correct_row(organisation_id=seller.id, row_id=row.id, cells={}, now=LATER)
    assert tried.error is None
    assert Invoice.objects.get(number="F1").document is not None


def test_a_dry_run_writes_nothing(seller):
    before = snapshot()
    tried = bring_invoice(seller, pdf=True, dry_run=True)
    assert (tried.counts.created["invoices"], snapshot()) == (1, before)


def test_a_pdf_without_an_invoice_changes_nothing(seller):
    with pytest.raises(StructureError) as refused:
        bring(seller, b"%PDF-1.7\n" + b"\xff" * 200_000, name="scan.pdf")
    assert refused.value.code == "pdf_broken"
    assert SourceFile.objects.count() == 0


def test_a_large_file_is_judged_whole(seller):
    """The head of an XML says nothing: a purchase is refused however long it is."""
    long = cii(seller=OTHER, buyer=SELLER).replace(
        b"<ExchangedDocument>", b"<!--" + b"x" * 90_000 + b"--><ExchangedDocument>"
    )
    with pytest.raises(PurchaseInvoice):
        bring(seller, long, name="achat.xml")


def test_allocations_survive_the_second_reading(seller):
    bring_invoice(seller, paid="200.00")
    bring(seller, cii(paid="200.00") + b"\n", name="copie.xml", now=LATER)
    assert Allocation.objects.filter(undone_on=None).count() == 1
    assert balances() == {f"siren:{BUYER}": Decimal(1000)}
