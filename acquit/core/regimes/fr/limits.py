"""Days that French law sets a creditor: to declare a claim, to be relieved, to have an order served."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from acquit.core.terms import add_months

_SATURDAY = 5
_DAY = timedelta(days=1)
_DECLARE_MONTHS = 2
_RELIEF_MONTHS = 6
#: Décret 2026-96 of 16 February 2026: for orders made from this day on, three months instead of six.
_SERVED_SOONER_SINCE = date(2026, 9, 1)


def ends_on(start: date, months: int, holidays: Collection[date] = ()) -> date:
    """Return the last day of a limit of procedure counted in months (CPC 641 and 642).

    The same day number, or the last day of the month; from a Saturday, a Sunday or a holiday it moves to
    the next working day. Payment terms never move so.

    >>> ends_on(date(2026, 12, 31), 2), ends_on(date(2026, 10, 14), 2)
    (datetime.date(2027, 3, 1), datetime.date(2026, 12, 14))
    """
    day = add_months(start, months)
    while day.weekday() >= _SATURDAY or day in holidays:
        day += _DAY
    return day


def declare_until(
    published_on: date, *, creditor_abroad: bool = False, holidays: Collection[date] = ()
) -> date:
    """Return the last day to declare a claim to the judgment's officer (C. com. R622-24).

    Two months from the publication in the BODACC, not from the judgment; two more for a creditor
    outside metropolitan France. The day of posting counts.

    >>> declare_until(date(2026, 10, 12)), declare_until(date(2026, 10, 14), creditor_abroad=True)
    (datetime.date(2026, 12, 14), datetime.date(2027, 2, 15))
    """
    return ends_on(published_on, _DECLARE_MONTHS * (2 if creditor_abroad else 1), holidays)


def relief_until(published_on: date, holidays: Collection[date] = ()) -> date:
    """Return the last day to ask for relief from having declared too late (C. com. L622-26).

    >>> relief_until(date(2026, 10, 14))
    datetime.date(2027, 4, 14)
    """
    return ends_on(published_on, _RELIEF_MONTHS, holidays)


def serve_order_until(ordered_on: date, holidays: Collection[date] = ()) -> date:
    """Return the last day to have an injonction de payer served; later it is void (CPC 1411).

    >>> serve_order_until(date(2026, 8, 28)), serve_order_until(date(2026, 9, 2))
    (datetime.date(2027, 3, 1), datetime.date(2026, 12, 2))
    """
    return ends_on(ordered_on, 3 if ordered_on >= _SERVED_SOONER_SINCE else 6, holidays)
