"""Twenty days tell when a debtor pays: those that were seen, and what of them a month leaves unpaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.forecast import Lags
from acquit.core.payer_days import PARTS, SOON_DAYS, UsualDays, twentieths

seen = st.lists(st.integers(-60, 200), min_size=1, max_size=60).map(sorted)


@given(days=seen)
def test_twentieths_are_days_that_were_seen_in_their_order(days: list[int]) -> None:
    told = twentieths(days)
    assert len(told) == PARTS
    assert list(told) == sorted(told)
    assert set(told) <= set(days)
    if len(days) == PARTS:
        assert list(told) == days


@given(days=seen, age=st.integers(-60, 260))
def test_what_is_at_risk_is_what_the_forecast_leaves_beyond_a_month(days: list[int], age: int) -> None:
    usual = UsualDays(days=twentieths(days), weight=len(days))
    soon = sum(chance for day, chance in usual.chances(age) if day <= age + SOON_DAYS)
    assert usual.at_risk(age) == pytest.approx(1 - soon)
    assert 0 < usual.at_risk(age) <= 1


def test_twenty_terms_are_told_as_the_past_tells_them() -> None:
    days = list(range(-5, 15))
    usual = UsualDays(days=twentieths(days), weight=len(days))
    assert dict(usual.chances(3)) == pytest.approx(dict(Lags(dict.fromkeys(days, 1)).chances(3)))


def test_who_always_pays_soon_is_hardly_at_risk_and_who_is_overdue_beyond_all_he_did_is() -> None:
    punctual = UsualDays(days=(2,) * PARTS, weight=40)
    assert punctual.at_risk(0) == pytest.approx(1 / 41)
    assert punctual.at_risk(2) == 1.0
