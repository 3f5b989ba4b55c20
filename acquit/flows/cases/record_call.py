"""Record what came of a call that a scenario asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from acquit.channels.phone import REACHED, CallOutcome
from acquit.flows.material.decided import withdraw
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import day_of, mark_sent
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import CallAttempt, ManualContact
from acquit.store.facts import CaseLoader
from acquit.store.outbox.models import Message

#: So often a call is tried before the step takes its other way, or a person decides.
MOST_TRIES = 3
#: Not sooner than this: a morning without an answer is tried in the afternoon.
_AGAIN_AFTER = timedelta(hours=3)


def record_call(
    *,
    organisation_id: int,
    message_id: int,
    outcome: CallOutcome,
    now: datetime,
    note: str = "",
    by: int | None = None,
) -> datetime | None:
    """Record the outcome of a call to make; return when it is tried again, if it is. Raises AlreadyGone.

    The step is done when somebody was reached or a message was left. Without an answer the call waits
    for a later hour of the debtor's, a bounded number of times; then, as for a wrong number, the next
    plan finds another way or asks a person.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .filter(
                organisation_id=organisation_id, id=message_id, channel="phone",
                state="handed_over",
            )
            .first()
        )  # fmt: skip
        if message is None:
            raise AlreadyGone
        on = day_of(message.creditor_id, now)
        ManualContact.objects.create(
            organisation_id=organisation_id, debtor_id=message.debtor_id,
            account_id=message.account_id, on=on, channel="phone", outcome=outcome, note=note,
            recorded_at=now, recorded_by_id=by,
        )  # fmt: skip
        tried = _tries(message) + 1
        gave_up = outcome is CallOutcome.NO_ANSWER and tried >= MOST_TRIES
        CallAttempt.objects.create(
            organisation_id=organisation_id, account_id=message.account_id, message=message,
            number=tried, step=message.step, on=on, outcome=outcome, gave_up=gave_up, recorded_at=now,
            recorded_by_id=by,
        )  # fmt: skip
        again = _go_on(message, outcome, on, now=now, gave_up=gave_up)
        poke(organisation_id, [message.account_id], now=now)
    return again


def _go_on(
    message: Message, outcome: CallOutcome, on: object, *, now: datetime, gave_up: bool
) -> datetime | None:
    """Let the message end, or wait for its next try; return when that is."""
    if outcome is CallOutcome.WRONG_NUMBER and message.contact_id is not None:
        Contact.objects.filter(organisation_id=message.organisation_id, id=message.contact_id).update(
            phone_wrong_on=on
        )
    if outcome is CallOutcome.WRONG_NUMBER or gave_up:
        withdraw(message.id, because=outcome, states=("handed_over",))
    elif outcome in REACHED or outcome is CallOutcome.OTHER:
        mark_sent(message, now=now)
    else:
        again = _next_try(message, now)
        Message.objects.filter(id=message.id).update(not_before=again)
        return again
    return None


def _next_try(message: Message, now: datetime) -> datetime:
    """Return the next moment of the debtor's working hours at which to call again."""
    case = CaseLoader(message.organisation_id, now).one(message.account_id, in_flight=False)
    return case.creditor.window.next_slot(now + _AGAIN_AFTER, case.zone, case.calendar)


def _tries(message: Message) -> int:
    """Return how often this call was tried; the message is locked, so nobody counts meanwhile."""
    last = CallAttempt.objects.filter(organisation_id=message.organisation_id, message=message).aggregate(
        last=Max("number")
    )["last"]
    return int(last or 0)
