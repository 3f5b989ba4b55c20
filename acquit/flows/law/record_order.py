"""Record that a court ordered a debtor to pay, that the order was served, and take either back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from acquit.flows.material.errors import DaysOutOfOrder, NotPositive, OrderServed, OrderVoid
from acquit.flows.material.orders import last_day_to_serve, tell_orders
from acquit.flows.material.poke import poke
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
    note: str = "",
    by: int | None = None,
) -> int:
    """Record an injonction de payer once and ask for its service in time; return its id.

    The order itself moves no limitation: only its service does (Cass. 1re civ. 9 September 2020,
    19-12.006). Raises DaysOutOfOrder for a day to come, and NotPositive.
    """
    if ordered_on > today:
        raise DaysOutOfOrder
    if amount <= 0:
        raise NotPositive
    with transaction.atomic():
        kept, _ = PaymentOrder.objects.get_or_create(
            organisation_id=organisation_id, account_id=account_id, ordered_on=ordered_on,
            court=court.strip(), amount=amount, cancelled_at=None,
            defaults={
                "currency": currency, "note": note.strip(), "recorded_at": now, "recorded_by_id": by
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

    Raises DaysOutOfOrder, OrderVoid where the day lies after the last one to serve it (CPC 1411), and
    OrderServed.
    """
    with transaction.atomic():
        order = PaymentOrder.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=order_id
        )
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


def cancel_order(*, organisation_id: int, order_id: int, now: datetime) -> bool:
    """Take the order back, and its service with it; false if it was taken back before."""
    with transaction.atomic():
        order = PaymentOrder.objects.get(organisation_id=organisation_id, id=order_id)
        done = PaymentOrder.objects.filter(id=order.pk, cancelled_at=None).update(cancelled_at=now)
        Interruption.objects.filter(order=order, cancelled_at=None).update(cancelled_at=now)
        tell_orders(organisation_id, now=now, account_ids=[order.account_id])
        poke(organisation_id, [order.account_id], now=now)
    return bool(done)
