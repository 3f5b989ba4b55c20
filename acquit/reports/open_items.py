"""What an account consists of on a day: open terms, and the credits that nobody matched."""

from __future__ import annotations

from psycopg import sql

from acquit.reports.ageing import in_bucket
from acquit.reports.asof import LEFT_OVER, OWED
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery

# A term that was paid too much is there with less than nothing, as in the sums of the reports.
_TERMS = """
SELECT id, account_id, invoice_id, NULL::text AS number, currency, 'invoice' AS kind, issued_on, due_on,
  days AS days_late, owed AS open_balance
FROM (SELECT owed.*, %(on)s - {since_day} AS late, %(on)s - due_on AS days FROM owed) o
WHERE owed <> 0 AND {bucket} AND {in_currency}
"""

_CREDITS = """
SELECT * FROM (
  SELECT l.credit_note_id AS id, l.account_id, NULL::bigint AS invoice_id, c.number::text AS number,
      l.currency::text AS currency, 'credit_note' AS kind, c.issued_on, NULL::date AS due_on,
      NULL::int AS days_late, -l.credit AS open_balance
    FROM left_over l JOIN ledger_creditnote c ON c.id = l.credit_note_id
  UNION ALL
  SELECT l.payment_id, l.account_id, NULL, p.reference::text, l.currency, p.kind, p.received_on, NULL, NULL,
      -l.credit
    FROM left_over l JOIN ledger_payment p ON p.id = l.payment_id
) c WHERE open_balance <> 0 AND {in_currency}
"""


def _parts(filters: Filters, _: Part) -> dict[str, sql.Composable]:
    bucket: sql.Composable = sql.SQL("true")
    if filters.bucket is not None:
        bucket = in_bucket(filters.buckets, filters.bucket)
    elif filters.late:
        bucket = sql.SQL("late > 0")
    return {
        "since_day": sql.SQL("due_on" if filters.aged_by == "due" else "issued_on"),
        "bucket": bucket,
    }


_CODES = ("debtor", "external_id")
#: The open terms, those due first first.
ITEMS = ListQuery(
    key="items", query=f"WITH {OWED} {_TERMS}", order="due_on, id", parts=_parts, added=("open_balance",),
    columns=(*_CODES, "number", "issued_on", "due_on", "days_late", "currency", "open_balance"),
)  # fmt: skip
#: What came in, or was credited, and is not matched: below zero.
CREDITS = ListQuery(
    key="credits", query=f"WITH {LEFT_OVER} {_CREDITS}", order="issued_on, kind, id", added=("open_balance",),
    columns=(*_CODES, "kind", "piece", "issued_on", "currency", "open_balance"),
)  # fmt: skip
#: Both: what the balance of an account consists of.
CONSISTS_OF = ListQuery(
    key="consists_of", query=f"WITH {OWED}, {LEFT_OVER} {_TERMS} UNION ALL {_CREDITS}",
    order="issued_on, kind, id", parts=_parts, added=("open_balance",),
    columns=(*_CODES, "kind", "piece", "issued_on", "due_on", "days_late", "currency", "open_balance"),
)  # fmt: skip
