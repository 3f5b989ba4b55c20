"""What a receipt may be the payment of: the best five answers, each with its score and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from acquit.core.decision import Reason
from acquit.core.matching import score
from acquit.core.matching.book import Book, books_of, units
from acquit.core.matching.facts import ZERO, Key, OpenItem, Part, Payer, Proposal, Receipt, Rules
from acquit.core.matching.fit import Fit, amount_fits, named_fits, payer_fits
from acquit.core.matching.naming import Naming, Namings, references_in
from acquit.core.matching.number import names_another
from acquit.core.matching.payer import SAME_NAME, Payers, Tie
from acquit.core.matching.score import EXACT, TABLE, Evidence
from acquit.core.matching.settle import settle

MOST = 5
#: An amount that more accounts owe than this says nothing.
_CROWD = 5
#: Of an amount's many accounts, so many are kept: enough to know a crowd beside refused ones.
_MOST_KEPT = 4 * _CROWD
#: A lower score is no help to a person.
_LEAST_SCORE = 20
#: From this likeness on, the payer's name speaks for the invoices that the text names.
_AGREES = 0.7
_SHORTFALLS = frozenset(("charges", "discount", "rounding", "part"))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A receipt with what was found in it."""

    receipt: Receipt
    ties: Mapping[Key, Tie]
    naming: Naming
    iban_owners: tuple[Key, ...]
    crowd: tuple[Key, ...]

    def tie(self, account: Key) -> Tie | None:
        """Return what ties the receipt to `account`."""
        return self.ties.get(account)

    def is_of_another(self, account: Key) -> bool:
        """Whether the IBAN is known, and is not this account's."""
        return bool(self.iban_owners) and account not in self.iban_owners


@dataclass(frozen=True, slots=True)
class _Case:
    """A proposal, and how its money fits."""

    proposal: Proposal
    kind: str


class Matcher:
    """Knows what is open and who pays; answers what receipts may be. Facts are given once."""

    def __init__(self, items: Iterable[OpenItem], payers: Iterable[Payer], rules: Rules) -> None:
        self._rules = rules
        claims, self._books = books_of(items)
        self._order = list(self._books.values())
        owners = [number for number, book in enumerate(self._order) for _ in book.claims]
        self._owners = owners
        self._namings = Namings(claims, owners)
        self._payers = Payers(sorted(payers, key=_payer_order))
        self._by_sum: dict[str, dict[int, list[int]]] = {}
        for number, book in enumerate(self._order):
            sums = self._by_sum.setdefault(book.currency, {})
            for total in {*book.amounts, *(total for _, total in book.up_to_each_day)}:
                bearers = sums.setdefault(total, [])
                if len(bearers) < _MOST_KEPT:
                    bearers.append(number)

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

    def _see(self, receipt: Receipt) -> _Seen:
        references = references_in(receipt)
        ties = self._payers.ties(receipt, references)
        likely = [
            position
            for account in ties
            if (book := self._books.get((account, receipt.currency)))
            for position in range(book.first, book.first + len(book.claims))
        ]
        naming = self._namings.of(receipt, references, likely)
        return _Seen(receipt, ties, naming, self._payers.iban_owners(receipt), self._crowd(receipt))

    def _crowd(self, receipt: Receipt) -> tuple[Key, ...]:
        """Return the accounts that owe exactly the amount, where the payer is not known beforehand."""
        if receipt.accounts is not None:
            return ()
        bearers = self._by_sum.get(receipt.currency, {}).get(units(receipt.amount), ())
        accounts = (self._order[number].account for number in bearers)
        return tuple(account for account in accounts if account not in receipt.refused)

    def _looked_at(self, seen: _Seen) -> Iterator[Book]:
        """Yield the books of who is tied or named, and of the few who owe exactly the amount."""
        currency = seen.receipt.currency
        named = (self._order[self._owners[claim]] for claim in seen.naming.evidence)
        accounts = dict.fromkeys(seen.ties)
        accounts |= dict.fromkeys(book.account for book in named if book.currency == currency)
        if len(seen.crowd) <= _CROWD:
            accounts |= dict.fromkeys(seen.crowd)
        for account in sorted(accounts, key=repr):
            if book := self._books.get((account, currency)):
                yield book

    def _of_book(self, book: Book, seen: _Seen) -> Iterator[_Case]:
        named, tie = seen.naming.of(book), seen.tie(book.account)
        naming = Evidence.AMOUNT
        if named:
            naming = seen.naming.best(book)
            for fit in named_fits(book, named, seen.receipt, self._rules):
                yield self._named_case(book, fit, seen)
        doubt = self._doubt(book, seen, naming)
        if tie and (tie.sure or tie.share >= _AGREES):
            fits = payer_fits(book, seen.receipt, self._rules)
        else:
            fits = amount_fits(book, seen.receipt)
        for fit in fits:
            case = self._unnamed_case(fit, tie, seen, doubt)
            if case:
                yield case

    def _doubt(self, book: Book, seen: _Seen, naming: Evidence) -> Reason | None:
        """Return why what is not named is doubtful: the text names something else."""
        if naming is not Evidence.AMOUNT or seen.naming.best(book, elsewhere=True) >= Evidence.NUMBER:
            return Reason("others_named")
        return None

    def _named_case(self, book: Book, fit: Fit, seen: _Seen) -> _Case:
        """Return the case of items that the text names, of one debtor."""
        tie = seen.tie(book.account)
        places = {id(claim): book.first + place for place, claim in enumerate(book.claims)}
        chosen = [places[id(claim)] for claim in fit.claims]
        named = [claim for claim in chosen if claim in seen.naming.evidence]
        evidence = min(seen.naming.evidence[claim] for claim in named)
        agrees = tie is not None and (tie.sure or tie.share >= _AGREES)
        points = TABLE[fit.kind][evidence] + fit.points + score.PAYER_AGREES * agrees
        told = [claim for claim in fit.claims if places[id(claim)] in seen.naming.evidence]
        reasons = [_naming_reason(evidence, told, seen.receipt)]
        reasons += [*fit.reasons, *((tie.reason,) if tie and agrees else ())]
        certain = fit.certain
        if evidence is Evidence.SHORT and len(named) > 1 and fit.kind in EXACT:
            points += score.SEVERAL_SHORT
        debtors = max(seen.naming.debtors[claim] for claim in named)
        if debtors > 1 and not (tie and tie.sure):
            points += score.shared_number(debtors)
            reasons.append(Reason("number_shared", {"count": debtors}))
        if fit.kind not in EXACT and not agrees:
            points, certain = points + score.NOT_THE_PAYER, False
        if seen.is_of_another(book.account):
            points, certain = points + score.OTHER_PAYER, False
            reasons.append(Reason("other_payer"))
        return self._case(fit, points, reasons, certain=certain, seen=seen)

    def _unnamed_case(self, fit: Fit, tie: Tie | None, seen: _Seen, doubt: Reason | None) -> _Case | None:
        """Return the case of items that only the payer and the amount speak for; None where too little."""
        evidence = Evidence.AMOUNT if tie is None else Evidence.PAYER if tie.sure else Evidence.NAME
        base = TABLE[fit.kind][evidence]
        if not base:
            return None
        reasons = [*((tie.reason,) if tie else ()), *fit.reasons]
        points = base + fit.points
        certain = fit.certain and tie is not None and (tie.sure or (tie.share >= SAME_NAME and tie.alone))
        if tie and not tie.sure:
            points -= round((1 - tie.share) * score.UNLIKE)
        if tie is None and len(seen.crowd) > 1:
            reasons.append(Reason("several_fit", {"count": len(seen.crowd)}))
        if tie is None and seen.receipt.payer_name:
            points += score.UNKNOWN_PAYER
            reasons.append(Reason("unknown_payer"))
        text = f"{seen.receipt.label} {seen.receipt.reference} {seen.receipt.end_to_end}"
        if doubt is None and any(names_another(text, claim.number) for claim in fit.claims[:1]):
            doubt = Reason("others_named")
        if doubt:
            points, certain = points + score.OTHERS_NAMED, False
            reasons.append(doubt)
        if tie is not None and not tie.sure and seen.iban_owners:
            points, certain = points + score.OTHER_PAYER, False
        return self._case(fit, points, reasons, certain=certain, seen=seen)

    def _case(self, fit: Fit, points: int, reasons: Sequence[Reason], *, certain: bool, seen: _Seen) -> _Case:
        receipt = seen.receipt
        parts = settle(fit.claims, fit.notes, receipt, evenly=fit.kind == "discount")
        paid = {part.item for part in parts}
        items = (item for item in (*fit.claims, *fit.notes) if item.key in paid)
        difference = sum((item.open for item in items), ZERO) - receipt.amount
        kind = "part" if fit.kind == "near" else fit.kind if fit.kind in _SHORTFALLS else ""
        if difference < 0:
            kind = "on_account"
        proposal = Proposal(
            score=max(1, min(points, score.MOST)), parts=parts, reasons=_once(reasons), is_sure=certain,
            difference=difference, difference_kind=kind if difference else "",
        )  # fmt: skip
        return _Case(proposal, fit.kind)

    def _of_several(self, seen: _Seen) -> Iterator[_Case]:
        """Yield the case of all that is named of several debtors, where the amount is exactly that."""
        named = [
            (self._order[self._owners[claim]], claim)
            for claim in sorted(seen.naming.evidence)
            if seen.naming.debtors[claim] == 1
        ]
        claims = tuple(book.claims[claim - book.first] for book, claim in named)
        currency = seen.receipt.currency
        if len({book.account for book, _ in named}) < 2 or any(c.currency != currency for c in claims):
            return
        if sum((claim.open for claim in claims), ZERO) != seen.receipt.amount:
            return
        evidence = min(seen.naming.evidence[claim] for _, claim in named)
        reasons = [
            _naming_reason(evidence, claims, seen.receipt), Reason("amount_exact"),
            Reason("several_debtors", {"count": len({claim.account for claim in claims})}),
        ]  # fmt: skip
        points = TABLE["exact"][evidence] + score.SEVERAL_DEBTORS
        if evidence is Evidence.SHORT:
            points += score.SEVERAL_SHORT
        yield self._case(Fit("exact", claims), points, reasons, certain=True, seen=seen)

    def _on_account(self, seen: _Seen) -> Iterator[_Case]:
        """Yield money left on the account: of a payer, or of whom a number in another currency names."""
        receipt = seen.receipt
        for account, tie in seen.ties.items():
            evidence = Evidence.PAYER if tie.sure else Evidence.NAME
            points = TABLE["on_account"][evidence] - round((1 - tie.share) * score.UNLIKE)
            yield self._left(account, points, (tie.reason, Reason("on_account")), receipt)
        for claim in sorted(seen.naming.evidence):
            book = self._order[self._owners[claim]]
            if book.currency != receipt.currency:
                reasons = (
                    _naming_reason(seen.naming.evidence[claim], [book.claims[claim - book.first]], receipt),
                    Reason("currency_differs", {"currency": book.currency}),
                )
                yield self._left(book.account, TABLE["on_account"][Evidence.PAYER], reasons, receipt)

    def _left(self, account: Key, points: int, reasons: Sequence[Reason], receipt: Receipt) -> _Case:
        part = Part(account, None, receipt.amount)
        proposal = Proposal(
            score=max(1, points), parts=(part,), reasons=tuple(reasons), difference=-receipt.amount,
            difference_kind="on_account",
        )  # fmt: skip
        return _Case(proposal, "on_account")


def _ranked(cases: Iterable[_Case], *, alone: bool) -> tuple[Proposal, ...]:
    """Return the best cases, one for each set of parts; the only exact one is told to be so."""
    best: dict[tuple[Part, ...], _Case] = {}
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


def _naming_reason(evidence: Evidence, claims: Sequence[OpenItem], receipt: Receipt) -> Reason:
    if evidence is Evidence.REFERENCE:
        is_rf = any(reference.startswith("RF") for reference in references_in(receipt))
        return Reason("reference_exact", {"kind": "rf" if is_rf else "belgian"})
    code = "number_named" if evidence is Evidence.NUMBER else "short_number_named"
    numbers = tuple(dict.fromkeys(claim.number for claim in claims))
    return Reason(code, {"invoices": numbers, "count": len(claims)})


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple({reason.code: reason for reason in reasons}.values())
