"""Record that a court ordered a debtor to pay, that the order was served or opposed, and take it back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from acquit.flows.material.errors import (
    DaysOutOfOrder,
    NoOrderHere,
    NotPositive,
    NotServed,
    OrderServed,
    OrderVoid,
)
from acquit.flows.material.orders import last_day_to_serve, no_order_for, tell_orders
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account
from acquit.store.law.models import Interruption, PaymentOrder


def record_order(
    *,
    organisation_id: int,
    account_id: int,
    ordered_on: date,
    court: str,
    amount: Decimal,
    currency: str,
    today: date,
    now: datetime,
    interest: str = "",
    note: str = "",
    by: int | None = None,
) -> int:
    """Record an injonction de payer once and ask for its service in time; return its id.

    The order itself moves no limitation: only its service does (Cass. 1re civ. 9 September 2020,
    19-12.006). `interest` is the rate that it bears: legal, other, or empty. Raises DaysOutOfOrder for a
    day to come, NotPositive, and NoOrderHere where French law gives none.
    """
    if ordered_on > today:
        raise DaysOutOfOrder
    if amount <= 0:
        raise NotPositive
    _refuse_elsewhere(organisation_id, account_id)
    with transaction.atomic():
        kept, _ = PaymentOrder.objects.get_or_create(
            organisation_id=organisation_id, account_id=account_id, ordered_on=ordered_on,
            court=court.strip(), amount=amount, cancelled_at=None,
            defaults={
                "currency": currency, "interest": interest, "note": note.strip(), "recorded_at": now,
                "recorded_by_id": by,
            },
        )  # fmt: skip
        tell_orders(organisation_id, now=now, account_ids=[account_id])
    return kept.pk


def serve_order(
    *,
    organisation_id: int,
    order_id: int,
    served_on: date,
    today: date,
    now: datetime,
    note: str = "",
    by: int | None = None,
) -> int:
    """Record that the order was served: the limitation begins again; return the id of that fact.

    Raises DaysOutOfOrder, OrderVoid where the day lies after the last one to serve it (CPC 1411),
    OrderServed, and NoOrderHere.
    """
    with transaction.atomic():
        order = PaymentOrder.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=order_id
        )
        _refuse_elsewhere(organisation_id, order.account_id)
        if order.cancelled_at is not None:
            raise OrderServed
        if served_on > today or served_on < order.ordered_on:
            raise DaysOutOfOrder
        if served_on > last_day_to_serve(order.ordered_on):
            raise OrderVoid
        try:
            with transaction.atomic():
                served = Interruption.objects.create(
                    organisation_id=organisation_id, account_id=order.account_id, order=order,
                    kind="order_served", on=served_on, note=note.strip(), recorded_at=now,
                    recorded_by_id=by,
                )  # fmt: skip
        except IntegrityError as twice:
            raise OrderServed from twice
        tell_orders(organisation_id, now=now, account_ids=[order.account_id])
        poke(organisation_id, [order.account_id], now=now)
    return served.pk


def oppose_order(
    *, organisation_id: int, order_id: int, opposed_on: date, today: date, now: datetime
) -> None:
    """Record that the debtor opposed the order: a court judges, nothing of it may be enforced.

    Raises DaysOutOfOrder, and NotServed where it was not served or is opposed already.
    """
    with transaction.atomic():
        served = Interruption.objects.filter(
            organisation_id=organisation_id, order_id=order_id, cancelled_at=None
        ).first()
        if served is None:
            raise NotServed
        if not served.on <= opposed_on <= today:
            raise DaysOutOfOrder
        done = PaymentOrder.objects.filter(
            organisation_id=organisation_id, id=order_id, cancelled_at=None, opposed_on=None
        ).update(opposed_on=opposed_on)
        if not done:
            raise NotServed
        poke(organisation_id, [served.account_id], now=now)


def withdraw_opposition(*, organisation_id: int, order_id: int, now: datetime) -> None:
    """Take back that the order was opposed, as where the debtor gave it up."""
    with transaction.atomic():
        order = PaymentOrder.objects.get(organisation_id=organisation_id, id=order_id)
        PaymentOrder.objects.filter(id=order.pk).update(opposed_on=None)
        poke(organisation_id, [order.account_id], now=now)


def _refuse_elsewhere(organisation_id: int, account_id: int) -> None:
    account = Account.objects.select_related("creditor", "debtor").get(
        organisation_id=organisation_id, id=account_id
    )
    if no_order_for(account) is not None:
        raise NoOrderHere


def cancel_order(*, organisation_id: int, order_id: int, now: datetime) -> bool:
    """Take the order back, and its service with it; false if it was taken back before."""
    with transaction.atomic():
        order = PaymentOrder.objects.get(organisation_id=organisation_id, id=order_id)
        done = PaymentOrder.objects.filter(id=order.pk, cancelled_at=None).update(cancelled_at=now)
        Interruption.objects.filter(order=order, cancelled_at=None).update(cancelled_at=now)
        tell_orders(organisation_id, now=now, account_ids=[order.account_id])
        poke(organisation_id, [order.account_id], now=now)
    return bool(done)
