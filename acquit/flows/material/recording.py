"""What came of attempts, written down: those that were accepted together, every other one by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from acquit.channels.base import Accepted, HandedOver, Outcome, Refused, Unknown
from acquit.flows.material.attempt import MOST_ATTEMPTS
from acquit.flows.material.decided import withdraw
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import mark_all_sent
from acquit.flows.material.unreached import stop_contact
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Delivery, Message

#: An attempt that was begun and, for certain, never handed to the carrier.
NOT_SENT = "not_sent"
_FIRST_RETRY = timedelta(minutes=5)
_TRIES = 3

# Locked in the order of their keys, as those who poke many accounts at once may be met here.
_LOCK = "SELECT id FROM accounts_account WHERE organisation_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
_ACCEPTED = """
UPDATE outbox_delivery d SET outcome = 'accepted', ended_at = %(now)s, provider_ref = s.ref, detail = s.detail
FROM unnest(%(ids)s::bigint[], %(attempts)s::int[], %(refs)s::text[], %(details)s::text[])
  AS s(message, attempt, ref, detail)
WHERE d.organisation_id = %(organisation)s AND d.message_id = s.message AND d.attempt = s.attempt
"""


def record_accepted(taken: Sequence[tuple[Message, Accepted]], *, now: datetime) -> None:
    """Record in one transaction that these messages left.

    They have left whatever happens here: a transaction that another one thwarts is tried again.
    """
    for tried in range(1, _TRIES + 1):
        try:
            _record_accepted(taken, now)
        except OperationalError:
            if tried == _TRIES:
                raise
        else:
            return


def _record_accepted(taken: Sequence[tuple[Message, Accepted]], now: datetime) -> None:
    organisation_id = taken[0][0].organisation_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [organisation_id, [message.account_id for message, _ in taken]])
        cursor.execute(
            _ACCEPTED,
            {
                "organisation": organisation_id, "now": now,
                "ids": [message.id for message, _ in taken],
                "attempts": [message.attempts for message, _ in taken],
                "refs": [accepted.provider_ref for _, accepted in taken],
                "details": [accepted.detail for _, accepted in taken],
            },
        )  # fmt: skip
        mark_all_sent(organisation_id, [message.id for message, _ in taken], now=now)


def record_outcome(message: Message, outcome: Outcome, contact: Contact | None, *, now: datetime) -> str:
    """Record what came of one attempt, in one transaction; return it in one word."""
    with transaction.atomic():
        match outcome:
            case Accepted():
                record_accepted([(message, outcome)], now=now)
                return "sent"
            case HandedOver():
                _end(message, "handed_over", now, detail=outcome.to)
                Message.objects.filter(id=message.id).update(state="handed_over")
                return "handed_over"
            case Unknown():
                _end(message, "unknown", now, detail=outcome.because)
                return "unknown"
            case Refused():
                _end(message, "refused", now, detail=outcome.because, permanent=outcome.permanent)
                return _refused(message, outcome, contact, now)


def record_not_sent(message: Message, because: str, *, now: datetime) -> None:
    """Record that a begun attempt was never handed to the carrier: the message is ready again."""
    with transaction.atomic():
        _end(message, NOT_SENT, now, detail=because)
        Message.objects.filter(id=message.id, state="sending").update(state="ready", because=because)


def _end(message: Message, outcome: str, now: datetime, *, detail: str, permanent: bool = False) -> None:
    Delivery.objects.filter(
        organisation_id=message.organisation_id, message=message, attempt=message.attempts
    ).update(outcome=outcome, ended_at=now, detail=detail, permanent=permanent)


def _refused(message: Message, refused: Refused, contact: Contact | None, now: datetime) -> str:
    """Try again later, mark the dead address, or ask a person: the step is not done (F-03, F-16)."""
    if refused.blames_address and contact is not None:
        stop_contact(message, contact, now=now)
        withdraw(message.id, because=refused.because, states=("sending",))
        poke(message.organisation_id, [message.account_id], now=now)
        return "refused"
    tried = _tried(message)
    if not refused.permanent and tried < MOST_ATTEMPTS:
        wait = _FIRST_RETRY * 2 ** (tried - 1)
        Message.objects.filter(id=message.id).update(
            state="ready", not_before=now + wait, because=refused.because
        )
        return "retry"
    Message.objects.filter(id=message.id).update(state="failed", because=refused.because)
    Task.objects.bulk_create(
        [
            Task(
                organisation_id=message.organisation_id, creditor_id=message.creditor_id,
                account_id=message.account_id, kind="refused", opened_at=now,
                params={"message": message.id, "because": refused.because},
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return "failed"


def _tried(message: Message) -> int:
    """Return how often the message was handed to a carrier."""
    made = Delivery.objects.filter(organisation_id=message.organisation_id, message=message)
    return made.exclude(outcome=NOT_SENT).count()
