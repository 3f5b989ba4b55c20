"""Match a payment to invoices, and undo a match."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from acquit.flows.material.allocating import allocate_to_terms
from acquit.flows.material.charges import give_back
from acquit.flows.material.errors import AlreadyUndone, NothingLeftToAllocate
from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import resume_reopened
from acquit.store.ledger.models import Allocation, Payment, Term


def allocate_payment(
    *,
    organisation_id: int,
    payment_id: int,
    term_ids: Sequence[int],
    now: datetime,
    by: int | None = None,
) -> Decimal:
    """Tie a payment to `term_ids`, oldest first; return what remains unallocated.

    Raises NothingLeftToAllocate, CurrenciesDiffer.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=payment_id, returned_on=None
        )
        if payment.allocated >= payment.amount:
            raise NothingLeftToAllocate
        rest = allocate_to_terms(payment, term_ids, now=now, by=by)
        _poke_accounts(organisation_id, term_ids, payment.account_id, now)
    return rest


def undo_allocation(*, organisation_id: int, allocation_id: int, on: date, now: datetime) -> None:
    """Undo a match: the invoice is owed again and resumes where it was. Raises AlreadyUndone."""
    with transaction.atomic():
        undone = Allocation.objects.filter(
            organisation_id=organisation_id, id=allocation_id, undone_on=None
        ).update(undone_on=on)
        if not undone:
            raise AlreadyUndone
        allocation = Allocation.objects.get(organisation_id=organisation_id, id=allocation_id)
        if not give_back(organisation_id, [allocation.term_id]):
            resume_reopened(organisation_id, [allocation.term_id], on=on)
        poke(organisation_id, [allocation.account_id], now=now)


def return_payment(*, organisation_id: int, payment_id: int, on: date, now: datetime) -> None:
    """Record that a payment came back unpaid: all that it paid is owed again."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=payment_id, returned_on=None
        )
        allocations = Allocation.objects.filter(
            organisation_id=organisation_id, payment=payment, undone_on=None
        )
        term_ids = list(allocations.values_list("term_id", flat=True))
        allocations.update(undone_on=on)
        Payment.objects.filter(id=payment.id).update(returned_on=on)
        gone = give_back(organisation_id, term_ids)
        resume_reopened(organisation_id, [one for one in term_ids if one not in gone], on=on)
        _poke_accounts(organisation_id, term_ids, payment.account_id, now)


def _poke_accounts(organisation_id: int, term_ids: Sequence[int], account_id: int, now: datetime) -> None:
    accounts = set(
        Term.objects.filter(organisation_id=organisation_id, id__in=list(term_ids)).values_list(
            "account_id", flat=True
        )
    )
    poke(organisation_id, accounts | {account_id}, now=now)
