"""How old a feed may be."""

from __future__ import annotations

import doctest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from acquit.core import freshness
from acquit.core.calendar import Calendar
from acquit.core.freshness import KINDS, Feed, filled_by, too_old

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def feed(newest_on: date, days: int = 3, kind: str = "bank") -> Feed:
    return Feed(key=kind, kind=kind, newest_on=newest_on, days=days)


def test_examples_hold() -> None:
    result = doctest.testmod(freshness)
    assert result.attempted
    assert not result.failed


def test_each_kind_of_file_fills_one_feed() -> None:
    files = [file for kind in KINDS.values() for file in kind.files]
    assert len(files) == len(set(files))
    assert {filled_by(file) for file in files} == set(KINDS)


def test_weekends_and_holidays_make_nothing_older() -> None:
    armistice = Calendar(holidays=frozenset({date(2026, 11, 11)}))
    tuesday = feed(date(2026, 11, 10), days=1)
    assert too_old([tuesday], armistice, date(2026, 11, 12)) == ()
    assert too_old([tuesday], Calendar(), date(2026, 11, 12)) == (tuesday,)
    friday = feed(date(2026, 11, 13), days=1)
    assert too_old([friday], Calendar(), date(2026, 11, 16)) == ()
    assert too_old([friday], Calendar(), date(2026, 11, 17)) == (friday,)


@given(newest=DAYS, days=st.integers(1, 30), later=st.integers(0, 90))
def test_what_is_too_old_stays_so_and_news_mends_it(newest: date, days: int, later: int) -> None:
    one, today = feed(newest, days), newest + timedelta(days=later)
    if too_old([one], Calendar(), today):
        assert later > days
        assert too_old([one], Calendar(), today + timedelta(days=1))
        assert not too_old([feed(today, days)], Calendar(), today)
    else:
        assert not too_old([feed(newest, days + 1)], Calendar(), today)
