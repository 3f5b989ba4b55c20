"""What Belgian law gives the creditor: the rate rounded up to the half point, and caps toward consumers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes.base import Citation, Confidence, HalfYear, Rate, Regime
from acquit.core.regimes.eu import MARGIN, REFERENCE_RATE, LatePayment, forty_euros

_READ_ON = date(2026, 11, 22)
_HALF = Decimal("0.5")
_YEARS = 10
#: Livre XIX CDE: after the first reminder, which is free, the consumer has fourteen calendar days.
_FREE_DAYS = 14
#: For contracts from 1 September 2023; those before, from 1 December 2023.
_CONSUMER_SINCE = date(2023, 12, 1)

_SINCE = date(2013, 3, 16)
_BUSINESS_CITATIONS: Final = (
    Citation("interest", "art. 5 loi du 2 août 2002", _SINCE, _READ_ON, Confidence.TWO_SOURCES),
    forty_euros("art. 6 loi du 2 août 2002", _SINCE, read_on=_READ_ON),
    Citation("lapse", "art. 2262bis anc. C. civ.", _SINCE, _READ_ON, Confidence.GENERAL),
)
_CONSUMER_CITATIONS: Final = (
    Citation("interest", "art. XIX.4 CDE", _CONSUMER_SINCE, _READ_ON, Confidence.ONE_SOURCE),
    Citation("fixed_sum", "art. XIX.4 CDE", _CONSUMER_SINCE, _READ_ON, Confidence.GENERAL),
    _BUSINESS_CITATIONS[2],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Business(LatePayment):
    """Between businesses and toward public bodies."""

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the ECB rate and eight points, rounded up to the next half point."""
        reference = self.read(REFERENCE_RATE, half_year)
        halves = ((reference.value + MARGIN) / _HALF).to_integral_value(ROUND_CEILING)
        return Rate(halves * _HALF, reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Business):
    """Toward consumers: nothing before the free reminder and its fourteen days, then up to the caps.

    What a contract gives is capped here; that it gives something is for the creditor to know. The day of
    the reminder, `notice_on`, is that before its fourteen days: of an e-mail the day on which it was sent,
    of a letter the second working day after it was posted (Livre XIX CDE).
    """

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date | None:
        """Return the day after the fourteen days that follow the free reminder."""
        return None if notice_on is None else max(due, notice_on + timedelta(days=_FREE_DAYS)) + _DAY

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return the largest indemnity, once the fourteen days of the free reminder are over."""
        start = self.interest_starts_on(due, notice_on)
        if start is None or on < start or start < _CONSUMER_SINCE:
            return None
        return Money(indemnity_cap(amount.amount), "EUR")

    def may_claim_costs(self) -> bool:
        """Tell that an indemnity within its cap may be asked."""
        return True


_DAY = timedelta(days=1)


def indemnity_cap(amount: Decimal) -> Decimal:
    """Return the most that a consumer's contract may add to a debt of `amount` EUR (Livre XIX CDE).

    >>> [indemnity_cap(Decimal(n)) for n in (150, 500, 1200, 100000)]
    [Decimal('20'), Decimal('65'), Decimal('100'), Decimal('2000')]
    """
    if amount <= 150:
        return Decimal(20)
    if amount <= 500:
        return 30 + (amount - 150) / 10
    return min(65 + (amount - 500) / 20, Decimal(2000))


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: Business(
        country="BE", kind=kind, years=_YEARS, series=(REFERENCE_RATE,), citations=_BUSINESS_CITATIONS
    )
    for kind in ("business", "public")
} | {
    "consumer": Consumer(
        country="BE",
        kind="consumer",
        why="interest runs fourteen days after the free reminder only",
        years=_YEARS,
        series=(REFERENCE_RATE,),
        citations=_CONSUMER_CITATIONS,
    )
}
