"""Remember which charges the accountant was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from acquit.store.law.models import LateCharge


def mark_exported(*, organisation_id: int, charge_ids: Iterable[int], now: datetime) -> int:
    """Mark the charges that were not given before; return how many."""
    return LateCharge.objects.filter(
        organisation_id=organisation_id, id__in=list(charge_ids), exported_at=None
    ).update(exported_at=now)
