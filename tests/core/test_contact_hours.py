"""Calls and SMS toward consumers wait for hours that disturb nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from acquit.core.calendar import Calendar
from acquit.core.contact_hours import next_moment

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(holidays=frozenset({date(2026, 11, 11)}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(24, 10), at(24, 10)), (at(24, 7), at(24, 9)), (at(24, 12, 30), at(24, 14)),
        (at(24, 18), at(25, 9)), (at(27, 19), at(30, 9)), (at(28, 10), at(30, 9)), (at(10, 19), at(12, 9)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["phone", "sms"])
def test_a_consumer_is_disturbed_in_the_hours_only(now: datetime, then: datetime, channel: str) -> None:
    for calendar in (CALENDAR, Calendar(every_day=True, holidays=CALENDAR.holidays)):
        got = next_moment(now.astimezone(UTC), channel, "consumer", "FR", PARIS, calendar)
        assert got == then


@pytest.mark.parametrize(
    ("channel", "kind"), [("email", "consumer"), ("letter", "consumer"), ("phone", "business")]
)
def test_nothing_else_waits(channel: str, kind: str) -> None:
    assert next_moment(at(28, 22), channel, kind, "FR", PARIS, CALENDAR) == at(28, 22)
