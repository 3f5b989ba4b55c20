"""Alerts of a creditor: at most one open of a kind, the database sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task


def open_alert(creditor: Creditor, kind: str, *, now: datetime, **params: Any) -> None:
    """Open the alert of `kind` unless it is open."""
    Task.objects.bulk_create(
        [
            Task(
                organisation_id=creditor.organisation_id,
                creditor=creditor,
                kind=kind,
                params=params,
                opened_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def close_alert(creditor: Creditor, kind: str, *, now: datetime, by: int | None = None) -> None:
    """Close the open alert of `kind`, if there is one."""
    Task.objects.filter(
        organisation_id=creditor.organisation_id,
        creditor=creditor,
        account=None,
        kind=kind,
        closed_at=None,
    ).update(closed_at=now, closed_by=by)
