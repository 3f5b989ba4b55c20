"""Say what news is about that could not be tied to a message, or set it aside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.channels.provider import Event, News
from acquit.flows.material.errors import AlreadySettled, Impossible, ReasonMissing
from acquit.flows.material.news import UNREADABLE, apply_news
from acquit.store.outbox.models import Delivery, ProviderEvent


class NeverLeft(Impossible):
    """No attempt of this message was ever made: the news cannot be about it."""

    french = "Ce message n’a jamais été tenté\u00a0: la nouvelle ne peut pas le concerner."


class Illegible(Impossible):
    """This call could not be read: it can only be set aside."""

    french = "Cet appel n’a pas pu être lu\u00a0: il ne peut qu’être écarté."


def tie_news(
    *, organisation_id: int, event_id: int, message_id: int, now: datetime, by: int | None = None
) -> None:
    """Let the news be about the message's last attempt, with all that follows as if it had named it.

    Raises AlreadySettled, NeverLeft, Illegible.
    """
    with transaction.atomic():
        row = _open(organisation_id, event_id)
        if row.event == UNREADABLE:
            raise Illegible
        attempts = Delivery.objects.filter(organisation_id=organisation_id, message_id=message_id)
        delivery = attempts.order_by("-began_at", "-id").first()
        if delivery is None:
            raise NeverLeft
        row.message_id, row.delivery, row.looked_at, row.looked_by_id = message_id, delivery, now, by
        row.save(update_fields=["message", "delivery", "looked_at", "looked_by"])
        news = News(
            event=Event(row.event), event_id=row.event_id, provider_ref=row.provider_ref, at=row.at,
            address=row.address, permanent=row.permanent, detail=row.detail,
        )  # fmt: skip
        apply_news(news, row, delivery, now)


def set_news_aside(
    *, organisation_id: int, event_id: int, because: str, now: datetime, by: int | None = None
) -> None:
    """List the news no more, for a reason that is kept. Raises ReasonMissing, AlreadySettled."""
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        row = _open(organisation_id, event_id)
        row.looked_at, row.looked_by_id, row.set_aside_because = now, by, because.strip()[:200]
        row.save(update_fields=["looked_at", "looked_by", "set_aside_because"])


def _open(organisation_id: int, event_id: int) -> ProviderEvent:
    rows = ProviderEvent.objects.select_for_update(of=("self",)).filter(organisation_id=organisation_id)
    row = rows.get(id=event_id)
    if row.message_id is not None or row.looked_at is not None:
        raise AlreadySettled
    return row
