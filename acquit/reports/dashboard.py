"""The figures of the first page, of one creditor or of all, per currency and as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from acquit.core.ageing import Aged
from acquit.core.forecast import EIGHT_IN_TEN, Week
from acquit.core.measures import Delays, share
from acquit.core.months import MEMORY, Indicators, indicators, month_ends
from acquit.reports import kept
from acquit.reports.ageing import AgedRow, Counted, ageing, counted
from acquit.reports.delays import delays_altogether
from acquit.reports.filters import Filters
from acquit.reports.forecast import forecast
from acquit.reports.kept import Kept
from acquit.reports.months import months

#: Months that the dashboard draws.
SHOWN = 12
#: Debtors that owe most late.
LARGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The dashboard in one currency. `items` are open terms by column of `aged`, `late_accounts` owe late.

    `months` are oldest first and end with the running one; `delays` are of the month that runs and of the
    one before. Each figure opens a list by `Filters`: a column by `in_bucket`, what is late by
    `in_bucket(None)`, a debtor by `of_group` of the `key` of his row.
    """

    currency: str
    aged: Aged
    items: tuple[int, ...]
    accounts: int
    late_accounts: int
    months: tuple[Indicators, ...]
    weeks: tuple[Week, ...]
    largest: tuple[AgedRow, ...]
    delays: Delays | None
    delays_before: Delays | None

    @property
    def open(self) -> Decimal:
        """What is owed before the credits that nobody matched."""
        return sum(self.aged.amounts, Decimal(0))

    @property
    def late_share(self) -> Decimal | None:
        """What is late, in percent of what is owed."""
        return share(self.aged.overdue, self.open)

    @property
    def dso(self) -> Decimal | None:
        """The simple DSO of now."""
        return self.months[-1].dso if self.months else None

    @property
    def dso_change(self) -> Decimal | None:
        """Days of DSO more, or fewer, than at the end of last month."""
        return _change(self.months, "dso")

    @property
    def effectiveness_change(self) -> Decimal | None:
        """Points of CEI more, or fewer, than last month."""
        return _change(self.months, "effectiveness")

    @property
    def late_share_change(self) -> Decimal | None:
        """Points of late share more, or fewer, than at the end of last month."""
        return _change(self.months, "late_rate")

    def expected(self, days: int = 30) -> tuple[float, float]:
        """Return the cash expected in the next `days`, and what eight in ten outcomes exceed.

        Of a week that is cut, its part.
        """
        sum_, variance, left = 0.0, 0.0, days
        for week in self.weeks:
            part = min(1.0, max(0, left) / 7)
            sum_, variance, left = sum_ + part * week.expected, variance + part * week.deviation**2, left - 7
        return sum_, max(0.0, sum_ - EIGHT_IN_TEN * variance**0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The views of a day, that of the largest sum first."""

    on: date
    views: tuple[View, ...]


def dashboard(filters: Filters, *, now: datetime) -> Kept[Dashboard]:
    """Return the dashboard of the day, of all or of one creditor; quickly, and with its moment.

    A dashboard that takes long (a million invoices: some seconds) is kept by a job and shown with its
    moment; a small one, or one of some accounts only, is reckoned at once. So is one that was kept before
    the first import and says that nothing is owed.
    """
    found = kept.read(key_of(filters), Dashboard, lambda: reckon(filters), on=filters.on, now=now)
    if found.is_current or found.figures.views:
        return found
    return kept.reckoned(lambda: reckon(filters), now=now)


def key_of(filters: Filters) -> str:
    """Return under which name the dashboard of these filters is kept; the day stands beside it."""
    return f"dashboard?{filters.query(today=filters.on)}"[:200]


def reckon(filters: Filters) -> Dashboard:
    """Return the dashboard from all the facts."""
    late = ageing(replace(filters, by="account"), largest=LARGEST)
    items, expected = counted(filters), forecast(filters)
    ends = month_ends(filters.on, SHOWN + MEMORY)
    series = months(ends, filters)
    paid, before = _delays(filters)
    views = [
        View(
            currency=currency,
            aged=aged,
            items=_of(items, currency).items,
            accounts=_of(items, currency).accounts,
            late_accounts=_of(items, currency).late_accounts,
            months=indicators(series[currency])[MEMORY:] if currency in series else (),
            weeks=expected.get(currency, ()),
            largest=tuple(row for row in late.rows if row.currency == currency and row.aged.overdue > 0),
            delays=paid.get(currency),
            delays_before=before.get(currency),
        )
        for currency, aged in late.totals.items()
    ]
    return Dashboard(on=filters.on, views=tuple(sorted(views, key=lambda view: (-view.open, view.currency))))


def _of(found: Mapping[str, Counted], currency: str) -> Counted:
    return found.get(currency) or Counted(items=(), accounts=0, late_accounts=0)


def _delays(filters: Filters) -> tuple[Mapping[str, Delays], Mapping[str, Delays]]:
    """Return the delays of the running month and of the one before."""
    last = filters.on.replace(day=1) - timedelta(days=1)
    earlier = last.replace(day=1) - timedelta(days=1)
    return (
        delays_altogether(filters, since=last),
        delays_altogether(replace(filters, on=last), since=earlier),
    )


def _change(series: tuple[Indicators, ...], name: str) -> Decimal | None:
    if len(series) < 2:
        return None
    now, before = getattr(series[-1], name), getattr(series[-2], name)
    return None if now is None or before is None else now - before
