"""Suspend the reminders of an account or of one invoice, and release them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.errors import InThePast, ReasonMissing
from acquit.flows.material.poke import poke
from acquit.store.cases.models import Hold


def hold_account(
    *,
    organisation_id: int,
    account_id: int,
    reason: str,
    today: date,
    now: datetime,
    until: date | None = None,
    invoice_id: int | None = None,
    by: int | None = None,
) -> int:
    """Suspend reminders through `until`, or until released; return the hold's id.

    Raises ReasonMissing, InThePast.
    """
    if not reason.strip():
        raise ReasonMissing
    if until is not None and until < today:
        raise InThePast
    with transaction.atomic():
        hold = Hold.objects.create(
            organisation_id=organisation_id,
            account_id=account_id,
            invoice_id=invoice_id,
            until=until,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by_id=by,
        )
        poke(organisation_id, [account_id], now=now)
    return hold.id


def release_hold(*, organisation_id: int, hold_id: int, now: datetime) -> None:
    """End a suspension now."""
    with transaction.atomic():
        hold = Hold.objects.get(organisation_id=organisation_id, id=hold_id)
        Hold.objects.filter(id=hold.id, released_at=None).update(released_at=now)
        poke(organisation_id, [hold.account_id], now=now)
