"""What one account owes: its open items, oldest first, with the sums that a payment often is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    def up_to_each_day(self) -> Iterator[tuple[int, int]]:
        """Yield, for each due day, how many claims are due by then, and their sum."""
        total = 0
        for place, claim in enumerate(self.claims):
            total += self.amounts[place]
            if place + 1 == len(self.claims) or self.claims[place + 1].due_on != claim.due_on:
                yield place + 1, total


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
        book.claims.sort(key=age)
        book.notes.sort(key=age)
        book.amounts = [units(claim.open) for claim in book.claims]
        book.first = len(claims)
        claims.extend(book.claims)
    return claims, ordered
