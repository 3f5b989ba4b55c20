"""News of carriers: recorded once, in any order, with what it means for contact, step and account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from acquit.channels.base import Attached
from acquit.channels.provider import Event, News
from acquit.flows.material.errors import AlreadySettled, ReasonMissing
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.record_news import keep_unreadable, record_news
from acquit.flows.outbox.settle_news import Illegible, NeverLeft, set_news_aside, tie_news
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.cases.models import Hold, StepClaim, Task
from acquit.store.outbox.models import Carrier, Delivery, Evidence, Message, ProviderEvent
from acquit.wording.postal import window_address
from tests.fixtures.database import World
from tests.flows.world import NOW, account, invoice, ready_creditor

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id)


@pytest.fixture
def carrier(creditor: Creditor) -> Carrier:
    return Carrier.objects.create(
        organisation_id=creditor.organisation_id, channel="email", provider="smtp", name="Post",
        token="t" * 43, made_at=NOW,
    )  # fmt: skip


@pytest.fixture
def sent(creditor: Creditor, carrier: Carrier) -> Message:
    """A mail that left through the carrier under the reference R1."""
    owes = account(creditor, "C001")
    Contact.objects.create(
        organisation_id=owes.organisation_id, debtor_id=owes.debtor_id, name="Autre",
        email="autre@client.example", role="manager",
    )  # fmt: skip
    invoice(owes, "FA-101")
    return leave(creditor, carrier)


def leave(creditor: Creditor, carrier: Carrier, *, state="sent", outcome="accepted", ref="R1") -> Message:
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    message = Message.objects.get()
    Message.objects.filter(id=message.id).update(
        state=state, attempts=1, recipient="c001@client.example", reply_token="ab12", sent_at=NOW,
        message_id=f"<acquit.{message.organisation_id}.{message.id}.ab12@valmeric.example>",
    )  # fmt: skip
    if state == "sent":
        StepClaim.objects.update(state="done")
    Delivery.objects.create(
        organisation_id=message.organisation_id, message=message, attempt=1, began_at=NOW, outcome=outcome,
        provider_ref=ref, carrier=carrier, idempotency_key=f"acquit-{message.id}-ab12",
    )  # fmt: skip
    return Message.objects.get()


def tell(carrier: Carrier, event: Event, *, key="e1", ref="R1", at=NOW, **more):
    news = News(event=event, event_id=key, provider_ref=ref, at=at, **more)
    return record_news(organisation_id=carrier.organisation_id, carrier_id=carrier.id, news=[news], now=LATER)


def test_the_same_news_told_twice_is_recorded_once(sent: Message, carrier: Carrier) -> None:
    assert tell(carrier, Event.DELIVERED).new == 1
    again = tell(carrier, Event.DELIVERED, at=LATER)
    assert (again.new, again.known) == (0, 1)
    assert ProviderEvent.objects.count() == 1
    assert Message.objects.get().delivered_at == NOW


def test_opened_before_delivered_and_the_earliest_moment_stays(sent: Message, carrier: Carrier) -> None:
    tell(carrier, Event.OPENED, key="o2", at=LATER)
    tell(carrier, Event.OPENED, key="o1", at=NOW + timedelta(hours=1))
    tell(carrier, Event.DELIVERED, key="d", at=NOW)
    message = Message.objects.get()
    assert (message.delivered_at, message.opened_at) == (NOW, NOW + timedelta(hours=1))


def test_news_wakes_the_account(sent: Message, carrier: Carrier) -> None:
    Account.objects.update(look_at=None)
    tell(carrier, Event.DELAYED)
    assert Account.objects.get().look_at == LATER


def test_f45_a_bounce_stops_that_contact_only_and_the_other_is_written_to(
    sent: Message, carrier: Carrier
) -> None:
    tell(carrier, Event.BOUNCED, permanent=True, address="C001@client.example", detail="550 no such user")
    assert list(Contact.objects.exclude(email_bounced_on=None).values_list("email", flat=True)) == [
        "c001@client.example"
    ]
    back = Message.objects.get()
    assert (back.state, back.because) == ("withdrawn", "550 no such user")
    plan_day(organisation_id=carrier.organisation_id, now=LATER)
    assert Message.objects.exclude(id=back.id).get().contact.email == "autre@client.example"


def test_f45_when_all_have_bounced_a_person_is_asked(sent: Message, carrier: Carrier) -> None:
    Contact.objects.exclude(email="c001@client.example").update(email_bounced_on=NOW.date())
    tell(carrier, Event.BOUNCED, permanent=True)
    plan_day(organisation_id=carrier.organisation_id, now=LATER)
    assert Task.objects.get().kind == "no_address"


def test_a_bounce_after_delivery_stops_the_contact_and_keeps_the_step(
    sent: Message, carrier: Carrier
) -> None:
    tell(carrier, Event.DELIVERED, key="d")
    tell(carrier, Event.BOUNCED, key="b", permanent=True)
    assert Contact.objects.exclude(email_bounced_on=None).count() == 1
    assert Message.objects.get().state == "sent"
    assert StepClaim.objects.get().state == "done"


def test_a_bounce_that_may_pass_and_that_of_a_copy_stop_nobody_else(sent: Message, carrier: Carrier) -> None:
    tell(carrier, Event.BOUNCED, key="soft")
    tell(carrier, Event.BOUNCED, key="copy", permanent=True, address="direction@ailleurs.example")
    assert not Contact.objects.exclude(email_bounced_on=None).exists()
    assert Message.objects.get().state == "sent"


def test_a_complaint_holds_and_asks(sent: Message, carrier: Carrier) -> None:
    tell(carrier, Event.COMPLAINED, key="1")
    tell(carrier, Event.COMPLAINED, key="2")
    assert Hold.objects.get().released_at is None
    assert Task.objects.get().kind == "complained"


def test_what_the_post_did_is_history_and_its_proof_is_kept(sent: Message, carrier: Carrier) -> None:
    proof = Attached(name="avis.pdf", content=b"%PDF-1.7 signed")
    for number, event in enumerate((Event.PRESENTED, Event.UNCLAIMED, Event.REFUSED, Event.SIGNED)):
        tell(carrier, event, key=str(number), proof=proof)
    assert ProviderEvent.objects.count() == 4
    assert bytes(Evidence.objects.get().content) == proof.content


def test_news_of_no_message_of_ours_is_kept_untied(sent: Message, carrier: Carrier) -> None:
    done = tell(carrier, Event.DELIVERED, ref="of somebody else", our_key="acquit-999-ab12")
    assert done.untied == list(ProviderEvent.objects.filter(message=None).values_list("id", flat=True))
    assert len(done.untied) == 1
    assert Message.objects.get().delivered_at is None


@pytest.mark.parametrize("named", ["our_key", "message_id"])
def test_f02_news_proves_that_a_message_of_unknown_fate_left(creditor, carrier, named: str) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    message = leave(creditor, carrier, state="sending", outcome="unknown", ref="")
    said = {"our_key": f"acquit-{message.id}-ab12", "message_id": message.message_id}
    tell(carrier, Event.DELIVERED, ref="R9", **{named: said[named]})
    proved = Message.objects.get()
    assert (proved.state, proved.sent_at, proved.delivered_at) == ("sent", NOW, NOW)
    assert StepClaim.objects.get().state == "done"
    assert (Delivery.objects.get().outcome, Delivery.objects.get().provider_ref) == ("accepted", "R9")


def test_a_key_that_somebody_made_up_ties_nothing(creditor, carrier) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    message = leave(creditor, carrier, state="sending", outcome="unknown", ref="")
    tell(carrier, Event.DELIVERED, ref="R9", our_key=f"acquit-{message.id}-ffff")
    assert Message.objects.get().state == "sending"


def test_a_letter_that_came_back_marks_that_postal_address_and_keeps_its_step(creditor, carrier) -> None:
    owes = account(creditor, "C001", email="", address="3 rue des Lilas")
    invoice(owes, "FA-101")
    message = leave(creditor, carrier)
    printed = window_address(["Client C001", "3 rue des Lilas", "84000 Avignon"], "FR", sent_from="FR")
    Message.objects.filter(id=message.id).update(channel="letter", recipient=", ".join(printed))
    tell(carrier, Event.RETURNED, permanent=True)
    assert Contact.objects.get().letter_returned_on == LATER.date()
    assert Message.objects.get().state == "sent"
    assert StepClaim.objects.get().state == "done"


def test_news_that_names_nothing_says_what_was_tried_and_a_person_ties_it(
    sent: Message, carrier: Carrier, organisation: World
) -> None:
    """Tied by a person it does all that it would have done by itself."""
    told = tell(
        carrier, Event.BOUNCED, ref="elsewhere", permanent=True, our_key="foreign",
        address="c001@client.example",
    )  # fmt: skip
    row = ProviderEvent.objects.get(id=told.untied[0])
    assert row.tried == [
        ["reference", "elsewhere"], ["key", "foreign"], ["address", "c001@client.example"],
    ]  # fmt: skip
    who = {"organisation_id": organisation.id, "event_id": row.id, "now": LATER, "by": organisation.user_id}
    with pytest.raises(NeverLeft):
        tie_news(**who, message_id=0)
    tie_news(**who, message_id=sent.id)
    row.refresh_from_db()
    assert (row.message_id, row.looked_by_id) == (sent.id, organisation.user_id)
    assert Contact.objects.get(email="c001@client.example").email_bounced_on is not None
    assert Message.objects.get().state == "withdrawn"
    for settle in (
        lambda: tie_news(**who, message_id=sent.id), lambda: set_news_aside(**who, because="trop tard")
    ):  # fmt: skip
        with pytest.raises(AlreadySettled):
            settle()


def test_news_is_set_aside_for_a_reason_and_changes_nothing(
    sent: Message, carrier: Carrier, organisation: World
) -> None:
    keep_unreadable(
        organisation_id=organisation.id, carrier_id=carrier.id, body=b"?", because="no JSON", now=NOW
    )
    row = ProviderEvent.objects.get(event="unreadable")
    who = {"organisation_id": organisation.id, "event_id": row.id, "now": NOW, "by": organisation.user_id}
    with pytest.raises(Illegible):
        tie_news(**who, message_id=sent.id)
    with pytest.raises(ReasonMissing):
        set_news_aside(**who, because=" ")
    set_news_aside(**who, because="Essai du transporteur")
    row.refresh_from_db()
    assert (row.set_aside_because, row.message_id) == ("Essai du transporteur", None)
