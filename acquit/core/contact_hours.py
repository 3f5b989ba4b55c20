"""When a consumer may be called or sent an SMS about a debt: by country, cautious where no law says.

The French decree on canvassing (2022-1313) is about selling, not about collecting, and no statute names
hours for that; harassment is punished (C. pén. 222-16, 222-33-2-2). The hours here are ours, narrower
than the decree's. Belgium forbids 22:00 to 08:00 (Livre XIX CDE).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from acquit.core.calendar import Calendar
from acquit.core.regimes.base import Confidence

#: Channels that reach a person at once, wherever he is.
DISTURBING: Final = frozenset({"phone", "sms"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Stretches of a working day, local time, within which a consumer may be disturbed."""

    spans: tuple[tuple[time, time], ...]
    source: str
    confidence: Confidence


CAUTIOUS: Final = Hours(
    spans=((time(9), time(12)), (time(14), time(18))),
    source="our own rule: no law names hours for amicable recovery",
    confidence=Confidence.UNCERTAIN,
)
BY_COUNTRY: Final[Mapping[str, Hours]] = {
    "BE": Hours(
        spans=((time(9), time(12)), (time(14), time(18))),
        source="Livre XIX CDE forbids 22:00 to 08:00; within it our own rule",
        confidence=Confidence.ONE_SOURCE,
    ),
}


def hours_of(country: str) -> Hours:
    """Return the hours of a country."""
    return BY_COUNTRY.get(country, CAUTIOUS)


def next_moment(  # noqa: PLR0917  who, how, and when
    now: datetime, channel: str, kind: str, country: str, zone: tzinfo, calendar: Calendar
) -> datetime:
    """Return the first moment from `now` on at which `channel` may reach a debtor of `kind` in `country`.

    Only calls and SMS toward consumers wait: on a working day of the debtor's, never a Sunday, even
    where the creditor works every day.
    """
    if channel not in DISTURBING or kind != "consumer":
        return now
    local, spans = now.astimezone(zone), hours_of(country).spans
    day = local.date()
    while True:
        if day.weekday() < 5 and calendar.next_working(day) == day and day not in calendar.holidays:
            for opens, closes in spans:
                start, end = (datetime.combine(day, at, tzinfo=zone) for at in (opens, closes))
                if local < end:
                    return max(now, start.astimezone(now.tzinfo))
        day = _next(day)
        local = datetime.combine(day, time.min, tzinfo=zone)


def _next(day: date) -> date:
    return day + timedelta(days=1)
