"""Working days and sending hours: F-11 and F-12."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.calendar import EVERY_DAY, Calendar, SendingWindow
from tests.core.cases import WEEKDAYS, searched

PARIS, REUNION, MONTREAL = map(ZoneInfo, ("Europe/Paris", "Indian/Reunion", "America/Montreal"))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # over 1 May and the weekend
        (date(2026, 5, 4), -1, date(2026, 4, 30)),
        (date(2026, 4, 30), 0, date(2026, 4, 30)),
        (date(2026, 5, 2), 0, date(2026, 5, 2)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2027, 2, 26), 1, date(2027, 3, 1)),
        (date(2026, 3, 27), 1, date(2026, 3, 30)),  # over the hour lost
    ],
)
def test_working_days_are_counted_over_what_is_none(start: date, days: int, expected: date) -> None:
    assert WEEKDAYS.add_working_days(start, days) == expected


def test_quiet_periods_are_no_working_days_even_where_every_day_is() -> None:
    august = Calendar(every_day=True, quiet=((date(2026, 8, 1), date(2026, 8, 15)),))
    assert august.next_working(date(2026, 8, 1)) == date(2026, 8, 16)
    assert august.is_working(date(2026, 7, 31))


@searched
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 40))
def test_there_and_back(start: date, days: int) -> None:
    start = WEEKDAYS.next_working(start)
    there = WEEKDAYS.add_working_days(start, days)
    assert WEEKDAYS.is_working(there)
    assert WEEKDAYS.add_working_days(there, -days) == start


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        # 07:00 in Paris is 09:00 in Réunion (summer) and 01:00 in Montréal
        (datetime(2026, 6, 3, 5, 0, tzinfo=UTC), PARIS, datetime(2026, 6, 3, 6, 0, tzinfo=UTC)),
        (datetime(2026, 6, 3, 5, 0, tzinfo=UTC), REUNION, datetime(2026, 6, 3, 5, 0, tzinfo=UTC)),
        (datetime(2026, 6, 3, 5, 0, tzinfo=UTC), MONTREAL, datetime(2026, 6, 3, 12, 0, tzinfo=UTC)),
        # closed at 19:00 sharp: the next day, and over a weekend
        (datetime(2026, 6, 3, 17, 0, tzinfo=UTC), PARIS, datetime(2026, 6, 4, 6, 0, tzinfo=UTC)),
        (datetime(2026, 6, 5, 17, 0, tzinfo=UTC), PARIS, datetime(2026, 6, 8, 6, 0, tzinfo=UTC)),
        (datetime(2026, 6, 6, 3, 0, tzinfo=UTC), PARIS, datetime(2026, 6, 8, 6, 0, tzinfo=UTC)),
        # the Friday before the hour lost, the Friday before the hour won: eight on the wall clock
        (datetime(2026, 3, 27, 20, 0, tzinfo=UTC), PARIS, datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 20, 0, tzinfo=UTC), PARIS, datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
    ],
)
def test_f12_messages_leave_in_the_debtor_s_office_hours(
    now: datetime, zone: ZoneInfo, expected: datetime
) -> None:
    assert SendingWindow().next_slot(now, zone, Calendar()) == expected


def test_f11_an_hour_that_does_not_exist_is_not_waited_for() -> None:
    night = SendingWindow(time(2, 30), time(4, 0))
    slot = night.next_slot(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), PARIS, EVERY_DAY)
    assert slot == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@searched
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from((PARIS, REUNION, MONTREAL)),
)
def test_the_next_slot_lies_ahead_in_the_window_on_a_working_day(now: datetime, zone: ZoneInfo) -> None:
    window = SendingWindow()
    slot = window.next_slot(now, zone, WEEKDAYS)
    local = slot.astimezone(zone)
    assert now <= slot < now + timedelta(days=6)
    assert window.opens <= local.time() < window.closes
    assert WEEKDAYS.is_working(local.date())
    assert window.next_slot(slot, zone, WEEKDAYS) == slot
