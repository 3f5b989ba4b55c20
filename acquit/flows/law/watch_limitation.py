"""Tell a person of claims that lapse within a year, half a year, three months, or have lapsed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from acquit.core.regimes import applicable
from acquit.core.regimes.fr.caps import Trade
from acquit.core.regimes.limitation import AGREED, lapses_on, warned
from acquit.core.terms import add_months
from acquit.flows.material.law_tasks import LIMITATION, close_tasks, dealt_with, open_task
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Task
from acquit.store.law.models import Interruption
from acquit.store.law_facts import Movements
from acquit.store.ledger.models import Term

#: The shortest limitations: of carriage, and of all others that are known here.
_TRANSPORT_MONTHS, _SHORTEST_MONTHS = 12, 24
_WARN_FROM = 12


def watch_limitation(*, organisation_id: int, now: datetime) -> int:
    """Open, bring up to date or close the task « prescription » of each account; return how many are open."""
    return sum(_watch(creditor, now) for creditor in Creditor.objects.filter(organisation_id=organisation_id))


def _watch(creditor: Creditor, now: datetime) -> int:
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    found = _near(creditor, today)
    accounts = Account.objects.in_bulk(list(found))
    known = dealt_with(creditor.organisation_id, found, LIMITATION, "invoices")
    for account_id, lapsing in found.items():
        if any(tuple(one) not in known[account_id] for one in lapsing):
            open_task(accounts[account_id], LIMITATION, now=now, params={"invoices": lapsing})
    over = Task.objects.filter(creditor=creditor, kind=LIMITATION, closed_at=None).exclude(
        account_id__in=list(found)
    )
    close_tasks(
        creditor.organisation_id, [one for one in over.values_list("account_id", flat=True) if one],
        LIMITATION, now=now,
    )  # fmt: skip
    return len(found)


def _near(creditor: Creditor, today: date) -> dict[int, list[list[str]]]:
    """Return [number, day on which it lapses, months left to that warning] of each account's invoices."""
    transport = creditor.trade == Trade.TRANSPORT
    months = (_TRANSPORT_MONTHS if transport else _SHORTEST_MONTHS) - _WARN_FROM
    agreed = Interruption.objects.filter(
        organisation_id=creditor.organisation_id, kind=AGREED, cancelled_at=None
    )
    rows = list(
        Term.objects.filter(
            Q(due_on__lte=add_months(today, -months)) | Q(account__in=agreed.values("account")),
            organisation_id=creditor.organisation_id, account__creditor=creditor,
            allocated__lt=F("amount"), written_off_on=None, due_on__lte=today, account__debtor__stopped="",
        )
        .exclude(invoice__kind__in=("refund", "adjustment", "retention", "late_charge"))
        .order_by("due_on", "id")
        .values_list("account_id", "invoice_id", "invoice__number", "due_on", "account__debtor__kind",
                     "account__debtor__country")
    )  # fmt: skip
    moved = Movements(creditor.organisation_id, sorted({row[0] for row in rows}))
    found: defaultdict[int, list[list[str]]] = defaultdict(list)
    for account, invoice, number, due, kind, country in rows:
        regime = applicable(creditor.country, country, kind)
        shorter = "transport" if transport and regime.country == "FR" else kind
        day = lapses_on(regime.lapses_on, due, shorter, moved.of(account, invoice))
        left = None if day is None else warned(day, today)
        if day is not None and left is not None:
            found[account].append([number, day.isoformat(), str(left)])
    return dict(found)
