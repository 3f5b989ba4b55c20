"""What Swiss law gives the creditor: five percent a year, and no fixed sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, HalfYear, Rate, Regime, Silent

_READ_ON = date(2026, 11, 22)
_SINCE = date(1912, 1, 1)
#: Art. 104 OR.
_PERCENT = Decimal(5)
#: Ten years in general (art. 127 OR), five for food, crafts and the like (art. 128): the shorter one.
_YEARS = 5
_CITATIONS: Final = (
    Citation("interest", "art. 104 CO", _SINCE, _READ_ON, Confidence.TWO_SOURCES),
    Citation("lapse", "art. 127 et 128 CO", _SINCE, _READ_ON, Confidence.GENERAL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swiss(Silent):
    """Interest from the day after the agreed day of payment (art. 102 II OR)."""

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date:
        """Return the day after the due date."""
        del notice_on
        return due + timedelta(days=1)

    def rate(self, half_year: HalfYear) -> Rate:
        """Return five percent, the same in every semester."""
        del half_year
        return Rate(_PERCENT)


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: Swiss(country="CH", kind=kind, years=_YEARS, citations=_CITATIONS)
    for kind in ("business", "consumer", "public")
}
