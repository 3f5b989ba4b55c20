"""Letters go to the printer as a batch, once, and their steps are done when a person posted them."""

from __future__ import annotations

import hashlib
import threading
from io import BytesIO

import pytest
from django.db import IntegrityError, connection
from pypdf import PdfReader

from acquit.flows.material.errors import BatchClosed, NothingToPrint, NumberMissing
from acquit.flows.outbox.confirm_printed import confirm_printed
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.print_letters import batch_pdf, close_batch, open_batch
from acquit.store import tenancy
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import StepClaim
from acquit.store.outbox.models import Delivery, Message, PrintBatch, PrintedLetter
from tests.flows import world
from tests.flows.world import NOW, TODAY


@pytest.fixture
def creditor(organisation):
    return world.ready_creditor(organisation.id)


@pytest.fixture
def letters(creditor):
    """Four letters handed over: Brest, Avignon, Berlin, and one that will be registered."""
    places = {
        "BREST": ("12 rue du Port", "29200", "Brest", "FR"),
        "AVIGNON": ("240 rue du Grand Gigognan", "84000", "Avignon", "FR"),
        "BERLIN": ("Hauptstraße 1", "10115", "Berlin", "DE"),
        "ARLES": ("1 rue du Rhône", "13200", "Arles", "FR"),
    }
    for code, (street, postcode, city, country) in places.items():
        account = world.account(creditor, code, email="", address=street)
        Contact.objects.filter(debtor=account.debtor).update(postcode=postcode, city=city, country=country)
        world.invoice(account, f"F-{code}")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    with world.mailbox() as box, world.sessions(box) as sessions:
        dispatch_messages(organisation_id=creditor.organisation_id, now=NOW, worker="w", sessions=sessions)
    found = {
        m.account.external_id: m
        for m in Message.objects.filter(state="handed_over").select_related("account")
    }
    assert set(found) == set(places)
    return found


def opened(creditor, messages, **more):
    said = {"today": TODAY, "now": NOW, "by": None} | more
    return open_batch(
        organisation_id=creditor.organisation_id, creditor_id=creditor.id,
        message_ids=[message.id for message in messages], **said,
    )  # fmt: skip


def closed(creditor, batch_id, *, back=(), numbers=None):
    return close_batch(
        organisation_id=creditor.organisation_id, batch_id=batch_id, put_back=[m.id for m in back],
        numbers=numbers or {}, now=NOW, by=None,
    )  # fmt: skip


def test_a_batch_is_in_the_order_of_its_envelopes_and_the_same_each_time(creditor, letters):
    Message.objects.filter(id=letters["ARLES"].id).update(channel="registered_letter")
    batch = opened(creditor, letters.values())
    order = PrintedLetter.objects.order_by("number").values_list("message__account__external_id", flat=True)
    assert list(order) == ["ARLES", "BREST", "AVIGNON", "BERLIN"]
    pdf = batch_pdf(organisation_id=creditor.organisation_id, batch_id=batch.batch_id)
    assert hashlib.sha256(pdf).hexdigest() == PrintBatch.objects.get().sha256
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) == 5
    assert "1 CLIENT ARLES 13200 ARLES recommandé 1 ARLES" in pages[0]
    assert "4 CLIENT BERLIN 10115 BERLIN, ALLEMAGNE simple 1 BERLIN" in pages[0]
    assert "29200 BREST" in pages[2]
    assert pdf == batch_pdf(organisation_id=creditor.organisation_id, batch_id=batch.batch_id)


def test_f16_printing_does_no_step_and_posting_does_it(creditor, letters):
    batch = opened(creditor, letters.values())
    assert not StepClaim.objects.filter(state="done").exists()
    assert closed(creditor, batch.batch_id, back=[letters["BREST"]]).put_back == 1
    assert StepClaim.objects.filter(state="done").count() == 3
    assert Message.objects.get(state="handed_over") == letters["BREST"]
    again = opened(creditor, letters.values())
    assert (again.letters, again.elsewhere) == (1, 0)
    with pytest.raises(BatchClosed):
        closed(creditor, batch.batch_id)


def test_a_registered_letter_is_posted_with_its_number(creditor, letters):
    Message.objects.filter(id=letters["ARLES"].id).update(channel="registered_letter")
    batch = opened(creditor, letters.values())
    with pytest.raises(NumberMissing):
        closed(creditor, batch.batch_id)
    assert not Message.objects.filter(state="sent").exists()
    closed(creditor, batch.batch_id, numbers={letters["ARLES"].id: " 1A 234 567 8901 2 "})
    assert Message.objects.filter(state="sent").count() == 4
    delivery = Delivery.objects.get(message=letters["ARLES"])
    assert delivery.provider_ref == "1A 234 567 8901 2"


def test_two_people_never_print_the_same_letter_without_knowing(creditor, letters):
    first = opened(creditor, [letters["BREST"], letters["AVIGNON"]])
    second = opened(creditor, letters.values())
    assert (second.letters, second.elsewhere) == (2, 2)
    with pytest.raises(NothingToPrint):
        opened(creditor, letters.values())
    inside = PrintedLetter.objects.filter(batch_id=first.batch_id).first()
    inside.pk, inside.number = None, 99
    with pytest.raises(IntegrityError, match="a_letter_is_in_one_open_batch"):
        inside.save()


def test_two_people_at_the_same_moment_share_the_letters(founded):
    with founded.open():
        creditor = world.ready_creditor(founded.id)
        world.invoice(world.account(creditor, "UN", email="", address="1 rue X"), "F-1")
        plan_day(organisation_id=creditor.organisation_id, now=NOW)
        with world.mailbox() as box, world.sessions(box) as sessions:
            dispatch_messages(organisation_id=founded.id, now=NOW, worker="w", sessions=sessions)
        (letter,) = Message.objects.filter(state="handed_over")
    start, got = threading.Barrier(2), []

    def person():
        with tenancy.organisation(founded.id):
            start.wait()
            try:
                got.append(opened(creditor, [letter]).letters)
            except NothingToPrint:
                got.append(0)
        connection.close()

    people = [threading.Thread(target=person) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(got) == [0, 1]


def test_a_letter_confirmed_by_itself_leaves_its_batch(creditor, letters):
    batch = opened(creditor, letters.values())
    confirm_printed(organisation_id=creditor.organisation_id, message_ids=[letters["BREST"].id], now=NOW)
    assert closed(creditor, batch.batch_id).posted == 3
    assert Message.objects.filter(state="sent").count() == 4
