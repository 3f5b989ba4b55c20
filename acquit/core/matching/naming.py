"""What a receipt itself says it pays: structured references, and invoice numbers in its texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from acquit.core.matching.book import Book
from acquit.core.matching.facts import Key, OpenItem, Receipt
from acquit.core.matching.number import Numbers, Quality
from acquit.core.matching.score import Evidence
from acquit.core.matching.text import compact, plain
from acquit.core.reference import is_creditor_reference

_RF = re.compile(r"RF ?\d\d(?: ?[A-Z0-9]+){1,8}")
_BELGIAN = re.compile(r"(?:\+{3}|\*{3})\s*(\d{3}/?\d{4}/?\d{5})\s*(?:\+{3}|\*{3})")
_LONGEST_RF = 25
_EVIDENCE = {Quality.SHORT: Evidence.SHORT, Quality.NUMBER: Evidence.NUMBER}


@dataclass(frozen=True, slots=True)
class Naming:
    """The claims that the text names, by their position among all, with how well it does.

    `debtors` is how many debtors' open invoices bear the number, as far as the text holds it.
    """

    evidence: Mapping[int, Evidence]
    debtors: Mapping[int, int]

    def of(self, book: Book) -> list[int]:
        """Return the places in `book` of what is named."""
        last = book.first + len(book.claims)
        return sorted(claim - book.first for claim in self.evidence if book.first <= claim < last)

    def best(self, book: Book, *, elsewhere: bool = False) -> Evidence:
        """Return the best evidence for a claim of `book` or, `elsewhere`, for one of another's alone."""
        last = book.first + len(book.claims)
        found = (
            evidence
            for claim, evidence in self.evidence.items()
            if (book.first <= claim < last) is not elsewhere and not (elsewhere and self.debtors[claim] > 1)
        )
        return max(found, default=Evidence.AMOUNT)


class Namings:
    """Finds what receipts name among the claims, given once."""

    def __init__(self, claims: Sequence[OpenItem], owners: Sequence[int]) -> None:
        self._claims, self._owners = claims, owners
        self._numbers = Numbers([claim.number for claim in claims], owners)
        self._by_reference: dict[str, list[int]] = {}
        for position, claim in enumerate(claims):
            if claim.reference:
                self._by_reference.setdefault(compact(claim.reference), []).append(position)

    def of(self, receipt: Receipt, references: Sequence[str], likely: Sequence[int] | None) -> Naming:
        """Return what `receipt` names; numbers that very many bear only among the `likely` claims."""
        may_be = self._may_be(receipt)
        evidence: dict[int, Evidence] = {}
        debtors: dict[int, int] = {}
        for reference in references:
            named = [claim for claim in self._of_reference(reference) if may_be(claim)]
            evidence.update(dict.fromkeys(named, Evidence.REFERENCE))
            debtors.update(dict.fromkeys(named, len({self._owners[claim] for claim in named})))
        for text in dict.fromkeys((receipt.label, receipt.reference, receipt.end_to_end)):
            for one in self._numbers.named_in(text, may_be, likely) if text else ():
                if _EVIDENCE[one.quality] > evidence.get(one.item, Evidence.AMOUNT):
                    evidence[one.item] = _EVIDENCE[one.quality]
                    debtors[one.item] = one.debtors
        return Naming(evidence, debtors)

    def _of_reference(self, reference: str) -> list[int]:
        if found := self._by_reference.get(reference):
            return found
        return self._numbers.of_reference(reference[4:]) if reference.startswith("RF") else []

    def _may_be(self, receipt: Receipt) -> Callable[[int], bool]:
        def may_be(position: int) -> bool:
            account: Key = self._claims[position].account
            return account not in receipt.refused and (
                receipt.accounts is None or account in receipt.accounts
            )

        return may_be


def references_in(receipt: Receipt) -> tuple[str, ...]:
    """Return the structured references of `receipt` whose check digits are right, compact."""
    found: list[str] = []
    for text in (receipt.reference, receipt.end_to_end, receipt.label):
        found.extend(_references(plain(text)))
    return tuple(dict.fromkeys(found))


def _references(text: str) -> Iterator[str]:
    whole = compact(text)
    if len(whole) == 12 and _is_belgian(whole):
        yield whole
    for match in _BELGIAN.finditer(text):
        if _is_belgian(digits := compact(match[1])):
            yield digits
    for match in _RF.finditer(text):
        yield from _creditor_references(match[0])


def _creditor_references(text: str) -> Iterator[str]:
    """Yield what checks as an ISO 11649 reference, however many of the words belong to it."""
    said = ""
    for word in text.split():
        said += word
        if len(said) > _LONGEST_RF:
            return
        if is_creditor_reference(said):
            yield said


def _is_belgian(digits: str) -> bool:
    """Whether these are the ten digits and two check digits of a Belgian structured message.

    >>> _is_belgian("009093375538")
    True
    """
    return len(digits) == 12 and digits.isdigit() and (int(digits[:10]) % 97 or 97) == int(digits[10:])
