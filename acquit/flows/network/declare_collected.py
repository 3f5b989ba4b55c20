"""Declare to the e-invoicing network what came in on invoices whose VAT is due on receipt (status 212)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Min, QuerySet, Sum

from acquit.core.collected import Declared, Missing, Received, Undeclarable, Vat, missing
from acquit.core.money import round_to_currency
from acquit.core.network import Code
from acquit.flows.material.errors import Impossible
from acquit.sources.cdar.names import PARIS
from acquit.sources.cdar.writer import Collected, write_collected
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor
from acquit.store.ledger.models import Allocation, Invoice, InvoiceVat
from acquit.store.network.models import Declaration, NetworkStatus

#: Why an invoice is left out: its VAT is unknown or does not cover it, or its buyer has no SIREN.
VAT_UNKNOWN, BUYER_UNKNOWN = "vat_unknown", "buyer_without_siren"


class SellerWithoutSiren(Impossible):
    """Without the company's SIREN the network cannot tell whose invoices are declared."""

    french = "Sans le SIREN de la société, le réseau ne sait pas de qui sont les factures déclarées."


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """The declarations made, and the invoices (by number, with the reason) that a person must complete."""

    made: tuple[int, ...]
    left_out: tuple[tuple[str, str], ...]


def declare_collected(
    *, organisation_id: int, creditor_id: int, now: datetime, by: int | None = None
) -> Collections:
    """Make the declarations that are missing: one per invoice and day of money, and reversals.

    Money counts once it is matched with the invoice; credit notes and write-offs are no money.
    What was declared and is no longer matched is taken back. Raises SellerWithoutSiren.
    """
    with tenancy.organisation(organisation_id), transaction.atomic():
        creditor = Creditor.objects.get(organisation_id=organisation_id, id=creditor_id)
        if not creditor.siren:
            raise SellerWithoutSiren
        _alone(creditor)
        received, declared = _received(creditor), _declared(creditor)
        changed = [i for i in {*received, *declared} if _by_day(received[i]) != _by_day(_sums(declared[i]))]
        run = _Run(creditor, now, by)
        for invoice in _invoices(creditor, changed):
            run.declare(invoice, received[invoice.id], declared[invoice.id])
    return Collections(made=tuple(run.made), left_out=tuple(run.left_out))


def _alone(creditor: Creditor) -> None:
    """Wait for another run of the same creditor: both would find the same money undeclared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('acquit declare', %s))", [creditor.id])


def _received(creditor: Creditor) -> defaultdict[int, list[Received]]:
    live = Allocation.objects.filter(
        organisation_id=creditor.organisation_id, account__creditor=creditor, undone_on=None,
        term__invoice__vat_on_receipt=True, payment__kind="payment", payment__returned_on=None,
    )  # fmt: skip
    found: defaultdict[int, list[Received]] = defaultdict(list)
    rows = live.values_list("term__invoice_id", "payment__received_on").annotate(sum=Sum("amount"))
    for invoice_id, on, amount in rows.order_by("term__invoice_id", "payment__received_on"):
        found[invoice_id].append(Received(on, amount))
    return found


def _declared(creditor: Creditor) -> defaultdict[int, list[Declared]]:
    found: defaultdict[int, list[Declared]] = defaultdict(list)
    made = Declaration.objects.filter(
        organisation_id=creditor.organisation_id, creditor=creditor, invoice__vat_on_receipt=True
    )
    for invoice_id, on, amounts in made.order_by("id").values_list("invoice_id", "on", "amounts"):
        by_rate = {Decimal(rate): Decimal(amount) for rate, amount in amounts}
        found[invoice_id].append(Declared(on, by_rate))
    return found


def _sums(declared: Iterable[Declared]) -> list[Received]:
    return [Received(one.on, sum(one.by_rate.values(), Decimal(0))) for one in declared]


def _by_day(received: Iterable[Received]) -> Mapping[object, Decimal]:
    sums: defaultdict[object, Decimal] = defaultdict(Decimal)
    for one in received:
        sums[one.on] += one.amount
    return {on: amount for on, amount in sums.items() if amount}


def _invoices(creditor: Creditor, ids: Sequence[int]) -> QuerySet[Invoice]:
    chosen = Invoice.objects.filter(organisation_id=creditor.organisation_id, id__in=ids)
    return chosen.select_related("account__debtor").order_by("issued_on", "id")


@dataclass(slots=True)
class _Run:
    """One run for a creditor: what it made, and the invoices that it had to leave out."""

    creditor: Creditor
    now: datetime
    by: int | None
    made: list[int] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def declare(self, invoice: Invoice, received: Sequence[Received], declared: Sequence[Declared]) -> None:
        """Make what is missing of one invoice, or note why it cannot be made."""
        if not invoice.account.debtor.siren:
            self.left_out.append((invoice.number, BUYER_UNKNOWN))
            return
        rows = InvoiceVat.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
        vat = [Vat(*row) for row in rows.order_by("rate", "category").values_list("rate", "base", "tax")]
        try:
            wanted = missing(vat, received, declared, total=invoice.amount, currency=invoice.currency)
        except Undeclarable:
            self.left_out.append((invoice.number, VAT_UNKNOWN))
            return
        for number, one in enumerate(wanted, start=len(declared) + 1):
            self.made.append(self._keep(invoice, number, one))

    def _keep(self, invoice: Invoice, number: int, one: Missing) -> int:
        message = self._message(invoice, number, one)
        content = write_collected(message)
        kept = Declaration.objects.create(
            organisation_id=invoice.organisation_id, creditor=self.creditor, account=invoice.account,
            invoice=invoice, number=number, on=one.on, total=one.total, currency=invoice.currency,
            amounts=[
                [str(rate), str(round_to_currency(amount, invoice.currency))]
                for rate, amount in one.by_rate.items()
            ],
            made_at=self.now, made_by_id=self.by, message_id=message.message_id, content=content,
            sha256=sha256(content).hexdigest(),
        )  # fmt: skip
        return kept.id

    def _message(self, invoice: Invoice, number: int, one: Missing) -> Collected:
        debtor, at = invoice.account.debtor, self.now.astimezone(PARIS)
        deposits = NetworkStatus.objects.filter(
            organisation_id=invoice.organisation_id, invoice=invoice, code=Code.DEPOSITED
        )
        return Collected(
            message_id=f"{invoice.number}_212_{number}_{at:%Y%m%d%H%M%S}#380_{invoice.issued_on:%Y%m%d}",
            made_at=self.now, seller=self.creditor.siren, seller_name=self.creditor.name,
            buyer=debtor.siren, buyer_name=debtor.name, invoice_number=invoice.number,
            issued_on=invoice.issued_on, on=one.on, by_rate=one.by_rate, currency=invoice.currency,
            deposited_at=deposits.aggregate(first=Min("at"))["first"],
        )  # fmt: skip
