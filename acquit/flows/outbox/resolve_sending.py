"""Resolve by hand what no machine knows: did a message that stayed *sending* leave?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.decided import withdraw
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import mark_sent
from acquit.store.outbox.models import Delivery, Message


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
