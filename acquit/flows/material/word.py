"""The debtor's word, as rows: what he promises, what he contests, and a person's pause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F

from acquit.flows.material.errors import (
    AlreadyDisputed,
    InThePast,
    NothingToPromise,
    NotPositive,
    ReasonMissing,
    TooFar,
)
from acquit.flows.material.poke import poke
from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.cases.models import Dispute, Hold, Promise, PromisedTerm
from acquit.store.ledger.models import Invoice, Term

#: Nobody means a later day: a year typed wrong would keep an account silent for good, and days are counted
#: on from it.
_FURTHEST = timedelta(days=3653)


def _ahead(until: date, today: date) -> None:
    if until < today:
        raise InThePast
    if until - today > _FURTHEST:
        raise TooFar


def give_promise(
    organisation_id: int,
    account_id: int,
    *,
    until: date,
    today: date,
    now: datetime,
    invoice_ids: Sequence[int] = (),
    amount: Decimal | None = None,
    note: str = "",
    by: int | None = None,
) -> Promise:
    """Record that the debtor pays by `until`; without invoices, all that is overdue.

    Raises InThePast, TooFar, NotPositive, NothingToPromise.
    """
    _ahead(until, today)
    if amount is not None and amount <= 0:
        raise NotPositive
    terms = Term.objects.filter(
        organisation_id=organisation_id, account_id=account_id, allocated__lt=F("amount")
    ).order_by("due_on")
    chosen = terms.filter(invoice_id__in=list(invoice_ids)) if invoice_ids else terms.filter(due_on__lt=today)
    covered = list(chosen)
    if not covered:
        raise NothingToPromise
    promise = Promise.objects.create(
        organisation_id=organisation_id, account_id=account_id, until=until, amount=amount,
        currency=covered[0].currency, made_on=today, note=note, recorded_at=now, recorded_by_id=by,
    )  # fmt: skip
    PromisedTerm.objects.bulk_create(
        PromisedTerm(organisation_id=organisation_id, promise=promise, term=term) for term in covered
    )
    poke(organisation_id, [account_id], now=now)
    tell_subscribers(
        "promise_made", f"promise {promise.pk}", organisation_id=organisation_id,
        creditor_id=promise.account.creditor_id, account_id=account_id, now=now, until=until.isoformat(),
        amount=amount, currency=promise.currency,
    )  # fmt: skip
    return promise


def open_dispute(
    invoice: Invoice,
    *,
    opened_on: date,
    now: datetime,
    amount: Decimal | None = None,
    category: str = "other",
    note: str = "",
    owner: int | None = None,
) -> Dispute:
    """Open a dispute on an invoice, locked meanwhile. Raises AlreadyDisputed, NotPositive."""
    if amount is not None and amount <= 0:
        raise NotPositive
    mine = Invoice.objects.select_for_update(of=("self",)).filter(
        organisation_id=invoice.organisation_id, id=invoice.id
    )
    mine.get()
    open_now = Dispute.objects.filter(
        organisation_id=invoice.organisation_id, invoice=invoice, resolved_on=None
    )
    if open_now.exists():
        raise AlreadyDisputed
    dispute = Dispute.objects.create(
        organisation_id=invoice.organisation_id, account_id=invoice.account_id, invoice=invoice,
        amount=amount, category=category, note=note, owner_id=owner, opened_on=opened_on, recorded_at=now,
    )  # fmt: skip
    poke(invoice.organisation_id, [invoice.account_id], now=now)
    tell_subscribers(
        "dispute_opened", f"dispute {dispute.pk}", organisation_id=invoice.organisation_id,
        creditor_id=invoice.account.creditor_id, account_id=invoice.account_id, now=now,
        invoice=invoice.number, amount=invoice.amount if amount is None else amount,
        currency=invoice.currency, category=category,
    )  # fmt: skip
    return dispute


def suspend(
    organisation_id: int,
    account_id: int,
    *,
    reason: str,
    today: date,
    now: datetime,
    until: date | None = None,
    invoice_id: int | None = None,
    by: int | None = None,
) -> Hold:
    """Suspend reminders through `until`, or until released. Raises ReasonMissing, InThePast, TooFar."""
    if not reason.strip():
        raise ReasonMissing
    if until is not None:
        _ahead(until, today)
    hold = Hold.objects.create(
        organisation_id=organisation_id, account_id=account_id, invoice_id=invoice_id, until=until,
        reason=reason.strip(), recorded_at=now, recorded_by_id=by,
    )  # fmt: skip
    poke(organisation_id, [account_id], now=now)
    return hold
