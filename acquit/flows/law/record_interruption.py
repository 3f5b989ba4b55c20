"""Record what moves the day on which a claim lapses, and take it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.core.regimes.limitation import KINDS
from acquit.flows.material.errors import DaysOutOfOrder, MovesNothing
from acquit.flows.material.orders import tell_orders
from acquit.flows.material.poke import poke
from acquit.store.law.models import Interruption


def record_interruption(
    *,
    organisation_id: int,
    account_id: int,
    kind: str,
    on: date,
    today: date,
    now: datetime,
    invoice_id: int | None = None,
    until: date | None = None,
    note: str = "",
    by: int | None = None,
) -> int:
    """Record a fact of `acquit.core.regimes.limitation.KINDS` that happened on `on`; return its id.

    Without an invoice it is about all that the account owed. Raises MovesNothing for a reminder, a
    notice or a letter, and DaysOutOfOrder for a day to come or an end before the beginning.
    """
    if kind not in KINDS:
        raise MovesNothing
    if on > today or (until is not None and until < on):
        raise DaysOutOfOrder
    with transaction.atomic():
        kept = Interruption.objects.create(
            organisation_id=organisation_id, account_id=account_id, invoice_id=invoice_id, kind=kind,
            on=on, until=until, note=note.strip(), recorded_at=now, recorded_by_id=by,
        )  # fmt: skip
        poke(organisation_id, [account_id], now=now)
    return kept.pk


def cancel_interruption(*, organisation_id: int, interruption_id: int, now: datetime) -> bool:
    """Take the fact back; false if it was taken back before."""
    with transaction.atomic():
        row = Interruption.objects.get(organisation_id=organisation_id, id=interruption_id)
        done = Interruption.objects.filter(id=row.pk, cancelled_at=None).update(cancelled_at=now)
        if row.order_id is not None:
            tell_orders(organisation_id, now=now, account_ids=[row.account_id])
        poke(organisation_id, [row.account_id], now=now)
    return bool(done)
