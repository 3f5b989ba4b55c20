"""What cash to expect, week by week: promised, else by when it usually comes, with how far that may miss.

A term is paid on some day after its due date; how likely each day is, is said by an `ExpectedDays`: the
debtor's own past, his segment's, or a learned model. It is asked of what is still unpaid, so only later days
count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Protocol

WEEKS = 13
#: What eight in ten outcomes lie above: the quantile of the normal law.
EIGHT_IN_TEN = 0.8416
#: Before any promise was judged, four in five are taken to be kept, with the weight of five.
KEPT_BEFORE, JUDGED_BEFORE = 4, 5
#: From so many settled terms on, a past counts (DOMAIN: five).
ENOUGH = 5


class ExpectedDays(Protocol):
    """When a term that is `age` days past its due date and unpaid will be paid."""

    def chances(self, age: int) -> Iterable[tuple[int, float]]:
        """Return (days after the due date, chance) of later days; what lacks to one is paid later."""


@dataclass(frozen=True, slots=True)
class Lags:
    """How many terms were paid how many days after their due date; one more is like none of them."""

    seen: Mapping[int, int]

    def chances(self, age: int) -> Iterable[tuple[int, float]]:
        """Return the chance of each day seen beyond `age`.

        >>> list(Lags({0: 6, 10: 2, 40: 1}).chances(5))
        [(10, 0.5), (40, 0.25)]
        """
        later = {days: count for days, count in self.seen.items() if days > age}
        whole = sum(later.values()) + 1
        return [(days, count / whole) for days, count in sorted(later.items())]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm:
    """What is owed on a term, without what is disputed of it; `promised` of it by a day, if there is one.

    What a promise does not cover of its term is left alone until its day, and not expected here.
    """

    currency: str
    due_on: date
    open: Decimal
    days: ExpectedDays
    promised: Decimal = Decimal(0)
    promised_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Cash expected in the week from `first` to `last`: of promises, in all, and what eight in ten exceed."""

    first: date
    last: date
    promised: float
    expected: float
    deviation: float

    @property
    def cautious(self) -> float:
        """What comes in, or more, in eight of ten such weeks if terms are paid independently."""
        return max(0.0, self.expected - EIGHT_IN_TEN * self.deviation)


def kept_chance(kept: int, judged: int) -> float:
    """Return the chance that a promise is kept, of those judged so far.

    >>> kept_chance(0, 0), kept_chance(7, 10)
    (0.8, 0.7333333333333333)
    """
    return (kept + KEPT_BEFORE) / (judged + JUDGED_BEFORE)


def week_of(on: date, day: date) -> int:
    """Return the week, from 0, in which `day` lies: the first one begins the day after `on`."""
    return max(0, (day - on).days - 1) // 7


def weeks(on: date, rows: Mapping[int, tuple[float, float, float]], count: int = WEEKS) -> tuple[Week, ...]:
    """Return the weeks after `on`, of (promised, expected, variance) by number."""
    found = []
    for number in range(count):
        promised, expected, variance = rows.get(number, (0.0, 0.0, 0.0))
        first = on + timedelta(days=1 + 7 * number)
        found.append(
            Week(
                first=first, last=first + timedelta(days=6), promised=promised, expected=expected,
                deviation=sqrt(max(variance, 0.0)),
            )
        )  # fmt: skip
    return tuple(found)


def forecast(
    terms: Sequence[OpenTerm], on: date, *, kept: float, count: int = WEEKS
) -> Mapping[str, tuple[Week, ...]]:
    """Return the cash expected in each week after `on`, per currency; `kept` is the chance of a promise.

    Terms are taken to be paid whole, each independently of the others: a large debtor with many of them
    makes the true spread wider.
    """
    sums: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))
    for term in terms:
        by_week: dict[int, float] = defaultdict(float)
        if term.promised_until is not None:
            by_week[week_of(on, term.promised_until)] = kept
        else:
            for days, chance in term.days.chances((on - term.due_on).days):
                by_week[week_of(on, term.due_on + timedelta(days=days))] += chance
        for week, chance in by_week.items():
            amount = float(term.promised if term.promised_until is not None else term.open)
            found = sums[term.currency][week]
            found[0] += amount * chance if term.promised_until is not None else 0.0
            found[1] += amount * chance
            found[2] += amount * amount * chance * (1 - chance)
    return {
        currency: weeks(on, {w: (f[0], f[1], f[2]) for w, f in rows.items()}, count)
        for currency, rows in sums.items()
    }
