"""What French law gives the creditor, by what the debtor is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes import eu
from acquit.core.regimes.base import HalfYear, Rate, RateDay, Regime
from acquit.core.regimes.fr import values
from acquit.core.regimes.fr.caps import latest_due
from acquit.core.terms import add_months, due_date

_DAY = timedelta(days=1)
_FIXED_SUM_SINCE = date(2013, 1, 1)
_PUBLIC_FIXED_SUM_SINCE = date(2013, 5, 1)
_PRESCRIPTION_YEARS = {"business": 5, "consumer": 2, "intercompany": 5, "transport": 1, "ship": 1}
_PUBLIC_YEARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _French(Regime):
    """What the three have in common."""

    country: str = "FR"

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day the claim is barred: five years, two toward a consumer (L218-2).

        A reminder or a formal notice does not move it (Cass. com. 18 May 2022, 20-23.204). Public
        bodies: four years from the next 1 January. `kind` may also be «transport» (one year,
        L133-6) or «ship» (supplies and works of ships, one year, L110-4 II).
        """
        if kind == "public":
            return date(due.year + 1 + _PUBLIC_YEARS, 1, 1)
        years = _PRESCRIPTION_YEARS.get(kind)
        return add_months(due, 12 * years) if years else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Business(_French):
    """Between professionals: interest by right from the day after the due date (L441-10 II)."""

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date:
        """Return the day after the due date; no reminder is needed."""
        del notice_on
        return due + _DAY

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the ECB rate of the semester and ten points.

        Three times the legal rate limits what a clause may set; it does not lift this rate, even
        where it is higher, as it was throughout 2024.
        """
        reference = self.read(eu.REFERENCE_RATE, half_year)
        return Rate(reference.value + values.BUSINESS_MARGIN, reference)

    def clause_floor(self, half_year: HalfYear) -> Decimal:
        """Return three times the legal rate of the semester."""
        return values.CLAUSE_FLOOR_TIMES * self.read(values.LEGAL_RATE, half_year).value

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return 40 EUR an invoice, once, outside VAT (D441-5), since 2013."""
        del amount, on, notice_on
        return eu.FIXED_SUM if due >= _FIXED_SUM_SINCE else None

    def may_claim_costs(self) -> bool:
        """Tell that costs beyond the fixed sum may be claimed on evidence."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Public(_French):
    """Public buyers: the rate of the semester in which interest begins, to the end (R2192-31)."""

    rate_day: RateDay = RateDay.START

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date:
        """Return the day after the due date; no reminder is needed."""
        del notice_on
        return due + _DAY

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the ECB rate of the semester and eight points."""
        reference = self.read(eu.REFERENCE_RATE, half_year)
        return Rate(reference.value + eu.MARGIN, reference)

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return 40 EUR a request for payment (D2192-35 CCP), since May 2013."""
        del amount, on, notice_on
        return eu.FIXED_SUM if due >= _PUBLIC_FIXED_SUM_SINCE else None

    def may_claim_costs(self) -> bool:
        """Tell that costs beyond the fixed sum may be claimed on evidence."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(_French):
    """Consumers: the legal rate after a formal notice, and not one euro of costs (L111-8)."""

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date | None:
        """Return the day after the formal notice came, never before the debt is late."""
        return None if notice_on is None else max(due, notice_on) + _DAY

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the legal rate of creditors that are businesses, whoever the debtor is."""
        legal = self.read(values.LEGAL_RATE, half_year)
        return Rate(legal.value, legal)


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    "business": Business(
        kind="business",
        series=(eu.REFERENCE_RATE, values.LEGAL_RATE),
        citations=values.BUSINESS_CITATIONS,
    ),
    "consumer": Consumer(
        kind="consumer",
        why="interest runs from a formal notice only",
        series=(values.LEGAL_RATE,),
        citations=values.CONSUMER_CITATIONS,
    ),
    "public": Public(
        kind="public",
        series=(eu.REFERENCE_RATE,),
        citations=values.PUBLIC_CITATIONS,
    ),
}


def exceeds_agreed_maximum(issued_on: date, due_on: date) -> bool:
    """Tell whether a term agreed between businesses is longer than the law allows (L441-10 I).

    Sixty days from the invoice, or 45 days end of month by whichever way of reckoning is longer.

    >>> exceeds_agreed_maximum(date(2026, 1, 31), date(2026, 4, 10))  # 30 days EOM, the 10th
    True
    """
    return due_on > latest_due(issued_on)


def may_exceed_agreed_maximum(terms: str, method: str = "net_then_eom") -> bool:
    """Tell whether a clause gives, for some day of issue, a term longer than the law allows.

    >>> may_exceed_agreed_maximum("60 jours fin de mois")
    True
    >>> may_exceed_agreed_maximum("45 jours fin de mois")
    False
    """
    a_leap_year = (date(2024, 1, 1) + timedelta(days=n) for n in range(366))
    return any(exceeds_agreed_maximum(day, due_date(terms, day, method)) for day in a_leap_year)
