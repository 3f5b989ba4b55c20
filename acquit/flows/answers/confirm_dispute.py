"""Make disputes of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from acquit.flows.material.answers.handling import NotOfThisDebtor, account_of, finish, take
from acquit.flows.material.errors import Impossible
from acquit.flows.material.word import open_dispute
from acquit.store.answers.models import AnswerDispute
from acquit.store.ledger.models import Invoice


class NoInvoiceNamed(Impossible):
    """Say which invoices are contested."""

    french = "Indiquez les factures contestées."


def confirm_dispute(
    *,
    organisation_id: int,
    answer_id: int,
    invoice_ids: Sequence[int],
    opened_on: date,
    now: datetime,
    category: str = "other",
    amount: Decimal | None = None,
    note: str = "",
    by: int | None = None,
) -> list[int]:
    """Open a dispute on each invoice that an answer contests, and end its hold; return the disputes' ids.

    `amount` is the contested part of a single invoice. Raises AnswerTaken, NotIdentified,
    NotOfThisDebtor, NoInvoiceNamed, AlreadyDisputed, NotPositive.
    """
    if not invoice_ids:
        raise NoInvoiceNamed
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        invoices = list(
            Invoice.objects.filter(organisation_id=organisation_id, id__in=set(invoice_ids))
            .select_related("account")
            .order_by("id")
        )
        if len(invoices) != len(set(invoice_ids)):
            raise NotOfThisDebtor
        for invoice in invoices:
            account_of(answer, invoice.account_id)
        disputes = [
            open_dispute(
                invoice, opened_on=opened_on, now=now, category=category, note=note, owner=by,
                amount=amount if len(invoices) == 1 else None,
            )
            for invoice in invoices
        ]  # fmt: skip
        AnswerDispute.objects.bulk_create(
            AnswerDispute(organisation_id=organisation_id, answer=answer, dispute=one) for one in disputes
        )
        finish(answer, "dispute", now=now, by=by, account=invoices[0].account)
    return [one.id for one in disputes]
