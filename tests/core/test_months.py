"""The numbers of the trade, on the data set of the domain study and on what must not be divided by."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.core.forecast import Lags, week_of
from acquit.core.ledger import CreditNote, Invoice, Ledger, Term
from acquit.core.measures import Delay, Sales, collection_effectiveness, delays, dso, dso_count_back, share
from acquit.core.months import Month, indicators, month_ends, months
from acquit.core.promises import Outcome, Promised


def month(end: date, sales: int, receivable: int, not_due: int = 0) -> Month:
    return Month(
        end=end, receivable=Decimal(receivable), open=Decimal(receivable), not_due=Decimal(not_due),
        sales=Decimal(sales),
    )  # fmt: skip


QUARTER = (
    month(date(2026, 7, 31), 180_000, 190_000),
    month(date(2026, 8, 31), 190_000, 200_000),
    month(date(2026, 9, 30), 170_000, 180_000, 126_000),
)


def test_the_data_set_of_the_study() -> None:
    found = indicators(QUARTER)[-1]
    figures = (
        found.dso, found.dso_count_back, found.best_possible_dso, found.delinquent_days,
        found.effectiveness, found.late_rate,
    )  # fmt: skip
    rounded = [str(round(figure, 2)) for figure in figures if figure is not None]
    assert rounded == ["30.67", "31.63", "21.47", "9.20", "77.87", "30.00"]


def test_count_back_reaches_into_the_month_that_is_not_exhausted() -> None:
    def back(owed: int, *months: tuple[int, int]) -> str:
        days = dso_count_back(Decimal(owed), [Sales(Decimal(sold), n) for sold, n in months])
        return "None" if days is None else str(round(days, 2))

    assert back(2_500, (1_200, 30), (800, 31), (700, 30)) == "82.43"
    assert back(20_000, (12_500, 30), (10_000, 31), (6_000, 30)) == "53.25"
    assert back(0, (100, 30)) == "0.00"
    assert back(100, (100, 30)) == "30.00"
    assert back(100, (0, 30), (200, 31)) == "45.50"
    assert back(101, (100, 30)) == "None"
    assert back(100, (-50, 30), (300, 31)) == "45.50", "a month of credit notes makes more to exhaust"


def test_what_cannot_be_measured_has_no_number() -> None:
    assert dso(Decimal(100), [Sales(Decimal(0), 30)]) is None
    assert share(Decimal(0), Decimal(0)) is None
    assert collection_effectiveness(*map(Decimal, (0, 0, 0, 0))) is None
    assert delays([]) is None
    assert indicators([month(date(2026, 1, 31), 0, 0)])[0].effectiveness is None


def test_delays_keep_what_came_early() -> None:
    found = delays([Delay(Decimal(100), -5)])
    assert found is not None
    assert (found.mean, found.weighted, found.late_mean) == (-5, -5, None)


def test_month_ends_count_back_over_a_year() -> None:
    ends = month_ends(date(2024, 3, 31), 14)
    assert (ends[0], ends[-2], ends[-1]) == (date(2023, 2, 28), date(2024, 2, 29), date(2024, 3, 31))


def test_the_simple_dso_looks_at_three_months_whatever_went_before() -> None:
    found = indicators((month(date(2026, 6, 30), 10**6, 0), *QUARTER))[-1]
    figures = (found.dso, found.best_possible_dso, found.delinquent_days)
    assert [str(round(figure, 2)) for figure in figures if figure] == ["30.67", "21.47", "9.20"]


def test_a_month_from_its_first_day_to_its_last() -> None:
    def invoice(key: int, issued: date, due: date) -> Invoice:
        term = Term(key=key, due_on=due, amount=Decimal(10**key))
        return Invoice(key=key, account=1, currency="EUR", issued_on=issued, terms=(term,))

    first, last = date(2026, 9, 1), date(2026, 9, 30)
    note = {"account": 1, "currency": "EUR", "amount": Decimal(3)}
    ledger = Ledger(
        invoices=(
            invoice(1, date(2026, 8, 31), date(2026, 9, 29)), invoice(2, first, last),
            invoice(3, last, date(2026, 10, 1)), invoice(4, date(2026, 10, 1), date(2026, 10, 1)),
        ),
        credit_notes=(
            CreditNote(key=1, issued_on=first, **note),
            CreditNote(key=2, issued_on=first, cancelled_on=last, **note),
            CreditNote(key=3, issued_on=last, cancelled_on=date(2026, 10, 1), **note),
        ),
    )  # fmt: skip
    (found,) = months(ledger, [last])["EUR"]
    assert (found.sales, found.receivable) == (1100 - 6, 1110 - 6)
    assert (found.open, found.not_due, found.overdue) == (1110, 1100, 10)


def test_the_first_week_begins_the_day_after() -> None:
    on = date(2026, 9, 30)
    days = (1, 7, 8, 14, 15)
    assert [week_of(on, date.fromordinal(on.toordinal() + n)) for n in days] == [0, 0, 1, 1, 2]


def test_what_is_unpaid_at_an_age_is_paid_later_than_it() -> None:
    assert list(Lags({5: 3, 6: 1}).chances(5)) == [(6, 0.5)]


def test_a_promise_is_broken_only_once_its_grace_is_over() -> None:
    day = date(2026, 10, 2)
    word = Promised(until=date(2026, 9, 30), deadline=day, amount=Decimal(10), paid=Decimal("9.99"))
    assert word.outcome(day) is Outcome.RUNNING
    assert word.outcome(date(2026, 10, 3)) is Outcome.BROKEN
