"""Record a payment by hand, allocated to the invoices named or left to match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from acquit.flows.material.allocating import allocate_to_terms
from acquit.flows.material.errors import NotPositive
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account
from acquit.store.ledger.models import Payment


@dataclass(frozen=True, slots=True)
class Recorded:
    """The payment's id, and what is left of it to match."""

    payment_id: int
    unallocated: Decimal


def record_payment(
    *,
    organisation_id: int,
    account_id: int,
    amount: Decimal,
    currency: str,
    received_on: date,
    now: datetime,
    term_ids: Sequence[int] = (),
    reference: str = "",
    by: int | None = None,
) -> Recorded:
    """Record money received on `account_id` and tie it to `term_ids`, oldest first.

    What the terms do not need stays unallocated, and holds the account until it is matched.
    Raises NotPositive.
    """
    if amount <= 0:
        raise NotPositive
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=account_id
        )
        payment = Payment.objects.create(
            organisation_id=organisation_id,
            account=account,
            external_key=f"by hand {uuid4()}",
            amount=amount,
            currency=currency,
            reference=reference,
            method="by hand",
            received_on=received_on,
            known_on=now.date(),
        )
        rest = allocate_to_terms(payment, term_ids, now=now, by=by)
        poke(organisation_id, [account_id], now=now)
    return Recorded(payment.id, rest)
