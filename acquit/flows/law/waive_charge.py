"""Give up a charge for lateness with a reason, or let a payment settle it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from acquit.flows.material.charges import LATE_CHARGE
from acquit.flows.material.errors import AlreadySettled, CurrenciesDiffer, MoreThanCharged, ReasonMissing
from acquit.flows.material.poke import poke
from acquit.store.law.models import LateCharge
from acquit.store.ledger.models import Allocation, Invoice, Payment, Term


def waive_charge(
    *, organisation_id: int, charge_id: int, reason: str, today: date, now: datetime, by: int | None = None
) -> None:
    """Give up what is left of the charge: it is never asked again. Raises ReasonMissing, AlreadySettled."""
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        changed = LateCharge.objects.filter(
            organisation_id=organisation_id, id=charge_id, waived_on=None, paid__lt=F("amount")
        ).update(waived_on=today, waived_by=by, waived_because=reason.strip()[:300])
        if not changed:
            raise AlreadySettled
        account = LateCharge.objects.values_list("account_id", flat=True).get(id=charge_id)
        poke(organisation_id, [account], now=now)


def claim_again(*, organisation_id: int, charge_id: int, now: datetime) -> None:
    """Take back that the charge was given up."""
    with transaction.atomic():
        LateCharge.objects.filter(organisation_id=organisation_id, id=charge_id).update(
            waived_on=None, waived_by=None, waived_because=""
        )
        account = LateCharge.objects.values_list("account_id", flat=True).get(id=charge_id)
        poke(organisation_id, [account], now=now)


def pay_charge(
    *, organisation_id: int, charge_id: int, payment_id: int, now: datetime, by: int | None = None
) -> Decimal:
    """Let what is left of a payment settle the charge; return what of the charge remains.

    The ledger gets an invoice of that part, settled at once: its sums stay those of the payments.
    Raises MoreThanCharged where either has nothing left, CurrenciesDiffer, AlreadySettled.
    """
    with transaction.atomic():
        charge = (
            LateCharge.objects.select_for_update(of=("self",))
            .select_related("invoice")
            .get(organisation_id=organisation_id, id=charge_id)
        )
        payment = Payment.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=payment_id, account_id=charge.account_id, returned_on=None
        )
        if charge.waived_on is not None:
            raise AlreadySettled
        if payment.currency != charge.currency:
            raise CurrenciesDiffer
        part = min(payment.amount - payment.allocated, charge.amount - charge.paid)
        if part <= 0:
            raise MoreThanCharged
        _book(charge, payment, part, now=now, by=by)
        left = charge.amount - charge.paid - part
        LateCharge.objects.filter(id=charge.pk).update(
            paid=F("paid") + part, paid_on=payment.received_on if left == 0 else None
        )
        poke(organisation_id, [charge.account_id], now=now)
    return left


def _book(charge: LateCharge, payment: Payment, part: Decimal, *, now: datetime, by: int | None) -> None:
    mine = {"organisation_id": charge.organisation_id, "account_id": charge.account_id}
    on = payment.received_on
    invoice = Invoice.objects.create(
        **mine, number=charge.number, external_key=f"charge {charge.pk} {payment.pk}", kind=LATE_CHARGE,
        issued_on=on, amount=part, currency=charge.currency, known_on=now.date(),
    )  # fmt: skip
    term = Term.objects.create(**mine, invoice=invoice, due_on=on, amount=part, currency=charge.currency)
    Allocation.objects.create(
        **mine, term=term, payment=payment, amount=part, effective_on=on, recorded_at=now, made_by_id=by
    )
