"""Say by hand how a letter arrived: presented, signed for, refused, never fetched, come back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from acquit.channels.base import Attached
from acquit.channels.provider import Event, News
from acquit.flows.material.errors import NotAProof, NotPosted, NotYet, ToldAlready
from acquit.flows.material.news import tell_by_hand
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import PAPER, Message

#: What the post tells of a registered letter, and of an ordinary one.
OF_REGISTERED = (Event.PRESENTED, Event.SIGNED, Event.REFUSED, Event.UNCLAIMED, Event.RETURNED)
OF_LETTER = (Event.RETURNED,)
LARGEST_PROOF = 10_000_000


def tell_arrival(
    *,
    organisation_id: int,
    message_id: int,
    event: Event,
    on: date,
    now: datetime,
    proof: bytes | None = None,
) -> None:
    """Record what the slip says, on its day, and keep the slip itself as proof.

    Raises NotPosted, NotYet, NotAProof, ToldAlready.
    """
    message = Message.objects.filter(
        organisation_id=organisation_id, id=message_id, channel__in=PAPER, state="sent"
    ).first()
    if message is None or event not in (OF_LETTER if message.channel == "letter" else OF_REGISTERED):
        raise NotPosted
    zone = ZoneInfo(Creditor.objects.values_list("timezone", flat=True).get(id=message.creditor_id))
    posted_on = (message.sent_at or now).astimezone(zone).date()
    if not posted_on <= on <= now.astimezone(zone).date():
        raise NotYet
    if proof is not None and (not proof.startswith(b"%PDF") or len(proof) > LARGEST_PROOF):
        raise NotAProof
    told = News(
        event=event, event_id=f"{message.id}:{event}:{on.isoformat()}", provider_ref="",
        at=datetime.combine(on, time(12), tzinfo=zone).astimezone(UTC),
        proof=None if proof is None else Attached(name=f"{event}-{message.id}.pdf", content=proof),
    )  # fmt: skip
    if not tell_by_hand(message, told, now=now):
        raise ToldAlready
