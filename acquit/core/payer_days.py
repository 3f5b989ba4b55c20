"""The days after its due date on which a term is usually paid: few, of equal weight, kept for each debtor.

They are a `core.forecast.ExpectedDays`. The forecast asks them on which day money comes, the list of work
how much of it will still be owed in a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

#: How many days tell how a debtor pays; the odd fortieths of his terms, the first to the last.
PARTS = 20
SHARES = tuple((2 * part + 1) / (2 * PARTS) for part in range(PARTS))
#: What would still be owed after so many days without anybody's doing is at risk.
SOON_DAYS = 30


def twentieths(ordered: Sequence[int]) -> tuple[int, ...]:
    """Return the middles of the twenty parts of `ordered` values: each of them one that was seen.

    >>> twentieths([5])[:3], twentieths(range(1, 41))[:3]
    ((5, 5, 5), (1, 3, 5))
    """
    return tuple(ordered[ceil(share * len(ordered)) - 1] for share in SHARES)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDays:
    """Days after the due date, in order, which together weigh as many terms as `weight`.

    One more term is like none of them: it is paid later.
    """

    days: tuple[int, ...]
    weight: int

    def chances(self, age: int) -> Iterable[tuple[int, float]]:
        """Return the chance of each day beyond `age` of a term that is unpaid then.

        >>> list(UsualDays(days=(0, 10, 40), weight=6).chances(5))
        [(10, 0.4), (40, 0.4)]
        """
        later = [day for day in self.days if day > age]
        each = self.weight / len(self.days)
        return [(day, each / (1 + each * len(later))) for day in later]

    def at_risk(self, age: int) -> float:
        """Return the chance that a term unpaid `age` days after its due date still is SOON_DAYS later.

        >>> UsualDays(days=(0, 10, 40), weight=6).at_risk(5)
        0.6
        """
        return self._beyond(age + SOON_DAYS) / self._beyond(age)

    def _beyond(self, age: int) -> float:
        return 1 + self.weight * sum(day > age for day in self.days) / len(self.days)
