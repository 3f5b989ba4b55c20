"""What Irish law gives the creditor: the rate of the day of payment, and a sum by the size of the debt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes.base import Citation, Confidence, RateDay, Regime, Silent
from acquit.core.regimes.eu import REFERENCE_RATE, LatePayment

_READ_ON = date(2026, 11, 22)
_SINCE = date(2013, 3, 16)
_CITATIONS: Final = (
    Citation("interest", "S.I. 580/2012, reg. 5", _SINCE, _READ_ON, Confidence.ONE_SOURCE),
    Citation("fixed_sum", "S.I. 580/2012, reg. 9", _SINCE, _READ_ON, Confidence.GENERAL),
    Citation("lapse", "Statute of Limitations 1957, s. 11", _SINCE, _READ_ON, Confidence.GENERAL),
)
_YEARS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Business(LatePayment):
    """Between businesses and toward public bodies."""

    rate_day: RateDay = RateDay.PAYMENT

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return 40, 70 or 100 EUR for a debt up to 1 000, up to 10 000, and above."""
        del on, notice_on
        if due < self.fixed_since:
            return None
        by_size = 40 if amount.amount <= 1000 else 70 if amount.amount <= 10000 else 100
        return Money(Decimal(by_size), "EUR")


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: Business(country="IE", kind=kind, years=_YEARS, series=(REFERENCE_RATE,), citations=_CITATIONS)
    for kind in ("business", "public")
} | {
    "consumer": Silent(
        country="IE",
        kind="consumer",
        why="Irish law gives no interest against a consumer by right",
        years=_YEARS,
        citations=_CITATIONS[2:],
    )
}
