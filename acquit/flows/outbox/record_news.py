"""Record what a carrier tells of its messages, and what it tells unreadably."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from acquit.channels.provider import News
from acquit.flows.material.news import UNREADABLE, Recorded, record
from acquit.store.outbox.models import Carrier, ProviderEvent


def record_news(*, organisation_id: int, carrier_id: int, news: Sequence[News], now: datetime) -> Recorded:
    """Record each event once, whatever its order, and wake the accounts that it is about.

    News of messages that nobody knows is kept and listed.
    """
    carrier = Carrier.objects.get(organisation_id=organisation_id, id=carrier_id)
    return record(carrier, news, now=now)


def keep_unreadable(
    *, organisation_id: int, carrier_id: int, body: bytes, because: str, now: datetime
) -> None:
    """Keep a call that could not be read, raw and once, for a person to look at."""
    ProviderEvent.objects.bulk_create(
        [
            ProviderEvent(
                organisation_id=organisation_id, carrier_id=carrier_id, event=UNREADABLE,
                event_id=f"{UNREADABLE}:{hashlib.sha256(body).hexdigest()}", at=now, received_at=now,
                detail=because[:2000].replace("\x00", ""), raw=body,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
