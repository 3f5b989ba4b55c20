"""What a debtor's past says of his next payment: without a look into the future, and how good it is."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.payer import History, Settled, baseline, by_date_of_issue, measured

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "ar_history" / "WA_Fn-UseC_-Accounts-Receivable.csv"
START = date(2025, 1, 1)


def settled(debtor: str, days: int, *, due: date = START, amount: str = "100") -> Settled:
    return Settled(
        debtor=debtor, segment="any", issued_on=due - timedelta(days=30), due_on=due,
        paid_on=due + timedelta(days=days), amount=Decimal(amount),
    )  # fmt: skip


@pytest.fixture(scope="module")
def public() -> list[Settled]:
    """Every invoice of the public data set."""
    if not PUBLIC.exists():
        pytest.skip(f"{PUBLIC} is not here")

    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()

    with PUBLIC.open() as file:
        return [
            Settled(
                debtor=row["customerID"], segment="", issued_on=day(row["InvoiceDate"]),
                due_on=day(row["DueDate"]), paid_on=day(row["SettledDate"]),
                amount=Decimal(row["InvoiceAmount"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "count", "meant"),
    [
        (date(2013, 7, 1), 536, ("0.810", "0.851", "0.143")),
        (date(2013, 10, 1), 208, ("0.769", "0.820", "0.154")),
    ],
)
def test_the_quality_that_the_study_found(
    public: list[Settled], since: date, count: int, meant: tuple[str, str, str]
) -> None:
    found = measured(public, since)
    assert found is not None
    assert found.auc is not None
    figures = tuple(f"{figure:.3f}" for figure in (found.accuracy, found.auc, found.brier))
    assert (found.count, figures) == (count, meant)


@pytest.mark.parametrize(
    ("since", "own", "everybody"), [(date(2013, 7, 1), 2.10, 2.29), (date(2013, 10, 1), 2.01, 1.77)]
)
def test_the_error_in_days_that_the_study_found(
    public: list[Settled], since: date, own: float, everybody: float
) -> None:
    """The data set counts early payments as in time; so does this comparison of its two medians."""
    errors: list[tuple[float, float]] = []
    for term, history in by_date_of_issue(public, since):
        late = max(0, term.days)
        his = [max(0, days) for days in history.debtors[term.debtor].days] or [0]
        all_of_them = [max(0, days) for days in history.everybody.days]
        errors.append((abs(median(his) - late), abs(median(all_of_them) - late)))
    assert [round(fmean(column), 2) for column in zip(*errors, strict=True)] == [own, everybody]


def test_what_happens_later_changes_no_prediction(public: list[Settled]) -> None:
    """Whatever the future holds, a term issued before it is predicted the same."""
    since, until = date(2013, 7, 1), date(2013, 8, 1)
    told = [
        (term, baseline(term, history))
        for term, history in by_date_of_issue(public, since)
        if term.issued_on < until
    ]
    moved = [
        replace(term, paid_on=term.paid_on + timedelta(days=77)) if term.paid_on >= until else term
        for term in public
    ]
    again = [
        baseline(term, history) for term, history in by_date_of_issue(moved, since) if term.issued_on < until
    ]
    assert [prediction for _, prediction in told] == again


def test_little_history_is_drawn_toward_the_others() -> None:
    history = History()
    assert history.predict("A", "any") is None
    for n in range(20):
        history.add(settled("others", 10 if n % 2 else 0))
    unknown, late = history.predict("A", "any"), None
    history.add(settled("A", 12))
    late = history.predict("A", "any")
    assert unknown is not None
    assert late is not None
    assert unknown.late == pytest.approx(0.5)
    assert unknown.late < late.late < 0.65
    assert (late.seen, late.days) == (1, 10.0)
    for _ in range(4):
        history.add(settled("A", 20))
    known = history.predict("A", "any")
    assert known is not None
    assert (known.days, known.cautious_days, known.seen) == (20.0, 20.0, 5)


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(-20, 60), st.integers(0, 300)), min_size=2, max_size=30
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_terms_come_does_not_matter(
    told: list[tuple[str, int, int]], chance: object
) -> None:
    terms = [settled(who, days, due=START + timedelta(days=n)) for who, days, n in told]
    mixed = list(terms)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    since = START - timedelta(days=60)
    one, two = (measured(order, since) for order in (terms, mixed))
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert one.count == two.count
        assert one.brier == pytest.approx(two.brier)
        assert one.auc == two.auc or one.auc == pytest.approx(two.auc)
        assert 0 <= one.brier <= 1
