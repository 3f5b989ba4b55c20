"""Kannel running for real: an SMS at the centre, its reports at our address, and a debtor's answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest

from acquit.channels.base import Accepted, Envelope, Refused, frozen
from acquit.channels.provider import Event, Forged, News, Received, Unreadable
from acquit.channels.sms.kannel import PROVIDER
from tests.fixtures.kannel import BEARERBOX, FAKESMSC, SENDER, SMSBOX, Gateway, start_gateway
from tests.fixtures.machine import missing, need, until

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
KEY = "acquit-42-0123456789abcdef"


@dataclass
class Address:
    """Where the gateway calls us: keeps each call as the web would hand it on."""

    url: str = ""
    calls: list[Received] = field(default_factory=list)

    def news(self, gateway: Gateway, event: Event) -> News:
        """Return the first news of this kind, once it came."""
        found: list[News] = []

        def told() -> bool:
            for call in [*self.calls]:
                found.extend(one for one in PROVIDER.read(call, gateway.settings) if one.event is event)
            return bool(found)

        until(told, lambda: f"no {event}: {self.calls}\n{gateway.log()}")
        return found[0]


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    kept = Address()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            kept.calls.append(
                Received(headers={}, body=b"", query=query, url=self.path, at=NOW, method="GET")
            )
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        kept.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/secret/"
        yield kept
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def gateway(address: Address) -> Iterator[Gateway]:
    need(missing(BEARERBOX, SMSBOX, FAKESMSC))
    with start_gateway(hook=address.url) as running:
        yield running


def _send(gateway: Gateway, text: str, *, to: str = "+33612345678", hook: str = "", **changes: str):
    settings = gateway.settings | {"hook_url": hook} | changes
    with PROVIDER.open(settings) as session:
        return session.send(
            frozen(text.encode(), "text/plain"), Envelope(sender="", recipients=(to,)), idempotency_key=KEY
        )


def test_an_sms_is_seen_by_the_centre_and_reported_delivered(gateway: Gateway, address: Address):
    text = "Valmeric : facture FA-101, 1 200,00 € à régler {échue}. 04 65 71 00 42"
    assert isinstance(_send(gateway, text, hook=address.url), Accepted)
    (seen,) = gateway.seen(to="+33612345678")
    assert (seen.sender, seen.text) == (SENDER, text)
    news = address.news(gateway, Event.DELIVERED)
    assert news.our_key == KEY
    assert news.event_id == f"{KEY}:1"
    assert address.news(gateway, Event.POSTED).our_key == KEY


def test_a_long_text_arrives_in_parts_and_another_script_whole(gateway: Gateway):
    assert isinstance(_send(gateway, "a" * 153 + "b" * 10, to="+33612345679"), Accepted)
    assert [one.text for one in gateway.seen(at_least=2, to="+33612345679")] == ["a" * 153, "b" * 10]
    assert isinstance(_send(gateway, "Рахунок на 120 €", to="+33612345670"), Accepted)
    assert gateway.seen(to="+33612345670")[0].text == "Рахунок на 120 €"


def test_what_a_debtor_writes_comes_to_our_address_and_nothing_goes_back(gateway: Gateway, address: Address):
    before = len(gateway.seen(at_least=0))
    gateway.write("Stop", sender="+33612345678")
    answer = address.news(gateway, Event.ANSWERED)
    assert (answer.address, answer.answer) == ("+33612345678", b"Stop")
    assert address.news(gateway, Event.COMPLAINED).address == "+33612345678"
    assert len(gateway.seen(at_least=0)) == before


def test_a_wrong_password_is_for_us_to_mend_and_blames_no_number(gateway: Gateway):
    refused = _send(gateway, "Bonjour", password="wrong")
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.blames_address, refused.code) == (False, False, "403")


def test_a_landline_is_refused_before_anybody_is_called(gateway: Gateway):
    refused = _send(gateway, "Bonjour", to="+33298000001")
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.blames_address) == (True, True)


def test_a_gateway_that_is_down_is_tried_again():
    with PROVIDER.open({"url": "http://127.0.0.1:9", "user": "a", "password": "b"}) as session:
        outcome = session.send(
            frozen(b"Bonjour", "text/plain"), Envelope(sender="", recipients=("+33612345678",)),
            idempotency_key=KEY,
        )  # fmt: skip
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


def _call(**query: str) -> Received:
    return Received(headers={}, body=b"", query=query, url="", at=NOW, method="GET")


def test_a_report_that_we_did_not_ask_for_is_forged(gateway: Gateway):
    with pytest.raises(Forged):
        PROVIDER.read(_call(report="1", key=KEY, signed="0" * 32), gateway.settings)
    with pytest.raises(Unreadable):
        PROVIDER.read(_call(hello="1"), gateway.settings)
