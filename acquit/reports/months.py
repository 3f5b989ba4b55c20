"""Months of the ledger in SQL: receivable, open, not due and sales at each month's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from acquit.core.months import Month
from acquit.store import tenancy

# Everything that moves a figure is summed up by the days between which it counts, then each end looks
# at these few sums: the rows are read once, however many months are asked for.
_MONTHS = """
WITH ends AS (SELECT unnest(%(ends)s::date[]) AS on),
accounts AS (
  SELECT id FROM accounts_account WHERE organisation_id = %(organisation)s
    AND (%(creditor)s::bigint IS NULL OR creditor_id = %(creditor)s)
), moves AS (
  SELECT currency, issued_on AS since, NULL::date AS until, sum(amount) AS amount, sum(amount) AS sold
    FROM ledger_invoice WHERE organisation_id = %(organisation)s AND account_id IN (SELECT id FROM accounts)
    GROUP BY 1, 2
  UNION ALL
  SELECT currency, issued_on, cancelled_on, -sum(amount), -sum(amount)
    FROM ledger_creditnote
    WHERE organisation_id = %(organisation)s AND account_id IN (SELECT id FROM accounts)
    GROUP BY 1, 2, 3
  UNION ALL
  SELECT currency, received_on, returned_on, -sum(amount), 0
    FROM ledger_payment WHERE organisation_id = %(organisation)s AND account_id IN (SELECT id FROM accounts)
    GROUP BY 1, 2, 3
), terms AS (
  SELECT t.currency, i.issued_on AS since, t.due_on, sum(t.amount) AS amount
    FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
    WHERE t.organisation_id = %(organisation)s AND i.organisation_id = %(organisation)s
      AND t.account_id IN (SELECT id FROM accounts)
    GROUP BY 1, 2, 3
), tied AS (
  SELECT t.currency, t.due_on, greatest(a.effective_on, i.issued_on, p.received_on, c.issued_on) AS since,
      least(a.undone_on, p.returned_on, c.cancelled_on) AS until, sum(a.amount) AS amount
    FROM ledger_allocation a
    JOIN ledger_term t ON t.id = a.term_id AND t.organisation_id = %(organisation)s
    JOIN ledger_invoice i ON i.id = t.invoice_id AND i.organisation_id = %(organisation)s
    LEFT JOIN ledger_payment p ON p.id = a.payment_id AND p.organisation_id = %(organisation)s
    LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id AND c.organisation_id = %(organisation)s
    WHERE a.organisation_id = %(organisation)s AND t.account_id IN (SELECT id FROM accounts)
    GROUP BY 1, 2, 3, 4
), figures AS (
  SELECT e.on, m.currency, sum(m.amount) AS receivable,
      sum(m.sold) FILTER (WHERE m.since >= date_trunc('month', e.on)) AS sales, 0 AS open, 0 AS not_due
    FROM ends e JOIN moves m ON m.since <= e.on AND (m.until IS NULL OR m.until > e.on) GROUP BY 1, 2
  UNION ALL
  SELECT e.on, t.currency, 0, 0, sum(t.amount), sum(t.amount) FILTER (WHERE t.due_on >= e.on)
    FROM ends e JOIN terms t ON t.since <= e.on GROUP BY 1, 2
  UNION ALL
  SELECT e.on, a.currency, 0, 0, -sum(a.amount), -sum(a.amount) FILTER (WHERE a.due_on >= e.on)
    FROM ends e JOIN tied a ON a.since <= e.on AND (a.until IS NULL OR a.until > e.on) GROUP BY 1, 2
)
SELECT currency, "on", sum(receivable), sum(open), coalesce(sum(not_due), 0), coalesce(sum(sales), 0)
FROM figures GROUP BY 1, 2 ORDER BY 1, 2
"""
_ZERO = Decimal(0)


def months(ends: Sequence[date], *, creditor_id: int | None = None) -> Mapping[str, tuple[Month, ...]]:
    """Return the months that end on `ends`, per currency in which anything moved by the last of them."""
    asked = {"ends": list(ends), "organisation": tenancy.current_organisation(), "creditor": creditor_id}
    found: dict[str, dict[date, Month]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, asked)
        for currency, end, receivable, open_, not_due, sales in cursor.fetchall():
            found.setdefault(currency, {})[end] = Month(
                end=end, receivable=receivable, open=open_, not_due=not_due, sales=sales
            )
    return {
        currency: tuple(rows.get(end) or _nothing(end) for end in ends) for currency, rows in found.items()
    }


def _nothing(end: date) -> Month:
    return Month(end=end, receivable=_ZERO, open=_ZERO, not_due=_ZERO, sales=_ZERO)
