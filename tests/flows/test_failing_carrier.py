"""Servers and providers that fail in every way: nothing is lost, nothing leaves twice, no step is done.

The servers are real ones that misbehave; hours pass by argument.
"""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import connections
from pytest_httpserver import HTTPServer
from werkzeug import Response

from acquit.channels.email.postmark import Postmark
from acquit.channels.email.smtp import SmtpSession
from acquit.channels.email.tests.servers import server
from acquit.flows.material.carriage import Carriage, Carrying, is_paused
from acquit.flows.outbox import dispatch_message
from acquit.flows.outbox.dispatch_message import TOGETHER, dispatch_messages, give_back_unbegun
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.resolve_sending import resolve_sending
from acquit.store import tenancy
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.cases.models import StepClaim, Task
from acquit.store.outbox.models import Carrier, Delivery, Evidence, Message
from tests.fixtures.database import World
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id, window_opens="00:00", window_closes="23:59")


def _owe(creditor: Creditor, count: int) -> None:
    for n in range(count):
        invoice(account(creditor, f"C{n:03}"), f"FA-{n}")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)


def _dispatch(creditor: Creditor, session, *, now=NOW, **carrying):
    carriage = Carriage({(creditor.id, "email"): Carrying(session=session, name="email", **carrying)})
    return dispatch_messages(
        organisation_id=creditor.organisation_id, now=now, worker="test", sessions=carriage
    )


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("mail", "421 closing"), ("rcpt", "452 mailbox full"), ("data", "451 later"),
        ("dot", "452 mailbox full"), ("dot", "421 closing"),
    ],
)  # fmt: skip
def test_f03_a_refusal_for_now_at_any_verb_leaves_later_with_the_same_message_id(
    creditor, at, answer
) -> None:
    _owe(creditor, 1)
    with server(at=at, answer=answer, times=2) as (box, config):
        for minutes in (0, 6, 20, 40):
            with SmtpSession(config) as session:
                _dispatch(creditor, session, now=NOW + timedelta(minutes=minutes))
            if not box.accepted:
                assert not StepClaim.objects.filter(state="done").exists()
    message = Message.objects.get()
    assert message.state == "sent"
    assert len(box.accepted) == 1
    assert message_from_bytes(box.accepted[0][1])["Message-ID"] == message.message_id
    assert {message_from_bytes(bytes(e.content))["Message-ID"] for e in Evidence.objects.all()} == {
        message.message_id
    }


@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "dot"])
def test_f03_a_refusal_for_good_ends_with_a_person_and_the_step_is_not_done(creditor, at) -> None:
    _owe(creditor, 1)
    with server(at=at, answer="554 never") as (box, config), SmtpSession(config) as session:
        _dispatch(creditor, session)
    assert Message.objects.get().state == "failed"
    assert Task.objects.get(kind="refused").params["because"] == "554 never"
    assert not StepClaim.objects.filter(state="done").exists()
    assert not Contact.objects.filter(email_bounced_on__isnull=False).exists()
    assert not box.accepted


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_f03_a_connection_lost_before_the_dot_is_tried_again(creditor, at) -> None:
    _owe(creditor, 1)
    with server(at=at, answer="drop", times=1) as (box, config):
        for minutes in (0, 6):
            with SmtpSession(config) as session:
                _dispatch(creditor, session, now=NOW + timedelta(minutes=minutes))
    assert Message.objects.get().state == "sent"
    assert len(box.accepted) == 1


@pytest.mark.parametrize("at", ["dot", "after"])
def test_f02_a_connection_lost_after_the_dot_is_unknown_and_never_sent_again(creditor, at) -> None:
    _owe(creditor, 1)
    with server(at=at, answer="drop", times=1) as (box, config):
        for days in (0, 1, 5):
            with SmtpSession(config) as session:
                _dispatch(creditor, session, now=NOW + timedelta(days=days))
    assert Message.objects.get().state == "sending"
    assert Delivery.objects.get().outcome == "unknown"
    assert len(box.accepted) <= 1
    assert not StepClaim.objects.filter(state="done").exists()


def test_a_wrong_password_pauses_the_carrier_says_so_and_one_probe_resumes_it(creditor) -> None:
    _owe(creditor, 12)
    with server(signs_in=False) as (box, config):
        signed = SmtpSession(type(config)(
            host=config.host, port=config.port, security="none", timeout=3, user="c", password="wrong"
        ))  # fmt: skip
        with signed:
            done = _dispatch(creditor, signed)
            assert done.tried["email"] == 5
            assert "535" in done.paused["email"]
            alert = Task.objects.get(kind="email_paused", closed_at=None)
            assert "535" in alert.params["because"]
            later = _dispatch(creditor, signed, now=NOW + timedelta(minutes=20), probes=True)
            assert later.tried["email"] == 1, "a single message tries a carrier that paused"
            assert Task.objects.filter(kind="email_paused").count() == 1
            assert not box.accepted
            box.signs_in = True
            _dispatch(creditor, signed, now=NOW + timedelta(hours=1), probes=True)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(box.accepted) == 12
    assert not Task.objects.filter(closed_at=None, kind="email_paused").exists()


def test_f03_a_provider_that_answers_500_for_an_hour_loses_nothing(creditor) -> None:
    _owe(creditor, 12)
    carrier = Carrier.objects.create(
        organisation_id=creditor.organisation_id, channel="email", provider="postmark", name="Postmark",
        token="t" * 64, made_at=NOW,
    )  # fmt: skip
    asked: list[str] = []
    works = False

    def answer(request) -> Response:
        headers = {one["Name"]: one["Value"] for one in request.json["Headers"]}
        asked.append(headers["Message-ID"])
        if not works:
            return Response("down", status=500)
        said = (
            f'{{"ErrorCode": 0, "Message": "OK", "MessageID": "p{len(asked)}", "To": "{request.json["To"]}"}}'
        )
        return Response(said, content_type="application/json")

    with HTTPServer() as web:
        web.expect_request("/email").respond_with_handler(answer)
        for minutes in range(0, 181, 5):
            works = minutes > 60
            now = NOW + timedelta(minutes=minutes)
            carrier.refresh_from_db()
            if is_paused(carrier, now):
                continue
            with Postmark(api_url=web.url_for("/")).open({"server_token": "t"}) as session:
                _dispatch(
                    creditor, session, now=now, carrier_id=carrier.id, probes=bool(carrier.paused_because)
                )
            if minutes == 60:
                assert len(asked) == 9, "five failures, then one probe each quarter of an hour"
                assert Task.objects.filter(kind="email_paused", closed_at=None).count() == 1
                assert not StepClaim.objects.filter(state="done").exists()
                assert set(Message.objects.values_list("state", flat=True)) == {"ready"}
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert set(asked) == set(Message.objects.values_list("message_id", flat=True))
    assert Delivery.objects.filter(outcome="accepted").count() == 12
    carrier.refresh_from_db()
    assert (carrier.paused_because, carrier.paused_until) == ("", None)
    assert not Task.objects.filter(kind="email_paused", closed_at=None).exists()


def test_a_carriers_pace_is_kept_by_all_workers_together(creditor) -> None:
    """Two workers, each of which believes that nothing was carried yet."""
    _owe(creditor, 9)
    carrier = Carrier.objects.create(
        organisation_id=creditor.organisation_id, channel="email", provider="smtp", name="Relay",
        token="t" * 64, made_at=NOW, per_minute=4, per_hour=7,
    )  # fmt: skip
    carried = []
    with server() as (box, config):
        for minutes in (0, 0, 2, 4, 62):
            with SmtpSession(config) as session:
                now = NOW + timedelta(minutes=minutes)
                _dispatch(creditor, session, now=now, carrier_id=carrier.id, most=4)
            carried.append(len(box.accepted))
    assert carried == [4, 4, 7, 7, 9]
    assert not Delivery.objects.exclude(outcome="accepted").exists()


def test_f02_killed_between_the_servers_250_and_our_record_one_unknown_and_no_second_mail(creditor) -> None:
    _owe(creditor, 1)
    with mailbox() as box:
        connections.close_all()
        child = os.fork()
        if not child:
            _die_before_recording(creditor, box)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert len(box.mails) == 1
        later = NOW + timedelta(days=3)
        give_back_unbegun(organisation_id=creditor.organisation_id, now=later)
        plan_day(organisation_id=creditor.organisation_id, now=later)
        with sessions(box) as opened:
            dispatch_messages(
                organisation_id=creditor.organisation_id, now=later, worker="next", sessions=opened
            )
        assert len(box.mails) == 1
    message, delivery = Message.objects.get(), Delivery.objects.get()
    assert (message.state, delivery.outcome, delivery.ended_at) == ("sending", "", None)
    assert not StepClaim.objects.filter(state="done").exists()
    assert bytes(Evidence.objects.get().content)
    resolve_sending(organisation_id=creditor.organisation_id, message_id=message.id, left=True, now=later)
    assert Message.objects.get().state == "sent"
    assert StepClaim.objects.get().state == "done"


def _die_before_recording(creditor: Creditor, box) -> None:
    """In a process of its own: the mail is accepted, and the process is no more."""
    try:
        dispatch_message.record_accepted = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        with tenancy.organisation(creditor.organisation_id), sessions(box) as opened:
            dispatch_messages(
                organisation_id=creditor.organisation_id, now=NOW, worker="dies", sessions=opened
            )
    finally:
        os._exit(1)


def test_what_was_begun_and_not_handed_over_is_ready_again_after_an_error_of_ours(creditor) -> None:
    _owe(creditor, 3)

    class Breaks:
        sent = 0

        def send(self, frozen, envelope, *, idempotency_key):
            self.sent += 1
            if self.sent == 2:
                raise ArithmeticError("our bug")
            return session.send(frozen, envelope, idempotency_key=idempotency_key)

    with server() as (box, config), SmtpSession(config) as session, pytest.raises(ArithmeticError):
        _dispatch(creditor, Breaks())
    assert len(box.accepted) == 1
    states = Message.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["sent", "sending", "ready"]
    assert list(Delivery.objects.order_by("id").values_list("outcome", flat=True)) == [
        "accepted",
        "",
        "not_sent",
    ]


def test_f06_paid_after_the_attempt_began_and_before_its_turn_does_not_leave(creditor) -> None:
    """Of messages begun together each is looked at once more just before it leaves."""
    from acquit.flows.ledger.record_payment import record_payment
    from acquit.store.ledger.models import Term

    _owe(creditor, 2)
    first, second = Message.objects.order_by("id")
    (term,) = Term.objects.filter(account_id=second.account_id)

    class PaidMeanwhile:
        def send(self, frozen, envelope, *, idempotency_key):
            record_payment(
                organisation_id=creditor.organisation_id, account_id=second.account_id, amount=term.amount,
                currency="EUR", received_on=NOW.date(), term_ids=[term.id], now=NOW,
            )  # fmt: skip
            return session.send(frozen, envelope, idempotency_key=idempotency_key)

    assert TOGETHER > 1
    with server() as (box, config), SmtpSession(config) as session:
        _dispatch(creditor, PaidMeanwhile())
    assert len(box.accepted) == 1
    assert Message.objects.get(id=first.id).state == "sent"
    assert Message.objects.get(id=second.id).state == "withdrawn"
