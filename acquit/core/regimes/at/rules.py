"""What Austrian law gives the creditor: the base rate of the end of the last half-year, and 9.2 points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, HalfYear, HalfYearly, Rate, Regime
from acquit.core.regimes.eu import LatePayment, forty_euros, half_yearly

_READ_ON = date(2026, 11, 22)
#: § 456 UGB.
_MARGIN = Decimal("9.2")
#: § 1000 ABGB.
_CONSUMER_PERCENT = Decimal(4)
_YEARS = 3

# The base rate follows the ECB's only once it has moved by half a point.
_BASE = (
    "2013S2 -0.12  2014S1 -0.12  2014S2 -0.12  2015S1 -0.12  2015S2 -0.12  2016S1 -0.12"
    "  2016S2 -0.62  2017S1 -0.62  2017S2 -0.62  2018S1 -0.62  2018S2 -0.62  2019S1 -0.62"
    "  2019S2 -0.62  2020S1 -0.62  2020S2 -0.62  2021S1 -0.62  2021S2 -0.62  2022S1 -0.62"
    "  2022S2 -0.62  2023S1 1.88  2023S2 3.38  2024S1 3.88  2024S2 3.88  2025S1 2.53"
    "  2025S2 1.53  2026S1 1.53  2026S2 1.53"
)
_base = half_yearly(
    _BASE, source="Österreichische Nationalbank, Basiszinssatz", read_on=_READ_ON,
    confidence=Confidence.GENERAL,
)  # fmt: skip
for _half_year in (
    # 3.38 and 3.88 stand in the bank's own notices of September 2023 and 2024.
    HalfYear(2023, 2), HalfYear(2024, 1), HalfYear(2024, 2),
    HalfYear(2025, 2), HalfYear(2026, 1), HalfYear(2026, 2),
):  # fmt: skip
    _base[_half_year] = replace(_base[_half_year], confidence=Confidence.ONE_SOURCE)
#: The value in force on the last day of the half-year before.
BASE_RATE: Final = HalfYearly(
    "Basiszinssatz (AT)", _base,
    "https://www.oenb.at/Statistik/Standardisierte-Tabellen/zinssaetze-und-wechselkurse/"
    "Basis-und-Referenzzinssaetze-/Basis--und-Referenzzinss-tze-der-Oesterreichischen-Nationalbank.html",
)  # fmt: skip

_SINCE = date(2013, 3, 16)
_BUSINESS_CITATIONS: Final = (
    Citation("interest", "§ 456 UGB", _SINCE, _READ_ON, Confidence.GENERAL),
    forty_euros("§ 458 UGB", _SINCE, read_on=_READ_ON),
    Citation("lapse", "§ 1486 ABGB", _SINCE, _READ_ON, Confidence.GENERAL),
)
_CONSUMER_CITATIONS: Final = (
    Citation("interest", "§ 1000 ABGB", _SINCE, _READ_ON, Confidence.GENERAL),
    _BUSINESS_CITATIONS[2],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(LatePayment):
    """Toward consumers: four percent, and no costs by right."""

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the rate of civil law, the same in every semester."""
        del half_year
        return Rate(_CONSUMER_PERCENT)

    def may_claim_costs(self) -> bool:
        """Tell that nothing is asked on top."""
        return False


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: LatePayment(
        country="AT",
        kind=kind,
        reference=BASE_RATE,
        margin=_MARGIN,
        years=_YEARS,
        series=(BASE_RATE,),
        citations=_BUSINESS_CITATIONS,
    )
    for kind in ("business", "public")
} | {
    "consumer": Consumer(
        country="AT", kind="consumer", fixed=None, years=_YEARS, citations=_CONSUMER_CITATIONS
    )
}
