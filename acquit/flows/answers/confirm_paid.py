"""Believe an answer that says it is paid, as long as it takes to look at the bank."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.answers.handling import account_of, finish, take
from acquit.flows.material.word import suspend


def confirm_paid(
    *,
    organisation_id: int,
    answer_id: int,
    until: date,
    reason: str,
    today: date,
    now: datetime,
    account_id: int | None = None,
    by: int | None = None,
) -> int:
    """Leave the account alone through `until`, by when the money must be seen; return the hold's id.

    Nothing is booked: only the bank says that money came. Raises AnswerTaken, NotIdentified,
    NotOfThisDebtor, ReasonMissing, InThePast.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        account = account_of(answer, account_id)
        hold = suspend(organisation_id, account.id, reason=reason, today=today, now=now, until=until, by=by)
        finish(answer, "paid", now=now, by=by, account=account)
    return hold.id
