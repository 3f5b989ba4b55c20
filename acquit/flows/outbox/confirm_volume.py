"""Confirm an unusual day: what was stopped for its number may leave (F-60)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.alerts import close_alert
from acquit.store.accounts.models import Creditor


def confirm_volume(
    *, organisation_id: int, creditor_id: int, today: date, now: datetime, by: int | None = None
) -> None:
    """Let the day's messages leave although they are many."""
    with transaction.atomic():
        creditor = Creditor.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=creditor_id
        )
        Creditor.objects.filter(id=creditor.id).update(volume_confirmed_on=today)
        close_alert(creditor, "volume", now=now, by=by)
