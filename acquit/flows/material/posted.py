"""A letter that a person took to the post: its step is done from that day."""

from __future__ import annotations

from datetime import datetime

from acquit.channels.provider import Event, News
from acquit.flows.material.news import tell_by_hand
from acquit.flows.material.sent import mark_sent
from acquit.store.outbox.models import Delivery, Message


def mark_posted(message: Message, *, number: str = "", now: datetime) -> None:
    """Record that a printed letter was posted, under `number` where it is registered."""
    if number.strip():
        Delivery.objects.filter(
            organisation_id=message.organisation_id, message=message, attempt=message.attempts
        ).update(provider_ref=number.strip())
    mark_sent(message, now=now)
    message.state = "sent"
    if message.channel != "letter":
        posted = News(
            event=Event.POSTED, event_id=f"{message.id}:posted", provider_ref=number.strip(), at=now,
            detail=number.strip(),
        )  # fmt: skip
        tell_by_hand(message, posted, now=now)
