"""What a provider says of a mail, in the words of `Event`: one table over anymail's readings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from acquit.channels.provider import Event, News, Received, Unreadable

#: anymail's words and ours. Queued, clicked and (un)subscribed tell nothing that a reminder needs.
EVENTS: Mapping[str, Event] = {
    "sent": Event.POSTED,
    "delivered": Event.DELIVERED,
    "deferred": Event.DELAYED,
    "bounced": Event.BOUNCED,
    "rejected": Event.FAILED,
    "failed": Event.FAILED,
    "opened": Event.OPENED,
    "complained": Event.COMPLAINED,
}
_WORDS = 500
#: Under this name a provider keeps our key.
MARK = "acquit"

#: Tells of the provider's own event: "hard", the address is dead; "soft", full or away; "" neither.
Reading = Callable[[Mapping[str, Any]], str]


def read(view: Any, received: Received, hardness: Reading) -> Sequence[News]:
    """Return the news of a call, read by anymail's `view`. Raises Unreadable."""
    request = SimpleNamespace(body=received.body, content_type="application/json")
    try:
        events = view.parse_events(request)
    except Exception as error:
        # anymail raises whatever a missing field makes Python raise.
        raise Unreadable(f"{type(error).__name__}: {error}"[:_WORDS]) from error
    return news_of(events, hardness, received.at)


def news_of(events: Iterable[Any], hardness: Reading, at: datetime) -> Sequence[News]:
    """Return anymail's `events` as news; `at` dates those that say no moment of their own."""
    found = (_one(event, hardness, at) for event in events)
    return tuple(news for news in found if news is not None)


def _one(event: Any, hardness: Reading, at: datetime) -> News | None:
    said = EVENTS.get(event.event_type)
    if said is None or not event.message_id:
        return None
    raw: Mapping[str, Any] = event.esp_event
    how = hardness(raw) if said in (Event.BOUNCED, Event.FAILED) else ""
    if how:
        said = Event.BOUNCED
    detail = event.mta_response or event.description or event.reject_reason or ""
    moment = event.timestamp or at
    return News(
        event=said,
        event_id=str(event.event_id or _made_of(said, event, raw)),
        provider_ref=str(event.message_id),
        at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        address=str(event.recipient or ""),
        permanent=how == "hard",
        detail=" ".join(str(detail).split())[:_WORDS],
        our_key=_key_of(event),
    )


def _key_of(event: Any) -> str:
    """Return our key where the provider tells it back, among its metadata or as a tag."""
    said = (event.metadata or {}).get(MARK)
    tags = [tag for tag in event.tags or () if isinstance(tag, str) and tag.startswith("acquit-")]
    return said if isinstance(said, str) else tags[0] if tags else ""


def _made_of(said: Event, event: Any, raw: Mapping[str, Any]) -> str:
    """The same news told twice has the same name: made of all that the provider said."""
    whole = json.dumps(raw, sort_keys=True, default=str)
    made = hashlib.sha256(f"{said}|{event.message_id}|{event.recipient}|{whole}".encode())
    return made.hexdigest()[:40]
