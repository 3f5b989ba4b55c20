"""Days that French law sets: to declare a claim, to be relieved, to serve an order, to oppose it, to pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from acquit.core.terms import add_months

_SATURDAY = 5
_DAY = timedelta(days=1)
_DECLARE_MONTHS = 2
_RELIEF_MONTHS = 6
#: Décret 2026-96 of 16 February 2026: for orders made from this day on, three months instead of six to serve
#: them, and two months before they may be enforced.
_REFORMED_SINCE = date(2026, 9, 1)
_OPPOSE_MONTHS = 1
_ENFORCE_MONTHS = 2
_SURCHARGE_MONTHS = 2
_TITLE_YEARS = 10
#: Art. L313-3 C. mon. fin.: points that a judgment's interest gains once two months have passed.
SURCHARGE: Final = Decimal(5)
#: Art. R2192-36 CCP: days that a public buyer has to pay the interest once the principal is paid.
_PUBLIC_INTEREST_DAYS = 45
#: Months and days before an order can no longer be served at which a person is told again.
_TELL_MONTHS, _TELL_DAYS = 1, 7
#: Art. R124-6 CPCE: who collects for another passes on what he received within a month.
_PASS_ON_MONTHS = 1
#: Art. 1343-5 C. civ.: the most that a judge may defer a debt.
GRACE_YEARS: Final = 2
#: Art. L125-1 CPCE: the most that the simplified procedure takes; not between merchants since 25 April 2026.
SMALL_CLAIM: Final = Decimal(5000)
#: Art. 853 and 761 CPC: above it an opposed order needs a lawyer.
LAWYER_ABOVE: Final = Decimal(10000)


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
    return ends_on(ordered_on, 3 if ordered_on >= _REFORMED_SINCE else 6, holidays)


ServingStage = Literal["", "month", "week", "void"]


def serving_stage(until: date, today: date) -> ServingStage:
    """Return how near the last day to serve an order is; empty while it is far, «void» once it has passed.

    >>> [serving_stage(date(2026, 12, 2), date(2026, 11, day)) or "far" for day in (1, 2, 25)]
    ['far', 'month', 'week']
    >>> [serving_stage(date(2026, 12, 2), date(2026, 12, day)) for day in (2, 3)]
    ['week', 'void']
    """
    if today > until:
        return "void"
    if today >= until - timedelta(days=_TELL_DAYS):
        return "week"
    return "month" if today >= add_months(until, -_TELL_MONTHS) else ""


def oppose_until(served_on: date, holidays: Collection[date] = ()) -> date:
    """Return the last day on which the debtor may oppose an order that was served (CPC 1416).

    >>> oppose_until(date(2026, 9, 30))
    datetime.date(2026, 10, 30)
    """
    return ends_on(served_on, _OPPOSE_MONTHS, holidays)


def enforceable_from(ordered_on: date, served_on: date, holidays: Collection[date] = ()) -> date:
    """Return the first day on which an order served may be enforced if nobody opposed it (CPC 1422).

    The month of opposition is over; for orders made since 1 September 2026 two months have passed since
    the service without news of an opposition too (décret 2026-96).

    >>> enforceable_from(date(2026, 9, 2), date(2026, 9, 30))
    datetime.date(2026, 12, 1)
    >>> enforceable_from(date(2026, 8, 31), date(2026, 9, 30))
    datetime.date(2026, 10, 31)
    """
    opposed = oppose_until(served_on, holidays)
    if ordered_on < _REFORMED_SINCE:
        return opposed + _DAY
    return max(opposed, ends_on(served_on, _ENFORCE_MONTHS, holidays)) + _DAY


def surcharge_from(enforceable_on: date) -> date:
    """Return the day from which the legal rate on a decision gains five points (C. mon. fin. L313-3).

    Two months after the day on which the decision may be enforced; the last of them bears none yet.

    >>> surcharge_from(date(2026, 9, 15))
    datetime.date(2026, 11, 16)
    """
    return add_months(enforceable_on, _SURCHARGE_MONTHS) + _DAY


def title_until(enforceable_on: date) -> date:
    """Return the last day on which a decision may be enforced (CPCE L111-4).

    >>> title_until(date(2026, 12, 1))
    datetime.date(2036, 12, 1)
    """
    return add_months(enforceable_on, 12 * _TITLE_YEARS)


def public_interest_until(paid_on: date) -> date:
    """Return the day by which a public buyer pays interest and fixed sum, the principal being paid.

    >>> public_interest_until(date(2026, 8, 3))
    datetime.date(2026, 9, 17)
    """
    return paid_on + timedelta(days=_PUBLIC_INTEREST_DAYS)


def pass_on_until(received_on: date) -> date:
    """Return the day by which who collects for another has passed on what he received (CPCE R124-6).

    Within a month of the money's arrival, unless their agreement says otherwise.

    >>> pass_on_until(date(2026, 1, 31))
    datetime.date(2026, 2, 28)
    """
    return add_months(received_on, _PASS_ON_MONTHS)


def pass_on_near(received_on: date, today: date) -> bool:
    """Tell whether the last day to pass on what was received is a week off at most, to come or gone.

    What is gone longer when it is first looked at was passed on, or collected before anybody asked.

    >>> [pass_on_near(date(2026, 10, 31), date(2026, 11, day)) for day in (22, 23)]
    [False, True]
    """
    return abs((pass_on_until(received_on) - today).days) <= _TELL_DAYS
