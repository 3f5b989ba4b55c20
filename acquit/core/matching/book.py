"""What one account owes: its open items, oldest first, with the sums that a payment often is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from acquit.core.matching.facts import Key, OpenItem

#: Sums are whole ten-thousandths, the finest that the ledger keeps; a cent is 100 of them.
CENT = 100


def units(amount: Decimal) -> int:
    """Return `amount` in ten-thousandths.

    >>> units(Decimal("12.34"))
    123400
    """
    return int(amount.scaleb(4))


def age(item: OpenItem) -> tuple[object, ...]:
    """Return the key that puts the oldest item first, the same in any order of the facts."""
    return item.due_on, item.issued_on, item.number, repr(item.key)


@dataclass(slots=True)
class Book:
    """The open items of an account in one currency; `first` is the position of its first claim."""

    account: Key
    currency: str
    first: int
    claims: list[OpenItem] = field(default_factory=list)
    notes: list[OpenItem] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    #: For each due day, how many claims are due by then, and their sum.
    up_to_each_day: list[tuple[int, int]] = field(default_factory=list)

    def close(self, first: int) -> None:
        """Put the items in order, and reckon the sums, once all are there."""
        self.first = first
        self.claims.sort(key=age)
        self.notes.sort(key=age)
        self.amounts = [units(claim.open) for claim in self.claims]
        total = 0
        for place, claim in enumerate(self.claims, 1):
            total += self.amounts[place - 1]
            if place == len(self.claims) or self.claims[place].due_on != claim.due_on:
                self.up_to_each_day.append((place, total))


def books_of(items: Iterable[OpenItem]) -> tuple[list[OpenItem], dict[tuple[Key, str], Book]]:
    """Return every claim, those of an account side by side and oldest first, and the books."""
    books: dict[tuple[Key, str], Book] = {}
    for item in items:
        book = books.setdefault((item.account, item.currency), Book(item.account, item.currency, 0))
        if item.open > 0:
            book.claims.append(item)
        elif item.open < 0:
            book.notes.append(item)
    claims: list[OpenItem] = []
    ordered = dict(sorted(books.items(), key=lambda pair: (repr(pair[0][0]), pair[0][1])))
    for book in ordered.values():
        book.close(len(claims))
        claims.extend(book.claims)
    return claims, ordered
