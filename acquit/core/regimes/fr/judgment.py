"""What an order for payment adds once it was served: the legal rate, and five points when it is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from acquit.core.money import Money
from acquit.core.regimes.base import Dated, HalfYear, Rate, RateDay, Regime
from acquit.core.regimes.fr.limits import SURCHARGE
from acquit.core.regimes.fr.values import LEGAL_RATE
from acquit.core.regimes.interest import Claim, Debt, Received, late_interest

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ordered(Regime):
    """Interest from the day after that on which it was set going; `points` instead of the legal rate."""

    country: str = "FR"
    kind: str = "judgment"
    points: Decimal | None = None

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date:
        """Return the day after."""
        del notice_on
        return due + _DAY

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the points, else the legal rate of creditors that are businesses."""
        if self.points is not None:
            return Rate(self.points)
        legal = self.read(LEGAL_RATE, half_year)
        return Rate(legal.value, legal)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInterest:
    """The legal interest of an order since its service, and what the five points add; each rounded once."""

    legal: Claim
    surcharge: Claim | None

    @property
    def total(self) -> Money:
        """Both."""
        return (
            self.legal.interest if self.surcharge is None else self.legal.interest + self.surcharge.interest
        )


def order_interest(
    amount: Money,
    *,
    served_on: date,
    surcharged_from: date,
    until: date,
    received: tuple[Received, ...] = (),
    rates: Mapping[str, Mapping[HalfYear, Dated]] | None = None,
    year_basis: int = 365,
) -> OrderInterest:
    """Return the interest of an order that bears the legal rate, from the day after its service to `until`.

    What came in settles the sum ordered first, so that never more is said than is owed. `rates` are those
    that a person entered. Raises MissingRate.

    >>> found = order_interest(
    ...     Money(Decimal(10000), "EUR"),
    ...     served_on=date(2026, 1, 10),
    ...     surcharged_from=date(2026, 5, 12),
    ...     until=date(2026, 6, 30),
    ... )
    >>> str(found.legal.interest), str(found.surcharge.interest)
    ('122.75 EUR', '68.49 EUR')
    """
    law = _Ordered(entered=rates or {}, year_basis=year_basis)
    debt = Debt(amount=amount, due=served_on, received=received, imputation="principal_first")
    legal = late_interest(law, debt, until)
    if until < surcharged_from:
        return OrderInterest(legal=legal, surcharge=None)
    points = replace(law, points=SURCHARGE, rate_day=RateDay.START)
    surcharge = late_interest(points, replace(debt, due=surcharged_from - _DAY), until)
    return OrderInterest(legal=legal, surcharge=surcharge)
