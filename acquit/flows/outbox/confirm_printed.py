"""Print the letters that wait, and confirm that they were posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.sent import mark_sent
from acquit.store.outbox.models import Evidence, Message
from acquit.wording.letter import BatchLetter, print_batch


@dataclass(frozen=True, slots=True)
class PrintBatch:
    """One PDF in envelope order behind its cover list, and the messages in it."""

    pdf: bytes
    message_ids: tuple[int, ...]


def letters_to_print(*, organisation_id: int, creditor_id: int | None, on: date) -> PrintBatch:
    """Return the letters handed over for printing as one PDF; nothing changes by printing."""
    waiting = Message.objects.filter(
        organisation_id=organisation_id, channel="letter", state="handed_over"
    ).order_by("claimed_at", "id")
    if creditor_id is not None:
        waiting = waiting.filter(creditor_id=creditor_id)
    letters = []
    for message in waiting:
        frozen = Evidence.objects.filter(organisation_id=organisation_id, message=message).latest("frozen_at")
        letters.append(
            BatchLetter(
                pdf=bytes(frozen.content),
                recipient=message.recipient,
                reference=f"{message.id}",
            )
        )
    ids = tuple(message.id for message in waiting)
    return PrintBatch(print_batch(letters, on=on) if letters else b"", ids)


def confirm_printed(*, organisation_id: int, message_ids: Sequence[int], now: datetime) -> int:
    """Record that letters were printed and posted: only now are their steps done."""
    confirmed = 0
    for message_id in message_ids:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(of=("self",))
                .filter(
                    organisation_id=organisation_id,
                    id=message_id,
                    channel="letter",
                    state="handed_over",
                )
                .first()
            )
            if message is not None:
                mark_sent(message, now=now)
                confirmed += 1
    return confirmed
