"""Each report as a table: the same names of columns in CSV, JSON, a workbook and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from acquit.core.ageing import Aged
from acquit.core.money import round_to_currency
from acquit.core.months import MEMORY, Indicators, indicators, month_ends
from acquit.reports.ageing import AgedRow, ageing, ageing_totals
from acquit.reports.balances import balances
from acquit.reports.collectors import collectors
from acquit.reports.delays import DelayRow, delays
from acquit.reports.disputes import disputes
from acquit.reports.effects import WITHIN, effects
from acquit.reports.filters import Filters
from acquit.reports.forecast import expectation, forecast
from acquit.reports.items import open_items
from acquit.reports.months import months
from acquit.reports.promises import promises_kept
from acquit.reports.provision import provision
from acquit.reports.spreadsheet import Sheet, Value

_DSO = ("dso", "count_back", "best_possible", "delinquent_days")
_CEI = ("cei", "late_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only some reports ask: how many months or weeks, and the days after a message."""

    months: int = 12
    weeks: int = 13
    within: int = WITHIN


def balances_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what each account owes."""
    found = balances(on=filters.on, creditor_id=filters.creditor_id)
    rows = [
        (b.debtor, b.external_id, b.currency, _money(b.open_balance, b.currency), b.creditor) for b in found
    ]
    columns = ("debtor", "external_id", "currency", "open_balance", "creditor")
    return Sheet(
        key="balances", title=f"Balances {filters.on}", columns=columns, rows=rows, added=(3,),
        opens=[{-1: replace(filters, account_id=one.account_id)} for one in found],
    )  # fmt: skip


def ageing_sheet(filters: Filters, _: Options) -> Sheet:
    """Return the aged balance; the columns of a line add up to its balance."""
    ages = tuple(label.replace(" ", "_") for label in filters.buckets.labels())
    figures = (*ages, "unallocated", "balance")
    by_account = filters.by == "account"
    head = ("debtor", "external_id", "currency") if by_account else ("name", "currency")
    found = ageing(filters)
    rows: list[tuple[Value, ...]] = [
        (row.name, row.external_id, row.currency, *_aged(row.aged, row.currency), row.creditor)
        if by_account
        else (row.name, row.currency, *_aged(row.aged, row.currency))
        for row in found
    ]
    opens = [
        {-1: row.filters, len(head) + len(figures) - 1: _owed(row), **_columns_of(row, len(head), len(ages))}
        for row in found
    ]
    totals: list[tuple[Value, ...]] = [
        (
            "Total",
            *([""] if by_account else []),
            currency,
            *_aged(aged, currency),
            *([""] if by_account else []),
        )
        for currency, aged in ageing_totals(filters).items()
    ]
    return Sheet(
        key="ageing", title=f"Ageing {filters.on}",
        columns=(*head, *figures, *(("creditor",) if by_account else ())), rows=rows, totals=totals,
        added=tuple(range(len(head), len(head) + len(figures))), opens=opens,
    )  # fmt: skip


def _owed(row: AgedRow) -> Filters:
    return replace(row.filters, currency=row.currency)


def _columns_of(row: AgedRow, first: int, count: int) -> dict[int, Filters]:
    """Return what each column of days opens."""
    of = _owed(row)
    return {first + place: of.in_bucket(place) for place in range(count) if row.aged.amounts[place]}


def dso_sheet(filters: Filters, options: Options) -> Sheet:
    """Return the DSO of each month: simple, count-back, best possible, and days delinquent."""

    def figures(one: Indicators) -> tuple[Decimal | None, ...]:
        return one.dso, one.dso_count_back, one.best_possible_dso, one.delinquent_days

    return _by_month("dso", _DSO, figures, filters, options)


def cei_sheet(filters: Filters, options: Options) -> Sheet:
    """Return the collection effectiveness and the late rate of each month."""

    def figures(one: Indicators) -> tuple[Decimal | None, ...]:
        return one.effectiveness, one.late_rate

    return _by_month("cei", _CEI, figures, filters, options)


def _by_month(
    key: str,
    columns: tuple[str, ...],
    figures: Callable[[Indicators], tuple[Decimal | None, ...]],
    filters: Filters,
    options: Options,
) -> Sheet:
    found = months(month_ends(filters.on, options.months + MEMORY), filters)
    shown = [(currency, of) for currency, series in found.items() for of in indicators(series)[MEMORY:]]
    rows: list[tuple[Value, ...]] = [
        (
            of.month.end.isoformat()[:7], currency,
            *(_money(amount, currency) for amount in (of.month.sales, of.month.receivable, of.month.not_due)),
            *(_rounded(figure) for figure in figures(of)),
        )
        for currency, of in shown
    ]  # fmt: skip
    ends = [replace(filters, on=of.month.end, currency=currency) for currency, of in shown]
    columns = ("month", "currency", "sales", "receivable", "not_due", *columns)
    return Sheet(
        key=key, title=f"{key.upper()} {filters.on}", columns=columns, rows=rows,
        opens=[{3: end, 4: end.in_bucket(0)} for end in ends],
    )  # fmt: skip


def forecast_sheet(filters: Filters, options: Options) -> Sheet:
    """Return the cash expected week by week, and whether debtors' past or the learned model tells it."""
    days = expectation(filters.on)
    rows: list[tuple[Value, ...]] = [
        (
            week.first, week.last, currency,
            *(_money(Decimal(str(one)), currency) for one in (week.promised, week.expected, week.cautious)),
            days.name,
        )
        for currency, weeks in forecast(filters, count=options.weeks, expected=days).items()
        for week in weeks
    ]  # fmt: skip
    columns = ("first", "last", "currency", "promised", "expected", "cautious", "told_by")
    return Sheet(
        key="forecast",
        title=f"Forecast {filters.on}",
        columns=columns,
        rows=rows,
        added=(3, 4),
        note="forecast" if days.name == "past" else "forecast_learned",
        noted=(columns.index("told_by"),),
    )


def promises_sheet(filters: Filters, _: Options) -> Sheet:
    """Return how promises were kept, by debtor, collector or another group."""
    by = replace(filters, by="debtor") if filters.by == "account" else filters
    found = promises_kept(by)
    rows = [
        (
            row.name, row.currency, row.kept.kept, row.kept.broken, row.kept.running, _rounded(row.kept.rate),
            *(
                _money(amount, row.currency)
                for amount in (row.kept.kept_amount, row.kept.broken_amount, row.kept.running_amount)
            ),
            _rounded(row.kept.amount_rate), _money(row.kept.received, row.currency),
        )
        for row in found
    ]  # fmt: skip
    columns = (
        "name", "currency", "kept", "broken", "running", "rate", "kept_amount", "broken_amount",
        "running_amount", "amount_rate", "received",
    )  # fmt: skip
    return Sheet(
        key="promises",
        title=f"Promises {filters.on}",
        columns=columns,
        rows=rows,
        added=(2, 3, 4, 6, 7, 8, 10),
        opens=[
            {-1: row.filters} | dict.fromkeys((2, 3, 4), replace(row.filters, currency=row.currency))
            for row in found
        ],
    )


def disputes_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what is contested, by category and by days since it was."""
    labels = tuple(label.replace(" ", "_") for label in filters.buckets.labels())
    ages = ("0", *labels[1:])
    rows: list[tuple[Value, ...]] = [
        (
            row.category, row.currency, row.count, _money(row.amount, row.currency), _rounded(row.mean_days),
            row.oldest_days, *(_money(amount, row.currency) for amount in row.ages),
        )
        for row in disputes(filters)
    ]  # fmt: skip
    columns = ("category", "currency", "count", "amount", "mean_days", "oldest_days", *ages)
    added = (2, 3, *range(6, 6 + len(ages)))
    return Sheet(key="disputes", title=f"Disputes {filters.on}", columns=columns, rows=rows, added=added)


def effectiveness_sheet(filters: Filters, options: Options) -> Sheet:
    """Return what followed each step: an association, with how sure it is."""
    rows: list[tuple[Value, ...]] = [
        (
            row.scenario, row.step, row.template, row.channel, row.currency, row.effect.messages,
            _money(row.effect.asked, row.currency), _money(row.effect.paid, row.currency),
            *map(_percent, (row.effect.amount_share, *row.effect.amount_interval)),
            row.effect.invoices, row.effect.invoices_paid,
            *map(_percent, (row.effect.invoice_share, *row.effect.invoice_interval)),
        )
        for row in effects(filters, within=options.within)
    ]  # fmt: skip
    columns = (
        "scenario", "step", "template", "channel", "currency", "messages", "asked", "paid", "share",
        "share_low", "share_high", "invoices", "invoices_paid", "invoice_share", "invoice_low",
        "invoice_high",
    )  # fmt: skip
    title = f"After {options.within} days {filters.on}"
    return Sheet(
        key="effectiveness", title=title, columns=columns, rows=rows, added=(5, 6, 7, 11, 12),
        note="effectiveness",
    )  # fmt: skip


def collectors_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what each person did in thirty days, and the cash that followed, a line a currency."""
    rows = [
        (
            row.name, row.contacts, row.calls, row.reached, row.accounts, row.promises, currency,
            None if cash is None else _money(cash, currency),
        )
        for row in collectors(filters)
        for currency, cash in (row.cash.items() or _nothing())
    ]  # fmt: skip
    columns = ("name", "contacts", "calls", "reached", "accounts", "promises", "currency", "cash")
    return Sheet(
        key="collectors", title=f"Collectors {filters.on}", columns=columns, rows=rows, note="collectors"
    )


def _nothing() -> Iterable[tuple[str, None]]:
    return (("", None),)


def provision_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what to set aside by age."""
    found = provision(filters)
    rows = [
        (
            row.creditor, row.column, row.currency, row.items, _money(row.open, row.currency),
            _money(row.without_tax, row.currency), _rounded(row.percent), _money(row.aside, row.currency),
            row.assumed,
        )
        for row in found
    ]  # fmt: skip
    columns = (
        "creditor", "column", "currency", "items", "open", "without_tax", "percent", "aside", "assumed"
    )  # fmt: skip
    note = "provision" if any(row.rule_is_ours for row in found) else ""
    return Sheet(
        key="provision", title=f"Provision {filters.on}", columns=columns, rows=rows, added=(3, 4, 5, 7, 8),
        note=note,
        opens=[dict.fromkeys((3, 4), replace(row.filters, currency=row.currency)) for row in found],
    )  # fmt: skip


def habits_sheet(filters: Filters, _: Options) -> Sheet:
    """Return how late each debtor, or another group, paid in a year: in the mean, and eight in ten."""
    by = replace(filters, by="debtor") if filters.by == "account" else filters
    found = delays(by, since=filters.on - timedelta(days=365))
    rows = [_habit(row) for row in found]
    columns = (
        "name", "currency", "count", "mean", "weighted", "median", "cautious_days", "late", "late_mean",
        "late_weighted",
    )  # fmt: skip
    return Sheet(
        key="habits", title=f"Habits {filters.on}", columns=columns, rows=rows, added=(2, 7),
        opens=[{-1: row.filters} for row in found],
    )  # fmt: skip


def _habit(row: DelayRow) -> tuple[Value, ...]:
    of = row.delays
    means = map(_rounded, (of.mean, of.weighted, of.median))
    late = map(_rounded, (of.late_mean, of.late_weighted))
    return (row.name, row.currency, of.count, *means, row.cautious_days, row.late, *late)


def items_sheet(filters: Filters, *, most: int) -> Sheet:
    """Return the open terms of the filters, those due first first."""
    rows = [
        (
            one.debtor, one.external_id, one.number, one.issued_on, one.due_on, one.late_days, one.currency,
            _money(one.open, one.currency),
        )
        for one in open_items(filters, most=most)
    ]  # fmt: skip
    columns = (
        "debtor", "external_id", "number", "issued_on", "due_on", "days_late", "currency", "open_balance"
    )  # fmt: skip
    return Sheet(key="items", title=f"Open items {filters.on}", columns=columns, rows=rows, added=(7,))


SHEETS: Mapping[str, Callable[[Filters, Options], Sheet]] = {
    "balances": balances_sheet,
    "ageing": ageing_sheet,
    "dso": dso_sheet,
    "cei": cei_sheet,
    "forecast": forecast_sheet,
    "promises": promises_sheet,
    "disputes": disputes_sheet,
    "effectiveness": effectiveness_sheet,
    "collectors": collectors_sheet,
    "provision": provision_sheet,
    "habits": habits_sheet,
}


def _aged(aged: Aged, currency: str) -> tuple[Decimal, ...]:
    """The columns of a line; credits are negative, so that what stands before the balance adds up to it."""
    exact = (*aged.amounts, -aged.unallocated, aged.balance)
    return tuple(_money(amount, currency) for amount in exact)


def _money(amount: Decimal, currency: str) -> Decimal:
    return round_to_currency(amount, currency) + 0


def _rounded(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else round(figure, 2)


def _percent(share: float) -> Decimal:
    return round(Decimal(str(share)) * 100, 2)
