"""Webhooks out: written with the fact, signed, tried a bounded number of times, never into the house."""

from __future__ import annotations

import json
import socket
from datetime import timedelta

import pytest
from django.db import transaction

from acquit.flows.cases.record_promise import record_promise
from acquit.flows.material.alerts import open_alert
from acquit.flows.material.calling import call, is_public
from acquit.flows.material.payloads import payload, signature
from acquit.flows.outbox.notify import MOST_ATTEMPTS, end_subscription, keep_subscription, notify
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Message, Subscription, SubscriptionCall
from tests.fixtures.database import World
from tests.flows.test_plan_and_dispatch import run
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id)


def subscribe(creditor: Creditor, url: str, *events: str, kind: str = "json") -> str:
    return keep_subscription(
        organisation_id=creditor.organisation_id, kind=kind, name="Le nôtre", url=url, events=events,
        creditor_id=None, now=NOW,
    )  # fmt: skip


def promise(creditor: Creditor) -> None:
    owes = account(creditor, "C001", name="Dupont <b>& Fils")
    invoice(owes, "FA-101")
    record_promise(
        organisation_id=creditor.organisation_id, account_id=owes.id, until=TODAY + timedelta(days=5),
        today=TODAY, now=NOW,
    )  # fmt: skip


def test_an_own_system_is_told_in_signed_json(creditor, httpserver, settings) -> None:
    settings.ACQUIT_PRIVATE_WEBHOOKS = True
    key = subscribe(creditor, httpserver.url_for("/hook?a=1"), "promise_made")
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    promise(creditor)
    assert notify(organisation_id=creditor.organisation_id, now=NOW) == 1
    asked, _ = httpserver.log[0]
    stamp = int(asked.headers["Acquit-Timestamp"])
    assert asked.headers["Acquit-Signature"] == f"sha256={signature(key, stamp, asked.data)}"
    said = json.loads(asked.data)
    assert (said["event"], said["who"], said["account"]) == ("promise_made", "Dupont <b>& Fils", "C001")
    assert SubscriptionCall.objects.get().outcome == "taken"
    assert notify(organisation_id=creditor.organisation_id, now=NOW + timedelta(days=1)) == 0
    assert len(httpserver.log) == 1


def test_nothing_is_told_of_what_was_undone_or_not_asked_for(creditor) -> None:
    subscribe(creditor, "https://example.com/", "dispute_opened")
    promise(creditor)
    assert not SubscriptionCall.objects.exists()
    Subscription.objects.update(events=["channel_paused"])
    with transaction.atomic():
        open_alert(creditor, "email_paused", now=NOW)
        transaction.set_rollback(True)
    assert not SubscriptionCall.objects.exists()
    for _ in range(2):
        open_alert(creditor, "email_paused", now=NOW, because="421")
    assert SubscriptionCall.objects.get().said["because"] == "421"


def test_a_message_sent_is_told_once(creditor) -> None:
    subscribe(creditor, "https://example.com/", "message_sent")
    invoice(account(creditor, "C001"), "FA-101")
    with mailbox() as box:
        run(creditor, box)
    assert SubscriptionCall.objects.get().said["message"] == Message.objects.get().id


def test_it_is_tried_a_bounded_number_of_times_with_growing_pauses(creditor, httpserver, settings) -> None:
    settings.ACQUIT_PRIVATE_WEBHOOKS = True
    subscribe(creditor, httpserver.url_for("/"), "promise_made")
    httpserver.expect_request("/").respond_with_data("no", status=500)
    promise(creditor)
    now = NOW
    for _ in range(MOST_ATTEMPTS + 2):
        notify(organisation_id=creditor.organisation_id, now=now)
        one = SubscriptionCall.objects.get()
        now = one.next_at or now
    assert (one.attempts, one.outcome, one.detail) == (MOST_ATTEMPTS, "given_up", "HTTP 500")
    assert now - NOW == timedelta(minutes=2 ** (MOST_ATTEMPTS - 1) - 1)
    assert len(httpserver.log) == MOST_ATTEMPTS


def test_an_ended_subscription_is_told_nothing_more(creditor) -> None:
    subscribe(creditor, "https://example.com/", "promise_made")
    promise(creditor)
    end_subscription(organisation_id=creditor.organisation_id, subscription_id=Subscription.objects.get().id)
    assert notify(organisation_id=creditor.organisation_id, now=NOW + timedelta(days=1)) == 0
    assert SubscriptionCall.objects.get().outcome == "given_up"


def test_a_redirect_is_not_followed(httpserver) -> None:
    httpserver.expect_request("/").respond_with_data("", status=302, headers={"Location": "/inside"})
    answered = call(httpserver.url_for("/"), b"{}", {}, private_allowed=True)
    assert (answered.ok, answered.detail) == (False, "HTTP 302")
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/", "https://10.0.0.1/",
        "https://[::ffff:192.168.1.1]/", "https://0x7f000001/", "https://localhost/", "http://example.com/",
        "https://me:you@example.com/", "ftp://example.com/", "https://[64:ff9b::a00:1]/", "https://",
    ],
)  # fmt: skip
def test_no_call_goes_into_the_house(url: str, monkeypatch) -> None:
    monkeypatch.setattr("acquit.flows.material.calling.httpx.Client", None)
    assert not call(url, b"{}", {}, private_allowed=False).ok


def test_a_name_with_one_private_address_among_others_is_refused(monkeypatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (one, 443)) for one in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    answered = call("https://rebind.example/", b"{}", {}, private_allowed=False)
    assert "private address" in answered.detail


def test_the_connection_goes_to_the_address_that_was_looked_at(httpserver, monkeypatch) -> None:
    """The name is asked for once; a second answer would be another address."""
    port, asked, real = httpserver.port, [], socket.getaddrinfo

    def resolve(host, *args, **more):
        asked.append(host)
        return real("127.0.0.1" if host == "hook.example" else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    httpserver.expect_request("/").respond_with_data("ok")
    assert call(f"http://hook.example:{port}/", b"{}", {}, private_allowed=True).ok
    assert asked.count("hook.example") == 1
    assert httpserver.log[0][0].headers["Host"] == f"hook.example:{port}"


@pytest.mark.parametrize("address", ["100.64.0.1", "224.0.0.1", "fe80::1%eth0", "fd00::1", "2002:a00:1::"])
def test_shared_multicast_local_and_tunnelled_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("kind", ["slack", "teams", "mattermost"])
def test_a_name_from_outside_is_inert_in_a_chat_room(kind: str) -> None:
    facts = {"who": "<!channel> [x](https://evil.example) @all **b**"}
    body = payload(kind, "bounce", facts, language="fr", link="https://acquit.example/").decode()
    assert "<!channel>" not in body
    assert "[x](https" not in body or kind == "slack"
    json.loads(body)
