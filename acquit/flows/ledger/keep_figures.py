"""Keep figures that take long, with the changes that were seen when they were reckoned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from acquit.store.ledger.models import Change, KeptFigures

#: Changes are counted, so that a few thousand of them cost nothing; beyond, the old ones go.
_MOST_CHANGES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is kept: `value` is JSON, `seen` tells the state of the facts, `seconds` what it took."""

    key: str
    day: date
    seen: str
    value: Any
    seconds: float


def keep_figures(*, organisation_id: int, figures: Figures, now: datetime) -> None:
    """Keep the figures in place of those of the same key."""
    KeptFigures.objects.update_or_create(
        organisation_id=organisation_id,
        key=figures.key,
        defaults={
            "day": figures.day, "seen": figures.seen, "value": figures.value,
            "milliseconds": round(figures.seconds * 1000), "kept_at": now,
        },
    )  # fmt: skip


def forget_changes(*, organisation_id: int) -> None:
    """Forget changes where they are many. Figures kept before then count as old, and are reckoned anew."""
    with transaction.atomic():
        ids = Change.objects.filter(organisation_id=organisation_id).order_by("-id")
        last = ids.values_list("id", flat=True)[_MOST_CHANGES : _MOST_CHANGES + 1].first()
        if last is not None:
            Change.objects.filter(organisation_id=organisation_id, id__lte=last).delete()
