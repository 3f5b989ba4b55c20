"""Say whether a payment that two sources told is one payment or two, and take that back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from acquit.flows.material.allocating import allocate_to_terms
from acquit.flows.material.charges import give_back
from acquit.flows.material.errors import Impossible
from acquit.flows.material.money_in.again import look_again
from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import end_settled, resume_reopened
from acquit.store.bank.models import BankMatch
from acquit.store.ledger.models import Allocation, DuplicatePayment, Payment, Term


class DuplicateAnswered(Impossible):
    """Somebody said already whether these are one payment or two."""

    french = "Quelqu’un a déjà dit si ces règlements n’en font qu’un."


class TwoBankLines(Impossible):
    """Each of the two has a line of its own on the bank's statement: they are two."""

    french = "Chacun des deux a sa ligne sur le relevé bancaire\u00a0: ce sont deux règlements."


def answer_duplicate(
    *, organisation_id: int, duplicate_id: int, is_same: bool, now: datetime, on: date, by: int | None
) -> None:
    """Keep a person's word: two payments, or one, of which the second telling then counts for nothing.

    What the second had paid is paid by the first as far as it reaches; the rest is owed again, and is not
    asked for on that same day, `on` (F-66). Raises DuplicateAnswered and TwoBankLines.
    """
    with transaction.atomic():
        asked = _locked(organisation_id, duplicate_id)
        if asked.is_same is not None or asked.other_id is None:
            raise DuplicateAnswered
        asked.is_same, asked.answered_at, asked.answered_by_id = is_same, now, by
        if is_same:
            _keep_the_banks(asked)
            asked.moved = _move(_payment(asked.payment_id), _payment(asked.other_id), now=now, on=on, by=by)
        asked.save()


def ask_again(*, organisation_id: int, duplicate_id: int, now: datetime, on: date, by: int | None) -> None:
    """Take a person's word back: both count again, and what the first had taken over is the second's."""
    with transaction.atomic():
        asked = _locked(organisation_id, duplicate_id)
        if asked.is_same is None or asked.other is None:
            raise DuplicateAnswered
        if asked.is_same:
            kept, other = _payment(asked.payment_id), _payment(asked.other_id)
            Payment.objects.filter(pk=other.pk).update(returned_on=None)
            mine = Allocation.objects.filter(
                organisation_id=organisation_id, id__in=asked.moved, undone_on=None
            )
            terms = list(mine.values_list("term_id", flat=True))
            mine.update(undone_on=on)
            allocate_to_terms(other, terms, now=now, by=by)
            _follow(kept, terms, now=now, on=on)
        asked.is_same, asked.answered_at, asked.answered_by_id, asked.moved = None, None, None, []
        asked.save()


def _locked(organisation_id: int, duplicate_id: int) -> DuplicatePayment:
    return DuplicatePayment.objects.select_for_update(of=("self",)).get(
        organisation_id=organisation_id, id=duplicate_id
    )


def _payment(key: int | None) -> Payment:
    assert key is not None
    return Payment.objects.select_for_update(of=("self",)).get(pk=key)


def _keep_the_banks(asked: DuplicatePayment) -> None:
    """Let the one of both that the bank knows be the one that is kept."""
    both = [key for key in (asked.payment_id, asked.other_id) if key is not None]
    known = BankMatch.objects.filter(
        organisation_id=asked.organisation_id, payment_id__in=both, undone_at=None
    )
    matched = set(known.values_list("payment_id", flat=True))
    if len(matched) > 1:
        raise TwoBankLines
    if asked.other_id in matched:
        told = _payment(asked.payment_id)
        asked.payment, asked.other = _payment(asked.other_id), told
        asked.external_key = told.external_key


def _move(kept: Payment, other: Payment, *, now: datetime, on: date, by: int | None) -> list[int]:
    """Let `kept` pay what `other` paid, and `other` count for nothing; return the allocations that made."""
    mine = {"organisation_id": kept.organisation_id}
    tied = Allocation.objects.filter(**mine, payment=other, undone_on=None)
    terms = list(tied.values_list("term_id", flat=True))
    tied.update(undone_on=on)
    # From its own day on: it was never money, on no past day either.
    Payment.objects.filter(**mine, pk=other.pk).update(returned_on=other.received_on)
    before = set(Allocation.objects.filter(**mine, payment=kept).values_list("id", flat=True))
    allocate_to_terms(kept, terms, now=now, by=by)
    made = Allocation.objects.filter(**mine, payment=kept).exclude(id__in=before)
    _follow(kept, terms, now=now, on=on)
    return list(made.order_by("id").values_list("id", flat=True))


def _follow(payment: Payment, terms: list[int], *, now: datetime, on: date) -> None:
    """End the rounds of what is settled, resume those of what is owed again, and look again."""
    organisation_id = payment.organisation_id
    owed = Term.objects.filter(organisation_id=organisation_id, id__in=terms, allocated__lt=F("amount"))
    reopened = set(owed.values_list("id", flat=True))
    resume_reopened(organisation_id, reopened - give_back(organisation_id, reopened), on=on)
    end_settled(organisation_id, terms, on=on)
    accounts = set(Term.objects.filter(id__in=terms).values_list("account_id", flat=True))
    accounts.add(payment.account_id)
    poke(organisation_id, accounts, now=now)
    look_again(organisation_id, (), accounts, now=now)
