"""What statuses of the e-invoicing network ask of people: disputes, tasks, the guard of the bank account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from acquit.core.network import (
    BANK_DOUBTED,
    CONTENT,
    CONTESTING,
    NEW_BANK_ACCOUNT,
    TASKS,
    Code,
    amount_of,
    doubts_bank_account,
    reply_to,
)
from acquit.flows.material.bank_guard import NETWORK, Claim, raise_guard
from acquit.store.cases.models import Dispute, Task
from acquit.store.ledger.models import Invoice
from acquit.store.network.models import NetworkStatus

#: The resolution of a dispute that an approval on the network ended; the screens word it.
APPROVED_THERE = "status 205"
#: Tasks that name invoices in dispute.
_OF_DISPUTES = ("network_dispute", "network_completed")
_SUMMED = (Code.PARTLY_APPROVED, Code.PAYMENT_SENT, Code.COLLECTED)
_MISSING = TASKS[Code.SUSPENDED]
#: The statuses that may ask for something; the many others are only kept.
_ASKING = (
    Q(code__in=[*TASKS, *_SUMMED, Code.APPROVED, Code.PAYEE_CHANGED])
    | Q(reasons__contains=BANK_DOUBTED)
    | Q(amounts__contains=[{"type": NEW_BANK_ACCOUNT}])
)


def follow_statuses(organisation_id: int, ids: Sequence[int], *, now: datetime, today: date) -> None:
    """Open what the statuses ask of people, once each, whatever the order in which they came.

    An approval closes the dispute that the network opened. A status that a later one answered
    opens nothing any more.
    """
    mine = NetworkStatus.objects.filter(organisation_id=organisation_id)
    unfollowed = mine.filter(id__in=ids, followed_at=None)
    new = list(unfollowed.filter(_ASKING).select_related("invoice").order_by("at", "code", "id"))
    by_invoice = _by_invoice(mine, {status.invoice_id for status in new if status.invoice_id})
    for status in new:
        if status.invoice is not None:
            _note_amount(status, status.invoice)
            siblings = by_invoice[status.invoice_id]
            _Following(status, status.invoice, siblings, now=now, today=today).follow()
    unfollowed.update(followed_at=now)


def _by_invoice(
    mine: QuerySet[NetworkStatus], invoice_ids: Iterable[int]
) -> dict[int | None, list[NetworkStatus]]:
    found: dict[int | None, list[NetworkStatus]] = defaultdict(list)
    for status in mine.filter(invoice_id__in=invoice_ids).order_by("at", "code", "id"):
        found[status.invoice_id].append(status)
    return found


def _note_amount(status: NetworkStatus, invoice: Invoice) -> None:
    """Keep with the status the sum that it names, now that the invoice it is compared with is known."""
    if status.code in _SUMMED:
        status.amount = amount_of(
            status.code, status.amounts, whole=invoice.amount, currency=invoice.currency
        )
        NetworkStatus.objects.filter(id=status.id).update(amount=status.amount)


class _Following:
    """One status among those of its invoice, in the order of their own moments."""

    def __init__(
        self,
        status: NetworkStatus,
        invoice: Invoice,
        siblings: Sequence[NetworkStatus],
        *,
        now: datetime,
        today: date,
    ) -> None:
        self.status, self.invoice, self.now, self.today = status, invoice, now, today
        self.led_to_dispute = any(one.dispute_id for one in siblings)
        self.original = next((one for one in siblings if one.followed_at and _same(one, status)), None)
        self.later = [one for one in siblings if (one.at, one.code) > (status.at, status.code)]
        self.reasons = status.reasons.split()
        self.reply = reply_to(self.reasons)

    def follow(self) -> None:
        """Open or close what the status asks for; a copy of one that was followed shares its fate."""
        status = self.status
        if self.original is not None:
            NetworkStatus.objects.filter(id=status.id).update(
                dispute=self.original.dispute_id, bank_change=self.original.bank_change_id
            )
            return
        if doubts_bank_account(status.code, self.reasons, (one["type"] for one in status.amounts)):
            self._guard()
        if status.code == Code.APPROVED and self.led_to_dispute and not self._overtaken(CONTENT):
            self._close_dispute()
        if status.code == Code.COMPLETED:
            take_out(status.organisation_id, self.invoice.account_id, _MISSING, self.invoice.id, now=self.now)
        contests = status.code in CONTESTING and not self._overtaken(CONTENT)
        if contests and not self._dispute():
            contests = False
        if contests or self._wants_task():
            self._task(TASKS[status.code])

    def _overtaken(self, codes: Iterable[int]) -> bool:
        return any(one.code in codes for one in self.later)

    def _wants_task(self) -> bool:
        """Tell whether a status that contests nothing still needs a person."""
        code = self.status.code
        if code == Code.SUSPENDED:
            return not self._overtaken((Code.COMPLETED,))
        if code == Code.COMPLETED:
            return self._open_disputes().exists()
        return code in TASKS and code not in CONTESTING

    def _open_disputes(self) -> QuerySet[Dispute]:
        return Dispute.objects.filter(
            organisation_id=self.invoice.organisation_id, invoice=self.invoice, resolved_on=None
        )

    def _close_dispute(self) -> None:
        """Close what the network opened; what a person opened is a person's to close."""
        opened = NetworkStatus.objects.filter(
            organisation_id=self.invoice.organisation_id, invoice=self.invoice
        ).values("dispute_id")
        for dispute in self._open_disputes().filter(id__in=opened, owner=None):
            close_dispute(dispute, on=self.today, now=self.now, resolution=APPROVED_THERE)

    def _dispute(self) -> bool:
        """Open the dispute, or join the one that is open; false where a 206 approves all."""
        status, invoice = self.status, self.invoice
        contested: Decimal | None = None
        if status.code == Code.PARTLY_APPROVED and status.amount is not None:
            contested = invoice.amount - status.amount
            if contested <= 0:
                return False
        dispute = self._open_disputes().first()
        if dispute is None:
            dispute = Dispute.objects.create(
                organisation_id=status.organisation_id, account_id=invoice.account_id, invoice=invoice,
                amount=contested, category=self.reply.category, note=status.note,
                opened_on=status.on, recorded_at=self.now,
            )  # fmt: skip
        NetworkStatus.objects.filter(id=status.id).update(dispute=dispute)
        return True

    def _guard(self) -> None:
        status = self.status
        claim = Claim(
            creditor_id=status.creditor_id, account_id=status.account_id, invoice_id=status.invoice_id,
            source=NETWORK, claimed_iban=_claimed_iban(status), note=status.note,
        )  # fmt: skip
        guard = raise_guard(status.organisation_id, claim, now=self.now)
        NetworkStatus.objects.filter(id=status.id).update(bank_change=guard)

    def _task(self, kind: str) -> None:
        """Open the task, or add the invoice to the one that is open."""
        status = self.status
        item = {
            "invoice": status.invoice_id, "number": status.invoice_number, "code": status.code,
            "reasons": self.reasons, "category": self.reply.category, "role": self.reply.role,
            "note": status.note, "on": status.on.isoformat(),
        }  # fmt: skip
        task, _ = Task.objects.select_for_update(of=("self",)).get_or_create(
            organisation_id=status.organisation_id, account_id=self.invoice.account_id, kind=kind,
            closed_at=None,
            defaults={"creditor_id": status.creditor_id, "opened_at": self.now},
        )  # fmt: skip
        others = [one for one in task.params.get("items", ()) if one["invoice"] != status.invoice_id]
        Task.objects.filter(id=task.id).update(params={"items": [*others, item]})


def _same(one: NetworkStatus, other: NetworkStatus) -> bool:
    """Tell whether two messages tell the same status: that of the buyer and that of the tax office."""
    return (one.code, one.at, one.reasons) == (other.code, other.at, other.reasons)


def _claimed_iban(status: NetworkStatus) -> str:
    """Return the account that the status names as the new one, without its spaces."""
    said = (one.get("value", "") for one in status.amounts if one["type"] == NEW_BANK_ACCOUNT)
    return next(("".join(iban.split()) for iban in said if iban), "")


def close_dispute(
    dispute: Dispute, *, on: date, now: datetime, resolution: str, by: int | None = None
) -> None:
    """Close a dispute, and take its invoice out of the tasks that ask for an answer."""
    Dispute.objects.filter(id=dispute.id, resolved_on=None).update(resolved_on=on, resolution=resolution)
    for kind in _OF_DISPUTES:
        take_out(dispute.organisation_id, dispute.account_id, kind, dispute.invoice_id, now=now, by=by)


def take_out(
    organisation_id: int, account_id: int, kind: str, invoice_id: int, *, now: datetime, by: int | None = None
) -> None:
    """Take an invoice out of the open task of `kind`, which closes with its last invoice."""
    tasks = Task.objects.filter(
        organisation_id=organisation_id, account_id=account_id, kind=kind, closed_at=None
    )
    for task in tasks.select_for_update(of=("self",)).order_by("id"):
        left = [one for one in task.params.get("items", ()) if one["invoice"] != invoice_id]
        done = {} if left else {"closed_at": now, "closed_by": by}
        tasks.filter(id=task.id).update(params={"items": left} if left else task.params, **done)
