"""The numbers of the trade, on the data set of the domain study and on what must not be divided by."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from acquit.core.measures import Delay, Sales, collection_effectiveness, delays, dso, dso_count_back, share
from acquit.core.months import Month, indicators, month_ends


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
