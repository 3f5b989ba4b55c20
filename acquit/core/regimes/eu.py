"""What Directive 2011/7/EU fixes for every member state; countries state only what differs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from acquit.core.money import Money
from acquit.core.regimes.base import Confidence, Dated, HalfYear, HalfYearly

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
)
