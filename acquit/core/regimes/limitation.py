"""When a claim can no longer be sued for: what moves that day, and what does not.

A reminder, a formal notice and even a registered letter do not move it (Cass. com. 18 May 2022,
20-23.204); the filing of a request for an order does not either, only its service (Cass. 1re civ.
9 September 2020, 19-12.006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from acquit.core.regimes.base import Confidence
from acquit.core.terms import add_months

#: Months before the claim lapses at which a person is told.
WARN_MONTHS: Final = (12, 6, 3)
#: C. civ. 2238: after a mediation at least six months are left.
_LEFT_MONTHS = 6
#: C. civ. 2254: what businesses may agree, in years; nothing may be agreed with a consumer (L218-1).
AGREED_YEARS: Final = (1, 10)

Effect = Literal["restarts", "suspends"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fact that moves the day: how, by which article, and how sure we are that it does."""

    effect: Effect
    article: str
    confidence: Confidence


KINDS: Final[Mapping[str, Kind]] = {
    "acknowledgement": Kind(
        effect="restarts", article="art. 2240 C. civ.", confidence=Confidence.TWO_SOURCES
    ),
    "partial_payment": Kind(effect="restarts", article="art. 2240 C. civ.", confidence=Confidence.UNCERTAIN),
    "request_for_time": Kind(effect="restarts", article="art. 2240 C. civ.", confidence=Confidence.UNCERTAIN),
    "court_claim": Kind(effect="restarts", article="art. 2241 C. civ.", confidence=Confidence.TWO_SOURCES),
    "order_served": Kind(effect="restarts", article="art. 2241 C. civ.", confidence=Confidence.TWO_SOURCES),
    "enforcement": Kind(effect="restarts", article="art. 2244 C. civ.", confidence=Confidence.TWO_SOURCES),
    "mediation": Kind(effect="suspends", article="art. 2238 C. civ.", confidence=Confidence.ONE_SOURCE),
}
#: What people take for an interruption, and is none.
MOVES_NOTHING: Final = ("reminder", "formal_notice", "registered_letter", "order_requested", "call")


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact that a person recorded; `until` ends what suspends, None while it lasts."""

    kind: str
    on: date
    until: date | None = None


class MovesNothing(ValueError):
    """This does not move the day on which a claim lapses."""


Lapses = Callable[[date, str], date | None]


def lapses_on(lapses: Lapses, due: date, kind: str, moved: Iterable[Moved] = ()) -> date | None:
    """Return the first day on which the claim can no longer be sued for; None if unknown.

    `lapses` is the regime's own answer for a day of start. A fact after the claim has lapsed does not
    bring it back. A mediation adds the days that it lasted, and leaves six months at least.

    >>> five = lambda start, kind: add_months(start, 60)
    >>> lapses_on(five, date(2021, 11, 30), "business", [Moved("acknowledgement", date(2023, 5, 2))])
    datetime.date(2028, 5, 2)
    >>> lapses_on(
    ...     five, date(2021, 11, 30), "business", [Moved("mediation", date(2026, 9, 1), date(2026, 11, 1))]
    ... )
    datetime.date(2027, 5, 1)
    """
    day = lapses(due, kind)
    for fact in sorted(moved, key=lambda one: one.on):
        if fact.kind not in KINDS:
            raise MovesNothing(fact.kind)
        if day is None or fact.on >= day or fact.on < due:
            continue
        day = lapses(fact.on, kind) if KINDS[fact.kind].effect == "restarts" else _suspended(day, fact)
    return day


def _suspended(day: date, fact: Moved) -> date | None:
    if fact.until is None:
        return None
    return max(day + timedelta(days=(fact.until - fact.on).days), add_months(fact.until, _LEFT_MONTHS))


def warned(lapses: date, today: date) -> int | None:
    """Return the smallest of the months of `WARN_MONTHS` that is reached; None while it is far.

    >>> warned(date(2027, 5, 1), date(2026, 11, 2)), warned(date(2028, 1, 1), date(2026, 11, 2))
    (6, None)
    """
    return min((months for months in WARN_MONTHS if today >= add_months(lapses, -months)), default=None)
