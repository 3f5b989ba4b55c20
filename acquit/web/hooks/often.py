"""How often a caller may call: so many times a minute, counted in this process."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

_lock = threading.Lock()
_counts: Counter[tuple[str, int]] = Counter()
_MOST_KEPT = 10_000


def too_often(caller: str, *, most: int, now: datetime) -> bool:
    """Count a call of `caller`; say whether it is above `most` in this minute."""
    minute = int(now.timestamp()) // 60
    with _lock:
        if len(_counts) > _MOST_KEPT:
            for key in [key for key in _counts if key[1] < minute]:
                del _counts[key]
        _counts[caller, minute] += 1
        return _counts[caller, minute] > most
