"""Tell who collects for another by when he passes on what he received (CPCE R124-6)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from acquit.core.regimes.fr.limits import pass_on_near, pass_on_until
from acquit.core.terms import add_months
from acquit.flows.material.law_tasks import PASS_ON, close_tasks, dealt_with, open_task
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Payment

#: Of what came in earlier the last day is gone for more than a week.
_BACK_MONTHS = 2


def watch_pass_on(*, organisation_id: int, now: datetime) -> int:
    """Open, bring up to date or close the task « reverser » of each account; return how many are open.

    A payment is told from a week before its last day until a person says that it was passed on, once;
    one that came back no more.
    """
    told = 0
    for creditor in Creditor.objects.filter(organisation_id=organisation_id):
        owing = _received(creditor, now) if creditor.collects_for_others else {}
        accounts = Account.objects.in_bulk(list(owing))
        for account_id, payments in owing.items():
            open_task(accounts[account_id], PASS_ON, now=now, params={"payments": payments})
        over = Task.objects.filter(creditor=creditor, kind=PASS_ON, closed_at=None).exclude(
            account_id__in=list(owing)
        )
        ids = [one for one in over.values_list("account_id", flat=True) if one]
        close_tasks(organisation_id, ids, PASS_ON, now=now)
        told += len(owing)
    return told


def _received(creditor: Creditor, now: datetime) -> dict[int, list[list[str]]]:
    """Return [key, day of receipt, amount, currency, last day to pass it on] of each account's payments."""
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    open_ = Task.objects.filter(creditor=creditor, kind=PASS_ON, closed_at=None)
    waiting = [int(one[0]) for params in open_.values_list("params", flat=True) for one in params["payments"]]
    mine = Payment.objects.filter(
        organisation_id=creditor.organisation_id, account__creditor=creditor, kind="payment", returned_on=None
    )
    recent = mine.filter(received_on__gte=add_months(today, -_BACK_MONTHS))
    rows = list((recent | mine.filter(id__in=waiting)).order_by("received_on", "id"))
    done = dealt_with(creditor.organisation_id, {row.account_id for row in rows}, PASS_ON, "payments")
    found: defaultdict[int, list[list[str]]] = defaultdict(list)
    for row in rows:
        told = [
            str(row.pk), row.received_on.isoformat(), str(row.amount), row.currency,
            pass_on_until(row.received_on).isoformat(),
        ]  # fmt: skip
        wanted = row.pk in waiting or pass_on_near(row.received_on, today)
        if wanted and told[0] not in {one[0] for one in done[row.account_id]}:
            found[row.account_id].append(told)
    return dict(found)
