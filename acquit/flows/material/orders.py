"""Orders for payment: where French law knows them, until when each may be served, what it bears after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from acquit.core.money import Money
from acquit.core.regimes import applicable
from acquit.core.regimes.base import MissingRate
from acquit.core.regimes.fr.judgment import OrderInterest, order_interest
from acquit.core.regimes.fr.limits import (
    enforceable_from,
    oppose_until,
    serve_order_until,
    serving_stage,
    surcharge_from,
    title_until,
)
from acquit.core.regimes.fr.routes import NoOrder, why_no_order
from acquit.core.regimes.interest import Received
from acquit.flows.material.law_tasks import ORDER_VOID, SERVE_ORDER, close_tasks, dealt_with, open_task
from acquit.store.accounts.models import Account
from acquit.store.calendars import holidays_of
from acquit.store.cases.models import Task
from acquit.store.law.models import Interruption, PaymentOrder
from acquit.store.law_facts import Rates
from acquit.store.ledger.models import Allocation, Term

#: The interest of an order that gains five points when it is ignored.
LEGAL: Final = "legal"

#: A warning: key, day of the order, court, amount, currency, last day to serve it, how near that is.
Warnings = defaultdict[tuple[int, str], list[list[str]]]


def last_day_to_serve(ordered_on: date) -> date:
    """Return the last day on which an order made in France on `ordered_on` may be served."""
    holidays = holidays_of((("FR", None),), range(ordered_on.year, ordered_on.year + 2))
    return serve_order_until(ordered_on, holidays)


def no_order_for(account: Account) -> NoOrder | None:
    """Return why French law gives no injonction de payer against the account's debtor; None where it does."""
    debtor = account.debtor
    law = applicable(account.creditor.country, debtor.country, debtor.kind)
    return why_no_order(law, debtor.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What follows from the service of an order that nobody opposed, as days.

    `interest` is what it came to, where it bears the legal rate and every semester's is known.
    """

    on: date
    oppose_until: date
    enforceable_from: date
    surcharge_from: date
    title_until: date
    interest: OrderInterest | None = None


def served(order: PaymentOrder, on: date, *, today: date, rates: Rates, year_basis: int) -> Served:
    """Return what follows from the service of `order` on `on`.

    Interest runs on the sum ordered, never on more than is still owed of what was invoiced before the
    order; a judgment that opens a procedure stops it on its eve (C. com. L622-28).
    """
    holidays = holidays_of((("FR", None),), range(on.year, on.year + 2))
    enforceable = enforceable_from(order.ordered_on, on, holidays)
    days = Served(
        on=on, oppose_until=oppose_until(on, holidays), enforceable_from=enforceable,
        surcharge_from=surcharge_from(enforceable), title_until=title_until(enforceable),
    )  # fmt: skip
    if order.interest != LEGAL or order.opposed_on is not None:
        return days
    judged = order.account.debtor.insolvent_on
    until = today if judged is None else min(today, judged - timedelta(days=1))
    base, received = _owed_of(order, on)
    try:
        found = order_interest(
            Money(base, order.currency), served_on=on, surcharged_from=days.surcharge_from, until=until,
            received=received, rates=rates, year_basis=year_basis,
        )  # fmt: skip
    except MissingRate:
        return days
    return replace(days, interest=found)


def _owed_of(order: PaymentOrder, served_on: date) -> tuple[Decimal, tuple[Received, ...]]:
    """Return what of the sum ordered was owed when it was served, and what has come in for it since.

    Nobody says which invoices an order is about: it is never more than those before it still owe.
    """
    mine = {"organisation_id": order.organisation_id, "account_id": order.account_id}
    terms = Term.objects.filter(
        **mine, invoice__issued_on__lte=order.ordered_on, currency=order.currency, written_off_on=None
    ).exclude(invoice__kind__in=("refund", "adjustment", "late_charge"))
    owed = terms.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    came = Allocation.objects.filter(term__in=terms, undone_on=None).order_by("effective_on", "id")
    rows = list(came.values_list("effective_on", "amount"))
    owed -= sum((amount for on, amount in rows if on <= served_on), Decimal(0))
    base = left = min(order.amount, max(owed, Decimal(0)))
    received = []
    for on, amount in rows:
        if on <= served_on:
            continue
        owed -= amount
        if owed < left:
            received.append(Received(on, left - owed))
            left = owed
    return base, tuple(received)


def tell_orders(organisation_id: int, *, now: datetime, account_ids: Iterable[int] | None = None) -> int:
    """Open, bring up to date or close the tasks of orders not served yet; return how many are open.

    A warning that a person closed comes back when the last day is nearer, and once when it has passed.
    """
    mine = {} if account_ids is None else {"account_id__in": list(account_ids)}
    warned = _warnings(organisation_id, now=now, **mine)
    accounts = Account.objects.in_bulk({account for account, _ in warned})
    for kind in (SERVE_ORDER, ORDER_VOID):
        told = [account for account, of in warned if of == kind]
        known = dealt_with(organisation_id, told, kind, "orders")
        for account in told:
            orders = warned[account, kind]
            if any(tuple(one) not in known[account] for one in orders):
                open_task(accounts[account], kind, now=now, params={"orders": orders})
        over = Task.objects.filter(
            organisation_id=organisation_id, kind=kind, closed_at=None, account__isnull=False, **mine
        ).exclude(account_id__in=told)
        ids = [one for one in over.values_list("account_id", flat=True) if one]
        close_tasks(organisation_id, ids, kind, now=now)
    return len(warned)


def not_served(organisation_id: int) -> QuerySet[PaymentOrder]:
    """Return the orders that stand and whose service nobody recorded."""
    served = Interruption.objects.filter(order=OuterRef("pk"), cancelled_at=None)
    return PaymentOrder.objects.filter(
        ~Exists(served), organisation_id=organisation_id, cancelled_at=None
    ).order_by("ordered_on", "id")


def _warnings(organisation_id: int, *, now: datetime, **mine: list[int]) -> Warnings:
    """Return what is to be told of each account that still owes, by kind of task.

    Of an order that French law does not give nothing is told: its limits are not known here.
    """
    owing = Term.objects.filter(account=OuterRef("account"), allocated__lt=F("amount"), written_off_on=None)
    found: Warnings = defaultdict(list)
    orders = not_served(organisation_id).filter(Exists(owing), **mine)
    for order in orders.select_related("account__creditor", "account__debtor"):
        if no_order_for(order.account) is not None:
            continue
        today = now.astimezone(ZoneInfo(order.account.creditor.timezone)).date()
        until = last_day_to_serve(order.ordered_on)
        stage = serving_stage(until, today)
        found[order.account_id, ORDER_VOID if stage == "void" else SERVE_ORDER].append([
            str(order.pk), order.ordered_on.isoformat(), order.court, str(order.amount), order.currency,
            until.isoformat(), stage,
        ])  # fmt: skip
    return found
