"""What a receipt may be the payment of: the best five answers, each with its score and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from acquit.core.decision import Reason
from acquit.core.matching import score
from acquit.core.matching.book import Book, books_of, units
from acquit.core.matching.case import (
    Case,
    Seen,
    named_case,
    on_account_case,
    other_currency_case,
    several_case,
    unnamed_case,
)
from acquit.core.matching.facts import ZERO, Key, OpenItem, Part, Payer, Proposal, Receipt, Rules
from acquit.core.matching.fit import amount_fits, named_fits, payer_fits
from acquit.core.matching.naming import Namings, references_in
from acquit.core.matching.payer import Payers
from acquit.core.matching.score import EXACT, Evidence

MOST = 5
#: An amount that more accounts owe than this says nothing.
_CROWD = 5
#: Of an amount's many accounts, so many are kept: enough to know a crowd beside refused ones.
_MOST_KEPT = 4 * _CROWD
#: A lower score is no help to a person.
_LEAST_SCORE = 20


class Matcher:
    """Knows what is open and who pays; answers what receipts may be. Facts are given once."""

    def __init__(self, items: Iterable[OpenItem], payers: Iterable[Payer], rules: Rules) -> None:
        self._rules = rules
        self._claims, self._books = books_of(items)
        self._order = list(self._books.values())
        owners = [number for number, book in enumerate(self._order) for _ in book.claims]
        self._namings = Namings(self._claims, owners)
        self._payers = Payers(sorted(payers, key=_payer_order))
        self._by_sum: dict[str, dict[int, tuple[int, ...]]] = {}
        for number, book in enumerate(self._order):
            sums = self._by_sum.setdefault(book.currency, {})
            for total in {*book.amounts, *(total for _, total in book.up_to_each_day)}:
                bearers = sums.get(total, ())
                if len(bearers) < _MOST_KEPT:
                    sums[total] = (*bearers, number)

    def propose(self, receipt: Receipt) -> tuple[Proposal, ...]:
        """Return what `receipt` may be, best first, at most five; nothing where nothing fits."""
        seen = self._see(receipt)
        cases = [case for book in self._looked_at(seen) for case in self._of_book(book, seen)]
        cases += self._of_several(seen)
        cases += self._on_account(seen)
        return _ranked(cases, alone=len(seen.crowd) < 2)

    def apply_alone(self, proposals: Sequence[Proposal]) -> Proposal | None:
        """Return the first if it is sure, at the threshold, and clear of its runner-up."""
        if not proposals or not proposals[0].is_sure or proposals[0].score < self._rules.threshold:
            return None
        if len(proposals) > 1 and proposals[0].score - proposals[1].score < score.CLEAR:
            return None
        return proposals[0]

    def _see(self, receipt: Receipt) -> Seen:
        references = references_in(receipt)
        ties = self._payers.ties(receipt, references)
        likely = [
            position
            for account in ties
            if (book := self._books.get((account, receipt.currency)))
            for position in range(book.first, book.first + len(book.claims))
        ]
        naming = self._namings.of(receipt, references, likely)
        return Seen(
            receipt, references, ties, naming, self._payers.iban_owners(receipt), self._crowd(receipt)
        )

    def _crowd(self, receipt: Receipt) -> tuple[Key, ...]:
        """Return the accounts that owe exactly the amount, where the payer is not known beforehand."""
        if receipt.accounts is not None:
            return ()
        bearers = self._by_sum.get(receipt.currency, {}).get(units(receipt.amount), ())
        accounts = (self._order[number].account for number in bearers)
        return tuple(account for account in accounts if account not in receipt.refused)

    def _looked_at(self, seen: Seen) -> Iterator[Book]:
        """Yield the books of who is tied or named, and of the few who owe exactly the amount."""
        currency = seen.receipt.currency
        accounts = {*seen.ties, *(self._claims[claim].account for claim in seen.naming.evidence)}
        if len(seen.crowd) <= _CROWD:
            accounts.update(seen.crowd)
        for account in sorted(accounts, key=repr):
            if book := self._books.get((account, currency)):
                yield book

    def _of_book(self, book: Book, seen: Seen) -> Iterator[Case]:
        places = seen.naming.of(book)
        if places:
            named = {book.claims[place].key: book.first + place for place in places}
            for fit in named_fits(book, places, seen.receipt, self._rules):
                yield named_case(fit, named, seen)
        if seen.agrees(book.account):
            fits = payer_fits(book, seen.receipt, self._rules)
        else:
            fits = amount_fits(book, seen.receipt)
        others_named = bool(places) or seen.naming.best_outside(book) >= Evidence.NUMBER
        cases = (unnamed_case(fit, seen, others_named=others_named) for fit in fits)
        yield from (case for case in cases if case)

    def _of_several(self, seen: Seen) -> Iterator[Case]:
        """Yield the case of all that is named of several debtors, where the amount is exactly that."""
        naming, receipt = seen.naming, seen.receipt
        named = [claim for claim in sorted(naming.evidence) if naming.debtors[claim] == 1]
        claims = tuple(self._claims[claim] for claim in named)
        if len({claim.account for claim in claims}) < 2 or {c.currency for c in claims} != {receipt.currency}:
            return
        if sum((claim.open for claim in claims), ZERO) == receipt.amount:
            yield several_case(claims, min(naming.evidence[claim] for claim in named), seen)

    def _on_account(self, seen: Seen) -> Iterator[Case]:
        """Yield money left on the account: of a payer, or of whom a number in another currency names."""
        for account, tie in seen.ties.items():
            yield on_account_case(account, tie, seen)
        for claim in sorted(seen.naming.evidence):
            if self._claims[claim].currency != seen.receipt.currency:
                yield other_currency_case(self._claims[claim], seen.naming.evidence[claim], seen)


def _ranked(cases: Iterable[Case], *, alone: bool) -> tuple[Proposal, ...]:
    """Return the best cases, one for each set of parts; the only exact one is told to be so."""
    best: dict[tuple[Part, ...], Case] = {}
    for case in cases:
        known = best.get(case.proposal.parts)
        if known is None or _rank(case.proposal) < _rank(known.proposal):
            best[case.proposal.parts] = case
    exact = [case for case in best.values() if case.kind in EXACT]
    if alone and len(exact) == 1:
        case = exact[0]
        points = min(case.proposal.score + score.ONLY_CANDIDATE, score.MOST)
        reasons = (*case.proposal.reasons, Reason("only_candidate"))
        best[case.proposal.parts] = replace(
            case, proposal=replace(case.proposal, score=points, reasons=reasons)
        )
    found = [case.proposal for case in best.values() if case.proposal.score >= _LEAST_SCORE]
    scores = sorted((proposal.score for proposal in found), reverse=True)[:MOST]
    return tuple(sorted((p for p in found if p.score >= scores[-1]), key=_rank)[:MOST])


def _payer_order(payer: Payer) -> tuple[object, ...]:
    return repr(payer.account), payer.code, payer.siren, payer.names, sorted(payer.ibans)


def _rank(proposal: Proposal) -> tuple[object, ...]:
    return -proposal.score, len(proposal.parts), repr(proposal.parts), repr(proposal.reasons)
