"""How late invoices were paid, over a stretch of days and by group; and each debtor's habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from psycopg import sql

from acquit.core.measures import Delays
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import Row, fetch, grouping

# A term is paid on the day from which nothing is owed for good, if money closed it and nothing else did.
_PAID = """
WITH paid AS (
  SELECT t.id, t.account_id, t.invoice_id, t.due_on, t.closed_on, t.currency, t.amount,
      t.closed_on - t.due_on AS days
    FROM ledger_term t
    WHERE t.organisation_id = %(organisation)s AND t.closed_on > %(after)s AND t.closed_on <= %(on)s
      AND t.issued_on <= %(on)s AND t.amount > 0 AND {within}
      AND EXISTS (SELECT FROM ledger_allocation a JOIN ledger_payment p ON p.id = a.payment_id
        WHERE a.organisation_id = %(organisation)s AND a.term_id = t.id AND a.undone_on IS NULL
          AND p.kind = 'payment')
)
"""
_DELAYS = f"""
{_PAID}
SELECT {{key}}, {{name}}, s.currency, count(*), avg(days), sum(amount * days) / sum(amount),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days), percentile_disc(0.8) WITHIN GROUP (ORDER BY days),
  avg(days) FILTER (WHERE days > 0),
  sum(amount * days) FILTER (WHERE days > 0) / sum(amount) FILTER (WHERE days > 0),
  count(*) FILTER (WHERE days > 0)
FROM paid s JOIN accounts_account k ON k.id = s.account_id {{joins}}
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT %(most)s
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_PAID}
SELECT id, account_id, invoice_id, NULL::text AS number, currency, due_on, closed_on AS paid_on,
  days AS days_late, amount
FROM paid WHERE {{in_currency}} AND {{late}}
"""  # noqa: S608  all of it is ours
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayRow:
    """How late what a group paid was. `late` were paid after their due date, of `delays.count`.

    `cautious_days` is what eight in ten were paid within. `filters` open the group.
    """

    key: int | str | None
    name: str
    currency: str
    delays: Delays
    late: int
    cautious_days: int
    filters: Filters


def delays(filters: Filters, *, since: date | None = None, most: int | None = None) -> tuple[DelayRow, ...]:
    """Return the delays of what was paid after `since` (a year before) up to the day, most paid first."""
    group = grouping(filters.by)
    parts = {"key": group.key, "name": group.name, "joins": group.joins}
    rows = fetch(_DELAYS, filters, after=since or filters.on - YEAR, most=most, parts=parts)
    return tuple(_row(row, filters) for row in rows)


def delays_altogether(filters: Filters, *, since: date | None = None) -> dict[str, Delays]:
    """Return the delays of everybody together, by currency."""
    nobody = {"key": sql.SQL("NULL"), "name": sql.SQL("''"), "joins": sql.SQL("")}
    rows = fetch(_DELAYS, filters, after=since or filters.on - YEAR, most=None, parts=dict(nobody))
    return {row[2]: _row(row, filters).delays for row in rows}


def _row(row: Row, filters: Filters) -> DelayRow:
    key, name, currency, count, mean, weighted, middle, cautious, late_mean, late_weighted, late = row
    return DelayRow(
        key=key, name=name, currency=currency, late=late, cautious_days=cautious,
        delays=Delays(
            count=count, mean=mean, weighted=weighted, median=Decimal(str(middle)),
            late_mean=late_mean, late_weighted=late_weighted,
        ),
        filters=filters if key is None else filters.of_group(key),
    )  # fmt: skip


def _late(filters: Filters, _: Part) -> dict[str, sql.Composable]:
    return {"late": sql.SQL("days > 0" if filters.late else "true")}


#: What money paid in a year (or after the day of the part), the newest first; all of it, or what came late.
SETTLED = ListQuery(
    key="settled", query=_LISTED, order="paid_on DESC, id", parts=_late, added=("amount",),
    values=lambda filters, part: {"after": part.since or filters.on - YEAR},
    columns=("debtor", "external_id", "number", "due_on", "paid_on", "days_late", "currency", "amount"),
)  # fmt: skip
