"""Calls: tried again in the debtor's hours, given up after a bounded number, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from acquit.channels.phone import CallOutcome
from acquit.flows.accounts.lift_silence import lift_silence
from acquit.flows.cases.record_call import MOST_TRIES, record_call
from acquit.flows.material.contact import silence, silent_numbers
from acquit.flows.material.errors import AlreadyGone, AlreadySettled, ReasonMissing
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.cases.models import CallAttempt, Decision, SilentNumber, Task
from acquit.store.outbox.models import Carrier, Message
from tests.fixtures.database import World
from tests.flows.world import NOW, Mailbox, account, invoice, mailbox, ready_creditor, sessions

CALLS = {
    "key": "calls",
    "name": {"fr": "Appels", "en": "Calls"},
    "steps": [
        {"key": "call", "when": "3 days after due", "do": "phone", "otherwise": "email", "template": "call"},
        {"key": "firm", "when": "20 days after previous step", "do": "email"},
    ],
}


def _creditor(organisation_id: int, *, otherwise: str | None = "email") -> Creditor:
    creditor = ready_creditor(organisation_id)
    steps = [dict(step) for step in CALLS["steps"]]
    if otherwise is None:
        steps[0].pop("otherwise")
    version = add_version(organisation_id, CALLS | {"steps": steps}, now=NOW)
    Creditor.objects.filter(id=creditor.id).update(default_scenario_id=version.scenario_id)
    return Creditor.objects.get(id=creditor.id)


def _to_call(creditor: Creditor, **debtor) -> Account:
    owing = account(creditor, "C001", **debtor)
    Contact.objects.filter(debtor_id=owing.debtor_id).update(phone="02 98 00 00 01")
    invoice(owing, "FA-101")
    return owing


def _run(creditor: Creditor, box: Mailbox, now: datetime) -> None:
    Account.objects.update(look_at=now)
    plan_day(organisation_id=creditor.organisation_id, now=now)
    with sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened)


def _record(message: Message, outcome: CallOutcome, now: datetime) -> datetime | None:
    return record_call(
        organisation_id=message.organisation_id, message_id=message.id, outcome=outcome, now=now
    )


@pytest.fixture
def box():
    with mailbox() as opened:
        yield opened


def test_without_an_answer_it_is_tried_in_the_afternoon_then_the_next_working_day(
    organisation: World, box: Mailbox
):
    creditor = _creditor(organisation.id)
    _to_call(creditor)
    _run(creditor, box, NOW)
    message = Message.objects.get()
    assert message.state == "handed_over"
    assert _record(message, CallOutcome.NO_ANSWER, NOW) == NOW + timedelta(hours=3)
    friday_evening = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
    again = _record(message, CallOutcome.NO_ANSWER, friday_evening)
    assert again == datetime(2026, 11, 30, 7, tzinfo=UTC)
    message.refresh_from_db()
    assert (message.state, message.not_before) == ("handed_over", again)


def test_the_next_try_keeps_to_the_hours_where_the_debtor_is(organisation: World, box: Mailbox):
    creditor = _creditor(organisation.id)
    _to_call(creditor, timezone="America/Montreal", country="CA")
    _run(creditor, box, datetime(2026, 11, 24, 15, tzinfo=UTC))
    evening_in_montreal = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    again = _record(Message.objects.get(), CallOutcome.NO_ANSWER, evening_in_montreal)
    assert again == datetime(2026, 11, 25, 13, tzinfo=UTC)


def _tried_in_vain(creditor: Creditor, box: Mailbox) -> datetime:
    _run(creditor, box, NOW)
    message, now = Message.objects.get(), NOW
    for _ in range(MOST_TRIES):
        again = _record(message, CallOutcome.NO_ANSWER, now)
        now = again or now
    message.refresh_from_db()
    assert (message.state, message.because, again) == ("withdrawn", "no_answer", None)
    with pytest.raises(AlreadyGone):
        _record(message, CallOutcome.NO_ANSWER, now)
    return now


def test_after_the_last_try_the_step_takes_its_other_way_and_nobody_was_contacted_meanwhile(
    organisation: World, box: Mailbox
):
    creditor = _creditor(organisation.id)
    owing = _to_call(creditor)
    now = _tried_in_vain(creditor, box)
    assert list(CallAttempt.objects.order_by("number").values_list("gave_up", flat=True)) == [
        False,
        False,
        True,
    ]
    _run(creditor, box, now)
    sent = Message.objects.get(state="sent")
    assert (sent.channel, sent.step, box.recipients) == ("email", "call", ["c001@client.example"])
    assert sent.account_id == owing.id


def test_without_another_way_a_person_chooses_and_a_month_later_it_is_called_again(
    organisation: World, box: Mailbox
):
    creditor = _creditor(organisation.id, otherwise=None)
    _to_call(creditor)
    now = _tried_in_vain(creditor, box)
    _run(creditor, box, now)
    decision = Decision.objects.get(is_current=True)
    assert (decision.kind, decision.because) == ("hold", "nobody_answers")
    assert Task.objects.get(closed_at=None).kind == "nobody_answers"
    _run(creditor, box, now + timedelta(days=35))
    assert Message.objects.filter(state="handed_over", channel="phone").count() == 1
    assert not Task.objects.filter(closed_at=None).exists()


def test_without_anybody_who_carries_sms_the_step_takes_its_other_way(organisation: World, box: Mailbox):
    creditor = _creditor(organisation.id)
    steps = [
        {"key": "text", "when": "3 days after due", "do": "sms", "otherwise": "email", "template": "friendly"}
    ]
    version = add_version(organisation.id, {"key": "text", "steps": steps}, now=NOW)
    Creditor.objects.update(default_scenario_id=version.scenario_id)
    owing = _to_call(creditor)
    Contact.objects.filter(debtor_id=owing.debtor_id).update(phone="06 12 34 56 78")
    _run(creditor, box, NOW)
    assert Message.objects.get(state="sent").channel == "email"


def test_a_number_that_wrote_stop_gets_no_sms_and_may_be_called(organisation: World, box: Mailbox):
    creditor = _creditor(organisation.id)
    Carrier.objects.create(
        organisation_id=organisation.id, channel="sms", provider="kannel", name="Kannel", token="k" * 43,
        made_at=NOW,
    )  # fmt: skip
    steps = [{"key": "text", "when": "3 days after due", "do": "sms", "otherwise": "phone"}]
    version = add_version(organisation.id, {"key": "text", "steps": steps}, now=NOW)
    Creditor.objects.update(default_scenario_id=version.scenario_id)
    owing = _to_call(creditor)
    Contact.objects.filter(debtor_id=owing.debtor_id).update(phone="06 12 34 56 78")
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Message.objects.get().channel == "sms"
    silence(organisation.id, "+33612345678", because="complained", now=NOW)
    silence(organisation.id, "+33612345678", because="complained", now=NOW)
    _run(creditor, box, NOW)
    assert Message.objects.get(state="handed_over").channel == "phone"
    assert Message.objects.get(channel="sms").state == "withdrawn"


def test_a_silence_is_lifted_for_a_reason_that_is_kept_and_another_stop_silences_anew(organisation: World):
    owing = _to_call(_creditor(organisation.id))
    number = "+33612345678"
    silence(organisation.id, number, because="complained", now=NOW)
    said = {"organisation_id": organisation.id, "number": number, "debtor_id": owing.debtor_id, "now": NOW}
    with pytest.raises(ReasonMissing):
        lift_silence(**said, because="  ")
    Account.objects.update(look_at=None)
    lift_silence(**said, because="Accord donné par téléphone", by=organisation.user_id)
    assert silent_numbers(organisation.id) == frozenset()
    assert Account.objects.get().look_at == NOW
    with pytest.raises(AlreadySettled):
        lift_silence(**said, because="encore")
    silence(organisation.id, number, because="complained", now=NOW)
    assert silent_numbers(organisation.id) == {number}
    kept = SilentNumber.objects.order_by("id").values_list("lifted_because", "lifted_by_id")
    assert list(kept) == [("Accord donné par téléphone", organisation.user_id), ("", None)]
