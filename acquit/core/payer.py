"""What a debtor's own past says of when he will pay: the baseline that a learned model must beat.

Nothing of the future enters: a prediction made on a day sees only what was settled before it. A
debtor with little history is drawn toward his segment, and the segment toward all of them.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import fmean, median

Key = Hashable
#: How many invoices of the segment weigh as much as the debtor's own.
SHRINKAGE = 5
#: From so many paid invoices on, a debtor's own median counts (DOMAIN: five).
OWN_HISTORY = 5
#: The share of terms that `cautious_days` covers.
_CAUTIOUS = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A term that was paid in full: `days` after its due date, below zero where it came early.

    Of a natural person only the segment's past is looked at where it is said when he will pay.
    """

    debtor: Key
    segment: Key
    issued_on: date
    due_on: date
    paid_on: date
    amount: Decimal
    currency: str = ""
    natural_person: bool = False

    @property
    def days(self) -> int:
        """How many days after the due date it was paid."""
        return (self.paid_on - self.due_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The chance that a term is paid late, and how many days after its due date: likely, and cautious.

    `days` is the median, `cautious_days` what eight in ten stay below; `seen` counts the debtor's
    own settled terms behind it.
    """

    late: float
    days: float
    cautious_days: float
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was settled by somebody: how many terms, how many of them late, after how many days.

    `days` is the median, `cautious_days` what eight in ten stay below or at; both are 0 without a term.
    """

    count: int = 0
    late: int = 0
    days: float = 0.0
    cautious_days: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasts:
    """A debtor's own past, that of his segment, and that of all debtors together."""

    own: Past
    alike: Past
    everybody: Past

    @property
    def late_of_segment(self) -> float:
        """Return the late share of the segment, drawn toward that of all."""
        return _drawn(self.alike, self.everybody.late / self.everybody.count)

    @property
    def late(self) -> float:
        """Return the debtor's late share, drawn toward his segment's."""
        return _drawn(self.own, self.late_of_segment)

    @property
    def told_by(self) -> Past:
        """Return whose days to go by: the first of debtor and segment with enough terms, else all."""
        enough = (past for past in (self.own, self.alike) if past.count >= OWN_HISTORY)
        return next(enough, self.everybody)


@dataclass(slots=True)
class _Settling:
    """The terms settled so far by somebody; `days` are kept in order."""

    days: list[int] = field(default_factory=list)
    late: int = 0

    def add(self, days: int) -> None:
        insort(self.days, days)
        self.late += days > 0

    def past(self) -> Past:
        if not self.days:
            return Past()
        cautious = self.days[min(len(self.days) - 1, int(_CAUTIOUS * len(self.days)))]
        return Past(
            count=len(self.days),
            late=self.late,
            days=float(median(self.days)),
            cautious_days=float(cautious),
        )


@dataclass(slots=True)
class History:
    """Everything settled so far, to be asked about one term at a time."""

    debtors: dict[Key, _Settling] = field(default_factory=lambda: defaultdict(_Settling))
    segments: dict[Key, _Settling] = field(default_factory=lambda: defaultdict(_Settling))
    everybody: _Settling = field(default_factory=_Settling)

    def add(self, settled: Settled) -> None:
        """Take in one settled term."""
        for past in (self.debtors[settled.debtor], self.segments[settled.segment], self.everybody):
            past.add(settled.days)

    def pasts(self, debtor: Key, segment: Key) -> Pasts | None:
        """Return what is known of `debtor`, his segment and all; None before anything was settled."""
        if not self.everybody.days:
            return None
        return Pasts(
            own=self.debtors[debtor].past(),
            alike=self.segments[segment].past(),
            everybody=self.everybody.past(),
        )

    def predict(self, debtor: Key, segment: Key) -> Prediction | None:
        """Return what the past says of `debtor`; None before anything was settled."""
        pasts = self.pasts(debtor, segment)
        return None if pasts is None else predicted(pasts)


def predicted(pasts: Pasts) -> Prediction:
    """Return what the pasts say: the debtor's own, drawn toward his segment while it is short."""
    told_by = pasts.told_by
    return Prediction(
        late=pasts.late,
        days=told_by.days,
        cautious_days=told_by.cautious_days,
        seen=pasts.own.count,
    )


def _drawn(past: Past, toward: float) -> float:
    """Return the late share of `past`, drawn toward another by as many as SHRINKAGE terms."""
    return (past.late + SHRINKAGE * toward) / (past.count + SHRINKAGE)


def by_date_of_issue(terms: Iterable[Settled], since: date) -> Iterator[tuple[Settled, History]]:
    """Yield each term issued from `since` on, with the history known on the day of its issue.

    The history yielded is the same object, grown from one to the next: look at it at once.
    """
    known, history = sorted(terms, key=lambda t: t.paid_on), History()
    place = 0
    for term in sorted((t for t in known if t.issued_on >= since), key=lambda t: t.issued_on):
        while place < len(known) and known[place].paid_on < term.issued_on:
            history.add(known[place])
            place += 1
        yield term, history


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good predictions were on `count` terms. `auc` is None where all were late, or none."""

    count: int
    late_share: float
    accuracy: float
    auc: float | None
    brier: float
    mean_error_days: float


def quality(told: Sequence[tuple[Prediction, int]]) -> Quality:
    """Return how well predictions agree with the days after the due date on which money came."""
    late = [days > 0 for _, days in told]
    chances = [prediction.late for prediction, _ in told]
    pairs = list(zip(chances, late, strict=True))
    return Quality(
        count=len(told),
        late_share=fmean(late),
        accuracy=fmean((chance >= 0.5) == was for chance, was in pairs),
        auc=_auc(pairs),
        brier=fmean((chance - was) ** 2 for chance, was in pairs),
        mean_error_days=fmean(abs(prediction.days - days) for prediction, days in told),
    )


def _auc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Return the chance that a late term was given a higher one than one in time; ties count half."""
    late = sum(was for _, was in pairs)
    in_time = len(pairs) - late
    if not late or not in_time:
        return None
    ranks: dict[float, list[bool]] = defaultdict(list)
    for chance, was in pairs:
        ranks[chance].append(was)
    below, won = 0, 0.0
    for chance in sorted(ranks):
        tied = ranks[chance]
        here = len(tied) - sum(tied)
        won += sum(tied) * (below + here / 2)
        below += here
    return won / (late * in_time)


Predictor = Callable[[Settled, History], Prediction | None]


def baseline(term: Settled, history: History) -> Prediction | None:
    """Return the prediction of the debtor's own past."""
    return history.predict(term.debtor, term.segment)


def measured(terms: Iterable[Settled], since: date, predictor: Predictor = baseline) -> Quality | None:
    """Return how good `predictor` is on the terms issued from `since` on; None where it says nothing."""
    told = [
        (prediction, term.days)
        for term, history in by_date_of_issue(terms, since)
        if (prediction := predictor(term, history)) is not None
    ]
    return quality(told) if told else None
