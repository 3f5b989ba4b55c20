"""Open a dispute on an invoice, in whole or in part, and resolve it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from acquit.flows.material.errors import AlreadyDisputed
from acquit.flows.material.network import close_dispute
from acquit.flows.material.poke import poke
from acquit.flows.material.word import open_dispute
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
    invoice = Invoice.objects.get(organisation_id=organisation_id, id=invoice_id)
    try:
        with transaction.atomic():
            dispute = open_dispute(
                invoice, opened_on=opened_on, now=now, amount=amount, category=category, note=note,
                owner=owner,
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
