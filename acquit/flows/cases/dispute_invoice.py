"""Open a dispute on an invoice, in whole or in part, and resolve it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from acquit.flows.material.errors import AlreadyDisputed, NotPositive
from acquit.flows.material.network import close_dispute
from acquit.flows.material.poke import poke
from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.cases.models import Dispute
from acquit.store.ledger.models import Invoice

#: What a dispute is about; the screens word them.
CATEGORIES = ("price", "quantity", "quality", "missing_order", "admin", "duplicate", "other")


def dispute_invoice(
    *,
    organisation_id: int,
    invoice_id: int,
    opened_on: date,
    now: datetime,
    amount: Decimal | None = None,
    category: str = "other",
    note: str = "",
    owner: int | None = None,
) -> int:
    """Open a dispute; the disputed part is not asked until it is resolved.

    Returns the dispute's id. Raises AlreadyDisputed, NotPositive.
    """
    if amount is not None and amount <= 0:
        raise NotPositive
    invoice = Invoice.objects.get(organisation_id=organisation_id, id=invoice_id)
    try:
        with transaction.atomic():
            dispute = Dispute.objects.create(
                organisation_id=organisation_id,
                account_id=invoice.account_id,
                invoice=invoice,
                amount=amount,
                category=category,
                note=note,
                owner_id=owner,
                opened_on=opened_on,
                recorded_at=now,
            )
            poke(organisation_id, [invoice.account_id], now=now)
            tell_subscribers(
                "dispute_opened", organisation_id=organisation_id,
                creditor_id=invoice.account.creditor_id, account_id=invoice.account_id, now=now,
                invoice=invoice.number, amount=str(amount or invoice.amount), currency=invoice.currency,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyDisputed from error
    return dispute.id


def resolve_dispute(
    *, organisation_id: int, dispute_id: int, resolved_on: date, now: datetime, resolution: str = ""
) -> None:
    """Close a dispute: what was contested is asked again."""
    with transaction.atomic():
        dispute = Dispute.objects.get(organisation_id=organisation_id, id=dispute_id)
        close_dispute(dispute, on=resolved_on, now=now, resolution=resolution)
        poke(organisation_id, [dispute.account_id], now=now)
