"""Say that an answer contests or asks for the account to pay: the fraud guard stands (B4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.answers.handling import NotIdentified, finish, take
from acquit.flows.material.answers.keep import guard


def confirm_bank_details(
    *, organisation_id: int, answer_id: int, now: datetime, by: int | None = None
) -> int | None:
    """Let the guard of the account to pay take over from the answer's hold; return the guard's id.

    It was raised when the answer arrived; where its words did not show it, it is raised now. Two persons
    end it. Raises AnswerTaken, NotIdentified.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        if answer.debtor_id is None:
            raise NotIdentified
        if answer.bank_change_id is None:
            answer.fraud_guard = True
            guard(answer, now=now)
        finish(answer, "bank_details", now=now, by=by, fraud_guard=True)
    return answer.bank_change_id
