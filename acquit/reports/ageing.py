"""The aged balance, by due date or date of invoice, as of any day, and grouped as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from psycopg import sql

from acquit.core.ageing import Aged, Buckets
from acquit.reports.asof import LEFT_OVER, PARTS, TIED, WHOLE
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch, grouping

# First added up by day, of which there are few: at the terms themselves several processors may then work.
_SUMS = f"""
WITH {TIED}, {LEFT_OVER}, days AS (
  SELECT {{key}} AS key, {{name}} AS name, t.currency, t.{{since}} AS since, sum(t.amount) AS owed,
      0 AS credit
    FROM (SELECT * FROM ledger_term WHERE {WHOLE}) t {{joins}} GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT {{key}}, {{name}}, t.currency, t.{{since}}, -sum(t.amount), 0
    FROM tied t {{joins}} GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT {{key}}, {{name}}, t.currency, NULL, 0, sum(t.credit) FROM left_over t {{joins}} GROUP BY 1, 2, 3
), lines AS (
  SELECT key, name, currency, %(on)s - since AS late, owed, credit FROM days
), sums AS (SELECT key, name, currency, {{figures}} FROM lines GROUP BY 1, 2, 3)
"""  # noqa: S608  all of it is ours
_TOTALS = "SELECT currency, {columns} FROM sums ORDER BY 1"
_GROUPED = """
SELECT key, name, '', '', currency, {columns} FROM sums
WHERE {nonzero} ORDER BY {order} name, key, currency LIMIT %(most)s
"""
_ACCOUNTS = """
SELECT sums.key, sums.name, k.external_id, c.key, sums.currency, {columns}
FROM sums JOIN accounts_account k ON k.id = sums.key JOIN accounts_creditor c ON c.id = k.creditor_id
WHERE {nonzero} ORDER BY {order} c.key, k.external_id, sums.currency LIMIT %(most)s
"""

# Who owes most late in each currency: one sum each, and all that are as late as the last.
_LATEST = f"""
WITH {PARTS}
SELECT account_id FROM (
  SELECT account_id, rank() OVER (PARTITION BY currency ORDER BY sum(owed) DESC) AS place
    FROM parts WHERE {{since}} < %(on)s GROUP BY account_id, currency HAVING sum(owed) > 0
) sums WHERE place <= %(most)s
"""  # noqa: S608  all of it is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedRow:
    """One line of the aged balance. `key` is what it groups (an id, a country, a profile; None: nobody).

    `external_id` and `creditor` tell an account and are empty elsewhere; `filters` open its open items.
    """

    key: int | str | None
    name: str
    external_id: str
    creditor: str
    currency: str
    aged: Aged
    filters: Filters


def ageing(filters: Filters, *, largest: int | None = None) -> tuple[AgedRow, ...]:
    """Return the aged balance at the end of the day; lines without any figure are left out.

    With `largest`, only so many lines, of accounts so many in each currency: those that owe most late, the
    largest first; otherwise all, by creditor and code, or by name.
    """
    by_account, columns, group = filters.by == "account", _columns(filters.buckets), grouping(filters.by)
    query = _SUMS + (_ACCOUNTS if by_account else _GROUPED)
    order = sql.SQL("({}) DESC,").format(sql.SQL(" + ").join(columns[1:-1])) if largest else sql.SQL("")
    rows = fetch(
        query, filters, most=None if by_account else largest,
        among=_latest(filters, largest) if by_account and largest else None,
        parts=_parts(filters) | {
            "nonzero": sql.SQL(" OR ").join(sql.SQL("{} <> 0").format(column) for column in columns),
            "order": order,
            "key": group.key,
            "name": group.name,
            "joins": sql.SQL("JOIN accounts_account k ON k.id = t.account_id {}").format(group.joins),
        },
    )  # fmt: skip
    found = tuple(
        AgedRow(
            key=key,
            name=name,
            external_id=external_id,
            creditor=creditor,
            currency=currency,
            aged=_aged(figures),
            filters=filters.of_group(key),
        )
        for key, name, external_id, creditor, currency, *figures in rows
    )
    return _first(found, largest) if by_account and largest else found


def _first(rows: Sequence[AgedRow], most: int) -> tuple[AgedRow, ...]:
    """Return the first rows of each currency that owe anything late."""
    shown: Counter[str] = Counter()
    kept = []
    for row in rows:
        if row.aged.overdue > 0 and shown[row.currency] < most:
            shown[row.currency] += 1
            kept.append(row)
    return tuple(kept)


def _latest(filters: Filters, most: int) -> list[int]:
    rows = fetch(_LATEST, filters, most=most, parts=_parts(filters))
    return sorted({account for (account,) in rows})


def ageing_totals(filters: Filters) -> dict[str, Aged]:
    """Return the aged balance of all that is asked for together, by currency."""
    of_all = {"key": sql.SQL("NULL"), "name": sql.SQL("''"), "joins": sql.SQL("")}
    rows = fetch(_SUMS + _TOTALS, filters, parts=_parts(filters) | of_all)
    return {currency: _aged(figures) for currency, *figures in rows}


def _parts(filters: Filters) -> dict[str, sql.Composable]:
    return {
        "figures": _figures(filters.buckets),
        "columns": sql.SQL(", ").join(_columns(filters.buckets)),
        "since": sql.SQL("due_on" if filters.aged_by == "due" else "issued_on"),
    }


def _columns(buckets: Buckets) -> list[sql.Identifier]:
    return [*(sql.Identifier(f"column_{n}") for n in range(len(buckets))), sql.Identifier("left_over")]


def _figures(buckets: Buckets) -> sql.Composed:
    """One sum for each column of days, and one for the credits that nobody matched."""
    *columns, left_over = _columns(buckets)
    sums = [
        sql.SQL("coalesce(sum(owed) FILTER (WHERE {}), 0) AS {}").format(in_bucket(buckets, place), column)
        for place, column in enumerate(columns)
    ]
    sums.append(sql.SQL("sum(credit) AS {}").format(left_over))
    return sql.SQL(", ").join(sums)


def in_bucket(buckets: Buckets, place: int) -> sql.Composable:
    """Return the condition that «late», in days, falls into a column."""
    spans = [(None, 0), *pairwise((0, *buckets.edges)), (buckets.edges[-1], None)]
    after, most = spans[place]
    bounds = []
    if after is not None:
        bounds.append(sql.SQL("late > {}").format(sql.Literal(after)))
    if most is not None:
        bounds.append(sql.SQL("late <= {}").format(sql.Literal(most)))
    return sql.SQL(" AND ").join(bounds)


def _aged(figures: Sequence[Decimal]) -> Aged:
    return Aged(amounts=tuple(figures[:-1]), unallocated=figures[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Open terms by column, and how many accounts owe anything, and anything late."""

    items: tuple[int, ...]
    accounts: int
    late_accounts: int


_COUNTED = f"""
WITH {PARTS}, lines AS (
  SELECT account_id, currency, %(on)s - {{since}} AS late, owed, terms FROM parts
), sums AS (
  SELECT account_id, currency, sum(owed) > 0 AS owes, sum(owed) FILTER (WHERE late > 0) > 0 AS owes_late,
    {{items}}
  FROM lines GROUP BY 1, 2
)
SELECT currency, count(*) FILTER (WHERE owes), count(*) FILTER (WHERE owes_late), {{added}}
FROM sums GROUP BY 1
"""  # noqa: S608  all of it is ours


def counted(filters: Filters) -> dict[str, Counted]:
    """Return how many terms are open in each column at the end of the day, by currency."""
    columns = _columns(filters.buckets)[:-1]
    items = (
        sql.SQL("coalesce(sum(terms) FILTER (WHERE {}), 0) AS {}").format(
            in_bucket(filters.buckets, place), column
        )
        for place, column in enumerate(columns)
    )
    parts = _parts(filters) | {
        "items": sql.SQL(", ").join(items),
        "added": sql.SQL(", ").join(sql.SQL("sum({0})::bigint").format(column) for column in columns),
    }
    return {
        currency: Counted(items=tuple(figures), accounts=accounts, late_accounts=late)
        for currency, accounts, late, *figures in fetch(_COUNTED, filters, parts=parts)
    }
