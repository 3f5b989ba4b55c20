"""A real mailbox, read by IMAP: Dovecot with what Postfix delivers, and Dovecot behind OAuth 2."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.channels.email.imap import CannotRead, ImapConfig, ImapReader
from acquit.flows.answers.keep_mailbox import MailboxIncomplete, MailboxKnown, Said, keep_mailbox
from acquit.flows.answers.read_mailbox import Reading, read_mailbox
from acquit.flows.material.answers.reading import alone
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Contact
from acquit.store.answers.models import Answer, Mailbox
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Message
from tests.fixtures.mailserver import GONE, PASSWORD, MailServer
from tests.flows.answering import written
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, sessions
from tests.flows.world import Mailbox as Postbox

BOX = "relances@valmeric.example"
THEM = "compta@kerleau.example"


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, sender_email=BOX, reply_domain="")


@pytest.fixture
def box(organisation, mail_server: MailServer) -> int:
    return added(organisation, mail_server)


def added(organisation: Any, server: MailServer, **more: Any) -> int:
    said = {"host": server.host, "user": BOX, "port": server.imap_port, "security": "none",
            "since": date(2020, 1, 1), "secrets": {"password": PASSWORD}} | more  # fmt: skip
    return keep_mailbox(organisation_id=organisation.id, said=Said(**said), today=TODAY, now=NOW)


def read(organisation: Any, box: int, *, now: datetime | None = None, **more: Any) -> Reading:
    return read_mailbox(organisation_id=organisation.id, mailbox_id=box, now=now or datetime.now(UTC), **more)


def deliver(server: MailServer, *mails: bytes, at_least: int | None = None) -> None:
    for mail in mails:
        server.hand_in(mail, sender=THEM, recipients=[BOX])
    server.mails(BOX, at_least=at_least or len(mails))


def test_what_left_by_postfix_is_answered_and_holds(organisation, creditor, box, mail_server) -> None:
    one = account(creditor, "KERLEAU", email=THEM)
    invoice(one, "FA-1")
    plan_day(organisation_id=organisation.id, now=NOW)
    with sessions(Postbox(port=mail_server.smtp_port)) as opened:
        dispatch_messages(organisation_id=organisation.id, now=NOW, worker="w", sessions=opened)
    (ours,) = mail_server.mails(THEM)
    answer = written(
        "Nous payons le 4 décembre.", sender="autre@ailleurs.example", to=BOX,
        head=f"In-Reply-To: {ours['Message-ID']}\r\n",
    )  # fmt: skip
    deliver(mail_server, answer)
    reading = read(organisation, box)
    assert (reading.trouble, reading.kept["unread"]) == ("", 1)
    kept = Answer.objects.get()
    assert (kept.tie, kept.account_id, kept.message_id) == ("token", one.id, Message.objects.get().id)
    plan = plan_day(organisation_id=organisation.id, now=datetime.now(UTC))
    assert plan.reasons == {"unread_reply": 1}
    assert read(organisation, box).kept.total() == 0


def test_a_bounce_that_postfix_makes_marks_the_contact(organisation, creditor, box, mail_server) -> None:
    one = account(creditor, "KERLEAU", email=GONE)
    invoice(one, "FA-1")
    now = datetime.now(UTC)
    Message.objects.create(
        organisation_id=organisation.id, creditor=creditor, debtor=one.debtor, account=one, channel="email",
        scenario="polite", step="friendly", stage="reminder", state="sent", planned_on=TODAY, not_before=now,
        sent_at=now, recipient=GONE, reply_token="00112233445566778899",
        message_id=f"<acquit.{organisation.id}.1.00112233445566778899@valmeric.example>",
    )  # fmt: skip
    mail = written(sender=BOX, to=GONE).replace(
        b"<a1@client.example>", f"<acquit.{organisation.id}.1.00112233445566778899@valmeric.example>".encode()
    )
    mail_server.hand_in(mail, sender=BOX, recipients=[GONE])
    mail_server.mails(BOX)
    assert read(organisation, box).kept["filed"] == 1
    assert Answer.objects.get().kind == "bounce"
    assert Contact.objects.get().email_bounced_on is not None


def test_broken_and_huge_mails_stop_nothing(organisation, creditor, box, mail_server, monkeypatch) -> None:
    monkeypatch.setattr("acquit.channels.email.imap.MOST_BYTES", 20_000)
    monkeypatch.setattr("acquit.channels.email.imap.BEGINNING", 1_000)
    with mail_server.imap(BOX) as client:
        client.append("INBOX", b"\x80\xff not a mail at all")
        client.append("INBOX", written("x\r\n" * 20_000, key="huge"))
        client.append("INBOX", written("Encore moi.", key="last"))
    assert read(organisation, box).kept["unread"] == 3
    assert list(Answer.objects.order_by("id").values_list("complete", flat=True)) == [True, False, True]
    assert len(bytes(Answer.objects.get(complete=False).content)) == 1_000


def test_a_mail_that_breaks_the_reader_is_kept_as_it_is(
    organisation, creditor, box, mail_server, monkeypatch
) -> None:
    from acquit.flows.material.answers import told

    whole = told.read

    def read_or_break(content, **more):
        if b"casse" in content:
            raise LookupError("a bug of ours")
        return whole(content, **more)

    monkeypatch.setattr(told, "read", read_or_break)
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written("casse", key="a"))
        client.append("INBOX", written("va", key="b"))
    assert read(organisation, box).kept["unread"] == 2
    broken = Answer.objects.order_by("id")[0]
    assert (broken.complete, b"casse" in bytes(broken.content)) == (False, True)


def test_mails_numbered_anew_are_kept_once(organisation, creditor, box, mail_server) -> None:
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written(key="a"))
    read(organisation, box)
    Mailbox.objects.update(uid_validity=1, last_uid=4_000_000)
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written(key="b"))
    reading = read(organisation, box)
    assert (reading.known, reading.kept["unread"]) == (1, 1)
    assert Mailbox.objects.get().last_uid < 1000


def test_read_mails_go_to_the_folder_that_is_set(organisation, creditor, mail_server) -> None:
    box = added(organisation, mail_server, move_to="Lus")
    deliver(mail_server, written())
    read(organisation, box)
    assert len(mail_server.mails(BOX, folder="Lus")) == 1
    with mail_server.imap(BOX) as client:
        assert client.search() == []


def test_mails_of_before_are_left_alone_and_the_rest_comes_in_parts(
    organisation, creditor, mail_server
) -> None:
    box = added(organisation, mail_server, since=TODAY)
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written(key="old"), msg_time=datetime(2026, 1, 1, tzinfo=UTC))
        for key in "abc":
            client.append("INBOX", written(key=key), msg_time=NOW)
    first = read(organisation, box, most=2)
    assert (first.kept["unread"], first.more) == (2, True)
    second = read(organisation, box, most=2)
    assert (second.kept["unread"], second.more) == (1, False)


def test_one_worker_reads_at_a_time(organisation, creditor, box) -> None:
    busy: list[Reading] = []

    def other() -> None:
        from django.db import connection

        from acquit.store import tenancy

        with tenancy.organisation(organisation.id):
            busy.append(read(organisation, box))
        connection.close()

    with alone(box) as held:
        assert held
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert busy[0].busy
    assert not read(organisation, box).busy


def test_a_mailbox_that_fails_is_tried_later_and_told_of(organisation, creditor, mail_server) -> None:
    box = added(organisation, mail_server, secrets={"password": "faux"})
    reading = read(organisation, box, now=NOW)
    mailbox = Mailbox.objects.get()
    assert "uthenticat" in reading.trouble
    assert (mailbox.failures, mailbox.next_try_at) == (1, NOW + timedelta(minutes=1))
    assert Task.objects.get(kind="mailbox").params["because"] == reading.trouble
    keep_mailbox(
        organisation_id=organisation.id, mailbox_id=box, today=TODAY, now=NOW,
        said=Said(host=mail_server.host, user=BOX, port=mail_server.imap_port, security="none",
                  secrets={"password": PASSWORD}),
    )  # fmt: skip
    Mailbox.objects.update(failures=1)
    assert read(organisation, box).trouble == ""
    assert Task.objects.get(kind="mailbox").closed_at is not None


def test_news_is_told_at_once_where_the_server_can(mail_server) -> None:
    config = ImapConfig(
        host=mail_server.host, port=mail_server.imap_port, security="none", user=BOX, password=PASSWORD
    )
    with ImapReader(config) as reader:
        timer = threading.Timer(0.3, lambda: mail_server.hand_in(written(), sender=THEM, recipients=[BOX]))
        timer.start()
        began = datetime.now(UTC)
        assert reader.wait(20)
        assert datetime.now(UTC) - began < timedelta(seconds=15)


def test_nobody_listens_is_a_value(organisation, creditor) -> None:
    said = Said(host="127.0.0.1", user="x", port=1, security="none", secrets={"password": PASSWORD})
    box = keep_mailbox(organisation_id=organisation.id, said=said, today=TODAY, now=NOW)
    assert "refused" in read(organisation, box).trouble
    assert PASSWORD not in Mailbox.objects.get().sealed
    with pytest.raises(MailboxKnown):
        keep_mailbox(organisation_id=organisation.id, said=said, today=TODAY, now=NOW)
    with pytest.raises(MailboxIncomplete):
        keep_mailbox(organisation_id=organisation.id, said=Said(host="h", user=""), today=TODAY, now=NOW)


# OAuth 2: the token endpoint and Dovecot's question who a token is for are answered on the loopback.


class Provider:
    """A token endpoint as RFC 6749 (6) has it, and the introspection that Dovecot asks (RFC 7662)."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, str]] = []
        self.granted = "unset"
        self.refuses = False
        self.url = server.url_for("/{tenant}/oauth2/v2.0/token")
        server.expect_request("/common/oauth2/v2.0/token", method="POST").respond_with_handler(self.token)
        server.expect_request("/who").respond_with_handler(self.who)

    def token(self, request: Request) -> Response:
        self.asked.append(request.form.to_dict())
        if self.refuses:
            said: dict[str, Any] = {"error": "invalid_grant", "error_description": "AADSTS70008: expired"}
            return Response(json.dumps(said), status=400, content_type="application/json")
        self.granted = f"token-{len(self.asked)}"
        said = {"token_type": "Bearer", "access_token": self.granted, "expires_in": 3599,
                "refresh_token": f"refresh-{len(self.asked)}"}  # fmt: skip
        return Response(json.dumps(said), content_type="application/json")

    def who(self, request: Request) -> Response:
        known = request.headers.get("Authorization") == f"Bearer {self.granted}"
        said = {"email": BOX, "active": "true"} if known else {"error": "invalid_token"}
        return Response(json.dumps(said), status=200 if known else 401, content_type="application/json")


@pytest.fixture
def provider(httpserver: HTTPServer) -> Provider:
    return Provider(httpserver)


@pytest.fixture
def oauth_server(mail_server: MailServer, httpserver: HTTPServer) -> Iterator[int]:
    """A second Dovecot on the same mailboxes that takes tokens only; its IMAP port."""
    from tests.fixtures.oauth_dovecot import running_oauth_dovecot

    with running_oauth_dovecot(mail_server, introspection=httpserver.url_for("/who")) as port:
        yield port


def by_token(organisation: Any, server: MailServer, port: int) -> int:
    return added(
        organisation, server, port=port, login="microsoft", client_id="app", secrets={"refresh_token": "r0"}
    )


def test_xoauth2_with_a_token_that_is_renewed(
    organisation, creditor, mail_server, oauth_server, provider
) -> None:
    box = by_token(organisation, mail_server, oauth_server)
    deliver(mail_server, written())
    urls = {"microsoft": provider.url}
    assert read(organisation, box, token_urls=urls).trouble == ""
    assert Answer.objects.count() == 1
    asked = provider.asked[0]
    assert (asked["grant_type"], asked["refresh_token"], asked["client_id"]) == ("refresh_token", "r0", "app")
    assert "IMAP.AccessAsUser.All" in asked["scope"]
    read(organisation, box, token_urls=urls)
    assert len(provider.asked) == 1, "a token that holds is used again"
    read(organisation, box, token_urls=urls, now=datetime.now(UTC) + timedelta(hours=1))
    assert provider.asked[1]["refresh_token"] == "refresh-1", "the new one is kept"
    assert "token-" not in Mailbox.objects.get().sealed


def test_a_consent_that_was_withdrawn_is_told(
    organisation, creditor, mail_server, oauth_server, provider
) -> None:
    box = by_token(organisation, mail_server, oauth_server)
    provider.refuses = True
    assert "invalid_grant" in read(organisation, box, token_urls={"microsoft": provider.url}).trouble
    assert Task.objects.filter(kind="mailbox", closed_at=None).exists()


def test_a_token_of_another_opens_nothing(mail_server, oauth_server, provider) -> None:
    config = ImapConfig(host="127.0.0.1", port=oauth_server, security="none", user=BOX, access_token="stolen")
    with pytest.raises(CannotRead) as refused, ImapReader(config):
        pass
    assert refused.value.refused
