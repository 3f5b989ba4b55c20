"""Registered letters from the plan to their proof: by hand, by Maileva, by AR24; and who consented."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from pytest_httpserver import HTTPServer

from acquit import channels
from acquit.channels.provider import Event
from acquit.channels.registered.tests.ar24_server import PDF, Ar24Server
from acquit.core.notice import effective_on
from acquit.flows.material.carriage import Carriage, Carrying
from acquit.flows.material.errors import NotAProof, NotPosted, NotYet, ToldAlready
from acquit.flows.material.news import record
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.print_letters import close_batch, open_batch
from acquit.flows.outbox.tell_arrival import tell_arrival
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.cases.models import StepClaim, Task
from acquit.store.outbox.models import Carrier, Delivery, Evidence, Message, ProviderEvent
from tests.flows import world
from tests.flows.world import NOW, TODAY

REGISTERED = {
    "key": "registered", "name": {"fr": "Recommandée", "en": "Registered"},
    "steps": [
        {"key": "formal", "when": "3 days after due", "do": "registered letter", "otherwise": "letter",
         "template": "firm"},
    ],
}  # fmt: skip
LATER = NOW + timedelta(days=20)


@pytest.fixture(scope="module")
def http():
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def ar24(http):
    server = Ar24Server(http)
    server.install()
    return server


@pytest.fixture
def creditor(organisation):
    creditor = world.ready_creditor(organisation.id)
    version = add_version(organisation.id, REGISTERED, now=NOW)
    Creditor.objects.filter(id=creditor.id).update(default_scenario_id=version.scenario_id)
    return Creditor.objects.get(id=creditor.id)


def owing(creditor, *, postal=True, registered_email="", consents_on=None, **debtor):
    account = world.account(
        creditor, "DUPONT", email="", address="240 rue du Grand Gigognan" if postal else "", **debtor
    )
    Contact.objects.filter(debtor=account.debtor).update(
        registered_email=registered_email, consents_lre_on=consents_on
    )
    world.invoice(account, "F-1")
    return account


@contextmanager
def carriage(creditor, carrier=None, ar24=None):
    registered = channels.get("registered_letter")
    session = (
        registered.providers["ar24"].open(ar24.settings | {"otp_secret": "JBSWY3DPEHPK3PXP"})
        if ar24
        else registered.providers["print"].open({})
    )
    paper = Carrying(session=channels.get("letter").providers["print"].open({}), name="letter")
    with session:
        carrying = Carrying(session=session, name="r", carrier_id=carrier.id if carrier else None)
        yield Carriage({(creditor.id, "registered_letter"): carrying, (creditor.id, "letter"): paper})


def run(creditor, carrier=None, ar24=None, *, now=NOW):
    plan = plan_day(organisation_id=creditor.organisation_id, now=now)
    with carriage(creditor, carrier, ar24) as sessions:
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="w", sessions=sessions)
    return plan


def carrier_of(creditor):
    return Carrier.objects.create(
        organisation_id=creditor.organisation_id, creditor=creditor, channel="registered_letter",
        provider="ar24", name="AR24", token="t" * 43, made_at=NOW,
    )  # fmt: skip


def posted_by_hand(creditor) -> Message:
    owing(creditor)
    run(creditor)
    letter = Message.objects.get()
    assert (letter.channel, letter.state) == ("registered_letter", "handed_over")
    batch = open_batch(
        organisation_id=creditor.organisation_id, creditor_id=creditor.id, message_ids=[letter.id],
        today=TODAY, now=NOW, by=None,
    )  # fmt: skip
    close_batch(
        organisation_id=creditor.organisation_id, batch_id=batch.batch_id, numbers={letter.id: "1A 2"},
        now=NOW, by=None,
    )  # fmt: skip
    return Message.objects.get()


def tell(letter, event, on, **more):
    said = {"now": LATER, **more}
    tell_arrival(organisation_id=letter.organisation_id, message_id=letter.id, event=event, on=on, **said)


def told(letter):
    return [(one.event, one.at.date()) for one in ProviderEvent.objects.filter(message=letter).order_by("at")]


def test_by_hand_each_slip_is_kept_on_its_day(creditor):
    letter = posted_by_hand(creditor)
    assert Delivery.objects.get().provider_ref == "1A 2"
    tell(letter, Event.SIGNED, date(2026, 11, 30), proof=b"%PDF-1.4 the slip")
    tell(letter, Event.PRESENTED, date(2026, 11, 27))
    assert told(letter) == [
        ("posted", TODAY), ("presented", date(2026, 11, 27)), ("signed", date(2026, 11, 30)),
    ]  # fmt: skip
    assert effective_on(told(letter)) == date(2026, 11, 27)
    signed = ProviderEvent.objects.get(event="signed")
    assert bytes(signed.evidence.content) == b"%PDF-1.4 the slip"
    assert Message.objects.get().delivered_at is not None
    with pytest.raises(ToldAlready):
        tell(letter, Event.SIGNED, date(2026, 11, 30))


@pytest.mark.parametrize(
    ("event", "on", "more", "error"),
    [
        (Event.BOUNCED, TODAY, {}, NotPosted), (Event.SIGNED, TODAY - timedelta(days=1), {}, NotYet),
        (Event.SIGNED, LATER.date() + timedelta(days=1), {}, NotYet),
        (Event.SIGNED, TODAY, {"proof": b"<html>"}, NotAProof),
    ],
)  # fmt: skip
def test_what_a_slip_cannot_say_is_refused(creditor, event, on, more, error):
    letter = posted_by_hand(creditor)
    with pytest.raises(error):
        tell(letter, event, on, **more)


def test_a_letter_that_is_not_posted_did_not_arrive(creditor):
    owing(creditor)
    run(creditor)
    with pytest.raises(NotPosted):
        tell(Message.objects.get(), Event.SIGNED, TODAY)


def test_a_letter_that_came_back_stops_that_address_alone(creditor):
    letter = posted_by_hand(creditor)
    other = Contact.objects.create(
        organisation_id=letter.organisation_id, debtor_id=letter.debtor_id, address="1 rue Neuve",
        postcode="69001", city="Lyon",
    )  # fmt: skip
    tell(letter, Event.RETURNED, date(2026, 12, 1))
    stopped = Contact.objects.filter(letter_returned_on__isnull=False)
    assert [one.id for one in stopped] == [Contact.objects.exclude(id=other.id).get().id]
    assert StepClaim.objects.get().state == "done"


def test_to_a_professional_it_leaves_electronically_and_its_proofs_are_kept(creditor, ar24):
    carrier = carrier_of(creditor)
    owing(creditor, registered_email="lre@dupont.example")
    run(creditor, carrier, ar24)
    letter = Message.objects.get()
    assert (letter.state, ar24.mails["401800"]["to_email"]) == ("sent", "lre@dupont.example")
    ar24.happens("401800", "ts_ev_date", "proof_ev_url", "2026-11-24 11:00:00")
    ar24.happens("401800", "negligence_date", "proof_ng_url", "2026-12-09 11:00:00")
    provider = channels.get("registered_letter").providers["ar24"]
    for _ in range(2):
        record(carrier, provider.ask(["401800"], ar24.settings, now=LATER), now=LATER)
    assert [event for event, _ in told(letter)] == ["posted", "unclaimed"]
    assert effective_on(told(letter)) == date(2026, 12, 9)
    proofs = Evidence.objects.exclude(proves=None)
    assert {bytes(one.content) for one in proofs} == {PDF}


def test_f16_a_consumer_who_did_not_consent_is_written_to_on_paper(creditor, ar24):
    owing(creditor, registered_email="lre@dupont.example", kind="consumer")
    run(creditor, carrier_of(creditor), ar24)
    assert Message.objects.get().state == "handed_over"
    assert not ar24.mails


def test_a_consumer_without_consent_and_without_a_street_has_no_address_at_all(creditor, ar24):
    owing(creditor, postal=False, registered_email="lre@dupont.example", kind="consumer")
    plan = run(creditor, carrier_of(creditor), ar24)
    assert plan.reasons == {"no_address": 1}
    assert Task.objects.get().kind == "no_address"
    assert not ar24.mails


def test_a_consumer_who_consented_is_reached_even_without_a_street(creditor, ar24):
    owing(
        creditor, postal=False, registered_email="lre@dupont.example", kind="consumer",
        consents_on=date(2026, 1, 5),
    )  # fmt: skip
    run(creditor, carrier_of(creditor), ar24)
    assert Message.objects.get().state == "sent"
    mail = ar24.mails["401800"]
    assert (mail["dest_statut"], mail["to_company"]) == ("particulier", "")


def test_an_electronic_address_that_bounced_is_left_alone_and_the_step_goes_by_paper(creditor, ar24):
    carrier = carrier_of(creditor)
    owing(creditor, registered_email="lre@dupont.example")
    run(creditor, carrier, ar24)
    ar24.happens("401800", "bounced_date", "proof_bc_url")
    provider = channels.get("registered_letter").providers["ar24"]
    record(carrier, provider.ask(["401800"], ar24.settings, now=LATER), now=LATER)
    contact = Contact.objects.get()
    assert contact.registered_bounced_on is not None
    assert contact.letter_returned_on is None
    assert Message.objects.get().state == "withdrawn"
    run(creditor, carrier, ar24, now=LATER)
    assert Message.objects.get(state="handed_over").channel == "registered_letter"
    assert len(ar24.mails) == 1
