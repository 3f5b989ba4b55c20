"""Rates that a person enters: what they give, what they contradict, and which are missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.core.money import Money
from acquit.core.regimes import SERIES, regime
from acquit.core.regimes.base import HalfYear, MissingRate
from acquit.core.regimes.entered import Entry, NotARate, by_series, check, gaps, with_rates
from acquit.core.regimes.interest import Debt, late_interest

NEXT = HalfYear(2027, 1)


def entry(series: str = "ecb", percent: str = "2.40", half: HalfYear = NEXT, source: str = "BCE") -> Entry:
    return Entry(
        series=series, half_year=half, percent=Decimal(percent), source=source, read_on=date(2027, 1, 2)
    )


def test_an_entered_semester_is_used_and_named_as_its_source() -> None:
    debt = Debt(amount=Money(Decimal(36500), "EUR"), due=date(2026, 12, 31))
    with pytest.raises(MissingRate, match="2027 S1"):
        late_interest(regime("FR", "business"), debt, date(2027, 1, 10))
    law = with_rates(regime("FR", "business"), by_series([entry()]))
    claim = late_interest(law, debt, date(2027, 1, 10))
    assert claim.interest == Money(Decimal("124.00"), "EUR")
    assert [read.source for read in claim.read_from()] == ["BCE"]


@pytest.mark.parametrize(
    ("country", "kind", "series", "rate"),
    [
        ("FR", "business", "ecb", "12.40"), ("FR", "public", "ecb", "10.40"),
        ("FR", "consumer", "fr_legal", "2.40"), ("DE", "business", "de_base", "11.40"),
        ("AT", "business", "at_base", "11.60"), ("BE", "business", "ecb", "10.5"),
        ("NL", "consumer", "nl_consumer", "2.40"), ("GB", "business", "gb_bank", "10.40"),
        ("IT", "business", "ecb", "10.40"),
    ],
)  # fmt: skip
def test_every_law_reads_what_was_entered(country: str, kind: str, series: str, rate: str) -> None:
    law = with_rates(regime(country, kind), by_series([entry(series)]))
    assert law.rate(NEXT).percent == Decimal(rate)


def test_the_floor_reads_it_too() -> None:
    law = with_rates(regime("FR", "business"), by_series([entry("fr_legal", "3.00")]))
    assert law.clause_floor(NEXT) == Decimal("9.00")


def test_a_shipped_value_is_not_contradicted_in_silence() -> None:
    said = check(entry(percent="2.15", half=HalfYear(2026, 2)))
    assert said is not None
    assert (said.shipped, said.entered) == (Decimal("2.40"), Decimal("2.15"))
    assert check(entry(half=HalfYear(2026, 2))) is None


@pytest.mark.parametrize(
    "wrong",
    [entry("euribor"), entry(percent="240"), entry(half=HalfYear(2027, 3)), entry(source="  ")],
)
def test_what_is_no_rate(wrong: Entry) -> None:
    with pytest.raises(NotARate):
        check(wrong)


def test_a_missing_semester_is_spoken_of_thirty_days_before() -> None:
    assert gaps({}, date(2026, 12, 1)) == ()
    assert {gap.series for gap in gaps({}, date(2026, 12, 2))} == set(SERIES)
    assert gaps(by_series([entry()]), date(2026, 12, 2), ["ecb"]) == ()
    assert [(str(g.half_year), g.days) for g in gaps({}, date(2027, 1, 1), ["ecb"])] == [("2027 S1", 0)]


def test_the_year_of_a_creditor() -> None:
    law = with_rates(regime("FR", "business"), {}, year_basis=366)
    debt = Debt(amount=Money(Decimal(36600), "EUR"), due=date(2026, 7, 31))
    assert late_interest(law, debt, date(2026, 8, 10)).interest.amount == Decimal("124.00")
