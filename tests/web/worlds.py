"""A small company for the tests of pages: seven clients, each in a state of its own, planned today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from acquit.flows.cases.dispute_invoice import dispute_invoice
from acquit.flows.cases.hold_account import hold_account
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.ledger.allocate_payment import allocate_payment
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import StepClaim
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import Evidence, Message
from tests.fixtures.database import World
from tests.flows.world import account, invoice, ready_creditor, receipt

SENT_HTML = "<p style='color:#333'>Bonjour, la facture F-2 reste à régler.</p>"


@dataclass(frozen=True)
class Company:
    """The creditor and its clients by what they are in; days count from `today`."""

    world: World
    creditor: Creditor
    late: Account
    promised: Account
    disputed: Account
    held: Account
    unmatched: Account
    paid: Account
    abroad: Account
    message: Message
    now: datetime

    @property
    def today(self):
        return self.now.astimezone(ZoneInfo("Europe/Paris")).date()


def company(world: World) -> Company:
    """Fill the organisation, as it stands at the next working morning from now; planned once.

    Pages read the clock, so everything is dated from it.
    """
    now = timezone.now()
    today = now.astimezone(ZoneInfo("Europe/Paris")).date()

    def ago(days: int):
        return today - timedelta(days=days)

    creditor = ready_creditor(world.id, works_every_day=True, contact_gap=1)
    late = account(creditor, "DUPONT", name="Électricité Dupont", siren="732829320")
    first = invoice(late, "F-1", "1200.00", due=ago(40))
    invoice(late, "F-2", "840.50", due=ago(12))
    invoice(late, "F-3", "300.00", due=ago(-20))
    message = _sent(late, first, now - timedelta(days=20))

    promised = account(creditor, "BATI", name="Bâti-Sud Construction", profile="bad")
    invoice(promised, "F-10", "12400.00", due=ago(30))
    record_promise(organisation_id=world.id, account_id=promised.id, until=ago(-5), today=today, now=now)

    disputed = account(creditor, "KERLEAU", name="Transports Kerleau")
    contested = invoice(disputed, "F-20", "4260.00", due=ago(36))
    dispute_invoice(
        organisation_id=world.id, invoice_id=contested.invoice_id, opened_on=ago(3), now=now,
        category="quantity", note="12 vérins reçus au lieu de 15.",
    )  # fmt: skip

    held = account(creditor, "MAIRIE", name="Commune de Saint-Aubrac", kind="public", email="")
    invoice(held, "F-30", "18640.00", due=ago(25))
    hold_account(
        organisation_id=world.id, account_id=held.id, reason="Le maire rappelle.", today=today, now=now,
        until=ago(-10),
    )  # fmt: skip

    unmatched = account(creditor, "MISTRAL", name="Électro Mistral", profile="vip")
    invoice(unmatched, "F-40", "500.00", due=ago(9))
    receipt(unmatched, "500.00", on=ago(1))

    paid = account(creditor, "GARDET", name="Menuiserie Gardet")
    for number, late_days in enumerate((4, 12, -2), start=50):
        term = invoice(paid, f"F-{number}", "200.00", due=ago(90))
        payment = receipt(paid, "200.00", on=ago(90 - late_days))
        allocate_payment(
            organisation_id=world.id, payment_id=payment.id, term_ids=[term.id], now=now, by=world.user_id
        )

    abroad = account(creditor, "LISBOA", name="Obras de Lisboa", country="PT", language="en")
    invoice(abroad, "F-60", "990.00", due=ago(70), currency="USD")

    plan_day(organisation_id=world.id, now=_morning(now))
    return Company(
        world=world, creditor=creditor, late=late, promised=promised, disputed=disputed, held=held,
        unmatched=unmatched, paid=paid, abroad=abroad, message=message, now=now,
    )  # fmt: skip


def _morning(now: datetime) -> datetime:
    here = now.astimezone(ZoneInfo("Europe/Paris"))
    return max(now, datetime.combine(here.date(), time(9), tzinfo=here.tzinfo))


def _sent(of: Account, term: Term, at: datetime) -> Message:
    """Record a reminder that left, with its frozen copy."""
    message = Message.objects.create(
        organisation_id=of.organisation_id, creditor_id=of.creditor_id, debtor_id=of.debtor_id, account=of,
        channel="email", scenario="polite", step="friendly", stage="reminder", state="sent",
        listed=[term.id], total=[[str(term.amount), "EUR"]], planned_on=at.date(), not_before=at,
        recipient="dupont@client.example", subject="Facture F-1", sent_at=at, claimed_at=at, attempts=1,
    )  # fmt: skip
    mail = (
        "From: claire@valmeric.example\r\nTo: dupont@client.example\r\nSubject: Facture F-1\r\n"
        'MIME-Version: 1.0\r\nContent-Type: text/html; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{SENT_HTML}"
    )
    Evidence.objects.create(
        organisation_id=of.organisation_id, message=message, sha256="ab" * 32, media_type="message/rfc822",
        content=mail.encode(), frozen_at=at,
    )  # fmt: skip
    StepClaim.objects.create(
        organisation_id=of.organisation_id, account=of, term=term, step="friendly", state="done",
        on=at.date(), message=message,
    )  # fmt: skip
    return message
