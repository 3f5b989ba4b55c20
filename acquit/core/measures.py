"""The numbers of the trade: how long money takes, how well it is collected, what delay costs.

Amounts are with tax on both sides, doubtful claims left out, credit notes taken off. Days and shares are
exact; whoever shows them rounds. Formulas as the trade uses them; where several are current the
docstring says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sales:
    """What was invoiced, less credit notes, over a stretch of `days`: mostly a month."""

    amount: Decimal
    days: int


def dso(receivable: Decimal, periods: Sequence[Sales]) -> Decimal | None:
    """Return the days of sales outstanding: what is owed, in days of the sales of `periods`.

    None where nothing was sold: there is no answer, and zero would be a lie.

    >>> quarter = [Sales(Decimal(170000), 30), Sales(Decimal(190000), 31), Sales(Decimal(180000), 31)]
    >>> round(dso(Decimal(180000), quarter), 2), round(dso(Decimal(126000), quarter), 2)
    (Decimal('30.67'), Decimal('21.47'))
    """
    sold = sum((period.amount for period in periods), ZERO)
    return receivable / sold * sum(period.days for period in periods) if sold > 0 else None


def dso_count_back(receivable: Decimal, newest_first: Sequence[Sales]) -> Decimal | None:
    """Return the days of sales outstanding by exhaustion: the newest months' sales first.

    Whole months are taken off as long as what is left exceeds their sales; of the next one, its part
    in days. What `newest_first` does not exhaust has no answer: None.

    >>> round(
    ...     dso_count_back(
    ...         Decimal(2500), [Sales(Decimal(1200), 30), Sales(Decimal(800), 31), Sales(Decimal(700), 30)]
    ...     ),
    ...     2,
    ... )
    Decimal('82.43')
    """
    left, days = receivable, ZERO
    for month in newest_first:
        if left <= 0:
            return days
        if month.amount > 0 and left < month.amount:
            return days + left / month.amount * month.days
        left -= month.amount
        days += month.days
    return days if left <= 0 else None


def collection_effectiveness(
    opening: Decimal, sales: Decimal, closing: Decimal, closing_not_due: Decimal
) -> Decimal | None:
    """Return the CEI in percent: what was collected of what could have been.

    >>> round(collection_effectiveness(*map(Decimal, (200000, 170000, 180000, 126000))), 2)
    Decimal('77.87')
    """
    could = opening + sales - closing_not_due
    return (opening + sales - closing) / could * _HUNDRED if could > 0 else None


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` of `whole` in percent: the late rate, the dispute rate. None of nothing.

    >>> share(Decimal(54), Decimal(180)), share(Decimal(1), Decimal(0))
    (Decimal('30.0'), None)
    """
    return part / whole * _HUNDRED if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Delay:
    """An invoice that was paid: its amount, and the days after its due date; below zero it came early."""

    amount: Decimal
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How late the paid invoices were. Early ones count as what they are."""

    count: int
    mean: Decimal
    weighted: Decimal
    median: Decimal
    late_mean: Decimal | None
    late_weighted: Decimal | None


def delays(paid: Iterable[Delay]) -> Delays | None:
    """Return the averages over `paid`, by count and by amount; None where nothing was paid.

    >>> found = delays(
    ...     [
    ...         Delay(Decimal(1000), 0),
    ...         Delay(Decimal(2000), 10),
    ...         Delay(Decimal(500), 40),
    ...         Delay(Decimal(6500), -5),
    ...     ]
    ... )
    >>> found.mean, found.weighted, found.late_mean, found.late_weighted
    (Decimal('11.25'), Decimal('0.75'), Decimal('25'), Decimal('16'))
    """
    all_of_them = list(paid)
    if not all_of_them:
        return None
    late = [delay for delay in all_of_them if delay.days > 0]
    return Delays(
        count=len(all_of_them),
        mean=_mean(all_of_them),
        weighted=_weighted(all_of_them),
        median=Decimal(median(delay.days for delay in all_of_them)),
        late_mean=_mean(late) if late else None,
        late_weighted=_weighted(late) if late else None,
    )


def _mean(paid: Sequence[Delay]) -> Decimal:
    return Decimal(sum(delay.days for delay in paid)) / len(paid)


def _weighted(paid: Sequence[Delay]) -> Decimal:
    whole = sum((delay.amount for delay in paid), ZERO)
    return sum((delay.amount * delay.days for delay in paid), ZERO) / whole


def cost_of_delay(overdue: Decimal, percent: Decimal, days: Decimal) -> Decimal:
    """Return what it costs to finance `overdue` for `days` at `percent` a year.

    >>> cost_of_delay(Decimal(365000), Decimal(5), Decimal(10))
    Decimal('500')
    """
    return overdue * percent * days / (100 * 365)


def provision(open_with_tax: Decimal, vat_percent: Decimal, loss_percent: Decimal) -> Decimal:
    """Return what to set aside for a doubtful claim: on the amount without VAT, which comes back (PCG).

    >>> provision(Decimal(1200), Decimal(20), Decimal(50))
    Decimal('500')
    """
    return open_with_tax * _HUNDRED / (_HUNDRED + vat_percent) * loss_percent / _HUNDRED
