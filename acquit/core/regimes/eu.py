"""What Directive 2011/7/EU fixes for every member state; countries state only what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes.base import (
    Citation,
    Confidence,
    Dated,
    HalfYear,
    HalfYearly,
    Rate,
    Reading,
    Regime,
)
from acquit.core.terms import add_months

#: Art. 2(6): at least eight points above the reference rate of the semester.
MARGIN: Final = Decimal(8)
#: Art. 6(1): at least 40 EUR for each late invoice.
FIXED_SUM: Final = Money(Decimal(40), "EUR")
#: Art. 3(3)(b): days after the invoice where nothing was agreed.
DEFAULT_DAYS: Final = 30

_READ_ON = date(2026, 11, 22)
_ECB = "ECB, fixed rate of the main refinancing operations in force on the first day"
_MRO = (
    "2013S1 0.75  2013S2 0.50  2014S1 0.25  2014S2 0.15  2015S1 0.05  2015S2 0.05  2016S1 0.05"
    "  2016S2 0.00  2017S1 0.00  2017S2 0.00  2018S1 0.00  2018S2 0.00  2019S1 0.00  2019S2 0.00"
    "  2020S1 0.00  2020S2 0.00  2021S1 0.00  2021S2 0.00  2022S1 0.00  2022S2 0.00  2023S1 2.50"
    "  2023S2 4.00  2024S1 4.50  2024S2 4.25  2025S1 3.15  2025S2 2.15  2026S1 2.15  2026S2 2.40"
)


def half_yearly(table: str, *, source: str, read_on: date, confidence: Confidence) -> dict[HalfYear, Dated]:
    """Return the dated values of a `table` written as «2026S1 2.15  2026S2 2.40»."""
    words = table.split()
    found = {}
    for semester, value in zip(words[::2], words[1::2], strict=True):
        half_year = HalfYear(int(semester[:4]), int(semester[5:]))
        found[half_year] = Dated(half_year.first, Decimal(value), source, read_on, confidence)
    return found


#: The reference rate (art. 2(7)): fixed by the semester since 2013, on 1 January and 1 July.
REFERENCE_RATE: Final = HalfYearly(
    "ECB main refinancing rate",
    half_yearly(_MRO, source=_ECB, read_on=_READ_ON, confidence=Confidence.TWO_SOURCES),
    "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/key_ecb_interest_rates/html/index.fr.html",
)

#: Where the 40 EUR and the eight points stand for every member state.
DIRECTIVE: Final = Reading(
    "directive 2011/7/UE, art. 2, 3 et 6", _READ_ON, "https://eur-lex.europa.eu/eli/dir/2011/7/oj"
)


def forty_euros(article: str, since: date, *, read_on: date) -> Citation:
    """Return the citation of 40 EUR of which the article was not read again: the sum is the directive's."""
    return Citation(
        "fixed_sum", article, since, read_on, Confidence.GENERAL,
        sum_confidence=Confidence.TWO_SOURCES, readings=(DIRECTIVE,),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePayment(Regime):
    """Between businesses, and toward public bodies: what a country gives that only transposed it.

    Interest by right from the day after the due date, at the reference rate and a margin, and a
    fixed sum for each late invoice. `years` is how long the claim can be sued for, from the due
    date; with `from_year_end`, from the end of that year.
    """

    reference: HalfYearly = REFERENCE_RATE
    margin: Decimal = MARGIN
    fixed: Money | None = FIXED_SUM
    fixed_since: date = date(2013, 3, 16)
    years: int
    from_year_end: bool = False

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date | None:
        """Return the day after the due date; no reminder is needed (art. 3(1))."""
        del notice_on
        return due + timedelta(days=1)

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the reference rate of the semester and the margin."""
        reference = self.read(self.reference, half_year)
        return Rate(reference.value + self.margin, reference)

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return the fixed sum of an invoice, once, since the directive was to be law (art. 6, 12)."""
        del amount, on, notice_on
        return self.fixed if due >= self.fixed_since else None

    def may_claim_costs(self) -> bool:
        """Tell that costs beyond the fixed sum may be claimed on evidence (art. 6(3))."""
        return True

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day from which the claim can no longer be sued for."""
        del kind
        return lapse(due, self.years, from_year_end=self.from_year_end)


def lapse(due: date, years: int, *, from_year_end: bool = False) -> date:
    """Return the first day after a limitation of `years`, counted from `due` or the end of its year.

    >>> lapse(date(2023, 5, 31), 3, from_year_end=True)
    datetime.date(2027, 1, 1)
    """
    return date(due.year + years + 1, 1, 1) if from_year_end else add_months(due, 12 * years)
