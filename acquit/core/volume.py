"""Whether a day is so unlike the others that a person should look first (rule 16)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

#: A day is unusual from this many times the usual one on.
TIMES_THE_USUAL = 3
#: So few messages are read by a person at a glance; no comparison makes them alarming.
FEW = 10


def unusual(planned: int, usual: Sequence[int], limit: int | None = None) -> bool:
    """Return whether `planned` messages in a day call for a person's word before any leaves.

    `usual` are the counts of recent days; those on which nothing left say nothing about a usual
    day, and the median keeps one odd day from moving it. Without any, only `limit` counts.

    >>> unusual(900, [38, 41, 0, 40])
    True
    >>> unusual(120, [38, 41, 0, 40], limit=200)
    False
    """
    if limit is not None and planned > limit:
        return True
    busy = [count for count in usual if count > 0]
    if not busy or planned <= FEW:
        return False
    return planned > TIMES_THE_USUAL * median(busy)
