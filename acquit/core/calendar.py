"""Working days and sending hours. The date of a contact shifts; the law never does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a creditor writes to a debtor.

    `holidays` are those of the creditor's and of the debtor's country and region together;
    `quiet` are periods (first day, last day) in which the creditor prefers silence.
    """

    every_day: bool = False
    holidays: frozenset[date] = frozenset()
    quiet: tuple[tuple[date, date], ...] = ()

    def is_working(self, day: date) -> bool:
        """Tell whether a contact may leave on `day`."""
        if self.quiet and any(first <= day <= last for first, last in self.quiet):
            return False
        return self.every_day or (day.weekday() < 5 and day not in self.holidays)

    def next_working(self, day: date) -> date:
        """Return `day` if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, days: int) -> date:
        """Return the day that lies `days` working days after `day` (before it when negative).

        >>> Calendar().add_working_days(date(2026, 3, 2), 3)  # Monday to Thursday
        datetime.date(2026, 3, 5)
        """
        step = _DAY if days >= 0 else -_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working(day):
                day += step
        return day


EVERY_DAY = Calendar(every_day=True)


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """The hours of the debtor's day in which a message may leave; `closes` is exclusive."""

    opens: time = time(8, 0)
    closes: time = time(19, 0)

    def next_slot(self, now: datetime, zone: tzinfo, calendar: Calendar) -> datetime:
        """Return the first moment, in UTC and not before `now`, that lies in the window.

        Works on the debtor's wall clock, so that the hour lost or won at a change of summer
        time moves no contact to another day (F-11, F-12).
        """
        local = now.astimezone(zone)
        day, hour = local.date(), local.time().replace(tzinfo=None)
        if calendar.is_working(day) and self.opens <= hour < self.closes:
            return now.astimezone(UTC)
        if hour >= self.opens:
            day += _DAY
        day = calendar.next_working(day)
        return datetime.combine(day, self.opens, tzinfo=zone).astimezone(UTC)
