"""The guard of the account to pay: nothing that names it leaves before two persons looked (B4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.cases.confirm_bank_change import BankChangeOver, SamePerson, confirm_bank_change
from acquit.flows.cases.raise_bank_change import Claim, raise_bank_change
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.sources.cdar.tests.messages import SELLER, detail, message, reference
from acquit.store.accounts.models import Account, User
from acquit.store.cases.models import BankChange, Decision, Task
from acquit.store.outbox.models import Message
from tests.flows.importing import bring
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, siren=SELLER)


@pytest.fixture
def term(creditor):
    return invoice(account(creditor, "DUPONT"), "F-1")


@pytest.fixture
def second(organisation):
    return User.objects.create(username="nadia", email="nadia@valmeric.example")


def contest(creditor, term=None, *, now=NOW, **said):
    claim = Claim(creditor_id=creditor.id, account_id=term.account_id if term else None, **said)
    return raise_bank_change(organisation_id=creditor.organisation_id, claim=claim, now=now)


def confirm(guard, by, outcome="ours", now=LATER):
    one = BankChange.objects.get(id=guard)
    return confirm_bank_change(
        organisation_id=one.organisation_id, bank_change_id=guard, by=by, outcome=outcome, now=now
    )


def send(organisation, box, now=NOW):
    with sessions(box) as opened:
        return dispatch_messages(
            organisation_id=organisation.id, now=now, worker="w", sessions=opened
        ).messages


def test_nothing_that_names_the_account_leaves_until_two_persons_confirmed(
    organisation, creditor, term, second
):
    guard = contest(creditor, term, source="reply", claimed_iban="FR7610278041000002020160151")
    plan_day(organisation_id=organisation.id, now=NOW)
    held = Decision.objects.get(is_current=True)
    assert (held.kind, held.because) == ("hold", "bank_change")
    assert not Message.objects.exists()
    assert Task.objects.get(closed_at=None).kind == "bank_change"

    assert confirm(guard, organisation.user_id) is False
    with pytest.raises(SamePerson):
        confirm(guard, organisation.user_id)
    plan_day(organisation_id=organisation.id, now=LATER)
    assert not Message.objects.exists()

    assert confirm(guard, second.id) is True
    ended = BankChange.objects.get()
    assert (ended.outcome, ended.first_by_id, ended.second_by_id) == ("ours", organisation.user_id, second.id)
    assert Task.objects.get().closed_by_id == second.id
    with pytest.raises(BankChangeOver):
        confirm(guard, organisation.user_id)
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Message.objects.get().state == "ready"


def test_the_last_look_before_sending_sees_it(organisation, creditor, term):
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Message.objects.get().state == "ready"
    bring(organisation, message(reference(227)), name="227.xml")
    with mailbox() as box:
        assert send(organisation, box) == {("email", "withdrawn"): 1}
        assert box.mails == []
    withdrawn = Message.objects.get()
    assert (withdrawn.state, withdrawn.because) == ("withdrawn", "bank_change")


def test_the_last_look_sees_it_for_the_other_invoices_of_the_account(organisation, creditor, term):
    other = invoice(Account.objects.get(), "F-2", due=NOW.date() + timedelta(days=30))
    plan_day(organisation_id=organisation.id, now=NOW)
    told = reference(227, "F-2", issued=f"{other.invoice.issued_on:%Y%m%d}")
    bring(organisation, message(told), name="227.xml")
    with mailbox() as box:
        assert send(organisation, box) == {("email", "withdrawn"): 1}
        assert box.mails == []
    assert Message.objects.get().because == "bank_change"


def test_a_fact_that_comes_while_the_message_is_claimed_stops_it(organisation, creditor, term):
    plan_day(organisation_id=organisation.id, now=NOW)
    with mailbox() as box:
        assert send(organisation, box) == {("email", "sent"): 1}
        contest(creditor, term)
        plan_day(organisation_id=organisation.id, now=NOW + timedelta(days=20))
        assert send(organisation, box, NOW + timedelta(days=20)) == {}


def test_the_other_accounts_go_on(organisation, creditor, term):
    invoice(account(creditor, "MARTIN"), "F-2")
    contest(creditor, term)
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Message.objects.get().account.external_id == "MARTIN"


def test_without_an_account_the_whole_creditor_holds(organisation, creditor, term, second):
    invoice(account(creditor, "MARTIN"), "F-2")
    guard = contest(creditor, source="person", note="un inconnu a téléphoné")
    plan_day(organisation_id=organisation.id, now=NOW)
    assert not Message.objects.exists()
    assert Task.objects.get().account_id is None
    confirm(guard, second.id, "changed")
    confirm(guard, organisation.user_id, "changed")
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Message.objects.count() == 2


def test_who_finds_something_else_begins_anew(organisation, creditor, term, second):
    guard = contest(creditor, term)
    confirm(guard, organisation.user_id, "ours")
    assert confirm(guard, second.id, "changed") is False
    assert BankChange.objects.get().first_by_id == second.id
    assert confirm(guard, organisation.user_id, "changed") is True
    assert BankChange.objects.get().outcome == "changed"


def test_another_claim_while_one_is_open_has_it_looked_at_again(organisation, creditor, term):
    guard = contest(creditor, term)
    confirm(guard, organisation.user_id)
    assert contest(creditor, term, claimed_iban="DE02", note="encore") == guard
    one = BankChange.objects.get()
    assert (one.first_by_id, one.note) == (None, "DE02\nencore")
    assert Task.objects.count() == 1


def test_after_the_end_a_new_claim_is_a_new_guard(organisation, creditor, term, second):
    first = contest(creditor, term)
    confirm(first, organisation.user_id)
    confirm(first, second.id)
    assert contest(creditor, term, now=LATER) != first


def test_a_status_that_raised_it_weighs_no_more_after_the_end(organisation, creditor, term, second):
    bring(organisation, message(reference(227)), name="227.xml")
    guard = BankChange.objects.get().id
    confirm(guard, organisation.user_id)
    confirm(guard, second.id)
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Message.objects.get().state == "ready"


def test_a_dispute_on_the_bank_account_stays_a_dispute(organisation, creditor, term, second):
    told = reference(207, details=detail(reasons=["COORD_BANC_ERR"]))
    bring(organisation, message(told), name="207.xml")
    guard = BankChange.objects.get().id
    confirm(guard, organisation.user_id)
    confirm(guard, second.id)
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Decision.objects.get(is_current=True).because == "disputed"


@pytest.mark.parametrize("ending", ["same person twice", "nobody", "another outcome"])
def test_the_database_wants_two_persons(organisation, creditor, term, second, ending):
    guard = contest(creditor, term)
    me = organisation.user_id
    first, by, outcome = {
        "same person twice": (me, me, "ours"),
        "nobody": (None, None, "ours"),
        "another outcome": (me, second.id, "changed"),
    }[ending]
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        BankChange.objects.filter(id=guard).update(
            first_by=first, first_says="ours", second_by=by, outcome=outcome, ended_at=NOW
        )
