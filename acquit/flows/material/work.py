"""Pieces of work that people share: their one state, however many come to it at once."""

from __future__ import annotations

from django.db.models import QuerySet

from acquit.store.accounts.models import Membership
from acquit.store.cases.work import WorkState


def state_of(organisation_id: int, kind: str, item: int) -> QuerySet[WorkState]:
    """Return the one state of a piece of work, to be updated; the first who asks makes it."""
    named = {"organisation_id": organisation_id, "kind": kind, "item": item}
    found = WorkState.objects.filter(**named)
    if not found.exists():
        WorkState.objects.bulk_create([WorkState(**named)], ignore_conflicts=True)
    return found


def belongs(organisation_id: int, person_id: int) -> bool:
    """Say whether a person works in the organisation."""
    return Membership.objects.filter(organisation_id=organisation_id, user_id=person_id).exists()
