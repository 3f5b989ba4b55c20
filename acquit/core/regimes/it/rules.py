"""Italian law of late payment: the directive between businesses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from acquit.core.regimes.base import Citation, Confidence, Regime, Silent
from acquit.core.regimes.eu import REFERENCE_RATE, LatePayment, forty_euros

_READ_ON = date(2026, 11, 22)
_SINCE = date(2013, 1, 1)
_CITATIONS: Final = (
    Citation("interest", "art. 4 e 5 D.Lgs. 231/2002", _SINCE, _READ_ON, Confidence.TWO_SOURCES),
    forty_euros("art. 6 D.Lgs. 231/2002", _SINCE, read_on=_READ_ON),
    Citation("lapse", "art. 2946 c.c.", _SINCE, _READ_ON, Confidence.GENERAL),
)

#: The regime of each kind of debtor.
KINDS: Final[Mapping[str, Regime]] = {
    kind: LatePayment(country="IT", kind=kind, years=10, series=(REFERENCE_RATE,), citations=_CITATIONS)
    for kind in ("business", "public")
} | {
    "consumer": Silent(
        country="IT",
        kind="consumer",
        why="Italian legal interest toward consumers is not written here",
        years=10,
        citations=_CITATIONS[2:],
    )
}
