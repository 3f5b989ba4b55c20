"""A message that left: its steps are done from that day, and its account is looked at again."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import end_settled
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import StepClaim
from acquit.store.outbox.models import Message


def mark_sent(message: Message, *, now: datetime) -> None:
    """Record that `message` left on the creditor's day of `now`."""
    on = day_of(message.creditor_id, now)
    Message.objects.filter(id=message.id).update(state="sent", sent_at=now)
    StepClaim.objects.filter(
        organisation_id=message.organisation_id, message=message, state="planned"
    ).update(state="done", on=on)
    end_settled(message.organisation_id, message.listed, on=on)
    poke(message.organisation_id, [message.account_id], now=now)


def day_of(creditor_id: int, now: datetime) -> date:
    """Return the creditor's day at the moment `now`."""
    zone = Creditor.objects.values_list("timezone", flat=True).get(id=creditor_id)
    return now.astimezone(ZoneInfo(zone)).date()
