"""Note that declarations were given to the platform: they are not offered again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acquit.store.network.models import Declaration


def hand_over_declarations(
    *, organisation_id: int, declaration_ids: Sequence[int], now: datetime, by: int | None = None
) -> int:
    """Note the moment for those that were not handed over yet; return how many."""
    waiting = Declaration.objects.filter(
        organisation_id=organisation_id, id__in=list(declaration_ids), handed_over_at=None
    )
    return waiting.update(handed_over_at=now, handed_over_by=by)
