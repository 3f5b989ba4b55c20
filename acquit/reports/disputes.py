"""Disputes: what is contested, by category, since when, of how much; and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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
_OPEN = f"""
{_CONTESTED}
SELECT category, currency, count(*), coalesce(sum(disputed), 0), avg(late), max(late), {{figures}}
FROM asked GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_CONTESTED}
SELECT id, account_id, invoice_id, NULL::text AS number, category, currency, opened_on, late AS days_open,
  disputed AS amount
FROM asked
WHERE {{bucket}} AND {{in_currency}} AND (%(category)s::text IS NULL OR category = %(category)s)
"""  # noqa: S608  all of it is ours
_RESOLVED = """
SELECT category, count(*), avg(resolved_on - opened_on),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY resolved_on - opened_on)
FROM cases_dispute
WHERE organisation_id = %(organisation)s AND resolved_on > %(after)s AND resolved_on <= %(on)s AND {within}
GROUP BY 1 ORDER BY 2 DESC, 1
"""
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """Open disputes of one category and currency. `ages` are amounts by days since they were opened."""

    category: str
    currency: str
    count: int
    amount: Decimal
    mean_days: Decimal
    oldest_days: int
    ages: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRow:
    """Disputes of one category that ended, and how many days they took."""

    category: str
    count: int
    mean_days: Decimal
    median_days: Decimal


def disputes(filters: Filters) -> tuple[DisputeRow, ...]:
    """Return the disputes that were open at the end of the day, by category, the largest first."""
    figures = (
        sql.SQL("coalesce(sum(disputed) FILTER (WHERE {}), 0)").format(in_bucket(filters.buckets, place))
        for place in range(len(filters.buckets))
    )
    rows = fetch(_OPEN, filters, parts={"figures": sql.SQL(", ").join(figures)})
    return tuple(
        DisputeRow(
            category=category, currency=currency, count=count, amount=amount, mean_days=mean,
            oldest_days=oldest, ages=tuple(ages),
        )
        for category, currency, count, amount, mean, oldest, *ages in rows
    )  # fmt: skip


def resolved(filters: Filters, *, since: date | None = None) -> tuple[ResolvedRow, ...]:
    """Return the disputes that ended after `since` (a year before) up to the day, by category."""
    rows = fetch(_RESOLVED, filters, after=since or filters.on - YEAR)
    return tuple(
        ResolvedRow(category=category, count=count, mean_days=mean, median_days=Decimal(str(middle)))
        for category, count, mean, middle in rows
    )


def _bucket(filters: Filters, _: Part) -> dict[str, sql.Composable]:
    place = filters.bucket
    return {"bucket": sql.SQL("true") if place is None else in_bucket(filters.buckets, place)}


#: The disputes that were open at the end of the day, the oldest first; of a category, or of an age.
CONTESTED = ListQuery(
    key="contested", query=_LISTED, order="opened_on, id", parts=_bucket, added=("amount",),
    columns=("debtor", "external_id", "number", "category", "opened_on", "days_open", "currency", "amount"),
)  # fmt: skip
