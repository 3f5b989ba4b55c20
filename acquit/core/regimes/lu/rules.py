"""Luxembourg law of late payment: the directive between businesses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, Regime, Silent
from acquit.core.regimes.eu import REFERENCE_RATE, LatePayment, forty_euros

_READ_ON = date(2026, 11, 22)
#: The law of 29 March 2013, which brought the fixed sum.
_SINCE = date(2013, 4, 15)
_CITATIONS: Final = (
    Citation("interest", "art. 3 et 5 loi du 18 avril 2004", _SINCE, _READ_ON, Confidence.TWO_SOURCES),
    forty_euros("art. 5 loi du 18 avril 2004", _SINCE, read_on=_READ_ON),
    Citation("lapse", "art. 189 C. com.", _SINCE, _READ_ON, Confidence.GENERAL),
)

#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: LatePayment(
        country="LU", kind=kind, years=10, fixed_since=_SINCE, series=(REFERENCE_RATE,), citations=_CITATIONS
    )
    for kind in ("business", "public")
} | {
    "consumer": Silent(
        country="LU",
        kind="consumer",
        why="the yearly rate toward consumers in Luxembourg is not known here, nor that the invoice names it",
        years=10,
        citations=_CITATIONS[2:],
    )
}
