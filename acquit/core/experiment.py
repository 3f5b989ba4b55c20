"""Comparing two texts fairly: who gets which, and what may be said of the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import sqrt

from acquit.core.effect import wilson

#: Fewer debtors in an arm than this, and the shares say nothing that chance would not.
FEW = 50


def arm(experiment: object, debtor: object) -> str:
    """Return "A" or "B" for a debtor: half of them each, always the same one in one experiment.

    >>> {arm(1, n) for n in range(20)} == {"A", "B"}
    True
    """
    return "AB"[sha256(f"{experiment}:{debtor}".encode()).digest()[0] & 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many. `low` and `high` bound the true share in 95 cases of 100 (Wilson 1927)."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """Return the share; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        """Return the lower bound."""
        return wilson(self.count, self.of)[0]

    @property
    def high(self) -> float:
        """Return the upper bound."""
        return wilson(self.count, self.of)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of both texts: the debtors who paid within the days, of those written to."""

    a: Share
    b: Share

    @property
    def difference(self) -> float | None:
        """Return how much more B brought than A; None while an arm is empty."""
        if self.a.value is None or self.b.value is None:
            return None
        return self.b.value - self.a.value

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the interval of the difference (Newcombe 1998, method 10, from both Wilson intervals)."""
        if self.a.value is None or self.b.value is None:
            return None
        difference = self.b.value - self.a.value
        below = sqrt((self.b.value - self.b.low) ** 2 + (self.a.high - self.a.value) ** 2)
        above = sqrt((self.b.high - self.b.value) ** 2 + (self.a.value - self.a.low) ** 2)
        return difference - below, difference + above

    @property
    def verdict(self) -> str:
        """Return "too_few", "no_difference" (chance alone may explain it), "a" or "b"."""
        bounds = self.bounds
        if bounds is None or min(self.a.of, self.b.of) < FEW:
            return "too_few"
        if bounds[0] <= 0 <= bounds[1]:
            return "no_difference"
        return "b" if bounds[0] > 0 else "a"
