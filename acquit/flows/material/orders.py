"""Orders for payment as tasks: until when each may be served, and which one is void."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet

from acquit.core.regimes.fr.limits import serve_order_until, serving_stage
from acquit.flows.material.law_tasks import ORDER_VOID, SERVE_ORDER, close_tasks, dealt_with, open_task
from acquit.store.accounts.models import Account
from acquit.store.calendars import holidays_of
from acquit.store.cases.models import Task
from acquit.store.law.models import Interruption, PaymentOrder
from acquit.store.ledger.models import Term

#: A warning: key, day of the order, court, amount, currency, last day to serve it, how near that is.
Warnings = defaultdict[tuple[int, str], list[list[str]]]


def last_day_to_serve(ordered_on: date) -> date:
    """Return the last day on which an order made in France on `ordered_on` may be served."""
    holidays = holidays_of((("FR", None),), range(ordered_on.year, ordered_on.year + 2))
    return serve_order_until(ordered_on, holidays)


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
    """Return what is to be told of each account that still owes, by kind of task."""
    owing = Term.objects.filter(account=OuterRef("account"), allocated__lt=F("amount"), written_off_on=None)
    found: Warnings = defaultdict(list)
    orders = not_served(organisation_id).filter(Exists(owing), **mine)
    for order in orders.select_related("account__creditor"):
        today = now.astimezone(ZoneInfo(order.account.creditor.timezone)).date()
        until = last_day_to_serve(order.ordered_on)
        stage = serving_stage(until, today)
        found[order.account_id, ORDER_VOID if stage == "void" else SERVE_ORDER].append([
            str(order.pk), order.ordered_on.isoformat(), order.court, str(order.amount), order.currency,
            until.isoformat(), stage,
        ])  # fmt: skip
    return found
