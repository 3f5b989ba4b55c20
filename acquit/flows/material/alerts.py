"""Alerts of a creditor: at most one open of a kind, the database sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task


def open_alert(creditor: Creditor, kind: str, *, now: datetime, **params: Any) -> None:
    """Open the alert of `kind` unless it is open; those who asked for it are told once."""
    mine = {
        "organisation_id": creditor.organisation_id, "creditor": creditor, "account": None, "kind": kind,
    }  # fmt: skip
    with transaction.atomic():
        Task.objects.bulk_create([Task(**mine, params=params, opened_at=now)], ignore_conflicts=True)
        event = "volume_alert" if kind == "volume" else "channel_paused" if kind.endswith("_paused") else ""
        if not event:
            return
        for task in Task.objects.filter(**mine, closed_at=None).values_list("id", flat=True):
            tell_subscribers(
                event, f"alert {task}", organisation_id=creditor.organisation_id, creditor_id=creditor.pk,
                now=now, kind=kind, because=str(params.get("because", ""))[:200],
            )  # fmt: skip


def close_alert(creditor: Creditor, kind: str, *, now: datetime, by: int | None = None) -> None:
    """Close the open alert of `kind`, if there is one."""
    Task.objects.filter(
        organisation_id=creditor.organisation_id,
        creditor=creditor,
        account=None,
        kind=kind,
        closed_at=None,
    ).update(closed_at=now, closed_by=by)
