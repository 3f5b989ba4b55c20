"""Let a piece of work rest until a day."""

from __future__ import annotations

from datetime import date, datetime

from acquit.flows.material.errors import InThePast
from acquit.flows.material.work import state_of


def snooze_work(
    *, organisation_id: int, kind: str, item: int, until: date, today: date, now: datetime, by: int | None
) -> None:
    """Take a piece of work off the list until the day `until`. Raises InThePast.

    It rests on the list only: nothing leaves, and nothing is held, because of it. An answer that comes
    after `now` shows it again at once.
    """
    if until <= today:
        raise InThePast
    state_of(organisation_id, kind, item).update(snoozed_until=until, snoozed_at=now, snoozed_by_id=by)


def wake_work(*, organisation_id: int, kind: str, item: int) -> bool:
    """Put a piece of work that rests back on the list; false if it did not rest."""
    resting = state_of(organisation_id, kind, item).exclude(snoozed_until=None)
    return bool(resting.update(snoozed_until=None, snoozed_at=None, snoozed_by=None))
