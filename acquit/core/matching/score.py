"""How sure a proposal is, from 0 to 100: a table, and what is added and taken off, each with its reason.

Explained in docs/algorithms/matching.md, which holds the same table.
"""

from __future__ import annotations

from enum import IntEnum


class Evidence(IntEnum):
    """What says that the money is for these items, the weakest first."""

    AMOUNT = 0
    NAME = 1
    PAYER = 2
    SHORT = 3
    NUMBER = 4
    REFERENCE = 5


#: How the money fits the items → the score for each evidence; 0: not proposed on it.
TABLE: dict[str, tuple[int, int, int, int, int, int]] = {
    # amount, name, payer, short number, number, reference
    "exact": (55, 94, 95, 95, 97, 98),
    "all_due": (45, 94, 97, 95, 97, 98),
    "sum": (0, 88, 94, 92, 95, 96),
    "rounding": (0, 78, 88, 92, 95, 96),
    "charges": (0, 0, 83, 85, 93, 95),
    "discount": (0, 0, 84, 85, 92, 94),
    "near": (0, 72, 82, 76, 88, 92),
    "part": (0, 50, 60, 76, 88, 92),
    "over": (0, 38, 41, 74, 86, 90),
    "on_account": (0, 30, 35, 35, 35, 35),
}
#: Fits to the cent: among these a runner-up is a rival.
EXACT = frozenset(("exact", "all_due", "sum"))

MOST = 99
ONLY_CANDIDATE = 1
PAYER_AGREES = 1
SEVERAL_SHORT = 2
SEVERAL_DEBTORS = -2
CREDIT_NOTE = -3
OTHERS_NAMED = -10
OTHER_PAYER = -10
UNPROVED_CHARGES = -5
STATED_CHARGES = 12
#: For each other debtor whose invoices bear the number, and at most.
SHARED_NUMBER, MOST_SHARED = -2, -20
NOT_THE_PAYER = -15
UNKNOWN_PAYER = -20
#: What a name that is not the same costs: all of this at no likeness.
UNLIKE = 50
#: By how much the first proposal must lead the second to be applied alone.
CLEAR = 5
#: Choices by mere chance (upper bound) → what is taken off.
_CHANCE = ((0.001, 0), (0.01, 4), (0.1, 10), (1.0, 22))
_BY_CHANCE = 40


def shared_number(debtors: int) -> int:
    """Return what is taken off a number that open invoices of so many debtors bear.

    >>> shared_number(1), shared_number(2), shared_number(40)
    (0, -2, -20)
    """
    return max(SHARED_NUMBER * (debtors - 1), MOST_SHARED)


def chance_doubt(by_chance: float) -> int:
    """Return what is taken off a sum that so many choices would reach by chance.

    >>> chance_doubt(0.0001), chance_doubt(0.05), chance_doubt(30)
    (0, 10, 40)
    """
    return next((doubt for most, doubt in _CHANCE if by_chance <= most), _BY_CHANCE)
