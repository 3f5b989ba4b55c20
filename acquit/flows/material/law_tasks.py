"""Tasks that the law gives: one open of a kind per account, its facts brought up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from acquit.store.accounts.models import Account
from acquit.store.cases.models import Task

LIMITATION, DECLARE, NAMESAKE = "limitation", "declare_claim", "insolvency_namesake"
SERVE_ORDER, ORDER_VOID = "serve_order", "order_void"
PASS_ON = "pass_on"  # noqa: S105  no password


def open_task(account: Account, kind: str, *, now: datetime, params: dict[str, Any]) -> None:
    """Open the task of `kind`, or give the open one these facts."""
    mine = {"organisation_id": account.organisation_id, "account": account, "kind": kind}
    if Task.objects.filter(**mine, closed_at=None).update(params=params):
        return
    Task.objects.bulk_create(
        [Task(**mine, creditor_id=account.creditor_id, params=params, opened_at=now)], ignore_conflicts=True
    )


def close_tasks(
    organisation_id: int, account_ids: list[int], kind: str, *, now: datetime, by: int | None = None
) -> int:
    """Close the open tasks of `kind`; return how many there were."""
    return Task.objects.filter(
        organisation_id=organisation_id, account_id__in=account_ids, kind=kind, closed_at=None
    ).update(closed_at=now, closed_by=by)


def dealt_with(
    organisation_id: int, account_ids: Iterable[int], kind: str, warnings: str
) -> defaultdict[int, set[tuple[str, ...]]]:
    """Return the `warnings` of tasks of `kind` that a person closed, by account: each is given once."""
    closed = Task.objects.filter(
        organisation_id=organisation_id, kind=kind, account_id__in=list(account_ids), closed_by__isnull=False
    )
    found: defaultdict[int, set[tuple[str, ...]]] = defaultdict(set)
    for account_id, params in closed.values_list("account_id", "params"):
        found[account_id or 0].update(tuple(one) for one in params.get(warnings, ()))
    return found
