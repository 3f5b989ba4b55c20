"""The lot that draws who gets which text, and what the outcome proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.experiment import Comparison, Share, arm


def test_half_of_the_debtors_each_and_another_half_next_time():
    first, second = ([arm(experiment, debtor) for debtor in range(4000)] for experiment in (1, 2))
    assert 1850 < first.count("B") < 2150
    same = sum(a == b for a, b in zip(first, second, strict=True))
    assert 1850 < same < 2150


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 10, 0.0, 0.2775), (1, 1, 0.2065, 1.0)]
)
def test_wilsons_bounds(count, of, low, high):
    """81 of 263 is the example of Newcombe 1998."""
    share = Share(count=count, of=of)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_newcombes_bounds_of_a_difference():
    """56 of 70 against 48 of 80, method 10 of the same study: 0.0524 to 0.3339."""
    found = Comparison(a=Share(count=48, of=80), b=Share(count=56, of=70))
    assert found.bounds is not None
    assert tuple(round(bound, 4) for bound in found.bounds) == (0.0524, 0.3339)
    assert found.verdict == "b"
    assert Comparison(a=found.b, b=found.a).verdict == "a"


def test_few_or_equal_prove_nothing():
    assert Comparison(a=Share(count=0, of=0), b=Share(count=5, of=5)).verdict == "too_few"
    assert Comparison(a=Share(count=0, of=49), b=Share(count=49, of=49)).verdict == "too_few"
    assert Comparison(a=Share(count=30, of=60), b=Share(count=33, of=60)).verdict == "no_difference"


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_within_its_bounds(count, of):
    share = Share(count=min(count, of), of=of)
    assert share.value is not None
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1
