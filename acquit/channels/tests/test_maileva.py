"""Letters posted by Maileva, against a server that behaves as published, its failures midway included."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer

from acquit import channels
from acquit.channels.base import Accepted, Addressee, Envelope, Refused, Unknown
from acquit.channels.provider import Event, Forged, Received, Unreachable, Unreadable
from acquit.channels.tests.maileva_server import PDF, MailevaServer
from acquit.channels.tests.outgoing import outgoing

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
KEY = "acquit-7-00ff"
TO = Addressee(lines=("ELECTRO MISTRAL SAS", "BAT B", "240 RUE DU GRAND GIGOGNAN", "84000 AVIGNON"))


@pytest.fixture(scope="module")
def http():
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture(params=["letter", "registered_letter"])
def maileva(request, http):
    provider = channels.get(request.param).providers["maileva"]
    server = MailevaServer(http, provider._product)
    server.install()
    server.provider = provider
    return server


@pytest.fixture
def registered(http):
    provider = channels.get("registered_letter").providers["maileva"]
    server = MailevaServer(http, provider._product)
    server.install()
    server.provider = provider
    return server


def send(maileva, *, to=TO, key=KEY, **settings):
    envelope = Envelope(
        sender="a@b.example", recipients=("\n".join(to.lines),), addressee=to, subject="Relance",
        sender_lines=("VALMERIC INDUSTRIE", "18 RUE DES FONDERIES", "69100 VILLEURBANNE"),
    )  # fmt: skip
    with maileva.provider.open(maileva.settings | settings) as session:
        return session.send(channels.get("letter").freeze(outgoing()), envelope, idempotency_key=key)


def test_a_letter_is_made_filled_and_submitted(maileva):
    assert send(maileva) == Accepted(provider_ref="s1")
    sending, recipient = maileva.sendings["s1"], maileva.recipient()
    assert (sending["status"], sending["custom_id"]) == ("PENDING", KEY)
    assert sending["documents"] == [outgoing().document]
    assert {key: value for key, value in recipient.items() if key.startswith("address")} == {
        "address_line_1": "ELECTRO MISTRAL SAS", "address_line_3": "BAT B",
        "address_line_4": "240 RUE DU GRAND GIGOGNAN", "address_line_6": "84000 AVIGNON",
    }  # fmt: skip
    assert recipient["country_code"] == "FR"
    assert sending.get("acknowledgement_of_receipt", False) is maileva.product.registered
    assert maileva.signed_in == 1


def test_abroad_the_code_says_the_country_and_registered_letters_do_not_go(maileva):
    lines = ("MUSTER GMBH", "HAUPTSTR 1", "10115 BERLIN", "ALLEMAGNE")
    outcome = send(maileva, to=Addressee(lines=lines, country="DE"))
    if maileva.product.registered:
        assert isinstance(outcome, Refused)
        assert (outcome.permanent, outcome.blames_address) == (True, False)
        return
    assert outcome == Accepted(provider_ref="s1")
    assert maileva.recipient()["address_line_6"] == "10115 BERLIN"
    assert maileva.recipient()["country_code"] == "DE"


@pytest.mark.parametrize("step", ["POST all", "documents", "recipients"])
@pytest.mark.parametrize("done", [True, False])
def test_what_fails_before_it_is_submitted_did_not_leave_and_is_made_anew(registered, step, done):
    registered.breaks[step] = (503, done)
    refused = send(registered)
    assert isinstance(refused, Refused)
    assert not refused.permanent
    assert all(one["status"] == "DRAFT" for one in registered.sendings.values())
    registered.breaks.clear()
    assert isinstance(send(registered), Accepted)
    assert [one["status"] for one in registered.sendings.values()] == ["PENDING"]


def test_f02_submitted_but_answered_500_is_accepted_once(registered):
    registered.breaks["submit"] = (500, True)
    assert isinstance(send(registered), Accepted)
    registered.breaks.clear()
    again = send(registered)
    assert again == Accepted(provider_ref="s1", detail="submitted by an earlier attempt")
    assert len(registered.sendings) == 1


def test_not_submitted_and_answered_500_did_not_leave(registered):
    registered.breaks["submit"] = (500, False)
    refused = send(registered)
    assert isinstance(refused, Refused)
    assert not refused.permanent
    assert isinstance(registered.provider.find(KEY, registered.settings), Refused)


def test_f02_when_nobody_can_say_it_is_unknown_until_it_is_looked_for(registered):
    registered.breaks |= {"submit": (500, True), "GET one": (500, False)}
    assert isinstance(send(registered), Unknown)
    registered.breaks.clear()
    assert registered.provider.find(KEY, registered.settings) == Accepted(provider_ref="s1", detail="PENDING")
    assert isinstance(registered.provider.find("acquit-8-ff", registered.settings), Refused)


def test_a_key_is_found_among_many_pages(registered):
    for number in range(250):
        registered.sendings[f"old{number}"] = {"custom_id": f"k{number}", "status": "PROCESSED"}
    registered.sendings["old120"]["custom_id"] = KEY
    assert send(registered) == Accepted(provider_ref="old120", detail="submitted by an earlier attempt")


def test_an_address_that_maileva_declines_is_refused_for_good_with_its_words(registered):
    refused = send(registered, to=replace(TO, lines=("A" * 39, "1 RUE X", "75001 PARIS")))
    assert isinstance(refused, Refused)
    assert refused.permanent
    assert "ADDRESS_LINE_1_TOO_LONG limitée à 38 caractères" in refused.because


def test_a_wrong_password_blames_no_letter(registered):
    registered.password = "changed"
    refused = send(registered)
    assert isinstance(refused, Refused)
    assert not refused.permanent


def test_an_old_token_is_renewed(registered):
    with registered.provider.open(registered.settings) as session:
        session.api.get("/sendings", start_index=1, count=1)
        registered.signed_in += 1
        session.api.get("/sendings", start_index=1, count=1)
    assert registered.signed_in == 3


def test_nobody_there_is_temporary(registered):
    dead = {"url": "http://127.0.0.1:1", "auth_url": "http://127.0.0.1:1"}
    refused = send(registered, **dead)
    assert isinstance(refused, Refused)
    assert not refused.permanent
    for asks in (lambda: registered.provider.ask(["s1"], registered.settings | dead, now=NOW),
                 lambda: registered.provider.find(KEY, registered.settings | dead)):  # fmt: skip
        with pytest.raises(Unreachable):
            asks()


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("LP09", Event.PRESENTED), ("LP15", Event.SIGNED), ("LP19", Event.UNCLAIMED),
        ("LP21", Event.RETURNED), ("LP22", Event.REFUSED), ("LP03", None), ("LP00", None), ("new", None),
    ],
)  # fmt: skip
def test_tracking_is_translated_with_its_day(registered, code, event):
    send(registered)
    tracked = {"code": code, "date": "2026-11-26T10:00:00.000Z", "label": "Destinataire"}
    registered.recipient().update(registered_number="1E3", delivery_statuses=[tracked])
    told = registered.provider.ask(["s1"], registered.settings, now=NOW)
    assert [(one.event, one.at, one.detail) for one in told] == (
        [(event, datetime(2026, 11, 26, 10, tzinfo=UTC), "Destinataire 1E3")] if event else []
    )


def test_proofs_come_with_their_events_and_are_told_the_same_again(registered):
    send(registered)
    registered.recipient().update({
        "registered_number": "1E3", "deposit_proof_date": "2026-11-25T18:00:00Z",
        "deposit_proof_url": "/sendings/s1/recipients/r1/download_deposit_proof",
        "acknowledgement_of_receipt_date": "2026-11-27T09:00:00Z",
        "acknowledgement_of_receipt_url": "/sendings/s1/recipients/r1/download_acknowledgement_of_receipt",
        "undelivered_mail_reason": "N03", "undelivered_mail_date": "2026-12-12T09:00:00Z",
        "undelivered_mail_url": "http://evil.example/x",
    })  # fmt: skip
    told = registered.provider.ask(["s1"], registered.settings, now=NOW)
    assert [(one.event, one.proof and one.proof.content) for one in told] == [
        (Event.POSTED, PDF), (Event.SIGNED, PDF), (Event.UNCLAIMED, None),
    ]  # fmt: skip
    assert {one.our_key for one in told} == {KEY}
    assert told[0].proof.name == "preuve-de-depot-1E3.pdf"
    assert told == registered.provider.ask(["s1"], registered.settings, now=NOW)


def test_an_ordinary_letter_is_posted_when_it_was_produced_and_failed_when_rejected(http):
    provider = channels.get("letter").providers["maileva"]
    maileva = MailevaServer(http, provider._product)
    maileva.install()
    maileva.provider = provider
    send(maileva)
    assert provider.ask(["s1", "gone"], maileva.settings, now=NOW) == []
    maileva.sendings["s1"] |= {"status": "PROCESSED", "processed_date": "2026-11-25T20:00:00Z"}
    (news,) = provider.ask(["s1"], maileva.settings, now=NOW)
    assert (news.event, news.at.hour) == (Event.POSTED, 20)
    maileva.sendings["s1"] |= {"status": "REJECTED", "status_detail": "document illisible"}
    (news,) = provider.ask(["s1"], maileva.settings, now=NOW)
    assert (news.event, news.detail) == (Event.FAILED, "document illisible")


def notified(said: object, user: str = "") -> Received:
    headers = {"authorization": "Basic " + base64.b64encode(user.encode()).decode()} if user else {}
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Received(headers=headers, body=body, query={}, url="https://x/hooks/t/", at=NOW)


ARRIVED = {
    "source": "api.maileva.com", "event_type": "ON_ACKNOWLEDGEMENT_OF_RECEIPT_RECEIVED",
    "resource_type": "registered_mail/v4/recipients", "resource_id": "r1",
    "resource_location": "https://api.maileva.com/registered_mail/v4/sendings/s1/recipients/r1",
}  # fmt: skip


def test_a_notification_is_only_a_reason_to_ask(registered):
    send(registered)
    provider, settings = registered.provider, registered.settings
    assert provider.read(notified(ARRIVED), settings) == []
    registered.recipient()["delivery_statuses"] = [{"code": "LP15", "date": "2026-11-26T10:00:00Z"}]
    assert [one.event for one in provider.read(notified(ARRIVED), settings)] == [Event.SIGNED]
    assert provider.read(notified(ARRIVED | {"resource_type": "mail/v2/sendings"}), settings) == ()
    guarded = settings | {"hook_user": "valmeric", "hook_password": "pw"}
    assert provider.read(notified(ARRIVED, "valmeric:pw"), guarded)
    with pytest.raises(Forged):
        provider.read(notified(ARRIVED, "valmeric:no"), guarded)
    for broken in (b"no", [], {"resource_type": "registered_mail/v4/sendings", "resource_id": "../x"}):
        with pytest.raises(Unreadable):
            provider.read(notified(broken), settings)


def test_an_address_that_is_not_secret_is_refused(registered):
    with pytest.raises(ValueError, match="https"):
        registered.provider.open(registered.settings | {"url": "http://maileva.example"})
