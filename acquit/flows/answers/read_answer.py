"""Say that an answer was read and asks for nothing, and take that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.answers.handling import finish, held_by, take
from acquit.flows.material.answers.keep import wake
from acquit.store.answers.models import READ, UNREAD, Answer


def read_answer(*, organisation_id: int, answer_id: int, now: datetime, by: int | None = None) -> None:
    """End the hold of an answer that asks for nothing. Raises AnswerTaken."""
    with transaction.atomic():
        finish(take(organisation_id, answer_id), "read_only", now=now, by=by, state=READ)


def reopen_answer(*, organisation_id: int, answer_id: int, now: datetime, by: int | None = None) -> None:
    """Make an answer unread again: it holds as on its arrival.

    What it led to (a promise, a dispute, a pause) stays, and is undone where it stands.
    """
    with transaction.atomic():
        answer = Answer.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=answer_id
        )
        if answer.state == UNREAD:
            return
        answer.state, answer.outcome, answer.handled_at, answer.handled_by_id = UNREAD, "", now, by
        answer.save(update_fields=["state", "outcome", "handled_at", "handled_by"])
        wake(organisation_id, held_by(answer), now=now)
