"""Each report as a table: the same names of columns in CSV, JSON, a workbook and on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from acquit.core.ageing import STANDARD, Aged
from acquit.core.money import round_reckoned
from acquit.core.months import MEMORY, Indicators, indicators, month_ends
from acquit.core.promises import Outcome
from acquit.reports.ageing import ageing
from acquit.reports.balances import balances
from acquit.reports.behind import Behind, Part
from acquit.reports.collectors import CALLS, REACHED, collectors
from acquit.reports.delays import DelayRow, delays
from acquit.reports.disputes import disputes
from acquit.reports.effects import WITHIN, effects
from acquit.reports.expected_items import PROMISED
from acquit.reports.filters import Filters
from acquit.reports.forecast import expectation, forecast
from acquit.reports.months import months
from acquit.reports.promises import JUDGED, promises_kept
from acquit.reports.provision import ASSUMED, provision
from acquit.reports.spreadsheet import Each, Sheet, Value

_DSO = ("dso", "count_back", "best_possible", "delinquent_days")
_CEI = ("cei", "late_rate")
_OF_MONTHS = ("month", "currency", "sales", "receivable", "not_due", "overdue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only some reports ask: months or weeks, the days after a message, the most lines of a currency."""

    months: int = 12
    weeks: int = 13
    within: int = WITHIN
    most: int | None = None


def balances_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what each account owes."""
    found = balances(filters)
    rows = [
        (b.debtor, b.external_id, b.currency, _money(b.open_balance, b.currency), b.creditor) for b in found
    ]
    columns = ("debtor", "external_id", "currency", "open_balance", "creditor")
    return Sheet(
        key="balances", title=f"Balances {filters.on}", columns=columns, rows=rows, added=(3,),
        weighed=3,
        about=Each(lambda one: replace(filters, account_id=one.account_id), found),
        opens=Each(
            lambda one: {
                3: Behind(
                    list="consists_of",
                    filters=replace(filters, account_id=one.account_id, currency=one.currency),
                )
            },
            found,
        ),
        opens_all={3: Behind(list="consists_of", filters=filters)},
    )  # fmt: skip


def ageing_sheet(filters: Filters, options: Options) -> Sheet:
    """Return the aged balance; the columns of a line add up to its balance."""
    figures = (*filters.ages, "unallocated", "balance")
    by_account = filters.by == "account"
    head = ("debtor", "external_id", "currency") if by_account else ("name", "currency")
    found = ageing(filters, largest=options.most)
    rows: list[tuple[Value, ...]] = [
        (row.name, row.external_id, row.currency, *_aged(row.aged, row.currency), row.creditor)
        if by_account
        else (row.name, row.currency, *_aged(row.aged, row.currency))
        for row in found.rows
    ]
    code = [""] if by_account else []
    totals: list[tuple[Value, ...]] = [
        ("Total", *code, currency, *_aged(aged, currency), *code) for currency, aged in found.totals.items()
    ]
    shown = Counter(row.currency for row in found.rows)
    return Sheet(
        key="ageing", title=f"Ageing {filters.on}",
        columns=(*head, *figures, *(("creditor",) if by_account else ())), rows=rows, totals=totals,
        added=tuple(range(len(head), len(head) + len(figures))),
        left_out={of: left for of, count in found.counts.items() if (left := count - shown[of])},
        about=Each(lambda row: filters.of_group(row.key), found.rows),
        opens=Each(
            lambda row: _ages(replace(filters.of_group(row.key), currency=row.currency), len(head)),
            found.rows,
        ),
        opens_all=_ages(filters, len(head)),
    )  # fmt: skip


def _ages(of: Filters, first: int) -> dict[int, Behind]:
    """Return the lists behind the columns of days from the place `first` on, the credits, and the balance."""
    after = first + len(of.buckets)
    return {
        **{first + n: Behind(list="items", filters=of.in_bucket(n)) for n in range(len(of.buckets))},
        after: Behind(list="credits", filters=of),
        after + 1: Behind(list="consists_of", filters=of),
    }


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
            *(
                _money(amount, currency)
                for amount in (of.month.sales, of.month.receivable, of.month.not_due, of.month.overdue)
            ),
            *(_rounded(figure) for figure in figures(of)),
        )
        for currency, of in shown
    ]  # fmt: skip
    ends = [
        replace(filters, on=of.month.end, currency=currency, aged_by="due", buckets=STANDARD)
        for currency, of in shown
    ]
    return Sheet(
        key=key, title=f"{key.upper()} {filters.on}", columns=(*_OF_MONTHS, *columns), rows=rows,
        opens=[
            {
                2: Behind(list="sales", filters=end),
                3: Behind(list="consists_of", filters=end),
                4: Behind(list="items", filters=end.in_bucket(0)),
                5: Behind(list="items", filters=end.in_bucket(None)),
            }
            for end in ends
        ],
    )  # fmt: skip


def forecast_sheet(filters: Filters, options: Options) -> Sheet:
    """Return the cash expected week by week, and whether debtors' past or the learned model tells it."""
    days = expectation(filters.on)
    found = [
        (currency, number, week)
        for currency, weeks in forecast(filters, count=options.weeks, expected=days).items()
        for number, week in enumerate(weeks)
    ]
    rows: list[tuple[Value, ...]] = [
        (
            week.first, week.last, currency,
            *(_money(one, currency) for one in (week.promised, week.expected, week.cautious)),
            days.name,
        )
        for currency, _, week in found
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
        opens=[_expected(replace(filters, currency=of), Part(week=number)) for of, number, _ in found],
        opens_all=_expected(filters, Part(days=7 * options.weeks)),
    )


def _expected(of: Filters, part: Part) -> dict[int, Behind]:
    promised = replace(part, kind=PROMISED)
    return {
        3: Behind(list="expected_in", filters=of, part=promised),
        4: Behind(list="expected_in", filters=of, part=part),
    }


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
        ratios={5: (2, (2, 3)), 9: (6, (6, 7))},
        weighed=7,
        about=[row.filters for row in found],
        opens=[_promised(replace(row.filters, currency=row.currency)) for row in found],
        opens_all=_promised(filters),
    )


def _promised(of: Filters) -> dict[int, Behind]:
    """Return the lists behind counts and amounts of each outcome, and behind what was received."""
    columns = ((2, 6), (3, 7), (4, 8))
    states = {place: str(state) for state, places in zip(Outcome, columns, strict=True) for place in places}
    return {
        place: Behind(list="promised", filters=of, part=Part(kind=kind))
        for place, kind in {**states, 10: JUDGED}.items()
    }


def disputes_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what is contested, by category and by days since it was."""
    ages = replace(filters, aged_by="invoice").ages
    found = disputes(filters)
    rows: list[tuple[Value, ...]] = [
        (
            row.category, row.currency, row.count, _money(row.amount, row.currency), _rounded(row.mean_days),
            row.oldest_days, *(_money(amount, row.currency) for amount in row.ages), row.resolved,
            _rounded(row.resolved_days),
        )
        for row in found
    ]  # fmt: skip
    columns = (
        "category",
        "currency",
        "count",
        "amount",
        "mean_days",
        "oldest_days",
        *ages,
        "resolved",
        "resolved_days",
    )
    return Sheet(
        key="disputes", title=f"Disputes {filters.on}", columns=columns, rows=rows,
        added=(2, 3, *range(6, 7 + len(ages))),
        opens=[
            _contested(replace(filters, currency=row.currency), Part(category=row.category)) for row in found
        ],
        opens_all=_contested(filters, Part()),
    )  # fmt: skip


def _contested(of: Filters, part: Part) -> dict[int, Behind]:
    whole = Behind(list="contested", filters=of, part=part)
    ages = {6 + n: replace(whole, filters=of.in_bucket(n)) for n in range(len(of.buckets))}
    resolved = Behind(list="resolved", filters=of, part=part)
    return {2: whole, 3: whole, **ages, 6 + len(ages): resolved}


def effectiveness_sheet(filters: Filters, options: Options) -> Sheet:
    """Return what followed each step: an association, with how sure it is."""
    found = effects(filters, within=options.within)
    rows: list[tuple[Value, ...]] = [
        (
            row.scenario, row.step, row.template, row.channel, row.currency, row.effect.messages,
            _money(row.effect.asked, row.currency), _money(row.effect.paid, row.currency),
            *map(_percent, (row.effect.amount_share, *row.effect.amount_interval)),
            row.effect.invoices, row.effect.invoices_paid,
            *map(_percent, (row.effect.invoice_share, *row.effect.invoice_interval)),
        )
        for row in found
    ]  # fmt: skip
    columns = (
        "scenario", "step", "template", "channel", "currency", "messages", "asked", "paid", "share",
        "share_low", "share_high", "invoices", "invoices_paid", "invoice_share", "invoice_low",
        "invoice_high",
    )  # fmt: skip
    title = f"After {options.within} days {filters.on}"
    return Sheet(
        key="effectiveness", title=title, columns=columns, rows=rows, added=(5, 6, 7, 11, 12),
        ratios={8: (7, (6,)), 13: (12, (11,))}, note="effectiveness",
        opens_all=_followed(filters, Part(within=options.within)),
        opens=[
            _followed(
                replace(filters, currency=row.currency),
                Part(
                    within=options.within, scenario=row.scenario, step=row.step, stage=row.stage,
                    channel=row.channel,
                ),
            )
            for row in found
        ],
    )  # fmt: skip


def _followed(of: Filters, part: Part) -> dict[int, Behind]:
    return dict.fromkeys((5, 6, 7, 11, 12), Behind(list="followed", filters=of, part=part))


def collectors_sheet(filters: Filters, _: Options) -> Sheet:
    """Return what each person did in thirty days, and the cash that followed, a line a currency."""
    found = [
        (row, currency, cash)
        for row in collectors(filters)
        for currency, cash in row.cash.items() or _nothing()
    ]
    rows = [
        (
            row.name, row.contacts, row.calls, row.reached, row.accounts, row.promises, currency,
            None if cash is None else _money(cash, currency),
        )
        for row, currency, cash in found
    ]  # fmt: skip
    columns = ("name", "contacts", "calls", "reached", "accounts", "promises", "currency", "cash")
    return Sheet(
        key="collectors", title=f"Collectors {filters.on}", columns=columns, rows=rows, note="collectors",
        opens=[_done(filters, row.user_id, currency) for row, currency, _ in found],
    )  # fmt: skip


def _done(filters: Filters, person: int, currency: str) -> dict[int, Behind]:
    """Return the lists behind what one person did, and behind the money that followed."""
    kinds = {1: None, 2: CALLS, 3: REACHED}
    of = replace(filters, currency="")
    return {
        **{
            n: Behind(list="contacts", filters=of, part=Part(person=person, kind=k)) for n, k in kinds.items()
        },
        4: Behind(list="contacted", filters=of, part=Part(person=person)),
        5: Behind(list="obtained", filters=of, part=Part(person=person)),
        7: Behind(list="cash", filters=replace(filters, currency=currency), part=Part(person=person)),
    }


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
        ratios={6: (7, (5,))}, note=note, opens_all=_aside(replace(filters, aged_by="due", bucket=None)),
        opens=[_aside(replace(row.filters, currency=row.currency)) for row in found],
    )  # fmt: skip


def _aside(of: Filters) -> dict[int, Behind]:
    whole = Behind(list="set_aside", filters=of)
    return dict.fromkeys((3, 4, 5, 7), whole) | {8: replace(whole, part=Part(kind=ASSUMED))}


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
        key="habits", title=f"Habits {filters.on}", columns=columns, rows=rows, added=(2, 7), weighed=2,
        about=[row.filters for row in found], opens_all=_settled(filters),
        opens=[_settled(replace(row.filters, currency=row.currency)) for row in found],
    )  # fmt: skip


def _settled(of: Filters) -> dict[int, Behind]:
    return {
        2: Behind(list="settled", filters=replace(of, late=False)),
        7: Behind(list="settled", filters=of.in_bucket(None)),
    }


def _habit(row: DelayRow) -> tuple[Value, ...]:
    of = row.delays
    means = map(_rounded, (of.mean, of.weighted, of.median))
    late = map(_rounded, (of.late_mean, of.late_weighted))
    return (row.name, row.currency, of.count, *means, row.cautious_days, row.late, *late)


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


def _money(amount: Decimal | float, currency: str) -> Decimal:
    return round_reckoned(amount, currency) + 0


def _rounded(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else round(figure, 2)


def _percent(share: float) -> Decimal:
    return round(Decimal(str(share)) * 100, 2)
