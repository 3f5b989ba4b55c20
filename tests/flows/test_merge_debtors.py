"""Two debtors that are one: merged, and given back to the row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.accounts.merge_debtors import (
    OWNED,
    MergedAlready,
    MergedOnwards,
    MergeUndone,
    SameDebtor,
    merge_debtors,
    undo_merge,
)
from acquit.flows.cases.hold_account import hold_account
from acquit.flows.cases.record_contact import record_contact
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Contact, Creditor, Debtor, DebtorMerge
from acquit.store.bank.models import LearnedPayer
from acquit.store.cases.models import ManualContact
from acquit.store.outbox.models import Message
from acquit.store.payers.models import UsualDays
from tests.flows.importing import bring
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def creditor(organisation) -> Creditor:
    return ready_creditor(organisation.id)


@pytest.fixture
def pair(creditor):
    """Dupont twice: each with an account, a contact and an invoice; the second is stopped and was called."""
    keep = account(creditor, "DUPONT", name="Dupont SARL", siren="732829320")
    other = account(
        creditor, "DUPONT2", name="DUPONT", vat_number="FR44732829320", stopped="agency",
        insolvent_on=date(2026, 11, 1),
    )  # fmt: skip
    for one in (keep, other):
        invoice(one, f"FA-{one.external_id}")
    record_contact(
        organisation_id=creditor.organisation_id, account_id=other.id, on=TODAY, channel="phone", now=NOW
    )
    for debtor, iban in ((keep.debtor, "FR1"), (other.debtor, "FR1"), (other.debtor, "FR2")):
        LearnedPayer.objects.create(
            organisation_id=creditor.organisation_id, creditor=creditor, debtor=debtor, iban=iban, name="D",
            times=1, learned_at=NOW,
        )  # fmt: skip
    return keep.debtor, other.debtor


def merge(keep: Debtor, other: Debtor, **more) -> int:
    return merge_debtors(
        organisation_id=keep.organisation_id, keep_id=keep.id, other_id=other.id, now=LATER, **more
    )


def undo(debtor: Debtor, merge_id: int) -> None:
    undo_merge(organisation_id=debtor.organisation_id, merge_id=merge_id, now=LATER)


def rows() -> dict[str, list[tuple]]:
    """All that a merge may touch, but for the look that it asks for."""
    models = (Debtor, Contact, Message, ManualContact, LearnedPayer)
    kept = {model.__name__: list(model.objects.order_by("id").values_list()) for model in models}
    kept["accounts"] = list(Account.objects.order_by("id").values_list("id", "debtor_id", "external_id"))
    return kept


def test_everything_goes_to_the_one_that_is_kept(creditor, pair) -> None:
    keep, other = pair
    Account.objects.update(look_at=None)
    merge(keep, other, by=None)
    assert set(Account.objects.values_list("debtor_id", "look_at")) == {(keep.id, LATER)}
    assert Contact.objects.filter(debtor=keep).count() == 2
    assert list(Contact.objects.filter(is_main=True).values_list("email", flat=True)) == [
        "dupont@client.example"
    ]
    assert ManualContact.objects.get().debtor_id == keep.id
    assert sorted(LearnedPayer.objects.filter(debtor=keep).values_list("iban", flat=True)) == ["FR1", "FR2"]
    said = Debtor.objects.get(pk=keep.id)
    assert (said.siren, said.vat_number) == ("732829320", "FR44732829320")
    assert (said.stopped, said.insolvent_on) == ("agency", date(2026, 11, 1))
    left = Debtor.objects.get(pk=other.id)
    assert (left.siren, left.vat_number) == ("", "")


def test_undone_it_is_as_it_was_to_the_row(creditor, pair) -> None:
    keep, other = pair
    before = rows()
    merge_id = merge(keep, other)
    assert rows() != before
    Account.objects.update(look_at=None)
    undo(keep, merge_id)
    assert rows() == before
    assert set(Account.objects.values_list("look_at", flat=True)) == {LATER}
    with pytest.raises(MergeUndone):
        undo(keep, merge_id)
    assert merge(keep, other) != merge_id


def test_what_came_to_an_account_since_goes_back_with_it(organisation, creditor) -> None:
    keep = account(creditor, "A")
    other = account(creditor, "B")
    invoice(other, "FB")
    merge_id = merge(keep.debtor, other.debtor)
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Message.objects.get().debtor_id == keep.debtor_id
    record_contact(organisation_id=organisation.id, account_id=keep.id, on=TODAY, channel="phone", now=LATER)
    undo(keep.debtor, merge_id)
    assert Message.objects.get().debtor_id == other.debtor_id
    assert ManualContact.objects.get().debtor_id == keep.debtor_id


def test_two_accounts_of_one_debtor_are_contacted_as_one(organisation, creditor) -> None:
    one, two = account(creditor, "A"), account(creditor, "B")
    for of in (one, two):
        invoice(of, f"F{of.external_id}")
    record_contact(organisation_id=organisation.id, account_id=one.id, on=TODAY, channel="phone", now=NOW)
    merge(one.debtor, two.debtor)
    plan = plan_day(organisation_id=organisation.id, now=LATER)
    assert plan.reasons == {"contact_gap": 2}


def test_a_debtor_is_merged_once(creditor, pair) -> None:
    keep, other = pair
    third = account(creditor, "C").debtor
    with pytest.raises(SameDebtor):
        merge(keep, keep)
    first = merge(keep, other)
    for one, two in ((third, other), (other, third)):
        with pytest.raises(MergedAlready):
            merge(one, two)
    with pytest.raises(IntegrityError, match="a_debtor_is_merged_once"), transaction.atomic():
        DebtorMerge.objects.create(
            organisation_id=keep.organisation_id, keep=third, other=other, merged_at=NOW
        )
    onwards = merge(third, keep)
    with pytest.raises(MergedOnwards):
        undo(keep, first)
    undo(keep, onwards)
    undo(keep, first)
    assert Account.objects.get(external_id="DUPONT2").debtor_id == other.id


def test_the_ledger_does_not_rename_the_one_that_is_kept(organisation, creditor, pair) -> None:
    keep, other = pair
    head = "Compte;Client;Numéro;Date facture;Échéance;Montant TTC\n"
    listing = head + "DUPONT2;Autre nom;F9;01/11/2026;30/11/2026;5\n"
    merge_id = merge(keep, other)
    bring(organisation, listing)
    assert Debtor.objects.get(pk=keep.id).name == "Dupont SARL"
    assert Account.objects.count() == 2
    undo(keep, merge_id)
    bring(organisation, listing + "\n", now=LATER)
    assert Debtor.objects.get(pk=other.id).name == "Autre nom"


def test_holds_stay_with_their_account(organisation, creditor, pair) -> None:
    keep, other = pair
    held = Account.objects.get(external_id="DUPONT2")
    hold_account(organisation_id=organisation.id, account_id=held.id, reason="x", today=TODAY, now=NOW)
    Debtor.objects.update(stopped="", insolvent_on=None)
    merge(Debtor.objects.get(pk=keep.id), other)
    plan = plan_day(organisation_id=organisation.id, now=LATER)
    assert plan.reasons["on_hold"] == 1


def test_all_that_belongs_to_a_debtor_goes_over() -> None:
    """A table that names a debtor and is not listed would be left behind; his days are reckoned anew."""
    pointing = {
        field.related_model
        for field in Debtor._meta.get_fields(include_hidden=True)
        if field.one_to_many and field.related_model not in (DebtorMerge, UsualDays)
    }
    assert pointing == set(OWNED.values())
