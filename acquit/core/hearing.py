"""Whether what debtors answer can be heard: a mailbox that nobody could read for too long holds (rule 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """One mailbox in which debtors answer, heard through `heard_at`: when it was last read to its end.

    `hours` is how long its silence holds nothing; through `without_until` a person goes on without it.
    """

    key: Any
    name: str
    heard_at: datetime
    hours: int
    without_until: datetime | None = None


def unheard(mailboxes: Iterable[Listened], now: datetime) -> tuple[Listened, ...]:
    """Return the mailboxes that were not read for longer than allowed at the moment `now`, the longest first.

    Hours and not working days: a debtor who answers on Saturday has answered.

    >>> from datetime import UTC
    >>> box = Listened(key=1, name="relances", heard_at=datetime(2026, 11, 23, 8, tzinfo=UTC), hours=24)
    >>> [len(unheard([box], datetime(2026, 11, 24, hour, tzinfo=UTC))) for hour in (8, 9)]
    [0, 1]
    """
    silent = [
        one
        for one in mailboxes
        if now - one.heard_at > timedelta(hours=one.hours)
        and (one.without_until is None or now > one.without_until)
    ]
    return tuple(sorted(silent, key=lambda one: (one.heard_at, one.name)))
