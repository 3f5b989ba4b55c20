"""OVHcloud and Twilio, as their published descriptions say they behave, on a loopback server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.channels.base import Accepted, Envelope, Outcome, Refused, Unknown, frozen
from acquit.channels.provider import HOOK_URL, Event, Forged, Received, Unreachable, Unreadable
from acquit.channels.sms import ovhcloud, twilio

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = "acquit-42-0123456789abcdef"
TO = "+33612345678"
TEXT = "Valmeric : facture FA-101, 1 200,00 € à régler."
SERVER_TIME = 1_800_000_000


def _send(provider, settings: Mapping[str, str], *, to: str = TO, text: str = TEXT) -> Outcome:
    with provider.open(settings) as session:
        return session.send(
            frozen(text.encode(), "text/plain"), Envelope(sender="", recipients=(to,)), idempotency_key=KEY
        )


def _received(body: bytes = b"", headers: Mapping[str, str] | None = None, **query: str) -> Received:
    url = "https://acquit.example/hooks/secret/" + (f"?{urlencode(query)}" if query else "")
    return Received(headers=headers or {}, body=body, query=query, url=url, at=NOW)


# OVHcloud


@pytest.fixture
def ovh(httpserver: HTTPServer) -> dict[str, str]:
    httpserver.expect_request("/1.0/auth/time").respond_with_data(str(SERVER_TIME))
    return {
        "service": "sms-ab12345-1", "application_key": "app", "application_secret": "secret",
        "consumer_key": "consumer", "sender": "VALMERIC", "endpoint": httpserver.url_for("/1.0"),
    }  # fmt: skip


def _signed_as_published(request: Request) -> bool:
    """Tell whether a call is signed by the scheme that the API describes, on its own time."""
    said = request.headers["X-Ovh-Timestamp"]
    parts = ("secret", "consumer", request.method, request.url, request.get_data(as_text=True), said)
    digest = hashlib.sha1("+".join(parts).encode()).hexdigest()
    return request.headers["X-Ovh-Signature"] == f"$1${digest}" and abs(int(said) - SERVER_TIME) < 5


def _job(httpserver: HTTPServer, status: int, answer: object) -> list[dict]:
    seen: list[dict] = []

    def jobs(request: Request) -> Response:
        assert _signed_as_published(request)
        seen.append(json.loads(request.get_data()))
        return Response(json.dumps(answer), status=status, content_type="application/json")

    httpserver.expect_request("/1.0/sms/sms-ab12345-1/jobs", method="POST").respond_with_handler(jobs)
    return seen


def test_ovhcloud_is_given_a_signed_job_without_the_advertisers_clause(httpserver, ovh):
    seen = _job(httpserver, 200, {"ids": [4711], "invalidReceivers": [], "totalCreditsRemoved": 1})
    outcome = _send(ovhcloud.PROVIDER, ovh)
    assert outcome == Accepted(provider_ref="4711", detail="credits: 1")
    (job,) = seen
    assert (job["message"], job["receivers"], job["sender"]) == (TEXT, [TO], "VALMERIC")
    assert (job["noStopClause"], job["coding"], job["senderForResponse"]) == (True, "7bit", False)
    assert len(job["tag"]) == 20
    assert _send(ovhcloud.PROVIDER, ovh | {"answers": "yes"}, text="Рахунок")
    assert (seen[1]["coding"], seen[1]["senderForResponse"], "sender" in seen[1]) == ("8bit", True, False)


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (200, {"ids": [], "invalidReceivers": [TO]}, (True, True)),
        (403, {"message": "This call has not been granted"}, (False, False)),
        (400, {"message": "Invalid sender"}, (True, False)),
        (429, {"message": "Too many requests"}, (False, False)),
        (503, {"message": "Maintenance"}, (False, False)),
    ],
)
def test_ovhcloud_refusals_blame_the_number_only_where_it_is_at_fault(httpserver, ovh, status, answer, says):
    _job(httpserver, status, answer)
    outcome = _send(ovhcloud.PROVIDER, ovh)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.blames_address) == says


@pytest.mark.parametrize(("status", "answer"), [(500, {}), (502, {}), (200, {}), (200, [])])
def test_ovhcloud_that_fails_midway_leaves_it_unknown(httpserver, ovh, status, answer):
    _job(httpserver, status, answer)
    assert isinstance(_send(ovhcloud.PROVIDER, ovh), Unknown)


def test_ovhcloud_is_asked_for_receipts_and_answers(httpserver, ovh):
    base = "/1.0/sms/sms-ab12345-1"
    receipt = {"id": 4711, "deliveryReceipt": 1, "ptt": 1000}
    httpserver.expect_request(f"{base}/outgoing/4711").respond_with_json(receipt)
    httpserver.expect_request(f"{base}/outgoing/4712").respond_with_json({"message": "gone"}, status=404)
    httpserver.expect_request(f"{base}/incoming").respond_with_json([9])
    httpserver.expect_request(f"{base}/incoming/9").respond_with_json(
        {"id": 9, "sender": TO, "message": "STOP", "creationDatetime": "2026-11-24T10:00:00+01:00"}
    )
    told = ovhcloud.PROVIDER.ask(["4711", "4712"], ovh | {"answers": "yes"}, now=NOW)
    assert [(one.event, one.event_id) for one in told] == [
        (Event.DELIVERED, "4711:1"), (Event.ANSWERED, "in:9"), (Event.COMPLAINED, "in:9:stop"),
    ]  # fmt: skip
    assert told[1].answer == b"STOP"
    (hinted,) = ovhcloud.PROVIDER.read(_received(id="4711", ptt="9999"), ovh)
    assert hinted.event is Event.DELIVERED
    with pytest.raises(Unreadable):
        ovhcloud.PROVIDER.read(_received(id="../x"), ovh)


def test_ovhcloud_finds_an_attempt_by_its_tag_or_cannot_say(httpserver, ovh):
    path = "/1.0/sms/sms-ab12345-1/outgoing"
    httpserver.expect_oneshot_request(path).respond_with_json([4711])
    assert ovhcloud.PROVIDER.find(KEY, ovh).provider_ref == "4711"
    httpserver.expect_oneshot_request(path).respond_with_json([])
    assert ovhcloud.PROVIDER.find(KEY, ovh) is None


def test_ovhcloud_names_the_setting_that_cannot_be_used(ovh):
    for key, value in (("service", "../x"), ("sender", ""), ("consumer_key", ""), ("price", "x")):
        with pytest.raises(ValueError, match=key):
            ovhcloud.PROVIDER.open(ovh | {key: value})


# Twilio


@pytest.fixture
def account(httpserver: HTTPServer) -> dict[str, str]:
    return {
        "account": "AC0123", "auth_token": "token", "sender": "+33757900000",
        "endpoint": httpserver.url_for("").rstrip("/"), HOOK_URL: "https://acquit.example/hooks/secret/",
    }  # fmt: skip


def _messages(httpserver: HTTPServer, status: int, answer: object) -> list[dict[str, list[str]]]:
    seen: list[dict[str, list[str]]] = []

    def created(request: Request) -> Response:
        assert (request.authorization.username, request.authorization.password) == ("AC0123", "token")
        seen.append(parse_qs(request.get_data(as_text=True)))
        return Response(json.dumps(answer), status=status, content_type="application/json")

    path = "/2010-04-01/Accounts/AC0123/Messages.json"
    httpserver.expect_request(path, method="POST").respond_with_handler(created)
    return seen


def test_twilio_is_given_a_message_whose_status_comes_back_with_our_key(httpserver, account):
    seen = _messages(httpserver, 201, {"sid": "SM1", "status": "queued"})
    assert _send(twilio.PROVIDER, account) == Accepted(provider_ref="SM1", detail="queued")
    assert seen[0] == {
        "To": [TO], "From": ["+33757900000"], "Body": [TEXT],
        "StatusCallback": [f"https://acquit.example/hooks/secret/?key={KEY}"],
    }  # fmt: skip
    _send(twilio.PROVIDER, account | {"sender": "MG1"})
    assert seen[1]["MessagingServiceSid"] == ["MG1"]


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [(400, 21211, (True, True)), (400, 21614, (True, True)), (400, 21610, (True, True)),
     (400, 21617, (True, False)), (401, 20003, (False, False)), (400, 21606, (False, False)),
     (429, 20429, (False, False)), (404, 20404, (True, False))],
)  # fmt: skip
def test_twilio_refusals_blame_the_number_only_where_it_is_at_fault(httpserver, account, status, code, says):
    _messages(httpserver, status, {"code": code, "message": "no", "status": status})
    outcome = _send(twilio.PROVIDER, account)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.blames_address) == says


def test_twilio_that_fails_midway_leaves_it_unknown(httpserver, account):
    _messages(httpserver, 500, {})
    assert isinstance(_send(twilio.PROVIDER, account), Unknown)
    assert twilio.PROVIDER.find(KEY, account) is None


def _call(fields: Mapping[str, str], *, token: str = "token", url: str = "", **query: str) -> Received:
    received = _received(urlencode(fields).encode(), **query)
    said = (url or received.url) + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    digest = base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
    return _received(received.body, {"x-twilio-signature": digest}, **query)


@pytest.mark.parametrize(
    ("status", "error", "event", "permanent"),
    [("sent", "", Event.POSTED, False), ("delivered", "", Event.DELIVERED, False),
     ("undelivered", "30003", Event.FAILED, False), ("undelivered", "30006", Event.BOUNCED, True),
     ("failed", "30005", Event.BOUNCED, True), ("read", "", Event.OPENED, False)],
)  # fmt: skip
def test_twilio_tells_what_became_of_a_message(account, status, error, event, permanent):
    fields = {"MessageSid": "SM1", "MessageStatus": status} | ({"ErrorCode": error} if error else {})
    (news,) = twilio.PROVIDER.read(_call(fields, key=KEY), account)
    assert (news.event, news.permanent, news.our_key, news.provider_ref) == (event, permanent, KEY, "SM1")
    assert news.event_id == f"SM1:{status}"


def test_twilio_brings_what_a_debtor_wrote(account):
    fields = {
        "MessageSid": "SM9",
        "SmsStatus": "received",
        "From": TO,
        "To": "+33757900000",
        "Body": "Réglé hier",
    }
    (news,) = twilio.PROVIDER.read(_call(fields), account)
    assert (news.event, news.address, news.answer) == (Event.ANSWERED, TO, "Réglé hier".encode())


def test_a_call_that_twilio_did_not_sign_is_forged_whatever_the_port(account):
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    with_port = "https://acquit.example:443/hooks/secret/"
    assert twilio.PROVIDER.read(_call(fields, url=with_port), account)
    for forged in (_call(fields, token="other"), _received(urlencode(fields).encode())):
        with pytest.raises(Forged):
            twilio.PROVIDER.read(forged, account)
    with pytest.raises(Unreadable):
        twilio.PROVIDER.read(_call({"MessageSid": "SM1", "MessageStatus": "teleported"}), account)
    assert twilio.PROVIDER.read(_call({"MessageSid": "SM1", "MessageStatus": "queued"}), account) == ()


def test_twilio_is_asked_and_may_be_away(httpserver, account):
    base = "/2010-04-01/Accounts/AC0123/Messages"
    httpserver.expect_request(f"{base}/SM1.json").respond_with_json(
        {"status": "undelivered", "error_code": 30006}
    )
    httpserver.expect_request(f"{base}/SM2.json").respond_with_json({}, status=404)
    (news,) = twilio.PROVIDER.ask(["SM1", "SM2"], account, now=NOW)
    assert (news.event, news.permanent) == (Event.BOUNCED, True)
    httpserver.expect_request(f"{base}/SM3.json").respond_with_json({}, status=503)
    with pytest.raises(Unreachable):
        twilio.PROVIDER.ask(["SM3"], account, now=NOW)
