"""Webhooks out: written with the fact, signed, tried a bounded number of times, never into the house."""

from __future__ import annotations

import _socket
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from pytest_httpserver import HTTPServer

from acquit.flows.cases.dispute_invoice import dispute_invoice
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.material.alerts import open_alert
from acquit.flows.material.calling import call, is_public
from acquit.flows.material.payloads import payload, sentence, signature
from acquit.flows.material.sent import mark_all_sent
from acquit.flows.outbox import notify as flow
from acquit.flows.outbox.notify import MOST_ATTEMPTS, end_subscription, forget_calls, keep_subscription
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Creditor
from acquit.store.outbox.models import Message, Subscription, SubscriptionCall
from tests.fixtures.database import World
from tests.flows.answering import keep, written
from tests.flows.banking import SOURCES, bring_lines, line
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


def notify(creditor: Creditor, now) -> int:
    return flow.notify(organisation_id=creditor.organisation_id, clock=lambda: now)


def told(event: str) -> dict:
    return SubscriptionCall.objects.get(event=event).said


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
    assert notify(creditor, NOW) == 1
    asked, _ = httpserver.log[0]
    stamp = int(asked.headers["Acquit-Timestamp"])
    assert asked.headers["Acquit-Signature"] == f"sha256={signature(key, stamp, asked.data)}"
    said = json.loads(asked.data)
    assert (said["event"], said["who"], said["account"]) == ("promise_made", "Dupont <b>& Fils", "C001")
    assert SubscriptionCall.objects.get().outcome == "taken"
    assert notify(creditor, NOW + timedelta(days=1)) == 0
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
        notify(creditor, now)
        one = SubscriptionCall.objects.get()
        now = one.next_at or now
    assert (one.attempts, one.outcome, one.detail) == (MOST_ATTEMPTS, "given_up", "HTTP 500")
    assert now - NOW == timedelta(minutes=2**MOST_ATTEMPTS - 2)
    assert len(httpserver.log) == MOST_ATTEMPTS


def test_an_ended_subscription_is_told_nothing_more(creditor) -> None:
    subscribe(creditor, "https://example.com/", "promise_made")
    promise(creditor)
    end_subscription(organisation_id=creditor.organisation_id, subscription_id=Subscription.objects.get().id)
    assert notify(creditor, NOW + timedelta(days=1)) == 0
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
        "https://[::10.0.0.1]/", "https://168.63.129.16/",
        "https://ex\u2024ample..com/", "https://localhost:99999/", "https://0/", "https://[fe80::1]/",
    ],
)  # fmt: skip
def test_no_call_goes_into_the_house(url: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)  # no number is asked for anywhere
    monkeypatch.setattr("acquit.flows.material.calling.httpx.AsyncClient", None)
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


def test_a_sentence_is_written_as_people_write() -> None:
    facts = {"who": "Dupont", "amount": "1200.00", "currency": "EUR", "until": "2026-12-04"}
    assert sentence("promise_made", facts, "fr") == (
        "Promesse de Dupont\u00a0: 1\u202f200,00\u00a0€ pour le 4 décembre 2026"
    )
    assert sentence("promise_made", facts, "en") == "Promise by Dupont: €1,200.00 by 4 December 2026"


@pytest.mark.parametrize("kind", ["slack", "teams", "mattermost"])
def test_a_name_from_outside_is_inert_in_a_chat_room(kind: str) -> None:
    name = "<!channel> [x](https://evil.example) @all **b** <http://x|y> \u202egpj.exe\u200b {amount.x}\nPS"
    said = json.loads(payload(kind, "bounce", {"who": name}, language="fr", link="https://acquit.example/"))
    shown = json.dumps(said, ensure_ascii=False)
    assert "\u202e" not in shown
    assert "\u200b" not in shown
    assert "{amount.x}" in shown or r"\\{amount" in shown
    if kind == "slack":
        assert "<" not in said["text"]
        assert said["blocks"][0]["text"]["type"] == "plain_text"
    elif kind == "teams":
        assert said["attachments"][0]["content"]["body"][0]["inlines"][0]["type"] == "TextRun"
    else:
        assert "@" not in said["text"]
        assert not re.search(r"(?<!\\)[<*|`]|https://evil", said["text"])


def test_a_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path, monkeypatch) -> None:
    """The connection goes to an address, the certificate is still looked at for the name."""
    with tls_server(tmp_path, "hook.example") as (port, trust):
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1", *a, **k))
        good = call(f"https://hook.example:{port}/", b"{}", {}, private_allowed=True, trust=trust)
        bad = call(f"https://other.example:{port}/", b"{}", {}, private_allowed=True, trust=trust)
    assert (good.ok, bad.ok) == (True, False)
    assert "certificate" in bad.detail.lower()


def test_a_server_that_answers_drop_by_drop_is_left(monkeypatch) -> None:
    with dripping_server() as port:
        began = time.monotonic()
        answered = call(f"http://127.0.0.1:{port}/", b"{}", {}, private_allowed=True, most_seconds=0.5)
        assert time.monotonic() - began < 3
    assert (answered.ok, "no answer within" in answered.detail) == (False, True)


def test_an_answer_that_arrives_is_told_once(organisation, creditor) -> None:
    subscribe(creditor, "https://example.com/", "answer_arrived")
    account(creditor, "DUPONT", name="Dupont")
    for _ in range(2):
        keep(organisation, written())
    assert told("answer_arrived")["sender"] == "dupont@client.example"


def test_an_address_that_fails_is_told(creditor) -> None:
    subscribe(creditor, "https://example.com/", "bounce")
    invoice(account(creditor, "C001"), "FA-101")
    with mailbox() as box:
        box.refused_recipient = "c001@client.example"
        run(creditor, box)
    assert told("bounce")["channel"] == "email"


def test_a_broken_promise_is_told_once_even_where_nothing_may_leave(organisation, creditor) -> None:
    subscribe(creditor, "https://example.com/", "promise_broken")
    promise(creditor)
    owes = Account.objects.get()
    for day in (3, 9, 10, 11):
        plan_day(organisation_id=organisation.id, now=NOW + timedelta(days=day))
        Account.objects.update(look_at=NOW)
    assert told("promise_broken")["until"] == str(TODAY + timedelta(days=5))
    assert told("promise_broken")["account"] == owes.id


def test_a_dispute_and_a_matched_payment_are_told(organisation, creditor, settings) -> None:
    subscribe(creditor, "https://example.com/", "dispute_opened", "payment_matched")
    owes = account(creditor, "C001")
    term = invoice(owes, "FA-101")
    dispute_invoice(
        organisation_id=organisation.id, invoice_id=term.invoice_id, opened_on=TODAY, now=NOW,
        amount=Decimal("100.00"),
    )  # fmt: skip
    assert (told("dispute_opened")["invoice"], told("dispute_opened")["amount"]) == ("FA-101", "100.00")
    settings.SOURCES = SOURCES
    bring_lines(organisation, line("1200.00", "VIR C001"))  # matched alone
    assert (told("payment_matched")["amount"], told("payment_matched")["account"]) == ("1200.00", owes.id)


def test_a_subscription_of_another_creditor_is_told_nothing(creditor) -> None:
    other = Creditor.objects.create(organisation_id=creditor.organisation_id, name="Autre", country="FR")
    subscribe(creditor, "https://example.com/", "promise_made")
    Subscription.objects.update(creditor=other)
    promise(creditor)
    assert not SubscriptionCall.objects.exists()


def test_a_message_that_leaves_costs_the_same_whether_anybody_listens(
    creditor, django_assert_num_queries
) -> None:
    listed = [invoice(account(creditor, f"C{n:03}"), f"FA-{n}").account for n in range(3)]
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    ids = list(Message.objects.filter(account__in=listed).values_list("id", flat=True))
    with django_assert_num_queries(1):
        mark_all_sent(creditor.organisation_id, ids, now=NOW)
    assert Message.objects.filter(state="sent").count() == 3


def test_one_that_fails_does_not_keep_the_others_waiting(creditor, httpserver, settings) -> None:
    settings.ACQUIT_PRIVATE_WEBHOOKS = True
    subscribe(creditor, httpserver.url_for("/bad"), "message_sent")
    subscribe(creditor, httpserver.url_for("/good"), "message_sent")
    httpserver.expect_request("/bad").respond_with_data("", status=503)
    httpserver.expect_request("/good").respond_with_data("ok")
    ids = [invoice(account(creditor, f"C{n:03}"), f"FA-{n}").account for n in range(3)]
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    sent = Message.objects.filter(account__in=ids).values_list("id", flat=True)
    mark_all_sent(creditor.organisation_id, sent, now=NOW)
    assert notify(creditor, NOW) == 3
    assert [asked.path for asked, _ in httpserver.log].count("/bad") == 1
    assert notify(creditor, NOW + timedelta(days=4)) == 0
    assert SubscriptionCall.objects.filter(outcome="given_up", detail="too old").count() == 3
    assert forget_calls(organisation_id=creditor.organisation_id, now=NOW + timedelta(days=61)) == 6


@contextmanager
def tls_server(folder, name: str) -> Iterator[tuple[int, ssl.SSLContext]]:
    """Run a server whose certificate bears `name`; yield its port and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    # The certificate is looked at with the machine's clock.
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    bytes_of = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(bytes_of))
    (folder / "key.pem").write_bytes(
        key.private_bytes(bytes_of, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = HTTPServer(host="127.0.0.1", port=0, ssl_context=mine)
    server.expect_request("/").respond_with_data("ok")
    with server:
        yield server.port, ssl.create_default_context(cafile=str(folder / "cert.pem"))


@contextmanager
def dripping_server() -> Iterator[int]:
    """Run a server that answers one byte of a header each tenth of a second."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        there, _ = listening.accept()
        with there, suppress(OSError):
            there.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not over.wait(0.1):
                there.sendall(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listening.close()
