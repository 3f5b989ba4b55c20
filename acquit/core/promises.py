"""Promises: which were kept, which broken, and how often a debtor's word, or a collector's catch, holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from acquit.core.measures import ZERO, share


class Outcome(StrEnum):
    """What became of a promise by the end of a day."""

    KEPT = "kept"
    BROKEN = "broken"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise: `amount` by `until`; `paid` of it came by `deadline`, which is `until` and the grace."""

    until: date
    deadline: date
    amount: Decimal
    paid: Decimal

    def outcome(self, on: date) -> Outcome:
        """Return what became of it by the end of `on`: a part paid is a promise not kept."""
        if self.paid >= self.amount:
            return Outcome.KEPT
        return Outcome.BROKEN if on > self.deadline else Outcome.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Promises that are judged, and what still runs: counts and amounts. `received` counts parts too."""

    kept: int = 0
    broken: int = 0
    running: int = 0
    kept_amount: Decimal = ZERO
    broken_amount: Decimal = ZERO
    running_amount: Decimal = ZERO
    received: Decimal = ZERO

    @property
    def rate(self) -> Decimal | None:
        """Kept of those judged, in percent by number."""
        return share(Decimal(self.kept), Decimal(self.kept + self.broken))

    @property
    def amount_rate(self) -> Decimal | None:
        """Kept of those judged, in percent by amount."""
        return share(self.kept_amount, self.kept_amount + self.broken_amount)


def kept(promises: Iterable[Promised], on: date) -> Kept:
    """Return how many of `promises` were kept by the end of `on`.

    >>> day = date(2026, 3, 2)
    >>> word = [
    ...     Promised(until=day, deadline=day, amount=Decimal(a), paid=Decimal(p))
    ...     for a, p in ((31000, 31000), (9000, 100))
    ... ]
    >>> kept(word, date(2026, 3, 3)).amount_rate
    Decimal('77.500')
    """
    counts, amounts = dict.fromkeys(Outcome, 0), dict.fromkeys(Outcome, ZERO)
    received = ZERO
    for one in promises:
        outcome = one.outcome(on)
        counts[outcome] += 1
        amounts[outcome] += one.amount
        if outcome is not Outcome.RUNNING:
            received += min(one.paid, one.amount)
    return Kept(
        kept=counts[Outcome.KEPT], broken=counts[Outcome.BROKEN], running=counts[Outcome.RUNNING],
        kept_amount=amounts[Outcome.KEPT], broken_amount=amounts[Outcome.BROKEN],
        running_amount=amounts[Outcome.RUNNING], received=received,
    )  # fmt: skip
