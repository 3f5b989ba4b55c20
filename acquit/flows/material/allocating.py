"""Tying a payment to terms, oldest first; the database keeps the sums honest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from acquit.flows.material.errors import CurrenciesDiffer
from acquit.flows.material.rounds import end_settled
from acquit.store.ledger.models import Allocation, Payment, Term


def allocate_to_terms(payment: Payment, term_ids: Sequence[int], *, now: datetime, by: int | None) -> Decimal:
    """Tie what is left of `payment` to `term_ids` by due date; return what remains of it."""
    terms = (
        Term.objects.select_for_update(of=("self",))
        .filter(organisation_id=payment.organisation_id, id__in=list(term_ids))
        .order_by("due_on", "id")
    )
    left = payment.amount - payment.allocated
    for term in terms:
        if term.currency != payment.currency:
            raise CurrenciesDiffer
        part = min(left, term.amount - term.allocated)
        if part <= 0:
            continue
        Allocation.objects.create(
            organisation_id=payment.organisation_id,
            account_id=term.account_id,
            term=term,
            payment=payment,
            amount=part,
            effective_on=payment.received_on,
            recorded_at=now,
            made_by_id=by,
        )
        left -= part
    end_settled(payment.organisation_id, term_ids, on=payment.received_on)
    return left
