"""What German law gives the creditor: the base rate of the Bundesbank, and nine or five points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, HalfYear, HalfYearly, Regime
from acquit.core.regimes.eu import FIXED_SUM, LatePayment, half_yearly

_READ_ON = date(2026, 11, 22)
#: § 288 II BGB, for debts that came to be after 28 July 2014; eight points before.
_BUSINESS_MARGIN = Decimal(9)
#: § 288 I BGB: five points where a consumer is party.
_CONSUMER_MARGIN = Decimal(5)
_REFORM = date(2014, 7, 29)
_YEARS = 3

_BASE = (
    "2015S1 -0.83  2015S2 -0.83  2016S1 -0.83  2016S2 -0.88  2017S1 -0.88  2017S2 -0.88"
    "  2018S1 -0.88  2018S2 -0.88  2019S1 -0.88  2019S2 -0.88  2020S1 -0.88  2020S2 -0.88"
    "  2021S1 -0.88  2021S2 -0.88  2022S1 -0.88  2022S2 -0.88  2023S1 1.62  2023S2 3.12"
    "  2024S1 3.62  2024S2 3.37  2025S1 2.27  2025S2 1.27  2026S1 1.27  2026S2 1.52"
)
_base = half_yearly(
    _BASE, source="Deutsche Bundesbank, § 247 BGB", read_on=_READ_ON, confidence=Confidence.TWO_SOURCES
)
# Those before 2016 are the ECB's less 0.88 point, and were not read.
for _half_year in (HalfYear(2015, 1), HalfYear(2015, 2), HalfYear(2016, 1)):
    _base[_half_year] = replace(_base[_half_year], confidence=Confidence.ONE_SOURCE)
#: § 247 BGB. Before 2015 the margin was another, so nothing is carried back.
BASE_RATE: Final = HalfYearly(
    "Basiszinssatz", _base,
    "https://www.bundesbank.de/de/bundesbank/organisation/agb-und-regelungen/basiszinssatz-607820",
)  # fmt: skip
_CITATIONS: Final = (
    Citation("interest", "§ 288 BGB", _REFORM, _READ_ON, Confidence.TWO_SOURCES),
    Citation("lapse", "§§ 195, 199 BGB", date(2002, 1, 1), _READ_ON, Confidence.GENERAL),
)
_FIXED_SUM_CITATION = Citation("fixed_sum", "§ 288 V BGB", _REFORM, _READ_ON, Confidence.TWO_SOURCES)


def _german(kind: str) -> LatePayment:
    """Return the law toward a kind of debtor; default begins on the day after an agreed day (§ 286 II)."""
    consumer = kind == "consumer"
    return LatePayment(
        country="DE",
        kind=kind,
        reference=BASE_RATE,
        margin=_CONSUMER_MARGIN if consumer else _BUSINESS_MARGIN,
        fixed=None if consumer else FIXED_SUM,
        fixed_since=_REFORM,
        years=_YEARS,
        from_year_end=True,
        series=(BASE_RATE,),
        citations=_CITATIONS if consumer else (*_CITATIONS, _FIXED_SUM_CITATION),
    )


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {kind: _german(kind) for kind in ("business", "consumer", "public")}
