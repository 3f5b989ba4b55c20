"""What to set aside for claims by their age: a rule of the creditor's, and the one that stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from acquit.core.ageing import Buckets

ZERO = Decimal(0)
#: VAT taken off where an invoice does not tell its own: the normal rate of the creditor's country.
NORMAL_VAT = {
    "FR": Decimal(20), "BE": Decimal(21), "DE": Decimal(19), "AT": Decimal(20), "NL": Decimal(21),
    "LU": Decimal(17), "ES": Decimal(21), "IT": Decimal(22), "IE": Decimal(23), "GB": Decimal(20),
    "CH": Decimal("8.1"),
}  # fmt: skip


class RuleOutOfOrder(ValueError):
    """A rule needs one percentage from 0 to 100 for each column, not due first, and edges that grow."""


@dataclass(frozen=True, slots=True)
class LossRule:
    """The share, in percent, that is set aside of each column of an aged balance.

    `is_ours` tells the rule that stands before the creditor set his: no law and no source gives it. Only a
    claim that is probably lost, judged one by one, is deductible (DOMAIN 3); a rule by age serves one's
    own accounts.

    >>> LossRule((90,), (Decimal(0), Decimal(10), Decimal(100))).percents
    (Decimal('0'), Decimal('10'), Decimal('100'))
    """

    edges: tuple[int, ...]
    percents: tuple[Decimal, ...]
    is_ours: bool = False

    def __post_init__(self) -> None:
        buckets = Buckets(self.edges)
        if len(self.percents) != len(buckets) or any(not 0 <= one <= 100 for one in self.percents):
            raise RuleOutOfOrder(self.percents)

    @property
    def buckets(self) -> Buckets:
        """The columns of the rule."""
        return Buckets(self.edges)


#: Before the creditor says otherwise: nothing up to ninety days, then a quarter, a half, all after a year.
OURS = LossRule((90, 180, 365), (ZERO, ZERO, Decimal(25), Decimal(50), Decimal(100)), is_ours=True)


def rule_of(said: object) -> LossRule:
    """Return the rule a creditor set, as [[last day late, percent], …, [null, percent]]; ours without one.

    The first entry is what is not due, with the day 0.

    >>> rule_of([[0, "0"], [60, "5"], [None, "50"]]).edges
    (60,)
    """
    if not said or not isinstance(said, Sequence):
        return OURS
    edges = tuple(int(day) for day, _ in said[1:-1])
    if any(b <= a for a, b in pairwise((0, *edges))):
        raise RuleOutOfOrder(said)
    return LossRule(edges, tuple(Decimal(str(percent)) for _, percent in said))
