"""Status 212: what came in is declared once per VAT rate, completed, taken back, never twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.ledger.allocate_payment import allocate_payment, return_payment, undo_allocation
from acquit.flows.material.deciding import decide_case
from acquit.flows.network.declare_collected import SellerWithoutSiren, declare_collected
from acquit.flows.network.hand_over_declarations import hand_over_declarations
from acquit.sources.cdar import SOURCE
from acquit.sources.cdar.tests.messages import BUYER, SELLER
from acquit.sources.cdar.tests.official import faults
from acquit.store.accounts.models import Account, Creditor, Debtor
from acquit.store.facts import CaseLoader
from acquit.store.ledger.models import Allocation, CreditNote, Invoice, InvoiceVat, Payment
from acquit.store.network.models import Declaration, NetworkStatus
from tests.flows.importing import bring
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt

LATER = NOW + timedelta(days=1)


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, siren=SELLER)


@pytest.fixture
def term(creditor):
    """A service invoice of 811 euros: 600 at 20 %, 211 at 5,5 %, VAT due on receipt."""
    made = invoice(account(creditor, "DUPONT", siren=BUYER), "F-1", "811.00", vat_on_receipt=True)
    rates(made, ("20", "500", "100"), ("5.5", "200", "11"))
    return made


def rates(term, *lines):
    for rate, base, tax in lines:
        InvoiceVat.objects.create(
            organisation_id=term.organisation_id, invoice_id=term.invoice_id, category="S",
            rate=Decimal(rate), base=Decimal(base), tax=Decimal(tax),
        )  # fmt: skip


def pay(term, amount, *, on=TODAY, kind="payment"):
    payment = receipt(term.account, amount, on=on)
    Payment.objects.filter(id=payment.id).update(kind=kind)
    allocate_payment(organisation_id=term.organisation_id, payment_id=payment.id, term_ids=[term.id], now=NOW)
    return payment


def declare(creditor, now=NOW):
    return declare_collected(organisation_id=creditor.organisation_id, creditor_id=creditor.id, now=now)


def declared():
    rows = Declaration.objects.order_by("id").values_list("number", "on", "amounts")
    return [
        (number, on, {Decimal(rate): Decimal(amount) for rate, amount in amounts})
        for number, on, amounts in rows
    ]


def assert_all_valid():
    """Each message obeys the official rules and says what its row says."""
    for one in Declaration.objects.order_by("id"):
        content = bytes(one.content)
        (amounts,) = SOURCE.read(content).tables["statuses"]["amounts"]
        said = {Decimal(a["rate"]): Decimal(a["amount"]) for a in json.loads(amounts)}
        assert said == {Decimal(rate): Decimal(amount) for rate, amount in one.amounts}
        assert sum(said.values()) == one.total
        assert faults(content) == []


def test_a_whole_payment_at_two_rates_once(organisation, creditor, term):
    pay(term, "811.00", on=date(2026, 11, 20))
    done = declare(creditor)
    assert (len(done.made), done.left_out) == (1, ())
    assert declared() == [(1, date(2026, 11, 20), {Decimal("5.5"): 211, Decimal(20): 600})]
    assert declare(creditor, LATER).made == ()
    assert_all_valid()


def test_partial_payments_of_several_days_add_up(organisation, creditor, term):
    pay(term, "100.00", on=date(2026, 11, 20))
    declare(creditor)
    pay(term, "11.00", on=date(2026, 11, 20))
    pay(term, "700.00", on=date(2026, 12, 2))
    declare(creditor, LATER)
    assert [(number, on, sum(parts.values())) for number, on, parts in declared()] == [
        (1, date(2026, 11, 20), 100), (2, date(2026, 11, 20), 11), (3, date(2026, 12, 2), 700),
    ]  # fmt: skip
    sums = {rate: sum(parts[rate] for _, _, parts in declared()) for rate in (Decimal("5.5"), Decimal(20))}
    assert sums == {Decimal("5.5"): 211, Decimal(20): 600}
    assert_all_valid()


def test_an_undone_match_is_taken_back_and_another_invoice_gets_it(organisation, creditor, term):
    other = invoice(Account.objects.get(), "F-2", "120.00", vat_on_receipt=True)
    rates(other, ("20", "100", "20"))
    payment = pay(term, "120.00")
    declare(creditor)
    undo_allocation(
        organisation_id=organisation.id, allocation_id=Allocation.objects.get().id, on=TODAY, now=LATER
    )
    allocate_payment(organisation_id=organisation.id, payment_id=payment.id, term_ids=[other.id], now=LATER)
    declare(creditor, LATER)
    rows = list(Declaration.objects.order_by("id").values_list("invoice__number", "number", "total"))
    assert sorted(rows) == [("F-1", 1, 120), ("F-1", 2, -120), ("F-2", 1, 120)]
    assert declare(creditor, LATER).made == ()
    assert_all_valid()


def test_a_payment_that_came_back_is_taken_back(organisation, creditor, term):
    payment = pay(term, "811.00")
    declare(creditor)
    return_payment(organisation_id=organisation.id, payment_id=payment.id, on=TODAY, now=LATER)
    declare(creditor, LATER)
    assert [sum(parts.values()) for _, _, parts in declared()] == [811, -811]
    assert_all_valid()


def test_what_was_undone_before_it_was_declared_is_never_told(organisation, creditor, term):
    pay(term, "811.00")
    undo_allocation(
        organisation_id=organisation.id, allocation_id=Allocation.objects.get().id, on=TODAY, now=NOW
    )
    assert declare(creditor).made == ()


def test_credit_notes_and_what_is_no_money_are_not_declared(organisation, creditor, term):
    note = CreditNote.objects.create(
        organisation_id=organisation.id, account=term.account, external_key="A-1", number="A-1",
        amount=Decimal("200.00"), currency="EUR", issued_on=TODAY, known_on=TODAY,
    )  # fmt: skip
    Allocation.objects.create(
        organisation_id=organisation.id, account=term.account, term=term, credit_note=note,
        amount=Decimal("200.00"), effective_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    for ago, kind in enumerate(("write_off", "discount", "exchange", "doubtful", "already_paid", "bill")):
        pay(term, "1.00", kind=kind, on=TODAY - timedelta(days=ago))
    pay(term, "605.00")
    declare(creditor)
    assert [sum(parts.values()) for _, _, parts in declared()] == [605]
    assert_all_valid()


def test_only_invoices_whose_vat_is_due_on_receipt(organisation, creditor, term):
    Invoice.objects.update(vat_on_receipt=False)
    pay(term, "811.00")
    assert declare(creditor).made == ()


def test_what_cannot_be_said_is_left_out_and_named(organisation, creditor, term):
    bare = invoice(Account.objects.get(), "F-2", "120.00", vat_on_receipt=True)
    private = invoice(account(creditor, "PRIVE"), "F-3", "120.00", vat_on_receipt=True)
    rates(private, ("20", "100", "20"))
    for one in (bare, private):
        pay(one, "120.00")
    assert declare(creditor).left_out == (("F-2", "vat_unknown"), ("F-3", "buyer_without_siren"))
    assert declare(creditor).made == ()
    Debtor.objects.update(siren=BUYER)
    assert len(declare(creditor).made) == 1


def test_without_the_sellers_siren_nothing_is_declared(organisation, creditor, term):
    Creditor.objects.update(siren="")
    with pytest.raises(SellerWithoutSiren):
        declare(creditor)


def test_the_database_declares_once(organisation, creditor, term):
    pay(term, "811.00")
    declare(creditor)
    row = Declaration.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="a_collection_is_declared_once"), transaction.atomic():
        row.save(force_insert=True)


def test_handed_over_once(organisation, creditor, term):
    pay(term, "811.00")
    (made,) = declare(creditor).made
    give = {"organisation_id": organisation.id, "declaration_ids": [made], "by": organisation.user_id}
    assert hand_over_declarations(**give, now=NOW) == 1
    assert hand_over_declarations(**give, now=LATER) == 0
    assert Declaration.objects.get().handed_over_at == NOW


def test_a_copy_of_our_own_declaration_closes_nothing_that_is_still_owed(organisation, creditor, term):
    pay(term, "311.00")
    declare(creditor)
    bring(organisation, bytes(Declaration.objects.get().content), name="212.xml")
    assert NetworkStatus.objects.get().amount == 311
    case = CaseLoader(organisation.id, NOW).one(term.account_id)
    assert [money.amount for money in decide_case(case).total] == [500]


def acquit(*words):
    done = subprocess.run(
        [Path(sys.executable).parent / "acquit", *words], env=os.environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_verb_lists_and_declares(organisation, creditor, term, tmp_path):
    pay(term, "811.00")
    code, said, _ = acquit("statuses", "--declare", "--out", str(tmp_path / "212"), "--json")
    document = json.loads(said)
    assert code == 0
    (one,) = document["declarations"]
    assert (one["invoice"], one["total"], one["on"]) == ("F-1", "811.00", "2026-11-24")
    assert one["amounts"] == [{"rate": "5.5000", "amount": "211.00"}, {"rate": "20.0000", "amount": "600.00"}]
    content = Path(one["file"]).read_bytes()
    assert content == bytes(Declaration.objects.get().content)
    assert Declaration.objects.get().handed_over_at is not None
    assert acquit("statuses", "--declare", "--out", str(tmp_path))[1] == "Nothing is to be handed over.\n"

    bring(organisation, content, name="212.xml")
    listed = json.loads(acquit("statuses", "--json")[1])
    (status,) = listed["invoices"][0]["statuses"]
    assert (listed["invoices"][0]["debtor"], status["code"], status["label"]) == (
        "Client DUPONT", 212, "Encaissée",
    )  # fmt: skip
    assert "212 Encaissée" in acquit("statuses")[1]
    assert acquit("statuses", "--declare")[0] == 2
