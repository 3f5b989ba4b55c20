"""What lateness added: by account, and as journal entries for the accountant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from acquit.reports.spreadsheet import Sheet, Value
from acquit.store.law.models import LateCharge
from acquit.store.ledger.models import Invoice

#: Plan comptable général: 411 customers, 7631 income from late payment. No VAT: these are damages.
RECEIVABLE, INCOME = "411000", "763100"
JOURNAL = "OD"
_COLUMNS = ("journal", "date", "account", "auxiliary", "piece", "label", "debit", "credit", "currency")


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge with what is left of it. `booked`: an invoice of its number came from the ledger."""

    row: LateCharge
    booked: bool

    @property
    def left(self) -> Decimal:
        """What is still owed of it here: nothing once it was given up, or stands in the ledger."""
        if self.row.waived_on is not None or self.booked:
            return Decimal(0)
        return self.row.amount - self.row.paid


def charges(
    *, creditor_id: int | None = None, account_id: int | None = None, open_only: bool = False
) -> list[Charge]:
    """Return the charges of a creditor or an account, those claimed last first."""
    rows: QuerySet[LateCharge] = LateCharge.objects.select_related("invoice", "term", "account__debtor")
    if creditor_id is not None:
        rows = rows.filter(account__creditor_id=creditor_id)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    listed = list(rows.order_by("-claimed_on", "invoice__number", "kind", "id"))
    booked = _booked(listed)
    found = [Charge(row, booked=(row.account_id, row.number) in booked) for row in listed]
    return [one for one in found if one.left > 0] if open_only else found


def _booked(rows: Iterable[LateCharge]) -> set[tuple[int, str]]:
    numbers = {row.number for row in rows}
    accounts = {row.account_id for row in rows}
    found = Invoice.objects.filter(account_id__in=accounts, number__in=numbers).filter(~Q(kind="late_charge"))
    return set(found.values_list("account_id", "number"))


def to_export(*, creditor_id: int, again: bool = False) -> list[LateCharge]:
    """Return what the accountant was not given yet: what is final, or a fixed sum, and was not given up.

    `again` returns all of it.
    """
    rows = LateCharge.objects.filter(
        Q(kind="fixed_sum") | Q(final=True), account__creditor_id=creditor_id, waived_on=None
    ).filter(amount__gt=0)
    if not again:
        rows = rows.filter(exported_at=None)
    rows = rows.select_related("invoice", "account__debtor").order_by(F("to_on"), "id")
    return list(rows)


def entries(
    rows: Iterable[LateCharge], *, on: date, receivable: str = RECEIVABLE, income: str = INCOME
) -> Sheet:
    """Return the journal entries of `rows`: the customer owes, and income without VAT stands against it."""
    lines: list[tuple[Value, ...]] = []
    for row in rows:
        what = "Pénalités de retard" if row.kind == "interest" else "Indemnité forfaitaire"
        label = f"{what} {row.invoice.number} (non soumise à TVA)"
        said = (row.account.external_id, row.number, label)
        zero = Decimal("0.00")
        amount = row.amount.quantize(Decimal("0.01"))
        lines.append((JOURNAL, on, receivable, *said, amount, zero, row.currency))
        lines.append((JOURNAL, on, income, "", *said[1:], zero, amount, row.currency))
    return Sheet(title="Intérêts et indemnités", columns=_COLUMNS, rows=lines)
