"""The aged balance: what is owed by how late it is, with the credits nobody matched beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from acquit.core.ledger import ZERO, Holder, Ledger, open_balances, unallocated


class EdgesOutOfOrder(ValueError):
    """The edges of an aged balance are days that grow, from one on."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """The columns of an aged balance: not due, then up to each edge, then beyond the last one.

    >>> Buckets().labels()
    ('not due', '1-30', '31-60', '61-90', '>90')
    """

    edges: tuple[int, ...] = (30, 60, 90)

    def __post_init__(self) -> None:
        if not self.edges or any(b <= a for a, b in pairwise((0, *self.edges))):
            raise EdgesOutOfOrder(self.edges)

    def __len__(self) -> int:
        return len(self.edges) + 2

    def labels(self) -> tuple[str, ...]:
        """The names of the columns, in days late."""
        starts = (1, *(edge + 1 for edge in self.edges))
        spans = (f"{first}-{last}" for first, last in zip(starts, self.edges, strict=False))
        return ("not due", *spans, f">{self.edges[-1]}")

    def place(self, due_on: date, on: date) -> int:
        """Return the column of a term due on `due_on`, seen at the end of `on`.

        On the due date itself nothing is late yet.
        """
        return bisect_left((0, *self.edges), (on - due_on).days)


STANDARD = Buckets()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """One line of an aged balance; `amounts` has one figure a column of its buckets."""

    amounts: tuple[Decimal, ...]
    unallocated: Decimal

    @property
    def overdue(self) -> Decimal:
        """What is late, before the credits that nobody matched."""
        return sum(self.amounts[1:], ZERO)

    @property
    def balance(self) -> Decimal:
        """What the account owes altogether: the columns less the credits."""
        return sum(self.amounts, ZERO) - self.unallocated


def age(
    ledger: Ledger, on: date, buckets: Buckets = STANDARD, *, by: Literal["due", "invoice"] = "due"
) -> Mapping[Holder, Aged]:
    """Return the aged balance of each account and currency at the end of `on`.

    Aged by the date of invoice, the first column holds what was invoiced that very day.

    Credits that nobody matched stand in their own column, so that each line adds up to the
    balance of the account in the general ledger.
    """
    columns = {holder: [ZERO] * len(buckets) for holder in ledger.holders()}
    owed = open_balances(ledger, on)
    for invoice in ledger.invoices:
        if not invoice.counts(on):
            continue
        line = columns[Holder(invoice.account, invoice.currency)]
        for term in invoice.terms:
            since = term.due_on if by == "due" else invoice.issued_on
            line[buckets.place(since, on)] += owed[term.key]
    left = unallocated(ledger, on)
    return {holder: Aged(amounts=tuple(line), unallocated=left[holder]) for holder, line in columns.items()}
