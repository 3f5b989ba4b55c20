"""Electronic registered letters, against a server that behaves as AR24 publishes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer

from acquit.channels.base import Accepted, Addressee, Envelope, HandedOver, Refused, Unknown
from acquit.channels.provider import Event, Received, Unreachable, Unreadable
from acquit.channels.registered import CHANNEL
from acquit.channels.registered.ar24 import PROVIDER
from acquit.channels.registered.ar24_api import decrypted, signature
from acquit.channels.registered.tests.ar24_server import KEY, PDF, Ar24Server, encrypted
from acquit.channels.tests.outgoing import outgoing

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TO = Addressee(
    lines=("ELECTRO MISTRAL SAS", "240 RUE DU GRAND GIGOGNAN", "84000 AVIGNON"), name="Yann Kerleau",
    company="Électro Mistral SAS", registered_email="lre@mistral.example",
)  # fmt: skip


@pytest.fixture(scope="module")
def http():
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def ar24(http):
    server = Ar24Server(http)
    server.install()
    return server


def send(ar24, *, to=TO, key="acquit-7-00ff", **settings):
    envelope = Envelope(
        sender="a@b.example", recipients=("\n".join(to.lines),), addressee=to, subject="Mise en demeure"
    )
    with PROVIDER.open(ar24.settings | settings) as session:
        return session.send(CHANNEL.freeze(outgoing()), envelope, idempotency_key=key)


OTP = {"otp_secret": "JBSWY3DPEHPK3PXP"}


def test_the_signature_is_the_one_that_ar24_publishes():
    date = "2021-05-26 14:00:00"
    assert signature(date, KEY) == "bDop0cbjKpkySlpvnNGvBMg7PuYFFgPPqTTS2RAHoY0="
    assert decrypted(encrypted('{"é": 1}', date), date, KEY) == '{"é": 1}'
    with pytest.raises(ValueError, match=r"."):
        decrypted("WwBOU6s8", date, KEY)


def test_a_letter_to_a_professional_is_qualified_and_bears_our_reference(ar24):
    assert send(ar24, **OTP) == Accepted(provider_ref="401800")
    mail = ar24.mails["401800"]
    assert (mail["eidas"], mail["dest_statut"], mail["to_email"]) == (
        "1",
        "professionnel",
        "lre@mistral.example",
    )
    assert (mail["to_firstname"], mail["to_lastname"]) == ("Yann", "Kerleau")
    assert (mail["ref_dossier"], mail["attachment"]) == ("acquit-7-00ff", "f1")
    assert ar24.files == [outgoing().document]
    assert len(ar24.otps) == 1
    assert ar24.otps[0].isdecimal()


def test_a_sender_who_proved_nothing_leaves_a_draft_and_nothing_left(ar24):
    refused = send(ar24)
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.code, refused.blames_address) == (True, "to_valid", False)


def test_without_an_address_for_it_a_person_posts_it_on_paper(ar24):
    consumer = replace(TO, consumer=True, registered_email="")
    assert send(ar24, to=consumer, **OTP) == HandedOver(to="print")
    assert not ar24.files


@pytest.mark.parametrize(
    ("fails", "permanent"),
    [
        ("invalid_email", True),
        ("unknown_token", False),
        ("missing_payment_slug", False),
        ("same_request_run", False),
    ],
)
def test_what_ar24_declines_did_not_leave(ar24, fails, permanent):
    ar24.fails = fails
    refused = send(ar24, **OTP)
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.code) == (permanent, fails)


def test_f02_an_answer_that_says_nothing_after_the_letter_was_taken_is_unknown(ar24):
    ar24.fails = "500"
    assert isinstance(send(ar24, **OTP), Unknown)
    assert PROVIDER.find("acquit-7-00ff", ar24.settings) is None


def test_nobody_there_is_temporary(ar24):
    refused = send(ar24, url="http://127.0.0.1:1/api")
    assert isinstance(refused, Refused)
    assert not refused.permanent
    with pytest.raises(Unreachable):
        PROVIDER.ask(["1"], ar24.settings | {"url": "http://127.0.0.1:1/api"}, now=NOW)


@pytest.mark.parametrize(
    ("dated", "proven", "event"),
    [
        ("ts_ev_date", "proof_ev_url", Event.POSTED), ("view_date", "proof_ar_url", Event.SIGNED),
        ("refused_date", "proof_rf_url", Event.REFUSED), ("negligence_date", "proof_ng_url", Event.UNCLAIMED),
        ("bounced_date", "proof_bc_url", Event.BOUNCED),
    ],
)  # fmt: skip
def test_each_state_is_one_event_with_its_day_and_its_proof(ar24, dated, proven, event):
    send(ar24, **OTP)
    ar24.happens("401800", dated, proven)
    (news,) = PROVIDER.ask(["401800"], ar24.settings, now=NOW)
    assert (news.event, news.at) == (event, datetime(2026, 11, 24, 17, 13, 1, tzinfo=UTC))
    assert news.proof.content == PDF
    assert news.our_key == "acquit-7-00ff"
    assert news.permanent is (event is Event.BOUNCED)
    assert [news] == list(PROVIDER.ask(["401800"], ar24.settings, now=NOW))


def told(body: bytes):
    return Received(headers={}, body=body, query={}, url="https://x/hooks/t/", at=NOW)


def test_a_notification_is_only_a_reason_to_ask(ar24):
    send(ar24, **OTP)
    forged = told(b"id_mail=401800&new_state=AR&proof_url=http://evil.example/x.pdf")
    assert PROVIDER.read(forged, ar24.settings) == []
    ar24.happens("401800", "view_date", "proof_ar_url")
    (news,) = PROVIDER.read(told(b"id_mail=401800&new_state=AR"), ar24.settings)
    assert news.event is Event.SIGNED
    assert PROVIDER.read(told(b"id_user=3&new_state=confirmed"), ar24.settings) == ()
    ar24.mails["401800"]["ref_dossier"] = "sent by hand"
    assert PROVIDER.read(told(b"id_mail=401800"), ar24.settings) == []
    with pytest.raises(Unreadable):
        PROVIDER.read(told(b"id_mail=../user"), ar24.settings)


def test_a_proof_is_fetched_from_ar24_alone(ar24):
    send(ar24, **OTP)
    ar24.mails["401800"] |= {"view_date": "2026-11-24 10:00:00", "proof_ar_url": "http://169.254.169.254/x"}
    (news,) = PROVIDER.ask(["401800"], ar24.settings, now=NOW)
    assert news.proof is None


def test_an_address_that_is_not_secret_is_refused(ar24):
    with pytest.raises(ValueError, match="https"):
        PROVIDER.open(ar24.settings | {"url": "http://ar24.example"})
    with pytest.raises(ValueError, match="token is missing"):
        PROVIDER.open({})
