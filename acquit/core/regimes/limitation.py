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

#: Years of the general limitation (C. com. L110-4): what a law makes shorter no agreement lengthens.
_GENERAL_YEARS = 5

Effect = Literal["restarts", "suspends", "replaces"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fact that moves the day: how, by which article, and how sure we are that it does.

    `only` is the one kind of debtor against whom it counts; empty: all.
    """

    effect: Effect
    article: str
    confidence: Confidence
    only: str = ""


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
    "written_claim": Kind(
        effect="restarts", article="art. 2 loi 68-1250", confidence=Confidence.TWO_SOURCES, only="public"
    ),
    "agreed_term": Kind(
        effect="replaces", article="art. 2254 C. civ.", confidence=Confidence.TWO_SOURCES, only="business"
    ),
}
#: The kind of fact that is no event: the term that the parties agreed.
AGREED: Final = "agreed_term"
#: What people take for an interruption, and is none.
MOVES_NOTHING: Final = ("reminder", "formal_notice", "registered_letter", "order_requested", "call")


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact that a person recorded; `until` ends what suspends, None while it lasts.

    `years` is the limitation that was agreed, within `AGREED_YEARS`.
    """

    kind: str
    on: date
    until: date | None = None
    years: int | None = None


class MovesNothing(ValueError):
    """This does not move the day on which a claim lapses."""


Lapses = Callable[[date, str], date | None]


def lapses_on(lapses: Lapses, due: date, kind: str, moved: Iterable[Moved] = ()) -> date | None:
    """Return the first day on which the claim can no longer be sued for; None if unknown.

    `lapses` is the regime's own answer for a day of start. A fact after the claim has lapsed does not
    bring it back. A mediation adds the days that it lasted, and leaves six months at least. A term that
    businesses agreed stands in the law's place, the last one agreed; one that a law makes shorter than the
    general one it does not lengthen.

    >>> five = lambda start, kind: add_months(start, 60)
    >>> lapses_on(five, date(2021, 11, 30), "business", [Moved("acknowledgement", date(2023, 5, 2))])
    datetime.date(2028, 5, 2)
    >>> lapses_on(
    ...     five, date(2021, 11, 30), "business", [Moved("mediation", date(2026, 9, 1), date(2026, 11, 1))]
    ... )
    datetime.date(2027, 5, 1)
    >>> lapses_on(five, date(2021, 11, 30), "business", [Moved("agreed_term", date(2021, 1, 4), years=2)])
    datetime.date(2023, 11, 30)
    """
    facts = [fact for fact in sorted(moved, key=lambda one: one.on) if _counts(fact, kind)]
    agreed = [fact.years for fact in facts if fact.years is not None]
    if agreed:
        lapses = _agreed(lapses, agreed[-1])
    day = lapses(due, kind)
    for fact in facts:
        if day is None or fact.on >= day or fact.on < due:
            continue
        if KINDS[fact.kind].effect == "restarts":
            day = lapses(fact.on, kind)
        elif KINDS[fact.kind].effect == "suspends":
            day = _suspended(day, fact)
    return day


def may_be_agreed(years: int) -> bool:
    """Tell whether businesses may agree on a limitation of `years` (C. civ. 2254)."""
    least, most = AGREED_YEARS
    return least <= years <= most


def _counts(fact: Moved, kind: str) -> bool:
    """Tell whether the fact counts against a debtor of `kind`. Raises MovesNothing."""
    if fact.kind not in KINDS:
        raise MovesNothing(fact.kind)
    return KINDS[fact.kind].only in ("", kind)


def _agreed(lapses: Lapses, years: int) -> Lapses:
    """Return the limitation of `years` in place of the law's, which stays where a law makes it short."""

    def day(start: date, kind: str) -> date | None:
        legal, agreed = lapses(start, kind), add_months(start, 12 * years)
        special = legal is not None and legal < add_months(start, 12 * _GENERAL_YEARS)
        return min(legal, agreed) if legal is not None and special else agreed

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
