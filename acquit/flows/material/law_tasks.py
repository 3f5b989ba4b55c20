"""Tasks that the law gives: one open of a kind per account, its facts brought up to date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from acquit.store.accounts.models import Account
from acquit.store.cases.models import Task

LIMITATION, DECLARE, NAMESAKE = "limitation", "declare_claim", "insolvency_namesake"


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
