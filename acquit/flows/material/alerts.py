"""Alerts of a creditor: at most one open of a kind, the database sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task


def open_alert(creditor: Creditor, kind: str, *, now: datetime, **params: Any) -> None:
    """Open the alert of `kind` unless it is open; who asked for it is told."""
    with transaction.atomic():
        _, new = Task.objects.get_or_create(
            organisation_id=creditor.organisation_id, creditor=creditor, account=None, kind=kind,
            closed_at=None, defaults={"params": params, "opened_at": now},
        )  # fmt: skip
        event = "volume_alert" if kind == "volume" else "channel_paused" if kind.endswith("_paused") else ""
        if new and event:
            tell_subscribers(
                event, organisation_id=creditor.organisation_id, creditor_id=creditor.pk, now=now, kind=kind,
                because=str(params.get("because", ""))[:200],
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
