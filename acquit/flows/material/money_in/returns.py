"""A payment that the bank took back: it counts no more, what it paid is owed again, its rounds resume."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from acquit.flows.material.charges import give_back
from acquit.flows.material.errors import LineTaken, PartsDoNotFit
from acquit.flows.material.money_in.line import OpenLine
from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import resume_reopened
from acquit.store.bank.models import BankMatch
from acquit.store.ledger.models import Allocation, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A debit line, and the payment that it takes back whole."""

    line: OpenLine
    payment_id: int
    score: int | None = None
    reasons: Sequence[Any] = ()


def take_back(
    organisation_id: int, returned: Return, *, now: datetime, today: date, by: int | None
) -> Payment:
    """Take the payment back from the day that the bank booked, and resume its rounds from `today`.

    The interval counts from the day on which we learned of it, so that nobody is contacted that
    same day (F-66). A payment that is already back raises LineTaken; one that is larger than what
    is left of the line, PartsDoNotFit.
    """
    mine = {"organisation_id": organisation_id}
    line = returned.line
    payment = Payment.objects.select_for_update(of=("self",)).get(**mine, id=returned.payment_id)
    if payment.returned_on is not None:
        raise LineTaken
    if payment.amount > line.open or payment.currency != line.currency:
        raise PartsDoNotFit
    tied = Allocation.objects.filter(**mine, payment=payment, undone_on=None).order_by("id")
    undone = dict(tied.values_list("id", "term_id"))
    accounts = {payment.account_id, *tied.values_list("account_id", flat=True)}
    on = max(line.booked_on, payment.received_on)
    Allocation.objects.filter(**mine, id__in=undone).update(undone_on=on)
    Payment.objects.filter(**mine, id=payment.pk).update(returned_on=on)
    try:
        BankMatch.objects.create(
            **mine, line_id=line.id, payment=payment, amount=payment.amount, score=returned.score,
            reasons=list(returned.reasons), made_payment=False, allocations=list(undone), matched_at=now,
            matched_by_id=by,
        )  # fmt: skip
    except IntegrityError as refusal:
        raise LineTaken from refusal
    gone = give_back(organisation_id, set(undone.values()))
    resume_reopened(organisation_id, set(undone.values()) - gone, on=today)
    poke(organisation_id, accounts, now=now)
    return payment


def give_again(organisation_id: int, match: BankMatch, *, now: datetime, by: int | None) -> set[int]:
    """Let a payment count again whose return was a mistake; what it paid is paid, as far as still owed.

    Return the terms concerned.
    """
    mine = {"organisation_id": organisation_id}
    Payment.objects.filter(**mine, id=match.payment_id).update(returned_on=None)
    terms: set[int] = set()
    for old in _undone_with(organisation_id, match.allocations):
        part = min(old.amount, old.term.amount - old.term.allocated)
        if part > 0:
            terms.add(old.term_id)
            Allocation.objects.create(
                **mine, account_id=old.account_id, term_id=old.term_id, payment_id=match.payment_id,
                amount=part, effective_on=old.effective_on, recorded_at=now, made_by_id=by,
            )  # fmt: skip
    return terms


def _undone_with(organisation_id: int, ids: Iterable[int]) -> Iterable[Allocation]:
    """Return the allocations that a return undid, with their terms, locked."""
    undone = Allocation.objects.select_for_update(of=("self", "term")).select_related("term")
    return undone.filter(organisation_id=organisation_id, id__in=list(ids)).order_by("id")
