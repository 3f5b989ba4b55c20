"""Say whose work it is."""

from __future__ import annotations

from datetime import datetime

from acquit.flows.material.errors import NotAColleague
from acquit.flows.material.work import belongs, state_of


def assign_work(
    *, organisation_id: int, kind: str, item: int, to: int | None, now: datetime, by: int | None
) -> bool:
    """Give a piece of work to a person, or to nobody; false if it was his already.

    Raises NotAColleague where `to` does not work in the organisation.
    """
    if to is not None and not belongs(organisation_id, to):
        raise NotAColleague
    state = state_of(organisation_id, kind, item)
    changed = state.exclude(assigned_to_id=to) if to is not None else state.exclude(assigned_to=None)
    return bool(changed.update(assigned_to_id=to, assigned_at=now, assigned_by_id=by))
