"""Record a debtor's word: money by a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from acquit.flows.material.poke import poke
from acquit.flows.material.word import give_promise
from acquit.store.cases.models import Promise


def record_promise(
    *,
    organisation_id: int,
    account_id: int,
    until: date,
    today: date,
    now: datetime,
    invoice_ids: Sequence[int] = (),
    amount: Decimal | None = None,
    note: str = "",
    by: int | None = None,
) -> int:
    """Record that the debtor pays by `until`; without invoices, all that is overdue.

    Returns the promise's id. Raises InThePast, TooFar, NotPositive, NothingToPromise.
    """
    with transaction.atomic():
        promise = give_promise(
            organisation_id, account_id, until=until, today=today, now=now, invoice_ids=invoice_ids,
            amount=amount, note=note, by=by,
        )  # fmt: skip
    return promise.id


def cancel_promise(*, organisation_id: int, promise_id: int, now: datetime) -> None:
    """Take a promise back: it was noted by mistake."""
    with transaction.atomic():
        promise = Promise.objects.get(organisation_id=organisation_id, id=promise_id)
        Promise.objects.filter(id=promise.id, cancelled_at=None).update(cancelled_at=now)
        poke(organisation_id, [promise.account_id], now=now)
