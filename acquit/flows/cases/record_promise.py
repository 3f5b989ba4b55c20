"""Record a debtor's word: money by a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from acquit.flows.material.errors import InThePast, NothingToPromise, NotPositive
from acquit.flows.material.poke import poke
from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.cases.models import Promise, PromisedTerm
from acquit.store.ledger.models import Term


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

    Returns the promise's id. Raises InThePast, NotPositive, NothingToPromise.
    """
    if until < today:
        raise InThePast
    if amount is not None and amount <= 0:
        raise NotPositive
    with transaction.atomic():
        terms = Term.objects.filter(
            organisation_id=organisation_id, account_id=account_id, allocated__lt=F("amount")
        ).order_by("due_on")
        if invoice_ids:
            terms = terms.filter(invoice_id__in=list(invoice_ids))
        else:
            terms = terms.filter(due_on__lt=today)
        covered = list(terms)
        if not covered:
            raise NothingToPromise
        promise = Promise.objects.create(
            organisation_id=organisation_id,
            account_id=account_id,
            until=until,
            amount=amount,
            currency=covered[0].currency,
            made_on=today,
            note=note,
            recorded_at=now,
            recorded_by_id=by,
        )
        PromisedTerm.objects.bulk_create(
            PromisedTerm(organisation_id=organisation_id, promise=promise, term=term) for term in covered
        )
        poke(organisation_id, [account_id], now=now)
        tell_subscribers(
            "promise_made", organisation_id=organisation_id, creditor_id=promise.account.creditor_id,
            account_id=account_id, now=now, until=until.isoformat(),
            amount=None if amount is None else str(amount), currency=promise.currency,
        )  # fmt: skip
    return promise.id


def cancel_promise(*, organisation_id: int, promise_id: int, now: datetime) -> None:
    """Take a promise back: it was noted by mistake."""
    with transaction.atomic():
        promise = Promise.objects.get(organisation_id=organisation_id, id=promise_id)
        Promise.objects.filter(id=promise.id, cancelled_at=None).update(cancelled_at=now)
        poke(organisation_id, [promise.account_id], now=now)
