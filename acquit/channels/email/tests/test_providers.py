"""Six mail providers: what is handed over, and what each answer means for the mail."""

from __future__ import annotations

import base64
import json
import socket
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from acquit.channels.base import Accepted, Address, Attached, Envelope, Refused, Unknown
from acquit.channels.email import CHANNEL, composed
from acquit.channels.email.smtp import NOT_SIGNED_IN
from acquit.channels.email.tests.accounts import ACCOUNTS, TO, Account, said
from acquit.channels.tests.outgoing import outgoing

COPY = "direction@kerleau.example"
PDF = b"%PDF-1.7 an invoice"


@pytest.fixture(params=ACCOUNTS)
def account(request) -> Account:
    return ACCOUNTS[request.param]


def _those(wanted):
    return pytest.mark.parametrize(
        "account", [pytest.param(a, id=n) for n, a in ACCOUNTS.items() if wanted(a)]
    )


@pytest.fixture(scope="module")
def web():
    with HTTPServer() as server:
        yield server


def _frozen(**changes):
    given = {
        "copies": (Address(address=COPY, name="Direction"),),
        "reply_to": Address(address="reply+abc@valmeric.example"),
        "references": ("<a@v.example>",),
        "attachments": (Attached(name="FA-101.pdf", content=PDF),),
    }
    return CHANNEL.freeze(outgoing(**{**given, **changes}))


def _send(provider, account, *, frozen=None, recipients=(TO, COPY)):
    envelope = Envelope(sender="claire@valmeric.example", recipients=recipients)
    with provider.open(account.settings) as session:
        return session.send(frozen or _frozen(), envelope, idempotency_key="acquit-42-firm")


def test_a_mail_is_taken_and_the_reference_kept(account, web):
    outcome = _send(account.answer(web, account.yes()), account)
    assert isinstance(outcome, Accepted), outcome
    assert len(account.seen) == 1
    if account.reference:
        assert outcome.provider_ref == account.reference
    else:
        assert outcome.provider_ref in json.dumps(account.seen[0].json)


def test_where_raw_mime_is_taken_the_frozen_bytes_leave_as_they_are(web):
    for account in (one for one in ACCOUNTS.values() if one.raw):
        frozen = _frozen()
        _send(account.answer(web, account.yes()), account, frozen=frozen)
        request = account.seen[0]
        if request.files:
            with request.files["message"].stream as file:
                assert file.read() == frozen.content
            assert request.form.getlist("to") == [TO, COPY]
            assert request.form["o:tracking-opens"] == "no"
        else:
            assert base64.b64decode(request.json["Content"]["Raw"]["Data"]) == frozen.content
            assert request.json["Destination"] == {"ToAddresses": [TO], "CcAddresses": [COPY]}


def test_where_the_provider_composes_it_gets_every_frozen_part_and_nothing_else(web):
    frozen = _frozen()
    mail = message_from_bytes(frozen.content, policy=policy.default)
    for account in (one for one in ACCOUNTS.values() if not one.raw):
        _send(account.answer(web, account.yes()), account, frozen=frozen)
        whole = json.dumps(account.seen[0].json, ensure_ascii=False)
        plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        for part in (
            mail["Subject"], plain, html, TO, COPY, "Claire Besson", "FA-101.pdf",
            "reply+abc@valmeric.example", "<a@v.example>", base64.b64encode(PDF).decode(),
        ):  # fmt: skip
            assert json.dumps(str(part), ensure_ascii=False).strip('"') in whole, (account.path, part)


def test_a_provider_does_not_track_for_us(web):
    asked = {}
    for name in ("postmark", "mailjet", "sendgrid"):
        _send(ACCOUNTS[name].answer(web, ACCOUNTS[name].yes()), ACCOUNTS[name])
        asked[name] = ACCOUNTS[name].seen[0].json
    assert asked["postmark"]["TrackOpens"] is False
    assert asked["mailjet"]["Globals"]["TrackOpens"] == "disabled"
    assert asked["sendgrid"]["tracking_settings"]["open_tracking"] == {"enable": False}
    assert {"Name": "X-PM-KeepID", "Value": "true"} in asked["postmark"]["Headers"]


@pytest.mark.parametrize("status", [402, 429, 500, 503])
def test_f03_busy_or_broken_is_temporary(account, web, status):
    outcome = _send(account.answer(web, said(status, {"message": "later"})), account)
    assert isinstance(outcome, Refused), outcome
    assert not outcome.permanent
    assert not outcome.blames_address
    assert len(account.seen) == 1, "one request an attempt: repeating is for the plan to decide"


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_the_accounts_fault_and_temporary(account, web, status):
    outcome = _send(account.answer(web, said(status, {"message": "unauthorized"})), account)
    assert isinstance(outcome, Refused), outcome
    assert (outcome.permanent, outcome.code, outcome.blames_address) == (False, NOT_SIGNED_IN, False)


def test_another_refusal_is_permanent_and_blames_nobody(account, web):
    outcome = _send(account.answer(web, said(400, {"message": "no subject"})), account)
    assert isinstance(outcome, Refused), outcome
    assert (outcome.permanent, outcome.blames_address) == (True, False)
    assert "no subject" in outcome.because


@_those(lambda account: account.bad_address is not None)
def test_f45_only_the_recipients_address_is_blamed(account, web):
    outcome = _send(account.answer(web, said(*account.bad_address)), account)
    assert isinstance(outcome, Refused), outcome
    assert (outcome.permanent, outcome.blames_address) == (True, True)


@pytest.mark.parametrize("status", [502, 504])
def test_f02_a_gateway_that_gave_up_leaves_it_unknown(account, web, status):
    outcome = _send(account.answer(web, Response("<html>gateway", status=status)), account)
    assert isinstance(outcome, Unknown), outcome
    assert len(account.seen) == 1


@_those(lambda account: account.accepted[1] is not None)
def test_f02_a_success_that_cannot_be_read_is_unknown(account, web):
    outcome = _send(account.answer(web, Response("not json", status=200)), account)
    assert isinstance(outcome, Unknown), outcome


@contextmanager
def _cut_after_reading():
    """Take one request whole, then close the connection without an answer; yield address and count."""
    listening = socket.create_server(("127.0.0.1", 0))
    taken = []

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.settimeout(2)
            taken.append(connection.recv(1 << 20))
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", taken
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=5)


def test_f02_a_request_without_an_answer_is_unknown_and_made_once(account):
    with _cut_after_reading() as (url, taken):
        outcome = _send(account.make(url), account)
    assert isinstance(outcome, Unknown), outcome
    assert len(taken) == 1


@_those(lambda account: not account.raw)
def test_f02_no_answer_in_time_is_unknown(account, web, monkeypatch):
    monkeypatch.setattr(composed, "TIMEOUT", (1, 0.2))
    done = threading.Event()

    def late(request):
        done.wait(2)
        return account.yes()

    outcome = _send(account.answer(web, late), account)
    done.set()
    assert isinstance(outcome, Unknown), outcome


def test_nobody_there_is_temporary_and_nothing_left(account):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        outcome = _send(account.make(f"http://127.0.0.1:{taken.getsockname()[1]}/"), account)
    assert isinstance(outcome, Refused), outcome
    assert not outcome.permanent


def test_without_an_address_nothing_is_asked(account, web):
    outcome = _send(account.answer(web, account.yes()), account, recipients=())
    assert isinstance(outcome, Refused)
    assert outcome.blames_address
    assert account.seen == []


def test_a_missing_setting_is_named(account):
    with pytest.raises(ValueError, match="is missing"):
        account.make("http://127.0.0.1:1/").open({})


def test_postmark_and_mailgun_prove_by_our_key_that_a_mail_left(web):
    postmark = ACCOUNTS["postmark"].make(web.url_for("/"))
    web.clear()
    web.expect_request(
        "/messages/outbound", query_string={"count": "1", "offset": "0", "metadata_acquit": "acquit-42-firm"}
    ).respond_with_json({"TotalCount": 1, "Messages": [{"MessageID": "b7bc2f4a"}]})
    found = postmark.find("acquit-42-firm", ACCOUNTS["postmark"].settings)
    assert found == Accepted(provider_ref="b7bc2f4a", detail="found")
    mailgun = ACCOUNTS["mailgun"].make(web.url_for("/"))
    web.expect_request("/v3/mg.valmeric.example/events").respond_with_json({"items": []})
    assert mailgun.find("acquit-42-firm", ACCOUNTS["mailgun"].settings) is None
