"""Keep what a debtor wrote, and leave him alone until a person has read it."""

from __future__ import annotations

from datetime import datetime

from acquit.flows.material.answers.keep import Kept, keep
from acquit.flows.material.answers.told import Arrived

__all__ = ["Arrived", "Kept", "keep_answer"]


def keep_answer(*, organisation_id: int, arrived: Arrived, now: datetime) -> Kept:
    """Keep an answer once, tie it to whom it is from, and hold his accounts, in one transaction.

    Any bytes are kept. The same mail a second time, whatever its way, changes nothing.
    """
    return keep(organisation_id, arrived, now=now)
