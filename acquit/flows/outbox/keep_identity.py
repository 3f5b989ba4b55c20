"""Under whose name a creditor writes."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.store.outbox.models import Identity


def keep_identity(*, organisation_id: int, creditor_id: int, stage: str, fields: Mapping[str, str]) -> int:
    """Let messages of `stage` (empty: all others) leave under name, email, phone and reply_to of `fields`.

    The one that a stage had is replaced.
    """
    kept, _ = Identity.objects.update_or_create(
        organisation_id=organisation_id, creditor_id=creditor_id, stage=stage, defaults=dict(fields)
    )
    return kept.id


def forget_identity(*, organisation_id: int, creditor_id: int, stage: str) -> None:
    """Let the messages of `stage` leave again as all others do."""
    Identity.objects.filter(organisation_id=organisation_id, creditor_id=creditor_id, stage=stage).delete()
