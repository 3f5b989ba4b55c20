"""A ledger month by month: what was owed at each month's end, what of it was not due, what was sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from acquit.core.ledger import ZERO, Ledger, balances, open_balances
from acquit.core.measures import (
    Sales,
    collection_effectiveness,
    dso,
    dso_count_back,
    share,
)
from acquit.core.terms import add_months, end_of_month

#: Months whose sales the simple DSO looks at.
QUARTER = 3
#: Months to read before the first one that is shown, for its sales and its opening balance to be known.
MEMORY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month in one currency, with tax. `receivable` is the balance at its end, credits taken off.

    `open` is the same before the credits that nobody matched; `not_due` is the part of it that is
    not late on the last day. `sales` are the invoices less the credit notes issued in the month.
    """

    end: date
    receivable: Decimal
    open: Decimal
    not_due: Decimal
    sales: Decimal

    @property
    def days(self) -> int:
        """How long the month is."""
        return self.end.day

    @property
    def overdue(self) -> Decimal:
        """What is late at the end of the month."""
        return self.open - self.not_due


def month_ends(last: date, count: int) -> tuple[date, ...]:
    """Return the ends of `count` months up to the one of `last`, which ends there, oldest first.

    >>> [str(day) for day in month_ends(date(2026, 3, 10), 2)]
    ['2026-02-28', '2026-03-10']
    """
    first = last.replace(day=1)
    return (*(end_of_month(add_months(first, -back)) for back in range(count - 1, 0, -1)), last)


def months(ledger: Ledger, ends: Sequence[date]) -> Mapping[str, tuple[Month, ...]]:
    """Return the months that end on `ends`, per currency."""
    currencies = sorted({holder.currency for holder in ledger.holders()})
    return {currency: tuple(_month(ledger, end, currency) for end in ends) for currency in currencies}


def _month(ledger: Ledger, end: date, currency: str) -> Month:
    first = end.replace(day=1)
    owed = open_balances(ledger, end)
    open_, not_due, sales = ZERO, ZERO, ZERO
    for invoice in ledger.invoices:
        if invoice.currency != currency or not invoice.counts(end):
            continue
        sales += invoice.amount if invoice.issued_on >= first else ZERO
        for term in invoice.terms:
            open_ += owed[term.key]
            not_due += owed[term.key] if term.due_on >= end else ZERO
    for note in ledger.credit_notes:
        if note.currency == currency and first <= note.issued_on <= end and note.counts(end):
            sales -= note.amount
    receivable = sum((b for holder, b in balances(ledger, end).items() if holder.currency == currency), ZERO)
    return Month(end=end, receivable=receivable, open=open_, not_due=not_due, sales=sales)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """The numbers of one month, exact; None where there is nothing to measure."""

    month: Month
    dso: Decimal | None
    dso_count_back: Decimal | None
    best_possible_dso: Decimal | None
    delinquent_days: Decimal | None
    effectiveness: Decimal | None
    late_rate: Decimal | None


def indicators(series: Sequence[Month], *, quarter: int = QUARTER) -> tuple[Indicators, ...]:
    """Return the indicators of each month of `series`, which is oldest first and has no hole.

    The first months look at fewer months of sales than `quarter`: give some more than are shown.
    """
    found = []
    for place, month in enumerate(series):
        newest_first = [Sales(m.sales, m.days) for m in reversed(series[: place + 1])]
        of_quarter = newest_first[:quarter]
        simple, best = dso(month.receivable, of_quarter), dso(month.not_due, of_quarter)
        before = series[place - 1] if place else None
        found.append(
            Indicators(
                month=month,
                dso=simple,
                dso_count_back=dso_count_back(month.receivable, newest_first),
                best_possible_dso=best,
                delinquent_days=None if simple is None or best is None else simple - best,
                effectiveness=None if before is None else _effectiveness(before, month),
                late_rate=share(month.overdue, month.open),
            )
        )
    return tuple(found)


def _effectiveness(before: Month, month: Month) -> Decimal | None:
    return collection_effectiveness(before.receivable, month.sales, month.receivable, month.not_due)


def expected_on(due_on: date, *, promised_until: date | None, habit_days: Decimal | None) -> date:
    """Return the day on which a term is expected to be paid: promised, else the habit, else due.

    >>> expected_on(date(2026, 11, 30), promised_until=None, habit_days=Decimal(8))
    datetime.date(2026, 12, 8)
    """
    if promised_until is not None:
        return promised_until
    return due_on + timedelta(days=int(habit_days or 0))
