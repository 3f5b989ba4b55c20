"""Two forecasts of past weeks, beside the cash that came: the gate of the learned one, both ways."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from acquit.core.payer import Settled
from acquit.core.payer_days import PARTS
from acquit.core.payer_forecast import (
    AHEAD,
    FEWEST_ORIGINS,
    MOST_ORIGINS,
    by_model,
    by_past,
    cash_error,
    origins,
)
from acquit.core.payer_model import FEATURES, PayerModel, Weighed

START = date(2024, 1, 1)
SPLIT = date(2025, 1, 6)
NOTHING = (0.0,) * len(FEATURES)


def told(days: float, *, cautious: float | None = None) -> PayerModel:
    """Return a model that says the same of everybody: so many days, half of a day around."""
    flat = Weighed(start=days, weights=NOTHING, centre=NOTHING)
    return PayerModel(
        late=replace(flat, start=0.0), days=flat, spread=tuple((n - 9.5) / 20 for n in range(PARTS)),
        cautious_days=replace(flat, start=days + 1 if cautious is None else cautious),
    )  # fmt: skip


def paid_after(
    days: int, *, until: date = date(2025, 12, 31), every: int = 3, **more: object
) -> list[Settled]:
    """Return terms of some debtors, paid so many days after their due dates; before SPLIT thirty earlier."""
    found = []
    for n in range((until - START).days // every):
        issued = START + timedelta(days=every * n)
        due = issued + timedelta(days=30)
        late = days if issued >= SPLIT - timedelta(days=60) else days - 30
        found.append(
            Settled(
                debtor=n % 5, segment="s", issued_on=issued, due_on=due, amount=Decimal(100 + n % 7),
                paid_on=due + timedelta(days=late),
            )
        )  # fmt: skip
    return [replace(one, **more) for one in found]


def days_after(split: date) -> list[date]:
    return origins(split, until=date(2025, 12, 31), newest=date(2025, 12, 20))


def test_the_model_that_knows_the_days_misses_less_cash() -> None:
    found = cash_error(paid_after(20), told(20), days_after(SPLIT))
    assert found is not None
    assert found.learned < 0.25 < found.baseline
    assert found.learned_is_better


def test_the_model_that_is_wrong_misses_more_and_a_tie_keeps_the_simpler() -> None:
    found = cash_error(paid_after(20), told(75), days_after(SPLIT))
    assert found is not None
    assert found.learned > found.baseline
    assert not found.learned_is_better
    assert not replace(found, learned=found.baseline).learned_is_better


def test_origins_are_weekly_and_end_while_their_weeks_are_known() -> None:
    days = days_after(SPLIT)
    assert days[0] == SPLIT
    assert {(b - a).days for a, b in pairwise(days)} == {7}
    assert date(2025, 12, 31) - AHEAD - timedelta(days=7) < days[-1] <= date(2025, 12, 31) - AHEAD
    assert origins(SPLIT, until=date(2026, 12, 31), newest=date(2025, 1, 20))[-1] == date(2025, 1, 20)
    assert origins(SPLIT, until=SPLIT, newest=SPLIT) == []
    years = origins(SPLIT, until=date(2029, 1, 1), newest=date(2029, 1, 1))
    assert MOST_ORIGINS / 2 < len(years) <= MOST_ORIGINS
    assert {(b - a).days for a, b in pairwise(years)} == {28}


def test_a_forecast_of_nothing_misses_all_that_came() -> None:
    first = paid_after(20)[:40]
    found = cash_error(first, told(20), [first[0].issued_on + timedelta(days=n) for n in range(8)])
    assert found is not None
    assert (found.baseline, found.learned) == (1.0, 1.0), "nobody had paid yet"


def test_too_few_origins_judge_nothing() -> None:
    days = days_after(SPLIT)
    assert cash_error(paid_after(20), told(20), days[: FEWEST_ORIGINS - 1]) is None
    assert cash_error(paid_after(20), told(20), days[:FEWEST_ORIGINS]) is not None
    assert cash_error([], told(20), days) is None


def test_only_the_currency_of_most_terms_is_summed() -> None:
    euros = paid_after(20, currency="EUR")
    yen = [replace(t, currency="JPY", amount=t.amount * 1000) for t in euros[::3]]
    days = days_after(SPLIT)
    assert cash_error(euros, told(20), days) == cash_error(yen + euros, told(20), days)


def test_nothing_of_the_future_is_seen() -> None:
    """Whatever is paid on or after the origin may move: what was expected of that day stays."""
    on, model = date(2025, 6, 2), told(20)
    terms = paid_after(20)
    later = [t for t in terms if t.paid_on > on]
    days = [t.paid_on for t in later]
    random.Random(5).shuffle(days)
    moved = [t for t in terms if t.paid_on <= on]
    moved += [replace(t, paid_on=day) for t, day in zip(later, days, strict=True)]
    for way in (by_past, lambda known, day: by_model(known, model, day)):
        before, after = way(terms, on), way(moved, on)
        for term in terms:
            assert list(before(term).chances(-40)) == list(after(term).chances(-40))


def test_of_a_natural_person_the_model_hears_only_the_segment() -> None:
    own = Weighed(start=0.0, weights=tuple(float(name == "days") for name in FEATURES), centre=NOTHING)
    model = replace(told(0), days=own, cautious_days=replace(own, start=1.0))
    punctual = paid_after(30, every=9)
    slow = [replace(t, debtor="P", paid_on=t.paid_on + timedelta(days=60)) for t in punctual[:6]]
    on = date(2024, 12, 1)
    person = by_model(punctual + slow, model, on)(replace(slow[0], natural_person=True))
    firm = by_model(punctual + slow, model, on)(slow[0])
    assert min(day for day, _ in firm.chances(-40)) > 50
    assert max(day for day, _ in person.chances(-40)) < 20
