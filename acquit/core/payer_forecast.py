"""Whether cash is forecast better by the learned model: both forecasts on past days, beside what came.

On each day of origin both see only what was paid by then; the model learned from what was paid before the
first of them. What is compared is the cash of each week, summed over all debtors.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from acquit.core.forecast import ENOUGH, WEEKS, ExpectedDays, Lags, OpenTerm, forecast, week_of
from acquit.core.payer import History, Key, Past, Pasts, Settled
from acquit.core.payer_days import UsualDays
from acquit.core.payer_model import PayerModel

#: How far back the baseline looks at what was paid.
PAST = timedelta(days=730)
#: The weeks of an origin must be over before it is judged.
AHEAD = timedelta(weeks=WEEKS)
#: Fewer origins judge nothing; more cost time.
FEWEST_ORIGINS, MOST_ORIGINS = 4, 53

Expected = Callable[[Settled], ExpectedDays]


@dataclass(frozen=True, slots=True, kw_only=True)
class CashError:
    """By how much weekly cash was missed, per unit of cash that came, on `origins` days from `first` on.

    0.2: what the weeks missed adds up to a fifth of the cash.
    """

    first: date
    last: date
    origins: int
    baseline: float
    learned: float

    @property
    def learned_is_better(self) -> bool:
        """Tell whether the learned model missed less; a tie keeps what is simpler."""
        return self.learned < self.baseline


def origins(first: date, *, until: date, newest: date) -> list[date]:
    """Return the days to judge forecasts on, one a week from `first` on, or fewer over more than a year.

    Their weeks are over on `until`, and invoices were still issued: the `newest` one is not before them.
    """
    last = min(until - AHEAD, newest)
    weeks = max(0, (last - first).days // 7 + 1)
    return [first + timedelta(weeks=n) for n in range(0, weeks, ceil(weeks / MOST_ORIGINS) or 1)]


def cash_error(terms: Sequence[Settled], model: PayerModel, days: Sequence[date]) -> CashError | None:
    """Return how far both forecasts missed on these days of origin; None for too few, or where nothing came.

    Only the currency of most terms is looked at: sums of two would say nothing.
    """
    currency = Counter(term.currency for term in terms).most_common(1)
    of = [term for term in terms if term.currency == currency[0][0]] if currency else []
    came, missed = 0.0, [0.0, 0.0]
    for on in days:
        open_ = [term for term in of if term.issued_on <= on < term.paid_on]
        actual = _came(open_, on)
        came += sum(actual.values())
        for way, expected in enumerate((by_past(of, on), by_model(terms, model, on))):
            missed[way] += _missed(open_, on, expected, actual)
    if len(days) < FEWEST_ORIGINS or not came:
        return None
    return CashError(
        first=days[0], last=days[-1], origins=len(days), baseline=missed[0] / came, learned=missed[1] / came
    )


def _came(open_: Sequence[Settled], on: date) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for term in open_:
        found[week_of(on, term.paid_on)] += float(term.amount)
    return {week: amount for week, amount in found.items() if week < WEEKS}


def _missed(open_: Sequence[Settled], on: date, expected: Expected, actual: dict[int, float]) -> float:
    told = forecast(
        [OpenTerm(currency="", due_on=t.due_on, open=t.amount, days=expected(t)) for t in open_], on, kept=1.0
    )
    weeks = [week.expected for week in told.get("", ())] or [0.0] * WEEKS
    return sum(abs(cash - actual.get(week, 0.0)) for week, cash in enumerate(weeks))


def by_past(terms: Sequence[Settled], on: date) -> Expected:
    """Return the baseline of that day: of debtor, segment and all the first with enough paid terms."""
    seen: dict[Key, Counter[int]] = defaultdict(Counter)
    for term in terms:
        if on - PAST < term.paid_on <= on:
            for whose in (("debtor", term.debtor), ("segment", term.segment), "all"):
                seen[whose][term.days] += 1
    lags = {whose: Lags(days) for whose, days in seen.items() if whose == "all" or days.total() >= ENOUGH}
    nothing = Lags({})

    def expected(term: Settled) -> ExpectedDays:
        whose = (("debtor", term.debtor), ("segment", term.segment), "all")
        return next((lags[one] for one in whose if one in lags), nothing)

    return expected


def by_model(terms: Sequence[Settled], model: PayerModel, on: date) -> Expected:
    """Return what the model says from the pasts of that day; of a natural person by his segment's."""
    history = History()
    for term in terms:
        if term.paid_on < on:
            history.add(term)
    known: dict[Key, UsualDays] = {}

    def expected(term: Settled) -> ExpectedDays:
        whose = term.segment if term.natural_person else (term.debtor, term.segment)
        if whose not in known:
            pasts = history.pasts(term.debtor, term.segment)
            if pasts is None:
                return Lags({})
            known[whose] = model.usual_days(of_segment(pasts) if term.natural_person else pasts)
        return known[whose]

    return expected


def of_segment(pasts: Pasts) -> Pasts:
    """Return the pasts of somebody of the segment of whom nothing is known."""
    return Pasts(own=Past(), alike=pasts.alike, everybody=pasts.everybody)
