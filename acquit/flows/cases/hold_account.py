"""Suspend the reminders of an account or of one invoice, and release them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.poke import poke
from acquit.flows.material.word import suspend
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

    Raises ReasonMissing, InThePast, TooFar.
    """
    with transaction.atomic():
        hold = suspend(
            organisation_id, account_id, reason=reason, today=today, now=now, until=until,
            invoice_id=invoice_id, by=by,
        )  # fmt: skip
    return hold.id


def release_hold(*, organisation_id: int, hold_id: int, now: datetime) -> None:
    """End a suspension now."""
    with transaction.atomic():
        hold = Hold.objects.get(organisation_id=organisation_id, id=hold_id)
        Hold.objects.filter(id=hold.id, released_at=None).update(released_at=now)
        poke(organisation_id, [hold.account_id], now=now)
