"""Debtors, invoices and contacts for the tests of flows, written as they would be imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from aiosmtpd.controller import Controller

from acquit import channels
from acquit.channels.base import Session
from acquit.channels.email.smtp import SmtpConfig, SmtpSession
from acquit.flows.material.carriage import Carriage, Carrying
from acquit.flows.material.scenarios import add_version
from acquit.store.accounts.models import Account, Contact, Creditor, Debtor
from acquit.store.ledger.models import Invoice, Payment, Term

#: Tuesday 24 November 2026, half past ten in Paris.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)

POLITE = {
    "key": "polite",
    "name": {"fr": "Poli", "en": "Polite"},
    "thank": "email",
    "steps": [
        {"key": "friendly", "when": "3 days after due", "do": "email", "otherwise": "letter"},
        {"key": "firm", "when": "8 days after previous step", "do": "email", "otherwise": "letter"},
        {
            "key": "formal", "when": "15 days after previous step", "do": "letter",
            "stage": "formal notice", "ask": "a person", "template": "formal_notice",
        },
    ],
}  # fmt: skip


def ready_creditor(organisation_id: int, **fields: Any) -> Creditor:
    """Make the organisation's creditor able to write: a scenario, a sender, an accepted list."""
    version = add_version(organisation_id, POLITE, now=NOW)
    creditor = Creditor.objects.order_by("id").first()
    assert creditor is not None
    said = {
        "default_scenario_id": version.scenario_id, "list_accepted_at": NOW,
        "name": "Valmeric Industrie", "legal_form": "SAS", "capital": "480 000 €",
        "siren": "732829320", "registry_city": "Lyon", "address": "18 rue des Fonderies",
        "postcode": "69100", "city": "Villeurbanne", "iban": "FR7630006000011234567890189",
        "sender_name": "Claire Besson", "sender_email": "claire@valmeric.example",
        "sender_phone": "04 65 71 00 42", "signatory": "Hélène Vasseur",
        "signatory_title": "Directrice administrative et financière",
    } | fields  # fmt: skip
    Creditor.objects.filter(id=creditor.id).update(**said)
    from acquit.store.cases.models import ScenarioRule

    ScenarioRule.objects.filter(organisation_id=organisation_id).delete()
    return Creditor.objects.get(id=creditor.id)


def account(
    creditor: Creditor, code: str, *, email: str | None = None, address: str = "", **debtor: Any
) -> Account:
    """Return a new account with its debtor and one contact."""
    said = {"name": f"Client {code}"} | debtor
    row = Debtor.objects.create(organisation_id=creditor.organisation_id, **said)
    Contact.objects.create(
        organisation_id=creditor.organisation_id, debtor=row, name="Mme Nadia Ferrand",
        email=f"{code.lower()}@client.example" if email is None else email, address=address,
        postcode="84000" if address else "", city="Avignon" if address else "", is_main=True,
    )  # fmt: skip
    return Account.objects.create(
        organisation_id=creditor.organisation_id, creditor=creditor, debtor=row, external_id=code,
        look_at=NOW - timedelta(days=90),
    )  # fmt: skip


def invoice(
    of: Account, number: str, amount: str = "1200.00", *, due: date = date(2026, 11, 10), **more: Any
) -> Term:
    """Return the term of a new invoice."""
    said = {"currency": "EUR", "issued_on": due - timedelta(days=30), "known_on": due} | more
    row = Invoice.objects.create(
        organisation_id=of.organisation_id, account=of, number=number, external_key=number,
        amount=Decimal(amount), **said,
    )  # fmt: skip
    return Term.objects.create(
        organisation_id=of.organisation_id, account=of, invoice=row, due_on=due,
        amount=Decimal(amount), currency=row.currency,
    )  # fmt: skip


def receipt(of: Account, amount: str, *, on: date = TODAY) -> Payment:
    """Return a payment that nobody matched."""
    return Payment.objects.create(
        organisation_id=of.organisation_id, account=of, external_key=f"pay {amount} {on}",
        amount=Decimal(amount), currency="EUR", received_on=on, known_on=on,
    )  # fmt: skip


@dataclass
class Mailbox:
    """A real SMTP server on this machine that keeps what it accepted; `answer` makes it refuse."""

    port: int = 0
    mails: list[Any] = field(default_factory=list)
    answer: str | None = None
    refused_recipient: str = ""
    before_answer: Any = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == self.refused_recipient:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.before_answer is not None:
            self.before_answer()
        if self.answer is not None:
            return self.answer
        self.mails.append(envelope)
        return "250 queued as 4242"

    @property
    def recipients(self) -> list[str]:
        return [address for mail in self.mails for address in mail.rcpt_tos]

    def config(self) -> SmtpConfig:
        return SmtpConfig(host="127.0.0.1", port=self.port, security="none", timeout=5)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mailbox on a free port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox(port=port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def sessions(box: Mailbox) -> Iterator[Carriage]:
    """Open every channel for every creditor, e-mail to `box`."""
    opened: dict[str, Session] = {
        "email": SmtpSession(box.config()),
        "letter": channels.get("letter").providers["print"].open({}),
        "phone": channels.get("phone").providers["hand"].open({}),
    }
    creditors = Creditor.objects.order_by("id").values_list("id", flat=True)
    try:
        yield Carriage(
            {
                (creditor_id, key): Carrying(session=session, name=key)
                for creditor_id in creditors
                for key, session in opened.items()
            }
        )
    finally:
        for session in opened.values():
            session.__exit__(None, None, None)
