"""Record what a person did about a status of the e-invoicing network, invoice by invoice."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.core.network import Code
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.material.network import close_dispute, take_out
from acquit.flows.material.poke import poke
from acquit.store.cases.models import Dispute, Task
from acquit.store.ledger.models import Invoice
from acquit.store.network.models import NetworkStatus


def answer_status(
    *, organisation_id: int, task_id: int, invoice_id: int, today: date, now: datetime, by: int | None = None
) -> None:
    """Take the invoice out of its task: the dispute is closed, the document given, the invoice re-issued.

    The task closes with its last invoice. Raises AlreadyGone where it was dealt with.
    """
    with transaction.atomic():
        tasks = Task.objects.filter(organisation_id=organisation_id, id=task_id, closed_at=None)
        task = tasks.select_for_update(of=("self",)).first()
        items = task.params.get("items", ()) if task is not None else ()
        if task is None or invoice_id not in {item["invoice"] for item in items}:
            raise AlreadyGone
        invoice = Invoice.objects.select_related("account").get(
            organisation_id=organisation_id, id=invoice_id
        )
        if task.kind == "missing_document":
            _note_completed(invoice, today=today, now=now, by=by)
        elif task.kind in ("network_dispute", "network_completed"):
            _close_disputes(invoice, today=today, now=now, by=by)
        take_out(organisation_id, invoice.account_id, task.kind, invoice_id, now=now, by=by)
        poke(organisation_id, [invoice.account_id], now=now)


def _close_disputes(invoice: Invoice, *, today: date, now: datetime, by: int | None) -> None:
    still_open = Dispute.objects.filter(
        organisation_id=invoice.organisation_id, invoice=invoice, resolved_on=None
    )
    for dispute in still_open:
        close_dispute(dispute, on=today, now=now, resolution="", by=by)


def _note_completed(invoice: Invoice, *, today: date, now: datetime, by: int | None) -> None:
    """Note a status 209 by hand: the buyer has some days to look at the document from today on.

    The platform itself is told there, with the document.
    """
    NetworkStatus.objects.create(
        organisation_id=invoice.organisation_id, creditor_id=invoice.account.creditor_id,
        account=invoice.account, invoice=invoice, invoice_number=invoice.number,
        invoice_issued_on=invoice.issued_on, code=Code.COMPLETED.value, at=now, on=today,
        external_key=f"by hand {invoice.id} {now.isoformat()}", issuer_role="SE", received_at=now,
        followed_at=now, noted_by_id=by,
    )  # fmt: skip
