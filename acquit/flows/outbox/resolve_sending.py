"""Did a message that stayed *sending* leave? The provider is asked, if he finds our key; else a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from acquit.channels.base import Accepted, Outcome, Refused
from acquit.channels.provider import Unreachable
from acquit.flows.material.attempt import MOST_ATTEMPTS
from acquit.flows.material.carriage import provider_of, settings_of
from acquit.flows.material.decided import withdraw
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import mark_sent
from acquit.flows.material.unknown import DEAD_AFTER
from acquit.store.outbox.models import Delivery, Message


def resolve_unknown(*, organisation_id: int, now: datetime) -> int:
    """Ask the providers that find our keys what became of attempts without an outcome; return how many ended.

    What left is sent, on the day of its attempt. What did not is ready again and looked at anew before it
    leaves. What the provider cannot say stays for a person, and is never sent again by itself (F-02).
    """
    unknown = Q(outcome="unknown") | Q(outcome="", began_at__lt=now - DEAD_AFTER)
    stuck = (
        Delivery.objects.filter(
            unknown, organisation_id=organisation_id, carrier__isnull=False, message__state="sending",
            attempt=F("message__attempts"),
        )
        .exclude(idempotency_key="")
        .select_related("carrier")
        .order_by("id")
    )  # fmt: skip
    return sum(_settle(delivery, _found(delivery), now) for delivery in stuck)


def _found(delivery: Delivery) -> Outcome | None:
    carrier = delivery.carrier
    if carrier is None:
        return None
    try:
        provider = provider_of(carrier)
        return provider.find(delivery.idempotency_key, settings_of(carrier))
    except (Unreachable, LookupError, ValueError):
        return None


def _settle(delivery: Delivery, outcome: Outcome | None, now: datetime) -> bool:
    """Record what the provider says of an attempt; false where it says nothing, or somebody was faster."""
    if not isinstance(outcome, Accepted | Refused):
        return False
    left = isinstance(outcome, Accepted)
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .filter(
                organisation_id=delivery.organisation_id, id=delivery.message_id, state="sending",
                attempts=delivery.attempt,
            )
            .first()
        )  # fmt: skip
        if message is None or not (left or message.attempts < MOST_ATTEMPTS):
            return False
        Delivery.objects.filter(id=delivery.id).update(
            outcome="accepted" if left else "refused", ended_at=now, detail="found by its key",
            provider_ref=outcome.provider_ref if isinstance(outcome, Accepted) else "",
        )  # fmt: skip
        if left:
            mark_sent(message, now=delivery.began_at)
        else:
            Message.objects.filter(id=message.id).update(state="ready", not_before=now)
        poke(message.organisation_id, [message.account_id], now=now)
    return True


def resolve_sending(*, organisation_id: int, message_id: int, left: bool, now: datetime) -> None:
    """Record a person's word on a stuck message: it left, or it may be sent again.

    Raises AlreadyGone.
    """
    with transaction.atomic():
        message = _locked(organisation_id, message_id, "sending")
        Delivery.objects.filter(
            organisation_id=organisation_id, message=message, attempt=message.attempts
        ).update(outcome="accepted" if left else "refused", ended_at=now, detail="by hand")
        if left:
            mark_sent(message, now=now)
        else:
            Message.objects.filter(id=message.id).update(state="ready", not_before=now)


def retry_failed(*, organisation_id: int, message_id: int, now: datetime) -> None:
    """Let a message that was refused try again from the start. Raises AlreadyGone."""
    with transaction.atomic():
        message = _locked(organisation_id, message_id, "failed")
        Message.objects.filter(id=message.id).update(state="ready", not_before=now)


def give_up(*, organisation_id: int, message_id: int, now: datetime) -> None:
    """Take back a message that was refused; the next plan decides anew. Raises AlreadyGone."""
    with transaction.atomic():
        message = _locked(organisation_id, message_id, "failed")
        withdraw(message.id, because="by hand", states=("failed",))
        poke(organisation_id, [message.account_id], now=now)


def _locked(organisation_id: int, message_id: int, state: str) -> Message:
    message = (
        Message.objects.select_for_update(of=("self",))
        .filter(organisation_id=organisation_id, id=message_id, state=state)
        .first()
    )
    if message is None:
        raise AlreadyGone
    return message
