"""Confirm that single letters were printed and posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from acquit.flows.material.posted import mark_posted
from acquit.store.outbox.models import Message, PrintedLetter


def confirm_printed(*, organisation_id: int, message_ids: Sequence[int], now: datetime) -> int:
    """Record that letters were printed and posted: only now are their steps done.

    Returns how many. A registered letter is confirmed with its number, in its batch.
    """
    confirmed = 0
    for message_id in message_ids:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(of=("self",))
                .filter(
                    organisation_id=organisation_id, id=message_id, channel="letter", state="handed_over"
                )
                .first()
            )  # fmt: skip
            if message is not None:
                PrintedLetter.objects.filter(
                    organisation_id=organisation_id, message=message, outcome=""
                ).update(outcome="posted")
                mark_posted(message, now=now)
                confirmed += 1
    return confirmed
