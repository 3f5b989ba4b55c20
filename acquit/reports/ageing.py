"""The aged balance, by due date or date of invoice, as of any day, and grouped as one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from psycopg import sql

from acquit.core.ageing import Aged, Buckets
from acquit.reports.asof import LEFT_OVER, PARTS, TIED, WHOLE
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch, grouping

# All together, first by day, of which there are few: several processors may then work at the terms.
_TOGETHER = f"""
WITH {TIED}, {LEFT_OVER}, days AS (
  SELECT currency, {{since}} AS since, sum(amount) AS owed, 0 AS credit
    FROM (SELECT * FROM ledger_term WHERE {WHOLE}) t GROUP BY 1, 2
  UNION ALL
  SELECT currency, {{since}}, -sum(amount), 0 FROM tied GROUP BY 1, 2
  UNION ALL
  SELECT currency, NULL, 0, sum(credit) FROM left_over GROUP BY 1
), dated AS (
  SELECT currency, %(on)s - since AS late, owed, credit FROM days
)
SELECT currency, {{figures}} FROM dated GROUP BY 1 ORDER BY 1
"""  # noqa: S608  all of it is ours
# The lines and what they add up to, of one pass over what was owed; names are looked up of what is shown.
_LINES = f"""
WITH {TIED}, {LEFT_OVER}, dated AS (
  SELECT account_id AS key, currency, %(on)s - {{since}} AS late, amount AS owed, 0 AS credit
    FROM (SELECT * FROM ledger_term WHERE {WHOLE}) t
  UNION ALL
  SELECT account_id, currency, %(on)s - {{since}}, -amount, 0 FROM tied
  UNION ALL
  SELECT account_id, currency, NULL, 0, credit FROM left_over
), accounts AS MATERIALIZED (
  SELECT key, currency, {{figures}} FROM dated GROUP BY 1, 2
), groups AS (
  SELECT {{key}} AS key, {{name}} AS name, accounts.currency, {{added}}
    FROM accounts JOIN accounts_account k ON k.id = accounts.key {{joins}} GROUP BY 1, 2, 3
), totals AS (
  SELECT currency, count(*) FILTER (WHERE {{nonzero}}) AS count, {{added}} FROM {{lines}} GROUP BY 1
), shown AS ({{shown}}), named AS ({{named}})
SELECT * FROM (
  SELECT NULL AS key, '' AS name, '' AS external_id, '' AS creditor, currency, count, {{columns}} FROM totals
  UNION ALL
  SELECT key, name, external_id, creditor, currency, NULL, {{columns}} FROM named
) found ORDER BY count, {{order}}
"""  # noqa: S608  all of it is ours
_ALL = "SELECT * FROM {lines} WHERE {nonzero}"
_LARGEST = """
SELECT largest.* FROM totals, LATERAL (
  SELECT * FROM {lines} WHERE currency = totals.currency AND ({nonzero})
  ORDER BY {overdue} DESC, key LIMIT %(most)s) largest
"""
_ACCOUNTS = """
SELECT shown.*, d.name, k.external_id, c.key AS creditor
FROM shown JOIN accounts_account k ON k.id = shown.key JOIN accounts_creditor c ON c.id = k.creditor_id
  JOIN accounts_debtor d ON d.id = k.debtor_id
"""
_GROUPS = "SELECT *, '' AS external_id, '' AS creditor FROM shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedRow:
    """One line of the aged balance. `key` is what it groups (an id, a country, a profile; None: nobody).

    `external_id` and `creditor` tell an account and are empty elsewhere.
    """

    key: int | str | None
    name: str
    external_id: str
    creditor: str
    currency: str
    aged: Aged


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedBalance:
    """Lines, all or the largest; by currency what all of them add up to, and how many they are."""

    rows: tuple[AgedRow, ...]
    totals: Mapping[str, Aged]
    counts: Mapping[str, int]


def ageing(filters: Filters, *, largest: int | None = None) -> AgedBalance:
    """Return the aged balance at the end of the day; lines without any figure are left out.

    With `largest`, only so many lines of each currency, those that owe most late first; otherwise all, by
    creditor and code, or by name.
    """
    found = fetch(_LINES, filters, most=largest, parts=_of_lines(filters, largest))
    rows, totals, counts = [], {}, {}
    for key, name, external_id, creditor, currency, count, *figures in found:
        aged = _aged(figures)
        if count is None:
            rows.append(
                AgedRow(
                    key=key, name=name, external_id=external_id, creditor=creditor, currency=currency,
                    aged=aged,
                )
            )  # fmt: skip
        else:
            totals[currency], counts[currency] = aged, count
    return AgedBalance(rows=tuple(rows), totals=totals, counts=counts)


def _of_lines(filters: Filters, largest: int | None) -> dict[str, sql.Composable]:
    by_account, columns, group = filters.by == "account", _columns(filters.buckets), grouping(filters.by)
    overdue = sql.SQL("({})").format(sql.SQL(" + ").join(columns[1:-1]))
    parts: dict[str, sql.Composable] = {
        "lines": sql.SQL("accounts" if by_account else "groups"),
        "nonzero": sql.SQL(" OR ").join(sql.SQL("{} <> 0").format(column) for column in columns),
        "overdue": overdue,
    }
    by_name = "creditor, external_id, currency" if by_account else "name, key, currency"
    return _parts(filters) | {
        **parts,
        "added": sql.SQL(", ").join(sql.SQL("sum({0}) AS {0}").format(column) for column in columns),
        "shown": sql.SQL(_LARGEST if largest else _ALL).format(**parts),
        "named": sql.SQL(_ACCOUNTS if by_account else _GROUPS),
        "order": sql.SQL("currency, {overdue} DESC, " if largest else "").format(**parts) + sql.SQL(by_name),
        "key": group.key,
        "name": group.name,
        "joins": group.joins,
    }


def ageing_totals(filters: Filters) -> dict[str, Aged]:
    """Return the aged balance of all that is asked for together, by currency."""
    rows = fetch(_TOGETHER, filters, parts=_parts(filters))
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
