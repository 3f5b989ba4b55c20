"""Approve messages that wait for a person: one, or many at once; edit, postpone, skip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from acquit.flows.material.errors import AlreadyGone, InThePast, ReasonMissing
from acquit.flows.material.poke import poke
from acquit.store.cases.models import StepClaim
from acquit.store.outbox.models import Message

_WAITING = ("to_approve", "ready")


def approve_messages(
    *,
    organisation_id: int,
    message_ids: Sequence[int],
    now: datetime,
    by: int | None,
    undo_within: timedelta = timedelta(0),
) -> int:
    """Approve what still waits among `message_ids`; return how many were approved.

    Approval lets a message leave, no sooner than `undo_within` from now; the facts are looked at
    once more before it does.
    """
    return Message.objects.filter(
        organisation_id=organisation_id, id__in=list(message_ids), state="to_approve"
    ).update(
        state="ready", approved_at=now, approved_by_id=by,
        not_before=Greatest("not_before", Value(now + undo_within, DateTimeField())),
    )  # fmt: skip


def unapprove_message(*, organisation_id: int, message_id: int) -> None:
    """Take an approval back while the message has not left. Raises AlreadyGone."""
    taken = Message.objects.filter(
        organisation_id=organisation_id, id=message_id, state="ready", approved_at__isnull=False
    ).update(state="to_approve", approved_at=None, approved_by=None)
    if not taken:
        raise AlreadyGone


def edit_message(*, organisation_id: int, message_id: int, subject: str, body: str) -> None:
    """Give a waiting message the words of a person. Raises AlreadyGone.

    If the sums change afterwards the edited message is withdrawn, not sent with old figures.
    """
    edited = Message.objects.filter(
        organisation_id=organisation_id, id=message_id, state__in=_WAITING
    ).update(subject=subject, body=body, edited=True)
    if not edited:
        raise AlreadyGone


def postpone_message(*, organisation_id: int, message_id: int, until: datetime, now: datetime) -> None:
    """Let a waiting message leave no sooner than `until`. Raises InThePast, AlreadyGone."""
    if until <= now:
        raise InThePast
    moved = Message.objects.filter(organisation_id=organisation_id, id=message_id, state__in=_WAITING).update(
        not_before=until
    )
    if not moved:
        raise AlreadyGone


def skip_message(
    *, organisation_id: int, message_id: int, reason: str, now: datetime, by: int | None
) -> None:
    """Pass a step over, with its reason: it will not be proposed again in this round.

    Raises ReasonMissing, AlreadyGone.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        skipped = Message.objects.filter(
            organisation_id=organisation_id, id=message_id, state__in=_WAITING
        ).update(state="skipped", because=reason.strip(), approved_by_id=by, approved_at=now)
        if not skipped:
            raise AlreadyGone
        message = Message.objects.get(organisation_id=organisation_id, id=message_id)
        StepClaim.objects.filter(organisation_id=organisation_id, message=message, state="planned").update(
            state="skipped", on=message.planned_on
        )
        poke(organisation_id, [message.account_id], now=now)
