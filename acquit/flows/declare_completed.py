"""Note that the document a buyer waited for was given: the suspended invoices go on after some days."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.core.network import TASKS, Code
from acquit.flows.material.network import take_out
from acquit.flows.material.poke import poke
from acquit.store.ledger.models import Invoice
from acquit.store.network.models import NetworkStatus


def declare_completed(
    *, organisation_id: int, invoice_id: int, today: date, now: datetime, by: int | None = None
) -> None:
    """Note a status 209 by hand, where the platform has not told it; its day begins the days to look.

    The platform itself is told on the platform, with the document.
    """
    with transaction.atomic():
        invoice = Invoice.objects.select_related("account").get(
            organisation_id=organisation_id, id=invoice_id
        )
        NetworkStatus.objects.get_or_create(
            organisation_id=organisation_id, creditor_id=invoice.account.creditor_id,
            external_key=f"by hand {invoice.id} {Code.COMPLETED.value} {now.isoformat()}",
            defaults={
                "account_id": invoice.account_id, "invoice": invoice, "invoice_number": invoice.number,
                "invoice_issued_on": invoice.issued_on, "code": Code.COMPLETED.value, "at": now, "on": today,
                "issuer_role": "SE", "received_at": now, "followed_at": now, "noted_by_id": by,
            },
        )  # fmt: skip
        take_out(organisation_id, invoice.account_id, TASKS[Code.SUSPENDED], invoice.id, now=now, by=by)
        poke(organisation_id, [invoice.account_id], now=now)
