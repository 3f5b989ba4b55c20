"""What Dutch law gives the creditor: interest that bears interest, and costs by the size of the debt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from acquit.core.money import Money, round_to_currency
from acquit.core.regimes.base import Citation, Confidence, HalfYear, HalfYearly, Rate, Reading, Regime
from acquit.core.regimes.eu import REFERENCE_RATE, LatePayment, half_yearly

_READ_ON = date(2026, 11, 22)
_SINCE = date(2013, 3, 16)
#: Art. 6:96 lid 6 BW: a consumer owes costs only after a letter that gave him fourteen days more.
_LETTER_DAYS = 14

_CONSUMER = (
    "2015S1 2  2015S2 2  2016S1 2  2016S2 2  2017S1 2  2017S2 2  2018S1 2  2018S2 2"
    "  2019S1 2  2019S2 2  2020S1 2  2020S2 2  2021S1 2  2021S2 2  2022S1 2  2022S2 2"
    "  2023S1 4  2023S2 6  2024S1 7  2024S2 7  2025S1 6  2025S2 6  2026S1 4  2026S2 4"
)
_consumer = half_yearly(
    _CONSUMER, source="besluit, art. 6:120 lid 1 BW", read_on=_READ_ON, confidence=Confidence.ONE_SOURCE
)
for _half_year in (HalfYear(2026, 1), HalfYear(2026, 2)):
    _consumer[_half_year] = replace(_consumer[_half_year], confidence=Confidence.TWO_SOURCES)
CONSUMER_RATE: Final = HalfYearly(
    "wettelijke rente", _consumer,
    "https://www.rijksoverheid.nl/onderwerpen/schulden/vraag-en-antwoord/hoogte-wettelijke-rente",
)  # fmt: skip
_BUSINESS_CITATIONS: Final = (
    Citation("interest", "art. 6:119a BW", _SINCE, _READ_ON, Confidence.TWO_SOURCES),
    Citation("fixed_sum", "art. 6:96 lid 4 BW en Besluit BIK", _SINCE, _READ_ON, Confidence.GENERAL),
    Citation("lapse", "art. 3:307 BW", _SINCE, _READ_ON, Confidence.GENERAL),
)
#: Read again on this day; it names the articles of businesses, public bodies and consumers.
_AGAIN = date(2026, 11, 27)
_E_JUSTICE = Reading(
    "e-justice.europa.eu, Nederland",
    _AGAIN,
    "https://e-justice.europa.eu/404/ET/interest_rates?NETHERLANDS&clang=nl",
)
_PUBLIC_CITATIONS: Final = (
    Citation(
        "interest", "art. 6:119b BW", _SINCE, _AGAIN, Confidence.ONE_SOURCE,
        sum_confidence=Confidence.TWO_SOURCES, readings=(_E_JUSTICE,),
    ),
    *_BUSINESS_CITATIONS[1:],
)  # fmt: skip
_CONSUMER_CITATIONS: Final = (
    Citation(
        "interest",
        "art. 6:119 BW",
        _SINCE,
        _AGAIN,
        Confidence.TWO_SOURCES,
        readings=(Reading("art. 6:119 BW", _READ_ON), _E_JUSTICE),
    ),
    Citation("fixed_sum", "art. 6:96 lid 6 BW en Besluit BIK", _SINCE, _READ_ON, Confidence.GENERAL),
    Citation("lapse", "art. 7:28 BW", _SINCE, _READ_ON, Confidence.GENERAL),
)
#: Besluit BIK: so much of the next so many euros; above the last, half a percent.
_SCALE: Final = (
    (Decimal(2500), Decimal("0.15")),
    (Decimal(2500), Decimal("0.10")),
    (Decimal(5000), Decimal("0.05")),
    (Decimal(190000), Decimal("0.01")),
)
_ABOVE, _LEAST, _MOST = Decimal("0.005"), Decimal(40), Decimal(6775)


def collection_costs(amount: Decimal) -> Decimal:
    """Return the costs of collecting `amount` EUR (Besluit BIK), in cents.

    >>> [collection_costs(Decimal(n)) for n in (100, 4000, 10000, 200000)]
    [Decimal('40.00'), Decimal('525.00'), Decimal('875.00'), Decimal('2775.00')]
    """
    costs, left = Decimal(0), amount
    for width, share in _SCALE:
        costs += min(left, width) * share
        left = max(left - width, Decimal(0))
    costs += left * _ABOVE
    return round_to_currency(min(max(costs, _LEAST), _MOST), "EUR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Business(LatePayment):
    """Between businesses and toward public bodies; after a year interest is owed on interest."""

    capitalises: bool = True

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return the costs of collection by the size of the debt; no letter is needed."""
        del on, notice_on
        return Money(collection_costs(amount.amount), "EUR") if due >= self.fixed_since else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Business):
    """Toward consumers: the rate of civil law; costs after the letter of fourteen days."""

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the rate of civil law."""
        read = self.read(CONSUMER_RATE, half_year)
        return Rate(read.value, read)

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return the costs, once the fourteen days of the letter are over."""
        if notice_on is None or on <= notice_on + timedelta(days=_LETTER_DAYS):
            return None
        return Money(collection_costs(amount.amount), "EUR") if due >= self.fixed_since else None


#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: Business(country="NL", kind=kind, years=5, series=(REFERENCE_RATE,), citations=cited)
    for kind, cited in (("business", _BUSINESS_CITATIONS), ("public", _PUBLIC_CITATIONS))
} | {
    "consumer": Consumer(
        country="NL", kind="consumer", years=2, series=(CONSUMER_RATE,), citations=_CONSUMER_CITATIONS
    )
}
