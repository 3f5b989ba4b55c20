"""Must show 1: a scenario with mail, SMS, call and letter runs to its end on real servers.

Postfix takes the mails and Dovecot gives them by IMAP; Kannel takes the SMS and tells what became of it
at our own address. Nothing between the decision and the wire is replaced; only the days are arguments.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from pypdf import PdfReader

from acquit.channels.phone import CallOutcome
from acquit.flows.answers.read_answer import read_answer
from acquit.flows.cases.record_call import record_call
from acquit.flows.ledger.record_payment import record_payment
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.approve_message import approve_messages
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.print_letters import batch_pdf, close_batch, open_batch
from acquit.jobs.sessions import open_sessions
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.answers.models import Answer
from acquit.store.cases.models import Decision, StepClaim
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import Carrier, Evidence, Message, ProviderEvent
from acquit.store.secrets import seal
from tests.fixtures.database import World
from tests.fixtures.kannel import BEARERBOX, FAKESMSC, SMSBOX, Gateway, start_gateway
from tests.fixtures.machine import missing, need, until
from tests.fixtures.mailserver import MailServer
from tests.flows.world import account, invoice, ready_creditor

DUE = date(2026, 11, 2)
TOKEN = "w" * 43
DEBTOR = "compta@kerleau.example"
MOBILE = "+33612345678"

SCENARIO = {
    "key": "whole",
    "name": {"fr": "Complet", "en": "Whole"},
    "thank": "email",
    "steps": [
        {"key": "friendly", "when": "3 days after due", "do": "email"},
        {"key": "text", "when": "5 days after previous step", "do": "sms", "template": "sms_reminder"},
        {"key": "call", "when": "5 days after previous step", "do": "phone", "otherwise": "email"},
        {
            "key": "formal", "when": "8 days after previous step", "do": "letter", "stage": "formal notice",
            "template": "formal_notice", "ask": "a person",
        },
    ],
}  # fmt: skip


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def _web() -> Iterator[str]:
    """Serve Acquit's pages on a loopback port, for those who call it."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    pages = get_wsgi_application()

    def served(environ, start_response):
        try:
            return [b"".join(pages(environ, start_response))]
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, served, server_class=_Server, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def gateway(settings, organisation: World) -> Iterator[Gateway]:
    """Kannel, which tells its reports and what debtors write to our own pages."""
    need(missing(BEARERBOX, SMSBOX, FAKESMSC))
    with _web() as base:
        settings.ACQUIT_BASE_URL = base
        with start_gateway(hook=f"{base}/hooks/{TOKEN}/") as running:
            yield running


@pytest.fixture
def creditor(organisation: World, mail_server: MailServer, gateway: Gateway) -> Creditor:
    creditor = ready_creditor(organisation.id)
    version = add_version(organisation.id, SCENARIO, now=_at(DUE))
    Creditor.objects.filter(id=creditor.id).update(default_scenario_id=version.scenario_id)
    ours = {"organisation_id": organisation.id, "made_at": _at(DUE)}
    Carrier.objects.create(
        **ours, channel="email", provider="smtp", name="Postfix", token="p" * 43,
        settings={"host": mail_server.host, "port": str(mail_server.smtp_port), "security": "none"},
    )  # fmt: skip
    said = gateway.settings
    Carrier.objects.create(
        **ours, channel="sms", provider="kannel", name="Kannel", token=TOKEN,
        secrets=seal({"password": said.pop("password")}), settings=said,
    )  # fmt: skip
    return Creditor.objects.get(id=creditor.id)


@pytest.fixture
def term(creditor: Creditor) -> Term:
    owing = account(creditor, "KERLEAU", email=DEBTOR, address="12 rue du Port", name="Kerléau SARL")
    Contact.objects.filter(debtor_id=owing.debtor_id).update(phone="06 12 34 56 78")
    Account.objects.filter(id=owing.id).update(look_at=_at(DUE))
    return invoice(owing, "FA-2026-101", "1200.00", due=DUE)


def _at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _day(creditor: Creditor, day: date) -> str:
    """Run one day as the worker does; return what left, as "channel outcome"."""
    ours = creditor.organisation_id
    plan_day(organisation_id=ours, now=_at(day))
    with open_sessions(ours) as sessions:
        done = dispatch_messages(organisation_id=ours, now=_at(day), worker="test", sessions=sessions)
    return " ".join(f"{channel} {outcome}" for channel, outcome in done.messages)


def _until(creditor: Creditor, day: date, *, most: int = 20) -> tuple[date, str]:
    """Run day after day from `day` until something leaves or waits for a person."""
    for later in range(most):
        on = day + timedelta(days=later)
        asked = Message.objects.filter(state="to_approve").values_list("channel", flat=True)
        left = _day(creditor, on) or " ".join(asked)
        if left:
            return on, left
    raise AssertionError(f"nothing left from {day}: {Decision.objects.get(is_current=True).reasons}")


def _mail_arrives(mail_server: MailServer) -> None:
    """The mail that Dovecot gives is, byte for byte, what was frozen before it left."""
    (mail,) = mail_server.mails(DEBTOR)
    message = Message.objects.get(step="friendly")
    assert mail["Message-ID"] == message.message_id
    assert mail["To"].addresses[0].addr_spec == DEBTOR
    assert "1\u202f200,00\u00a0€" in mail.get_body(("plain",)).get_content()
    arrived = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    frozen = bytes(Evidence.objects.get(message=message).content)
    assert _body(frozen) == _body(arrived)


def _body(mail: bytes) -> bytes:
    return mail.partition(b"\r\n\r\n")[2].strip()


def _sms_arrives(gateway: Gateway) -> Message:
    """The centre saw the frozen text, in one part, and its report reached us by our own address."""
    (sms,) = gateway.seen(to=MOBILE)
    message = Message.objects.get(step="text")
    assert sms.text == bytes(Evidence.objects.get(message=message).content).decode()
    assert sms.text == (
        "Valmeric Industrie : facture FA-2026-101, échue le 2 nov. 2026, 1 200,00 € à régler."
        " Virement, réf. RF27FA2026101. Déjà fait : merci. Tél. 04 65 71 00 42"
    )
    until(lambda: Message.objects.filter(id=message.id, delivered_at__isnull=False).exists(), gateway.log)
    assert ProviderEvent.objects.filter(message=message, event="delivered").count() == 1
    return message


def _debtor_answers(creditor: Creditor, gateway: Gateway, message: Message, on: date) -> date:
    """What the debtor writes holds everything until a person has read it."""
    gateway.write("Bonjour, je regarde demain.", sender=MOBILE)
    until(lambda: Answer.objects.filter(state="unread").exists(), gateway.log)
    answer = Answer.objects.get()
    assert (answer.text, answer.account_id) == ("Bonjour, je regarde demain.", message.account_id)
    assert ProviderEvent.objects.filter(message=message, event="answered").count() == 1
    assert [_day(creditor, on + timedelta(days=days)) for days in range(1, 9)] == [""] * 8
    read_answer(
        organisation_id=creditor.organisation_id, answer_id=answer.pk, now=_at(on + timedelta(days=8), 10)
    )
    return on + timedelta(days=9)


def _call_is_made(on: date) -> None:
    """Nobody answers in the morning; in the afternoon a message is left."""
    call = Message.objects.get(step="call")
    assert "FA-2026-101" in bytes(Evidence.objects.get(message=call).content).decode()
    mine = {"organisation_id": call.organisation_id, "message_id": call.id}
    again = record_call(**mine, outcome=CallOutcome.NO_ANSWER, now=_at(on))
    assert again == _at(on, 12)
    assert record_call(**mine, outcome=CallOutcome.MESSAGE_LEFT, now=again) is None


def _letter_is_posted(creditor: Creditor, on: date) -> None:
    """A person approves the notice, prints the batch, which is read back, and says that it was posted."""
    ours = creditor.organisation_id
    notice = Message.objects.get(step="formal")
    approve_messages(organisation_id=ours, message_ids=[notice.id], now=_at(on), by=None)
    assert _day(creditor, on) == "letter handed_over"
    said = {"organisation_id": ours, "by": None}
    batch = open_batch(
        creditor_id=creditor.id, message_ids=[notice.id], today=on, now=_at(on), **said
    ).batch_id
    pdf = batch_pdf(organisation_id=ours, batch_id=batch)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    letter = " ".join(" ".join(pages[1:]).split()).casefold()
    for word in ("Kerleau SARL", "12 rue du Port", "84000 Avignon", "FA-2026-101", "mise en demeure"):
        assert word.casefold() in letter
    assert close_batch(batch_id=batch, numbers={}, now=_at(on, 15), **said).posted == 1


def test_a_scenario_runs_to_its_end_by_mail_sms_call_and_letter(
    creditor: Creditor, term: Term, mail_server: MailServer, gateway: Gateway
):
    on, left = _until(creditor, DUE)
    assert (on, left) == (date(2026, 11, 5), "email sent")
    _mail_arrives(mail_server)

    on, left = _until(creditor, on + timedelta(days=1))
    assert (on, left) == (date(2026, 11, 10), "sms sent")
    message = _sms_arrives(gateway)
    on = _debtor_answers(creditor, gateway, message, on)

    on, left = _until(creditor, on)
    assert (on, left) == (date(2026, 11, 19), "phone handed_over")
    _call_is_made(on)

    on, left = _until(creditor, on + timedelta(days=1))
    assert (on, left) == (date(2026, 11, 27), "letter")
    _letter_is_posted(creditor, on)

    assert dict(StepClaim.objects.filter(state="done").values_list("step", "on")) == {
        "friendly": date(2026, 11, 5), "text": date(2026, 11, 10), "call": date(2026, 11, 19),
        "formal": date(2026, 11, 27),
    }  # fmt: skip
    assert [_day(creditor, on + timedelta(days=days)) for days in range(1, 15)] == [""] * 14
    assert Decision.objects.get(is_current=True).because == "scenario_over"

    paid_on = on + timedelta(days=15)
    record_payment(
        organisation_id=creditor.organisation_id, account_id=term.account_id, amount=Decimal("1200.00"),
        currency="EUR", received_on=paid_on, term_ids=[term.id], now=_at(paid_on, 8),
    )  # fmt: skip
    on, left = _until(creditor, paid_on)
    assert left == "email sent"
    thanks = mail_server.mails(DEBTOR, at_least=2)[1]
    assert "merci" in thanks.get_body(("plain",)).get_content().lower()
    assert _day(creditor, on + timedelta(days=1)) == ""
    assert Decision.objects.get(is_current=True).kind == "stop"
    assert len(gateway.seen(to=MOBILE)) == 1
