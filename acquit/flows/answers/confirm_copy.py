"""Ask a person to send what an answer asks for, with what proves that it was there already (B17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.answers.handling import NotOfThisDebtor, account_of, finish, take
from acquit.flows.material.answers.proof import proofs_of
from acquit.flows.material.word import suspend
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Invoice

TASK = "copy_asked"


def confirm_copy(
    *,
    organisation_id: int,
    answer_id: int,
    invoice_ids: Sequence[int],
    until: date,
    reason: str,
    today: date,
    now: datetime,
    account_id: int | None = None,
    by: int | None = None,
) -> int:
    """Open the task to send copies of `invoice_ids`, and leave the account alone through `until`.

    Returns the task's id; its parameters hold the numbers and the known proofs of deposit and delivery.
    Raises AnswerTaken, NotIdentified, NotOfThisDebtor, ReasonMissing, InThePast.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        invoices = list(
            Invoice.objects.filter(organisation_id=organisation_id, id__in=set(invoice_ids)).order_by("id")
        )
        if len(invoices) != len(set(invoice_ids)):
            raise NotOfThisDebtor
        account = account_of(answer, account_id or (invoices[0].account_id if invoices else None))
        if any(invoice.account_id != account.id for invoice in invoices):
            raise NotOfThisDebtor
        suspend(organisation_id, account.id, reason=reason, today=today, now=now, until=until, by=by)
        task, _ = Task.objects.select_for_update(of=("self",)).get_or_create(
            organisation_id=organisation_id, account=account, kind=TASK, closed_at=None,
            defaults={"creditor_id": account.creditor_id, "opened_at": now},
        )  # fmt: skip
        task.params = {
            "answer": answer.pk,
            "invoices": [invoice.number for invoice in invoices],
            "proofs": proofs_of(organisation_id, account.id, invoices),
        }
        task.save(update_fields=["params"])
        finish(answer, "copy", now=now, by=by, account=account)
    return task.id
