"""Disputes: what is contested, by category, since when, of how much; and how long those took that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from psycopg import sql

from acquit.reports.ageing import in_bucket
from acquit.reports.asof import OWED
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import fetch

# A dispute of an amount stands for as much as is still owed of its invoice.
_CONTESTED = f"""
WITH {OWED}, opened AS (
  SELECT d.id, d.invoice_id, d.account_id, d.category, d.opened_on, d.amount, i.currency,
      (SELECT coalesce(sum(o.owed), 0) FROM owed o WHERE o.invoice_id = d.invoice_id) AS owed
    FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id
    WHERE d.organisation_id = %(organisation)s AND d.opened_on <= %(on)s
      AND (d.resolved_on IS NULL OR d.resolved_on > %(on)s)
), asked AS (
  SELECT id, account_id, invoice_id, category, currency, opened_on, %(on)s - opened_on AS late,
      least(coalesce(amount, owed), owed) AS disputed
    FROM opened WHERE {{within}}
)
"""  # noqa: S608  all of it is ours
_ENDED = """
SELECT * FROM (
  SELECT d.id, d.account_id, d.invoice_id, d.category, i.currency, d.opened_on, d.resolved_on,
      d.resolved_on - d.opened_on AS days_taken
    FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id
    WHERE d.organisation_id = %(organisation)s AND d.resolved_on > %(after)s AND d.resolved_on <= %(on)s
) e WHERE {within}
"""
_BY_CATEGORY = f"""
{_CONTESTED}, ended AS ({_ENDED}), open_now AS (
  SELECT category, currency, count(*) AS open, sum(disputed) AS disputed, avg(late) AS mean,
      max(late) AS oldest, ARRAY[{{figures}}] AS ages
    FROM asked GROUP BY 1, 2
), ended_by AS (
  SELECT category, currency, count(*) AS resolved, avg(days_taken) AS days FROM ended GROUP BY 1, 2
)
SELECT category, currency, coalesce(open, 0), coalesce(disputed, 0), mean, oldest, ages,
  coalesce(resolved, 0), days
FROM open_now FULL JOIN ended_by USING (category, currency) ORDER BY 4 DESC, 1, 2
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_CONTESTED}
SELECT id, account_id, invoice_id, NULL::text AS number, category, currency, opened_on, late AS days_open,
  disputed AS amount
FROM asked
WHERE {{bucket}} AND {{in_currency}} AND (%(category)s::text IS NULL OR category = %(category)s)
"""  # noqa: S608  all of it is ours
_LISTED_ENDED = f"""
SELECT id, account_id, invoice_id, NULL::text AS number, category, currency, opened_on, resolved_on,
  days_taken
FROM ({_ENDED}) e
WHERE {{in_currency}} AND (%(category)s::text IS NULL OR category = %(category)s)
"""  # noqa: S608  all of it is ours
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """Disputes of one category and currency: those open, and those `resolved` within a year.

    `ages` are amounts by days since they were opened; the days of none are None.
    """

    category: str
    currency: str
    count: int
    amount: Decimal
    mean_days: Decimal | None
    oldest_days: int | None
    ages: tuple[Decimal, ...]
    resolved: int
    resolved_days: Decimal | None


def disputes(filters: Filters) -> tuple[DisputeRow, ...]:
    """Return what was contested at the end of the day or resolved in the year before, the largest first."""
    figures = (
        sql.SQL("coalesce(sum(disputed) FILTER (WHERE {}), 0)").format(in_bucket(filters.buckets, place))
        for place in range(len(filters.buckets))
    )
    parts = {"figures": sql.SQL(", ").join(figures)}
    nothing = (Decimal(0),) * len(filters.buckets)
    return tuple(
        DisputeRow(
            category=category, currency=currency, count=count, amount=amount, mean_days=mean,
            oldest_days=oldest, ages=tuple(ages or nothing), resolved=resolved, resolved_days=days,
        )
        for category, currency, count, amount, mean, oldest, ages, resolved, days in fetch(
            _BY_CATEGORY, filters, parts=parts, **_year(filters)
        )
    )  # fmt: skip


def _year(filters: Filters, _: Part | None = None) -> dict[str, Any]:
    return {"after": filters.on - YEAR}


def _bucket(filters: Filters, _: Part) -> dict[str, sql.Composable]:
    place = filters.bucket
    return {"bucket": sql.SQL("true") if place is None else in_bucket(filters.buckets, place)}


#: The disputes that were open at the end of the day, the oldest first; of a category, or of an age.
CONTESTED = ListQuery(
    key="contested", query=_LISTED, order="opened_on, id", parts=_bucket, added=("amount",),
    columns=("debtor", "external_id", "number", "category", "opened_on", "days_open", "currency", "amount"),
)  # fmt: skip
#: The disputes that ended in the year before, the newest first; of a category.
RESOLVED = ListQuery(
    key="resolved", query=_LISTED_ENDED, order="resolved_on DESC, id", values=_year,
    columns=(
        "debtor", "external_id", "number", "category", "opened_on", "resolved_on", "currency", "days_taken",
    ),
)  # fmt: skip
