"""What carriers tell of messages, made facts: once each, in whatever order it arrives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from acquit.channels.provider import Event, News
from acquit.flows.material.answers.keep import keep
from acquit.flows.material.answers.told import Arrived
from acquit.flows.material.contact import silence
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import mark_sent
from acquit.flows.material.subscribers import tell_subscribers
from acquit.flows.material.unreached import stop_address, take_step_back
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Hold, Task
from acquit.store.outbox.models import PENDING, Carrier, Delivery, Evidence, Message, ProviderEvent

_OUR_KEY = re.compile(r"acquit-(\d{1,18})-[0-9a-f]+")
_OUR_MESSAGE_ID = re.compile(r"<acquit\.\d{1,18}\.(\d{1,18})\.[0-9a-f]+@[^<>@\s]+>")
#: States from which news proves that the message left after all.
_NOT_LEFT = (*PENDING, "sending", "failed")
#: The event of a call that nobody could read.
UNREADABLE = "unreadable"
#: What a debtor wrote himself.
_WRITTEN = (Event.ANSWERED, Event.COMPLAINED)
#: Events that ask a person, and what they open; an answer and a complaint hold the account as well.
_TASKS = {Event.FAILED: "undelivered", Event.COMPLAINED: "complained", Event.ANSWERED: "answered"}
_HOLDS = {
    Event.COMPLAINED: {
        "fr": "Le destinataire a signalé notre message comme indésirable.",
        "en": "The addressee reported our message as unwanted.",
    },
    Event.ANSWERED: {"fr": "Le client a répondu : à lire.", "en": "The debtor answered: to be read."},
}


@dataclass(slots=True)
class Recorded:
    """What became of some news: how many are new and known, and the ids of those tied to no message."""

    new: int = 0
    known: int = 0
    untied: list[int] = field(default_factory=list)


def record(carrier: Carrier, news: Sequence[News], *, now: datetime) -> Recorded:
    """Record each event once, with what it means for message, contact and account, and wake the account."""
    recorded = Recorded()
    for one in news:
        with transaction.atomic():
            delivery = _delivery_of(carrier, one)
            row, new = ProviderEvent.objects.get_or_create(
                organisation_id=carrier.organisation_id,
                carrier=carrier,
                event_id=_event_id(one.event_id),
                defaults=_columns(one, delivery, now) | _kept_whole(carrier, one),
            )
            if not new:
                recorded.known += 1
                continue
            recorded.new += 1
            if carrier.channel == "sms" and one.event is Event.COMPLAINED and one.address:
                silence(carrier.organisation_id, one.address, because=one.event, now=now)
            answered = _keep_answer(carrier, one, delivery, now)
            if delivery is None:
                if answered:
                    continue
                recorded.untied.append(row.id)
            else:
                apply_news(one, row, delivery, now)
    return recorded


def _keep_answer(carrier: Carrier, one: News, delivery: Delivery | None, now: datetime) -> bool:
    """Keep what the addressee wrote, if the carrier tells it, as one that came to a mailbox of ours."""
    if one.event is not Event.ANSWERED or one.answer is None:
        return False
    arrived = Arrived(
        content=one.answer, received_at=min(one.at, now), channel=carrier.channel, sender=one.address,
        event_id=f"{carrier.id}:{_event_id(one.event_id)}", creditor_id=carrier.creditor_id,
        message_id=delivery.message_id if delivery else None,
    )  # fmt: skip
    keep(carrier.organisation_id, arrived, now=now)
    return True


def _kept_whole(carrier: Carrier, one: News) -> dict[str, object]:
    """A mail that is kept as an answer is not kept a second time with the news of it."""
    return {"raw": None} if carrier.channel == "email" and one.answer is not None else {}


def tell_by_hand(message: Message, one: News, *, now: datetime) -> bool:
    """Record what a person tells of `message`, with what it means; false where it is known already."""
    with transaction.atomic():
        delivery = Delivery.objects.filter(
            organisation_id=message.organisation_id, message=message, attempt=message.attempts
        ).first()
        row, new = ProviderEvent.objects.get_or_create(
            organisation_id=message.organisation_id, carrier=None, event_id=_event_id(one.event_id),
            defaults={**_columns(one, delivery, now), "message": message},
        )  # fmt: skip
        if new and delivery is not None:
            apply_news(one, row, delivery, now)
    return new


def _event_id(said: str) -> str:
    """Return the provider's own name of the event, or its digest where it is too long to be kept."""
    return said if len(said) <= 300 else "sha256:" + hashlib.sha256(said.encode()).hexdigest()


def _columns(one: News, delivery: Delivery | None, now: datetime) -> dict[str, object]:
    kept = one.answer if one.answer is not None else one.proof.content if one.proof else None
    return {
        "message_id": delivery.message_id if delivery else None,
        "delivery": delivery,
        "event": one.event.value,
        "provider_ref": one.provider_ref[:300],
        "at": one.at,
        "received_at": now,
        "address": one.address[:300],
        "permanent": one.permanent,
        "detail": one.detail[:2000].replace("\x00", ""),
        "raw": None if delivery and one.proof else kept,
        "tried": [] if delivery else _named_by(one),
    }


def _named_by(one: News) -> list[list[str]]:
    """Return by what the news could have been tied: nothing of ours bears any of it."""
    said = (
        ("reference", one.provider_ref), ("key", one.our_key), ("message_id", one.message_id),
        ("number" if "@" not in one.address else "address", one.address),
    )  # fmt: skip
    return [[what, value[:300]] for what, value in said if value]


def _delivery_of(carrier: Carrier, one: News) -> Delivery | None:
    """Return the attempt that `one` is about: by the provider's reference, else by what we named it.

    What we named it is a secret of each message, so it may be told by any carrier of the organisation.
    An SMS that comes in names nothing: it answers the last one that its number was sent.
    """
    ours = Delivery.objects.filter(organisation_id=carrier.organisation_id).order_by("-began_at", "-id")
    found = ours.filter(carrier=carrier, provider_ref=one.provider_ref).first() if one.provider_ref else None
    if found is None and (key := _OUR_KEY.fullmatch(one.our_key)):
        found = ours.filter(message_id=int(key[1]), idempotency_key=one.our_key).first()
    if found is None and (named := _OUR_MESSAGE_ID.fullmatch(one.message_id)):
        found = ours.filter(message_id=int(named[1]), message__message_id=one.message_id).first()
    if found is None and carrier.channel == "sms" and one.event in _WRITTEN and one.address:
        found = ours.filter(message__channel="sms", message__recipient=one.address).first()
    return found


def apply_news(one: News, row: ProviderEvent, delivery: Delivery, now: datetime) -> None:
    """Make of an event that was just recorded what it means for message, contact and account."""
    # The account before the message, as an attempt that begins takes them.
    account_id = Message.objects.values_list("account_id", flat=True).get(id=delivery.message_id)
    Account.objects.select_for_update(of=("self",)).get(id=account_id)
    message = Message.objects.select_for_update(of=("self",)).get(
        organisation_id=delivery.organisation_id, id=delivery.message_id
    )
    if message.state in _NOT_LEFT:
        _it_left(message, one, delivery, now)
    match one.event:
        case Event.DELIVERED | Event.SIGNED:
            _note(message, "delivered_at", one)
        case Event.OPENED:
            _note(message, "opened_at", one)
        case Event.BOUNCED if one.permanent:
            if stop_address(message, one.address, now=now):
                take_step_back(message, because=one.detail or "bounced")
        case Event.RETURNED:
            stop_address(message, one.address, now=now)
        case _:
            pass
    if one.event in _TASKS and one.answer is None:
        _ask_a_person(message, one, now)
    if one.proof is not None:
        digest = hashlib.sha256(one.proof.content).hexdigest()
        row.evidence, _ = Evidence.objects.get_or_create(
            organisation_id=message.organisation_id, message=message, sha256=digest,
            defaults={
                "media_type": one.proof.media_type, "content": one.proof.content, "frozen_at": now,
            },
        )  # fmt: skip
        row.save(update_fields=["evidence"])
    if one.event is Event.ANSWERED and one.answer is None:
        tell_subscribers(
            "answer_arrived", f"news {row.id}", organisation_id=message.organisation_id,
            creditor_id=message.creditor_id, account_id=message.account_id, now=now, channel=message.channel,
        )  # fmt: skip
    poke(message.organisation_id, [message.account_id], now=now)


def _it_left(message: Message, one: News, delivery: Delivery, now: datetime) -> None:
    """Record as sent what news proves to have left, on the day on which its attempt began."""
    Delivery.objects.filter(id=delivery.id).update(
        outcome="accepted", ended_at=now, provider_ref=one.provider_ref[:300] or delivery.provider_ref,
        detail=f"proved by {one.event}",
    )  # fmt: skip
    mark_sent(message, now=min(delivery.began_at, now))
    message.state = "sent"


def _note(message: Message, column: str, one: News) -> None:
    """Keep the earliest moment; what is told of a copy says nothing of the addressee."""
    if one.address and "@" in one.address and one.address.casefold() != message.recipient.casefold():
        return
    Message.objects.filter(id=message.id).filter(Q(**{column: None}) | Q(**{f"{column}__gt": one.at})).update(
        **{column: one.at}
    )


def _ask_a_person(message: Message, one: News, now: datetime) -> None:
    Task.objects.bulk_create(
        [
            Task(
                organisation_id=message.organisation_id, creditor_id=message.creditor_id,
                account_id=message.account_id, kind=_TASKS[one.event], opened_at=now,
                params={"message": message.id, "because": one.detail[:500]},
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    if one.event not in _HOLDS:
        return
    language = Creditor.objects.values_list("language", flat=True).get(id=message.creditor_id)
    words = _HOLDS[one.event]
    reason = words.get(language, words["fr"])
    held = Hold.objects.filter(
        organisation_id=message.organisation_id, account_id=message.account_id, reason=reason,
        released_at=None,
    )  # fmt: skip
    if not held.exists():
        Hold.objects.create(
            organisation_id=message.organisation_id, account_id=message.account_id, reason=reason,
            recorded_at=now,
        )  # fmt: skip
