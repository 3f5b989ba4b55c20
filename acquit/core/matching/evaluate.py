"""How good the proposals are: measured against what an accountant made of the same money.

The accountant's allocations are taken away, and each receipt is looked at on its day, oldest first,
against what was open that morning: items issued by then, less what **the accountant** had settled on
earlier days, and that day with earlier receipts of the same debtor. His word is taken rather than
our own earlier answers, so that each receipt is judged alone and one mistake does not count twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from acquit.core.matching.facts import ZERO, Key, OpenItem, Payer, Proposal, Receipt, Rules
from acquit.core.matching.propose import Matcher

_FIRST_FEW = 3


@dataclass(frozen=True, slots=True)
class Settled:
    """So much of `item` that the accountant settled on a day `by` a receipt or a credit note."""

    item: Key
    by: Key
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A ledger with its lettering. `items` are as they were issued: nothing of them is settled."""

    items: Sequence[OpenItem]
    payers: Sequence[Payer]
    receipts: Sequence[Receipt]
    settled: Sequence[Settled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was proposed for a receipt, beside the accountant's `truth` (empty: he left it open).

    `undecidable` says why the facts of that day could not tell, "" where they could:
    "equal_amounts" (he chose other items of the same debtor and amounts, and nothing names either),
    "not_open" (he settled what was not open yet), "already_settled" (what he had settled before).
    """

    receipt: Receipt
    truth: Mapping[Key, Decimal]
    proposals: tuple[Proposal, ...]
    applied: Proposal | None
    undecidable: str = ""

    def is_right(self, proposal: Proposal | None) -> bool:
        """Whether the accountant made the same allocations, to the cent."""
        return proposal is not None and _claims_paid(proposal) == dict(self.truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The counts, and the two shares; None where there is nothing to divide by.

    `precision`: of the allocations that would be applied alone, how many the accountant made too.
    `recall`: of his allocations of receipts, how many the first proposals hold, and
    `recall_in_all` how many any of the proposals does.
    """

    receipts: int
    without_truth: int
    proposals: int
    allocations: int
    by_credit_notes: int
    auto_applied: int
    wrong: int
    first_proposal_right: int
    in_first_three: int
    not_decidable: int
    precision: float | None
    recall: float | None
    recall_in_all: float | None


def answers(books: Books, rules: Rules) -> Iterator[Answer]:
    """Yield what the matcher says to each receipt, oldest first, each on its own day."""
    morning = _Morning(books)
    matcher, looked_on, seen_today = None, None, set[Key]()
    for receipt in sorted(books.receipts, key=lambda receipt: (receipt.on, repr(receipt.key))):
        truth = morning.truth.get(receipt.key, {})
        owners = {morning.owner[item] for item in truth}
        if receipt.on != looked_on:
            seen_today = set()
        if matcher is None or receipt.on != looked_on or owners & seen_today:
            open_items = morning.open_on(receipt.on)
            matcher = Matcher(open_items.values(), books.payers, rules)
        looked_on = receipt.on
        proposals = matcher.propose(receipt)
        answer = Answer(
            receipt=receipt, truth=truth, proposals=proposals, applied=matcher.apply_alone(proposals)
        )
        yield replace(answer, undecidable=_undecidable(answer, open_items))
        morning.settle(receipt.key)
        seen_today |= owners


def measure(found: Iterable[Answer], books: Books) -> Measure:
    """Return the counts and shares of all answers."""
    found = list(found)
    judged = [answer for answer in found if answer.truth]
    applied = [answer for answer in judged if answer.applied is not None]
    his = sum(len(answer.truth) for answer in judged)
    ours = [(answer, _agreeing(answer, answer.applied)) for answer in applied]
    many = sum(len(_claims_paid(answer.applied)) for answer in applied if answer.applied)
    receipts = {receipt.key for receipt in books.receipts}
    return Measure(
        receipts=len(found),
        without_truth=len(found) - len(judged),
        proposals=sum(len(answer.proposals) for answer in found),
        allocations=len(books.settled),
        by_credit_notes=sum(settled.by not in receipts for settled in books.settled),
        auto_applied=len(applied),
        wrong=sum(not answer.is_right(answer.applied) for answer in applied),
        first_proposal_right=sum(answer.is_right(_first(answer)) for answer in judged),
        in_first_three=sum(
            any(answer.is_right(proposal) for proposal in answer.proposals[:_FIRST_FEW]) for answer in judged
        ),
        not_decidable=sum(bool(answer.undecidable) for answer in judged),
        precision=_share(sum(right for _, right in ours), many),
        recall=_share(sum(_agreeing(answer, _first(answer)) for answer in judged), his),
        recall_in_all=_share(
            sum(max((_agreeing(answer, p) for p in answer.proposals), default=0) for answer in judged), his
        ),
    )


@dataclass(slots=True)
class _Morning:
    """What the accountant had left open, day after day."""

    books: Books
    truth: dict[Key, dict[Key, Decimal]] = field(default_factory=dict)
    owner: dict[Key, Key] = field(default_factory=dict)
    _left: dict[Key, Decimal] = field(default_factory=dict)
    _later: list[Settled] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take the allocations apart by receipt, and by day."""
        receipts = {receipt.key for receipt in self.books.receipts}
        self.owner = {item.key: item.account for item in self.books.items}
        self._left = {item.key: item.open for item in self.books.items}
        for settled in self.books.settled:
            if settled.by in receipts:
                items = self.truth.setdefault(settled.by, {})
                items[settled.item] = items.get(settled.item, ZERO) + settled.amount
        self._later = sorted(self.books.settled, key=lambda settled: settled.on, reverse=True)

    def open_on(self, day: date) -> dict[Key, OpenItem]:
        """Return what is open in the morning of `day`, by key."""
        while self._later and self._later[-1].on < day:
            self._take(self._later.pop())
        left = self._left
        return {
            item.key: replace(item, open=left[item.key])
            for item in self.books.items
            if item.issued_on <= day and left[item.key]
        }

    def settle(self, receipt: Key) -> None:
        """Take what the accountant made of `receipt` off what is open, from now on."""
        for settled in [settled for settled in self._later if settled.by == receipt]:
            self._later.remove(settled)
            self._take(settled)

    def _take(self, settled: Settled) -> None:
        self._left[settled.item] -= settled.amount
        if settled.by in self._left:
            self._left[settled.by] += settled.amount


def _claims_paid(proposal: Proposal) -> dict[Key, Decimal]:
    """Return what the money itself pays of each claim: credit notes settle the first ones first."""
    credit = -sum((part.amount for part in proposal.parts if part.amount < 0), ZERO)
    paid: dict[Key, Decimal] = {}
    for part in proposal.parts:
        if part.item is None or part.amount < 0:
            continue
        by_note = min(credit, part.amount)
        credit -= by_note
        if part.amount > by_note:
            paid[part.item] = part.amount - by_note
    return paid


def _agreeing(answer: Answer, proposal: Proposal | None) -> int:
    """Return how many allocations of `proposal` the accountant made too, to the cent."""
    paid = _claims_paid(proposal) if proposal else {}
    return sum(answer.truth.get(item) == amount for item, amount in paid.items())


def _undecidable(answer: Answer, open_items: Mapping[Key, OpenItem]) -> str:
    first = _first(answer)
    if not answer.truth or answer.is_right(first):
        return ""
    items = [open_items.get(key) for key in answer.truth]
    if any(item is None or item.open < answer.truth[item.key] for item in items):
        return "not_open"
    ours = _claims_paid(first) if first else {}
    names = {reason.code for reason in first.reasons} if first else set()
    alike = sorted(ours.values()) == sorted(answer.truth.values())
    same_debtor = {open_items[key].account for key in (*ours, *answer.truth)}
    if (
        alike
        and len(same_debtor) == 1
        and not names & {"number_named", "short_number_named", "reference_exact"}
    ):
        return "equal_amounts"
    return ""


def _first(answer: Answer) -> Proposal | None:
    return answer.proposals[0] if answer.proposals else None


def _share(some: int, of_all: int) -> float | None:
    return round(some / of_all, 4) if of_all else None
