"""Promises: kept, broken and running, as of any day, by whom they were given or who obtained them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from acquit.core.calendar import Calendar
from acquit.core.promises import Kept, Outcome, Promised, kept
from acquit.reports.asof import COUNTS
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import Listed, Total
from acquit.reports.scope import fetch, grouping
from acquit.reports.spreadsheet import Sheet, Value
from acquit.store.accounts.models import Creditor
from acquit.store.calendars import holidays_of

# What a promise without a sum covers is what its terms owed before the day it was made. The days until which
# it could be kept are reckoned by the caller, who knows the holidays: one a creditor and day.
_PROMISES = f"""
WITH promised AS (
  SELECT id, account_id, until, made_on, currency, amount, recorded_by_id FROM cases_promise
    WHERE organisation_id = %(organisation)s AND made_on <= %(on)s AND until >= %(since)s
      AND (cancelled_at IS NULL OR cancelled_at::date > %(on)s) AND {{within}}
), covered AS (
  SELECT p.id AS promise_id, t.id, t.amount FROM promised p
    JOIN cases_promisedterm x ON x.organisation_id = %(organisation)s AND x.promise_id = p.id
    JOIN ledger_term t ON t.id = x.term_id
), tied AS (
  SELECT v.promise_id, a.effective_on, a.amount FROM covered v
    JOIN ledger_allocation a ON a.organisation_id = %(organisation)s AND a.term_id = v.id
    LEFT JOIN ledger_payment p ON p.id = a.payment_id
    LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id
    WHERE {COUNTS}
)
SELECT q.id, q.account_id, k.external_id, k.creditor_id, {{key}}, {{name}}, q.until, q.currency, q.made_on,
  coalesce(q.amount, (SELECT coalesce(sum(v.amount), 0) FROM covered v WHERE v.promise_id = q.id)
    - (SELECT coalesce(sum(s.amount), 0) FROM tied s
        WHERE s.promise_id = q.id AND s.effective_on < q.made_on)),
  (SELECT jsonb_agg(jsonb_build_array(s.effective_on, s.amount::text)) FROM tied s
    WHERE s.promise_id = q.id AND s.effective_on >= q.made_on)
FROM promised q JOIN accounts_account k ON k.id = q.account_id {{joins}}
ORDER BY q.until, q.id
"""  # noqa: S608  all of it is ours
#: How far back promises are looked at, when nothing else is asked.
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """One promise, as of the day."""

    id: int
    account_id: int
    external_id: str
    key: int | str | None
    name: str
    currency: str
    made_on: date
    promised: Promised


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """How promises of one group were kept, in one currency; `filters` open them."""

    key: int | str | None
    name: str
    currency: str
    kept: Kept
    filters: Filters


def promises(filters: Filters, *, since: date | None = None) -> tuple[PromiseRow, ...]:
    """Return the promises made by the day that fall due from `since` on (a year before), by their day."""
    group = grouping(filters.by)
    rows = fetch(
        _PROMISES, filters, since=since or filters.on - YEAR,
        parts={"key": group.key, "name": group.name, "joins": group.joins},
    )  # fmt: skip
    ends = deadlines((creditor, until) for _, _, _, creditor, _, _, until, *_ in rows)
    found = []
    for number, account, code, creditor, key, name, until, currency, made_on, amount, paid in rows:
        deadline = ends[creditor, until]
        received = sum(
            (Decimal(part) for on, part in json.loads(paid or "[]") if date.fromisoformat(on) <= deadline),
            Decimal(0),
        )
        promised = Promised(until=until, deadline=deadline, amount=amount, paid=received)
        found.append(
            PromiseRow(
                id=number, account_id=account, external_id=code, key=key, name=name, currency=currency,
                made_on=made_on, promised=promised,
            )
        )  # fmt: skip
    return tuple(found)


def promises_kept(filters: Filters, *, since: date | None = None) -> tuple[KeptRow, ...]:
    """Return how the promises of each group were kept, largest judged first."""
    groups: dict[tuple[int | str | None, str, str], list[Promised]] = defaultdict(list)
    for row in promises(filters, since=since):
        groups[row.key, row.name, row.currency].append(row.promised)
    rows = [
        KeptRow(
            key=key, name=name, currency=currency, kept=kept(of, filters.on), filters=filters.of_group(key)
        )
        for (key, name, currency), of in groups.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-(row.kept.kept + row.kept.broken), row.name, row.currency)))


def kept_altogether(filters: Filters, *, since: date | None = None) -> Mapping[str, Kept]:
    """Return how all promises were kept, by currency."""
    by_currency: dict[str, list[Promised]] = defaultdict(list)
    for row in promises(filters, since=since):
        by_currency[row.currency].append(row.promised)
    return {currency: kept(of, filters.on) for currency, of in sorted(by_currency.items())}


def deadlines(days: Iterable[tuple[int, date]]) -> dict[tuple[int, date], date]:
    """Return until when a promise of each (creditor, day) may be kept: its grace is in working days."""
    wanted = set(days)
    if not wanted:
        return {}
    years = range(min(day for _, day in wanted).year, max(day for _, day in wanted).year + 2)
    creditors = {one.pk: one for one in Creditor.objects.filter(pk__in={creditor for creditor, _ in wanted})}
    found = {}
    for number, day in wanted:
        one = creditors[number]
        calendar = Calendar(
            every_day=one.works_every_day, holidays=holidays_of(((one.country, one.region or None),), years)
        )
        found[number, day] = calendar.add_working_days(day, one.promise_grace)
    return found


_COLUMNS = (
    "debtor", "external_id", "outcome", "made_on", "until", "currency", "amount", "received", "missing",
)  # fmt: skip
#: What a list of promises may be asked for beyond an outcome: those judged; of the day and unpaid.
JUDGED, OF_THE_DAY = "judged", "day"


def promised(filters: Filters, part: Part, *, most: int | None = None, start: int = 0) -> Listed:
    """Return the promises of a year, the newest day first: of one outcome, or broken since a day.

    What came of them is counted up to what was promised.
    """
    found = [
        one
        for one in reversed(promises(replace(filters, by="account")))
        if (not filters.currency or one.currency == filters.currency) and _is_asked(one, filters.on, part)
    ]
    shown = found[start:] if most is None else found[start : start + most]
    sheet = Sheet(
        key="promised", title=f"promised {filters.on}", columns=_COLUMNS,
        rows=[_listed(one, filters.on) for one in shown], added=(6, 7, 8),
    )  # fmt: skip
    totals = {}
    for currency in sorted({one.currency for one in found}):
        of = [one for one in found if one.currency == currency]
        lines = [_listed(one, filters.on) for one in of]
        totals[currency] = Total(
            count=len(of),
            accounts=len({one.account_id for one in of}),
            sums={_COLUMNS[place]: sum(line[place] for line in lines) for place in sheet.added},  # type: ignore[misc]
        )
    return Listed(sheet=sheet, accounts=[one.account_id for one in shown], totals=totals)


def _is_asked(one: PromiseRow, on: date, part: Part) -> bool:
    outcome = one.promised.outcome(on)
    if part.since is not None and one.promised.deadline < part.since:
        return False
    if part.kind == OF_THE_DAY:
        return one.promised.until == on and one.promised.paid < one.promised.amount
    if part.kind == JUDGED:
        return outcome is not Outcome.RUNNING
    return part.kind not in set(Outcome) or outcome == part.kind


def _listed(one: PromiseRow, on: date) -> list[Value]:
    of = one.promised
    received = min(of.paid, of.amount)
    return [
        one.name, one.external_id, str(of.outcome(on)), one.made_on, of.until, one.currency, of.amount,
        received, of.amount - received,
    ]  # fmt: skip
