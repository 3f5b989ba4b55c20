"""Where providers tell their news: who may, what is kept, and what a stranger learns."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from acquit.channels.email.smtp import Smtp
from acquit.channels.provider import Event, Forged, News, Unreadable
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Contact
from acquit.store.answers.models import Answer
from acquit.store.outbox.models import Carrier, ProviderEvent
from acquit.store.secrets import seal
from acquit.web.hooks import often, views
from tests.flows import world
from tests.flows.answering import LATER, send_first, written

SECRET = "acquit:a-long-secret"
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TOKEN = "k" * 43


@pytest.fixture
def carrier(founded, monkeypatch):
    monkeypatch.setattr(often, "_counts", type(often._counts)())
    monkeypatch.setattr(Smtp, "read", _read)
    with founded.open():
        yield Carrier.objects.create(
            organisation_id=founded.id, channel="email", provider="smtp", name="Post", token=TOKEN,
            settings={"host": "smtp.example"}, secrets=seal({"password": "s3cret"}), made_at=AT,
        )  # fmt: skip


def _read(self, received, settings):
    assert settings["password"] == "s3cret"
    if received.headers.get("x-signature") != "right" and received.method == "POST":
        raise Forged("the signature is wrong")
    if received.body == b"?":
        raise Unreadable("no JSON")
    return [News(event=Event.DELIVERED, event_id="1", provider_ref="R", at=received.at, detail=received.url)]


def post(body=b"{}", token=TOKEN, **headers):
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{token}/", data=body, content_type="application/json", headers=headers
    )


def test_news_is_recorded_without_sign_in_and_told_twice_once(founded, carrier):
    assert [post(x_signature="right").status_code for _ in range(2)] == [200, 200]
    told = ProviderEvent.objects.get()
    assert (told.event, told.message_id) == ("delivered", None)
    assert told.detail.endswith(f"/hooks/{TOKEN}/")


def test_kannel_tells_by_get(founded, carrier):
    assert Client().get(f"/hooks/{TOKEN}/?id=R&status=1").status_code == 200
    assert ProviderEvent.objects.count() == 1


def test_a_forged_call_is_refused_and_leaves_nothing(founded, carrier, caplog):
    assert post(x_signature="wrong").status_code == 403
    assert not ProviderEvent.objects.exists()
    assert "not the provider's" in caplog.text
    assert TOKEN not in caplog.text


def test_an_unreadable_call_is_kept_raw_once_with_its_cause(founded, carrier):
    answers = [post(b"?", x_signature="right") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]
    kept = ProviderEvent.objects.get()
    assert (kept.event, bytes(kept.raw), kept.detail) == ("unreadable", b"?", "no JSON")


def test_an_unknown_address_is_none_and_guessing_ends(founded, carrier, monkeypatch):
    monkeypatch.setattr(views, "GUESSES_A_MINUTE", 2)
    monkeypatch.setattr(views.timezone, "now", lambda: AT)
    assert [post(token="nobody").status_code for _ in range(3)] == [404, 404, 429]


def test_too_many_calls_and_too_large_a_call_are_refused(founded, carrier, monkeypatch):
    monkeypatch.setattr(views, "MOST_BYTES", 10)
    assert post(b"x" * 11, x_signature="right").status_code == 413
    monkeypatch.setattr(views, "CALLS_A_MINUTE", 0)
    assert post(x_signature="right").status_code == 429


def test_a_carrier_whose_key_is_lost_asks_the_provider_to_call_again(founded, carrier, settings):
    settings.SECRET_KEY = "another key of at least thirty-two characters"
    assert post(x_signature="right").status_code == 503
    settings.ACQUIT_OLD_SECRET_KEYS = []


def test_other_organisations_see_nothing_of_it(founded, found, carrier):
    post(x_signature="right")
    with found("Theirs").open():
        assert not Carrier.objects.exists()
        assert not ProviderEvent.objects.exists()


@pytest.fixture
def reminded(founded, monkeypatch):
    """A message that left, and a carrier at Postmark whose inbound stream calls us."""
    monkeypatch.setattr(often, "_counts", type(often._counts)())
    monkeypatch.setattr(views.timezone, "now", lambda: LATER)
    with founded.open():
        dupont = world.account(world.ready_creditor(founded.id), "DUPONT")
        world.invoice(dupont, "FA-1")
        Carrier.objects.create(
            organisation_id=founded.id, channel="email", provider="postmark", name="Post", token=TOKEN,
            secrets=seal({"server_token": "t", "webhook_secret": SECRET}), made_at=AT,
        )  # fmt: skip
        with world.mailbox() as box:
            yield send_first(founded, box, dupont)


def hand_over(mail, *, secret=SECRET):
    """Call as Postmark does with a mail that came in; return the status."""
    said = {"FromFull": {"Email": "x@y.example"}, "MessageID": "b7", "RawEmail": mail.decode()}
    basic = base64.b64encode(secret.encode()).decode()
    return post(json.dumps(said), authorization=f"Basic {basic}").status_code


def test_f46_a_mail_that_the_provider_hands_over_is_an_unread_answer_that_holds(founded, reminded, visitor):
    mail = written(to=f"reply+{reminded.reply_token}@valmeric.example", sender="chief@elsewhere.example")
    assert hand_over(mail, secret="acquit:guessed") == 403
    assert not Answer.objects.exists()
    assert [hand_over(mail), hand_over(mail)] == [200, 200]
    answer = Answer.objects.get()
    assert (answer.state, answer.tie, answer.message_id) == ("unread", "token", reminded.id)
    assert bytes(answer.content) == mail
    assert ProviderEvent.objects.get().raw is None
    plan = plan_day(organisation_id=founded.id, now=LATER + timedelta(minutes=1))
    assert plan.reasons["unread_reply"] == 1
    assert "Nouvelles sans message connu" not in visitor.get("/reglages/envois/").content.decode()


def test_a_bounce_and_an_automatic_reply_that_the_provider_hands_over_are_no_answers(founded, reminded):
    to = f"reply+{reminded.reply_token}@valmeric.example"
    away = written("Absente jusqu'au 1er décembre.", to=to, head="Auto-Submitted: auto-replied\r\n")
    returned = (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {reminded.recipient}\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
    assert [hand_over(away), hand_over(returned)] == [200, 200]
    assert [one.state for one in Answer.objects.all()] == ["filed", "filed"]
    assert {one.kind for one in Answer.objects.all()} == {"auto_reply", "bounce"}
    assert Contact.objects.get().email_bounced_on == LATER.date()


def test_a_mail_of_many_megabytes_is_taken(founded, reminded):
    assert hand_over(written("x" * 11_000_000)) == 200
    assert Answer.objects.get().complete
