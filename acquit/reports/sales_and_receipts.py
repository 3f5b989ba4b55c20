"""What was sold and what came in between two days: the entries that these figures add up."""

from __future__ import annotations

from datetime import date
from typing import Any

from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery

_SALES = """
SELECT * FROM (
  SELECT id, account_id, id AS invoice_id, number::text AS number, currency, 'invoice' AS kind, issued_on,
      amount
    FROM ledger_invoice WHERE organisation_id = %(organisation)s AND issued_on >= %(first)s
      AND issued_on <= %(on)s
  UNION ALL
  SELECT id, account_id, NULL, number, currency, 'credit_note', issued_on, -amount
    FROM ledger_creditnote WHERE organisation_id = %(organisation)s AND issued_on >= %(first)s
      AND issued_on <= %(on)s AND (cancelled_on IS NULL OR cancelled_on > %(on)s)
) s WHERE {within} AND {in_currency}
"""
_RECEIVED = """
SELECT id, account_id, NULL::bigint AS invoice_id, reference AS number, currency, received_on, amount
FROM ledger_payment
WHERE organisation_id = %(organisation)s AND kind = 'payment' AND returned_on IS NULL
  AND received_on >= %(first)s AND received_on < %(on)s AND {within} AND {in_currency}
"""


def _since(filters: Filters, part: Part) -> dict[str, Any]:
    """Return from which day on: that of the part, else the first of the month."""
    first: date = part.since or filters.on.replace(day=1)
    return {"first": first}


#: Invoices less credit notes from a day (the first of the month) to that of the filters.
SALES = ListQuery(
    key="sales", query=_SALES, order="issued_on, kind, id", values=_since, added=("amount",),
    columns=("debtor", "external_id", "kind", "piece", "issued_on", "currency", "amount"),
)  # fmt: skip
#: Money received from a day on, before that of the filters.
RECEIVED = ListQuery(
    key="received", query=_RECEIVED, order="received_on DESC, id", values=_since, added=("amount",),
    columns=("debtor", "external_id", "received_on", "piece", "currency", "amount"),
)  # fmt: skip
