"""An answer that arrives during the last look stops the mail; carriers' answers go the same way."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from acquit.channels.provider import Event, News
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.record_news import record_news
from acquit.store import tenancy
from acquit.store.accounts.models import Contact
from acquit.store.answers.models import Answer
from acquit.store.cases.models import Hold, Task
from acquit.store.outbox.models import Carrier, Delivery, Message, ProviderEvent
from tests.flows.answering import LATER, keep, send_first, written
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


@pytest.fixture
def dupont(creditor):
    one = account(creditor, "DUPONT")
    invoice(one, "FA-1")
    return one


def elsewhere(organisation, work) -> None:
    """Do `work` on another connection, as another worker would, and wait for it."""

    def inside() -> None:
        with tenancy.organisation(organisation.id):
            work()
        connection.close()

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()


def test_f46_an_answer_during_the_last_look_stops_the_mail(organisation, dupont, monkeypatch) -> None:
    from acquit.flows.outbox import dispatch_message

    plan_day(organisation_id=organisation.id, now=NOW)
    prepared = dispatch_message.prepare

    def prepare(*args, **kwargs):
        if not Answer.objects.exists():
            elsewhere(organisation, lambda: keep(organisation, written(), now=NOW))
        return prepared(*args, **kwargs)

    monkeypatch.setattr(dispatch_message, "prepare", prepare)
    with mailbox() as box, sessions(box) as opened:
        done = dispatch_messages(organisation_id=organisation.id, now=NOW, worker="w", sessions=opened)
        assert box.mails == []
    assert done.messages["email", "sent"] == 0
    assert (Message.objects.get().state, Message.objects.get().because) == ("withdrawn", "unread_reply")


def test_two_workers_that_keep_the_same_mail_keep_it_once(organisation, dupont) -> None:
    threads = [
        threading.Thread(target=elsewhere, args=(organisation, lambda: keep(organisation, written())))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Answer.objects.count() == 1


def test_what_a_carrier_hands_over_is_an_answer_like_any_other(organisation, creditor, dupont) -> None:
    with mailbox() as box:
        message = send_first(organisation, box, dupont)
    carrier = Carrier.objects.create(
        organisation_id=organisation.id, channel="email", provider="smtp", name="c", token="c", made_at=NOW
    )
    Delivery.objects.filter(message=message).update(carrier=carrier, provider_ref="ref-1")
    news = News(
        event=Event.ANSWERED, event_id="e1", provider_ref="ref-1", at=LATER,
        address="x@elsewhere.example", answer=written("Je paie vendredi.", sender="x@elsewhere.example"),
    )  # fmt: skip
    untied = News(
        event=Event.ANSWERED, event_id="e2", provider_ref="", at=LATER, answer=written(sender="y@z.example")
    )
    for _ in range(2):
        record_news(organisation_id=organisation.id, carrier_id=carrier.id, news=[news, untied], now=LATER)
    tied, stranger = Answer.objects.order_by("id")
    assert (tied.tie, tied.message_id, tied.kind, tied.state) == ("thread", message.id, "promise", "unread")
    assert (stranger.tie, stranger.state) == ("", "unread")
    assert ProviderEvent.objects.count() == 2
    assert not Hold.objects.exists()
    assert not Task.objects.filter(kind="answered").exists()
    plan = plan_day(organisation_id=organisation.id, now=LATER + timedelta(minutes=1))
    assert plan.reasons["unread_reply"] == 1


def test_a_short_message_that_a_carrier_ties(organisation, creditor, dupont) -> None:
    with mailbox() as box:
        message = send_first(organisation, box, dupont)
    Contact.objects.update(phone="+33 6 39 98 12 34")
    carrier = Carrier.objects.create(
        organisation_id=organisation.id, channel="sms", provider="x", name="s", token="s", made_at=NOW
    )
    Delivery.objects.filter(message=message).update(carrier=carrier, provider_ref="sms-1")
    said = News(event=Event.ANSWERED, event_id="s1", provider_ref="sms-1", at=datetime.now(UTC),
                address="+33639981234", answer="Payé hier".encode())  # fmt: skip
    record_news(organisation_id=organisation.id, carrier_id=carrier.id, news=[said], now=LATER)
    answer = Answer.objects.get()
    assert (answer.channel, answer.tie, answer.kind, answer.received_at) == ("sms", "thread", "paid", LATER)
