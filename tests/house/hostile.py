"""A company all of whose names come from somebody hostile, and what it shows on every way out."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader
from typer.testing import CliRunner

from acquit.cli import app
from acquit.flows.accounts.choose_digests import choose_digests
from acquit.flows.cases.dispute_invoice import dispute_invoice
from acquit.flows.cases.hold_account import hold_account
from acquit.flows.cases.write_note import write_note
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.notify import keep_subscription, notify
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.print_letters import batch_pdf, open_batch
from acquit.jobs.digests import send_digests
from acquit.logs import OneLine
from acquit.store.accounts.models import Account, Contact, Creditor, User
from acquit.store.answers.models import Answer
from acquit.store.cases.models import Promise
from acquit.store.ledger.models import Payment
from acquit.store.outbox.models import Message
from tests.flows import world
from tests.flows.answering import keep
from tests.flows.banking import SOURCES, bring_lines
from tests.flows.banking import line as bank_line

NOW = datetime.now(UTC)
TODAY = NOW.date()
#: Names that fit into the window of an envelope.
PAPER = ('#eval("191*193") $x^2$ @r *b*', "<script>alert(1)</script>", '#read("/etc/passwd") \\ `c`')


def show(
    founded: Any, settings: Any, httpserver: Any, *, names: Mapping[str, str], pages: Sequence[str], out: Any
) -> Any:
    """Make the company, let it work a day, and fill `out` with what is seen of it."""
    cache.clear()
    settings.SOURCES, settings.ACQUIT_PRIVATE_WEBHOOKS = SOURCES, True
    settings.ACQUIT_BASE_URL = "https://acquit.example"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine("{levelname} {name}: {message}", style="{"))
    logging.getLogger().addHandler(handler)
    try:
        with founded.open():
            creditor = _company(founded, names)
            _subscribed(founded, httpserver)
            with world.mailbox() as box:
                _day(founded, box, out, settings)
            _banked(founded, names)
            _answers(founded, names)
            _called(founded, httpserver, out)
            _papers(founded, creditor, out)
            _verbs(out)
            accounts = list(Account.objects.order_by("id").values_list("id", flat=True))
            messages = list(Message.objects.order_by("id").values_list("id", flat=True))
            answers = list(Answer.objects.order_by("id").values_list("id", flat=True))
        visitor = Client(headers={"Accept-Language": "fr"})
        visitor.force_login(User.objects.get(pk=founded.user_id))
        urls = [
            *pages, *(f"/clients/{one}/" for one in accounts), *(f"/envois/{one}/" for one in messages),
            *(f"/a-traiter/reponse/{one}/" for one in answers),
        ]  # fmt: skip
        for url in urls:
            answer = visitor.get(url, follow=True)
            assert answer.status_code == 200, (url, answer.status_code)
            out.pages[url] = answer.content.decode()
        with founded.open():
            out.states = {
                "unread": Answer.objects.filter(state="unread").count(),
                "promises": Promise.objects.count(),
                "approved": Message.objects.exclude(approved_at=None).count(),
                "paid": Payment.objects.exclude(external_key__startswith="pay ").count(),
            }
    finally:
        logging.getLogger().removeHandler(handler)
    out.log = stream.getvalue()
    return out


def _company(founded: Any, names: Mapping[str, str]) -> Creditor:
    creditor = world.ready_creditor(
        founded.id, works_every_day=True, window_opens="00:00", window_closes="23:59", match_alone=False,
        sender_name=names["markup"][:60], city=names["liquid"][:60],
    )  # fmt: skip
    steps = [
        {
            "key": "friendly", "when": "3 days after due", "do": "email", "otherwise": "letter",
            "attach": ["statement"], "name": {"fr": names["markup"], "en": names["liquid"]},
        }
    ]  # fmt: skip
    named = {"fr": names["markup"], "en": names["liquid"]}
    try:
        version = add_version(founded.id, {"key": "hostile", "name": named, "steps": steps}, now=NOW)
    except ValueError:
        steps[0].pop("name")
        version = add_version(founded.id, {"key": "hostile", "name": named, "steps": steps}, now=NOW)
    Creditor.objects.update(default_scenario=version.scenario)
    for number, (key, name) in enumerate(names.items()):
        one = world.account(creditor, f"{name[:40]}{number}", name=name, email=f"{key}@c.example")
        Contact.objects.filter(debtor=one.debtor).update(name=name[:100])
        world.invoice(one, name[:60], "1200.00", due=TODAY - timedelta(days=10))
        world.invoice(one, f"{name[:40]} 2", "30.00", due=TODAY - timedelta(days=20))
        write_note(organisation_id=founded.id, account_id=one.id, text=name, now=NOW, by=founded.user_id)
    for number, name in enumerate(PAPER):
        one = world.account(
            creditor, f"P{number}", name=name, email="", address=f"{number + 1} rue {name}"[:34]
        )
        world.invoice(one, name, "1200.00", due=TODAY - timedelta(days=10))
    spare = world.account(creditor, "SPARE", name=names["room"])
    owed = world.invoice(spare, names["formula"], "10.00", due=TODAY - timedelta(days=9))
    dispute_invoice(
        organisation_id=founded.id, invoice_id=owed.invoice_id, opened_on=TODAY, now=NOW,
        note=names["markup"] + names["unseen"],
    )  # fmt: skip
    hold_account(
        organisation_id=founded.id, account_id=spare.id, reason=names["markup"] + names["liquid"],
        today=TODAY, now=NOW,
    )  # fmt: skip
    return Creditor.objects.get(pk=creditor.pk)


def _subscribed(founded: Any, httpserver: Any) -> None:
    for kind in ("json", "slack", "teams", "mattermost"):
        httpserver.expect_request(f"/{kind}").respond_with_data("ok")
        keep_subscription(
            organisation_id=founded.id, kind=kind, name=kind, url=httpserver.url_for(f"/{kind}"),
            events=["message_sent", "answer_arrived", "bounce"], creditor_id=None, now=NOW,
        )  # fmt: skip


def _day(founded: Any, box: Any, out: Any, settings: Any) -> None:
    plan_day(organisation_id=founded.id, now=NOW)
    with world.sessions(box) as opened:
        dispatch_messages(organisation_id=founded.id, now=NOW, worker="w", sessions=opened)
    out.raw = [bytes(mail.content) for mail in box.mails]
    out.mails = [message_from_bytes(raw, policy=policy.default) for raw in out.raw]
    for mail in out.mails:
        for file in mail.iter_attachments():
            if file.get_content_type() == "application/pdf":
                out.pdfs["statement"] = file.get_content()
    box.mails.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    choose_digests(organisation_id=founded.id, user_id=founded.user_id, daily=True, weekly=True)
    morning = NOW.replace(hour=7, minute=30) + timedelta(days=(7 - NOW.weekday()) % 7)
    send_digests(founded.id, now=morning)
    out.digests = [message_from_bytes(bytes(mail.content), policy=policy.default) for mail in box.mails]


def _banked(founded: Any, names: Mapping[str, str]) -> None:
    bring_lines(
        founded,
        *(
            bank_line("77.00", name, on=TODAY, counterparty_name=name[:60], reference=name[:30])
            for name in names.values()
        ),
        now=NOW,
    )


def _answers(founded: Any, names: Mapping[str, str]) -> None:
    for number, (key, name) in enumerate([*names.items(), ("unknown", names["markup"])]):
        flat = " ".join(name.split()).replace('"', "'")
        boundary = f"b{number}"
        mail = (
            f'From: "{flat}" <{key}@c.example>\r\nTo: claire@valmeric.example\r\nSubject: {flat}\r\n'
            f"Message-ID: <{number}@c.example>\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"{name}\r\n--{boundary}\r\nContent-Type: text/html\r\n"
            f'Content-Disposition: attachment; filename="../../{flat}.html"\r\n\r\n'
            f"{name}\r\n--{boundary}--\r\n"
        )
        keep(founded, mail.encode(), now=NOW)


def _called(founded: Any, httpserver: Any, out: Any) -> None:
    while notify(organisation_id=founded.id, clock=lambda: NOW):
        pass
    out.calls = [(asked.path.strip("/"), json.loads(asked.data)) for asked, _ in httpserver.log]


def _papers(founded: Any, creditor: Creditor, out: Any) -> None:
    waiting = Message.objects.filter(state="handed_over", channel="letter").values_list("id", flat=True)
    batch = open_batch(
        organisation_id=founded.id, creditor_id=creditor.pk, message_ids=list(waiting), today=TODAY, now=NOW,
        by=founded.user_id,
    )  # fmt: skip
    out.pdfs["batch"] = batch_pdf(organisation_id=founded.id, batch_id=batch.batch_id)
    assert len(PdfReader(io.BytesIO(out.pdfs["batch"])).pages) >= 3


def _verbs(out: Any) -> None:
    for report in ("balances", "ageing", "disputes"):
        for kind in ("csv", "xlsx", "json"):
            out.files[f"{report}.{kind}"] = _said("report", report, "--format", kind)
    out.pdfs["report"] = _said("report", "ageing", "--format", "pdf")
    for code in Account.objects.order_by("id").values_list("external_id", flat=True)[:4]:
        out.files[f"why {code[:9]}.json"] = _said("why", "--json", "--", code)
        out.files[f"diary {code[:9]}.json"] = _said("diary", "--json", "--", code)


def _said(*words: str) -> bytes:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.stdout_bytes
