"""Months of the ledger in SQL: receivable, open, not due and sales at each month's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from psycopg import sql

from acquit.core.months import Month
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch

# Each row is read once, however many months are asked for. A fact counts from one day until another, so it
# comes in with the first end not before its day («at») and goes out likewise; what stands at an end is
# the sum of what came and went up to it. A term is owed whole until it is closed for good, but for the
# allocations of the few that were touched before.
_MONTHS = """
WITH invoiced AS (
  SELECT currency, {issued} AS at,
      issued_on >= date_trunc('month', (%(ends)s::date[])[1 + {issued}]) AS sold, sum(amount) AS amount
    FROM (SELECT currency, issued_on, sum(amount) AS amount FROM ledger_invoice
      WHERE organisation_id = %(organisation)s AND issued_on <= %(last)s AND {within} GROUP BY 1, 2) days
    GROUP BY 1, 2, 3
), noted AS (
  SELECT currency, {issued} AS at, {cancelled} AS out,
      issued_on >= date_trunc('month', (%(ends)s::date[])[1 + {issued}])
        AND (cancelled_on IS NULL OR cancelled_on > (%(ends)s::date[])[1 + {issued}]) AS sold,
      sum(amount) AS amount
    FROM ledger_creditnote
    WHERE organisation_id = %(organisation)s AND issued_on <= %(last)s AND {within}
    GROUP BY 1, 2, 3, 4
), paid AS (
  SELECT currency, {received} AS at, {returned} AS out, sum(amount) AS amount
    FROM (SELECT currency, received_on, returned_on, sum(amount) AS amount FROM ledger_payment
      WHERE organisation_id = %(organisation)s AND received_on <= %(last)s AND {within} GROUP BY 1, 2, 3) days
    GROUP BY 1, 2, 3
), terms AS (
  SELECT currency, {issued} AS at, {closed} AS out, {late} AS late, sum(amount) AS amount
    FROM ledger_term
    WHERE organisation_id = %(organisation)s AND issued_on <= %(last)s AND {within}
    GROUP BY 1, 2, 3, 4
), parted AS MATERIALIZED (
  SELECT id, currency, issued_on, due_on, closed_on FROM ledger_term
    WHERE organisation_id = %(organisation)s AND issued_on <= %(last)s AND touched_on <= %(last)s
      AND touched_on IS NOT NULL AND (closed_on IS NULL OR closed_on > touched_on) AND {within}
), partly AS (
  SELECT t.currency, t.due_on, t.closed_on, a.amount,
      greatest(a.effective_on, t.issued_on, p.received_on, c.issued_on) AS since,
      least(a.undone_on, p.returned_on, c.cancelled_on, t.closed_on) AS until
    FROM parted t
    JOIN ledger_allocation a ON a.organisation_id = %(organisation)s AND a.term_id = t.id
    LEFT JOIN ledger_payment p ON p.id = a.payment_id
    LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id
), tied AS (
  SELECT currency, {since} AS at, {until} AS out, {past} AS late, sum(amount) AS amount
    FROM partly WHERE until IS NULL OR until > since GROUP BY 1, 2, 3, 4
), moves AS (
  SELECT currency, at, amount AS receivable, 0 AS open, 0 AS not_due,
      CASE WHEN sold THEN amount ELSE 0 END AS sales FROM invoiced
  UNION ALL SELECT currency, at, -amount, 0, 0, CASE WHEN sold THEN -amount ELSE 0 END FROM noted
  UNION ALL SELECT currency, out, amount, 0, 0, 0 FROM noted WHERE out IS NOT NULL
  UNION ALL SELECT currency, at, -amount, 0, 0, 0 FROM paid
  UNION ALL SELECT currency, out, amount, 0, 0, 0 FROM paid WHERE out IS NOT NULL
  UNION ALL SELECT currency, at, 0, amount, amount, 0 FROM terms
  UNION ALL SELECT currency, out, 0, -amount, 0, 0 FROM terms WHERE out IS NOT NULL
  UNION ALL SELECT currency, late, 0, 0, -amount, 0 FROM terms
  UNION ALL SELECT currency, at, 0, -amount, -amount, 0 FROM tied
  UNION ALL SELECT currency, out, 0, amount, 0, 0 FROM tied WHERE out IS NOT NULL
  UNION ALL SELECT currency, late, 0, 0, amount, 0 FROM tied
)
SELECT currency, at, sum(receivable), sum(open), sum(not_due), sum(sales)
FROM moves WHERE at < cardinality(%(ends)s::date[]) GROUP BY 1, 2
"""
_DAYS = {
    "issued": "issued_on",
    "received": "received_on",
    "cancelled": "greatest(issued_on, cancelled_on)",
    "returned": "greatest(received_on, returned_on)",
    "closed": "greatest(issued_on, closed_on)",
    "late": "greatest(issued_on, least(closed_on, due_on + 1))",
    "since": "since",
    "until": "until",
    "past": "greatest(since, least(until, due_on + 1))",
}
#: Greatest and least pass over what is not known: the two ends that may be open are kept so.
_OPEN_ENDED = {"cancelled": "cancelled_on", "returned": "returned_on", "closed": "closed_on"}
_ZERO = Decimal(0)


def months(ends: Sequence[date], filters: Filters | None = None) -> Mapping[str, tuple[Month, ...]]:
    """Return the months that end on `ends`, per currency in which anything moved by the last of them.

    The ends are in order, and no two of one month; the day of `filters` says nothing here.
    """
    asked = filters or Filters(on=ends[-1])
    rows = fetch(_MONTHS, asked, ends=list(ends), last=ends[-1], parts=_PLACES)
    nothing = Month(end=ends[0], receivable=_ZERO, open=_ZERO, not_due=_ZERO, sales=_ZERO)
    moved: dict[str, dict[int, Month]] = {}
    for currency, at, receivable, open_, not_due, sales in rows:
        moved.setdefault(currency, {})[at] = replace(
            nothing, receivable=receivable, open=open_, not_due=not_due, sales=sales
        )
    return {
        currency: tuple(_added(ends, [of.get(place, nothing) for place in range(len(ends))]))
        for currency, of in sorted(moved.items())
    }


def _added(ends: Sequence[date], moves: Sequence[Month]) -> list[Month]:
    """Return what stands at each end, of what moved since the end before; sales are those of the month."""
    found: list[Month] = []
    receivable = open_ = not_due = _ZERO
    for end, move in zip(ends, moves, strict=True):
        receivable, open_ = receivable + move.receivable, open_ + move.open
        not_due += move.not_due
        found.append(Month(end=end, receivable=receivable, open=open_, not_due=not_due, sales=move.sales))
    return found


def _place(name: str) -> sql.Composable:
    """Return the place of the first end that is not before a day; NULL where the day is not known."""
    placed = sql.SQL("width_bucket({} - 1, %(ends)s::date[])").format(sql.SQL(_DAYS[name]))
    if name not in _OPEN_ENDED:
        return placed
    return sql.SQL("CASE WHEN {} IS NOT NULL THEN {} END").format(sql.SQL(_OPEN_ENDED[name]), placed)


_PLACES = {name: _place(name) for name in _DAYS}
