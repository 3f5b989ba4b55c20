"""Say that somebody has a piece of work before his eyes, so that nobody else begins it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from acquit.flows.material.work import state_of
from acquit.store.cases.work import CLAIM_LASTS, WorkState


def claim_work(*, organisation_id: int, kind: str, item: int, by: int, now: datetime) -> bool:
    """Claim a piece of work, or renew the claim; false while somebody else has it.

    A person reads one thing at a time, so his other claims end. A claim warns colleagues and forbids
    nothing: what is done once is held by the state of the thing itself.
    """
    with transaction.atomic():
        release_work(organisation_id=organisation_id, by=by, but=(kind, item))
        free = Q(claimed_by=None) | Q(claimed_by_id=by) | Q(claimed_at__lt=now - CLAIM_LASTS)
        taken = state_of(organisation_id, kind, item).filter(free).update(claimed_by_id=by, claimed_at=now)
    return bool(taken)


def release_work(*, organisation_id: int, by: int, but: tuple[str, int] | None = None) -> int:
    """End a person's claims, save the one named by `but`; return how many ended."""
    his = WorkState.objects.filter(organisation_id=organisation_id, claimed_by_id=by)
    if but is not None:
        his = his.exclude(kind=but[0], item=but[1])
    return his.update(claimed_by=None, claimed_at=None)
