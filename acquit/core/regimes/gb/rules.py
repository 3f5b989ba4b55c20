"""What the Late Payment of Commercial Debts (Interest) Act 1998 gives the creditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes.base import Citation, Confidence, HalfYear, HalfYearly, RateDay, Regime, Silent
from acquit.core.regimes.eu import LatePayment, half_yearly

_READ_ON = date(2026, 11, 22)
_SINCE = date(2013, 3, 16)
_YEARS = 6

_BANK = (
    "2013S1 0.50  2013S2 0.50  2014S1 0.50  2014S2 0.50  2015S1 0.50  2015S2 0.50  2016S1 0.50"
    "  2016S2 0.50  2017S1 0.25  2017S2 0.25  2018S1 0.50  2018S2 0.50  2019S1 0.75  2019S2 0.75"
    "  2020S1 0.75  2020S2 0.10  2021S1 0.10  2021S2 0.10  2022S1 0.25  2022S2 1.25  2023S1 3.50"
    "  2023S2 5.00  2024S1 5.25  2024S2 5.25  2025S1 4.75  2025S2 4.25  2026S1 3.75  2026S2 3.75"
)
_bank = half_yearly(
    _BANK, source="Bank of England, Bank Rate on the reference day", read_on=_READ_ON,
    confidence=Confidence.ONE_SOURCE,
)  # fmt: skip
for _half_year, _sure in (
    (HalfYear(2024, 2), Confidence.GENERAL), (HalfYear(2025, 1), Confidence.GENERAL),
    (HalfYear(2025, 2), Confidence.GENERAL), (HalfYear(2026, 1), Confidence.TWO_SOURCES),
    (HalfYear(2026, 2), Confidence.TWO_SOURCES),
):  # fmt: skip
    _bank[_half_year] = replace(_bank[_half_year], confidence=_sure)
#: The rate in force on 31 December or 30 June before the half-year.
BANK_RATE: Final = HalfYearly(
    "Bank of England base rate", _bank, "https://www.bankofengland.co.uk/boeapps/database/Bank-Rate.asp"
)  # fmt: skip
# That the rate of the day on which interest begins holds to the end is read from the 2002 Order; two
# law firms disagree.
_CITATIONS: Final = (
    Citation(
        "interest", "Late Payment of Commercial Debts (Interest) Act 1998, s. 4 and 6", _SINCE, _READ_ON,
        Confidence.UNCERTAIN,
    ),
    Citation(
        "fixed_sum", "Late Payment of Commercial Debts (Interest) Act 1998, s. 5A", _SINCE, _READ_ON,
        Confidence.TWO_SOURCES,
    ),
    Citation("lapse", "Limitation Act 1980, s. 5", _SINCE, _READ_ON, Confidence.GENERAL),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Business(LatePayment):
    """Between businesses and toward public bodies: one rate for the debt, eight points above the bank's."""

    rate_day: RateDay = RateDay.START

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return 40, 70 or 100 GBP for a debt under 1 000, under 10 000, and from there."""
        del on, notice_on
        if due < self.fixed_since:
            return None
        by_size = 40 if amount.amount < 1000 else 70 if amount.amount < 10000 else 100
        return Money(Decimal(by_size), "GBP")


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: Business(
        country="GB", kind=kind, reference=BANK_RATE, years=_YEARS, series=(BANK_RATE,), citations=_CITATIONS
    )
    for kind in ("business", "public")
} | {
    "consumer": Silent(
        country="GB",
        kind="consumer",
        why="the Act of 1998 is for debts between businesses only",
        years=_YEARS,
        citations=_CITATIONS[2:],
    )
}
