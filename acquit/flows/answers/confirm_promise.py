"""Make a promise of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from acquit.flows.material.answers.handling import account_of, finish, take
from acquit.flows.material.word import give_promise


def confirm_promise(
    *,
    organisation_id: int,
    answer_id: int,
    until: date,
    today: date,
    now: datetime,
    account_id: int | None = None,
    invoice_ids: Sequence[int] = (),
    amount: Decimal | None = None,
    by: int | None = None,
) -> int:
    """Record the promise that a person read in an answer, and end its hold; return the promise's id.

    Raises AnswerTaken, NotIdentified, NotOfThisDebtor, InThePast, TooFar, NotPositive,
    NothingToPromise.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        account = account_of(answer, account_id)
        promise = give_promise(
            organisation_id, account.id, until=until, today=today, now=now, invoice_ids=invoice_ids,
            amount=amount, by=by,
        )  # fmt: skip
        finish(answer, "promise", now=now, by=by, promise=promise, account=account)
    return promise.id
