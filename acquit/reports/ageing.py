"""The aged balance of each account and altogether, as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import connection
from psycopg import sql

from acquit.core.ageing import STANDARD, Aged, Buckets
from acquit.store import tenancy

# The database keeps what is allocated now of each term and credit. From there the report goes back
# to the day by the allocations that count otherwise then than now, which are few for a recent day:
# «back» is +1 for one that counts now and did not, -1 for one that did and was undone since.
_LINES = """
WITH future AS (
  SELECT id FROM ledger_invoice
  WHERE organisation_id = %(organisation)s AND issued_on > %(on)s
), idle_payment AS (
  SELECT id FROM ledger_payment
  WHERE organisation_id = %(organisation)s AND (received_on > %(on)s OR returned_on <= %(on)s)
), idle_note AS (
  SELECT id FROM ledger_creditnote
  WHERE organisation_id = %(organisation)s AND (issued_on > %(on)s OR cancelled_on <= %(on)s)
), moved AS (
  SELECT term_id, payment_id, credit_note_id, amount, effective_on, undone_on
    FROM ledger_allocation
    WHERE organisation_id = %(organisation)s AND (effective_on > %(on)s OR undone_on > %(on)s)
  UNION ALL
  SELECT a.term_id, a.payment_id, a.credit_note_id, a.amount, a.effective_on, a.undone_on
    FROM idle_payment p JOIN ledger_allocation a ON a.payment_id = p.id
    WHERE a.organisation_id = %(organisation)s
      AND a.undone_on IS NULL AND a.effective_on <= %(on)s
  UNION ALL
  SELECT a.term_id, a.payment_id, a.credit_note_id, a.amount, a.effective_on, a.undone_on
    FROM idle_note n JOIN ledger_allocation a ON a.credit_note_id = n.id
    WHERE a.organisation_id = %(organisation)s
      AND a.undone_on IS NULL AND a.effective_on <= %(on)s
  UNION ALL
  SELECT a.term_id, a.payment_id, a.credit_note_id, a.amount, a.effective_on, a.undone_on
    FROM future f
    JOIN ledger_term t ON t.organisation_id = %(organisation)s AND t.invoice_id = f.id
    JOIN ledger_allocation a ON a.organisation_id = %(organisation)s AND a.term_id = t.id
    WHERE a.undone_on IS NULL AND a.effective_on <= %(on)s
      AND NOT EXISTS (SELECT FROM idle_payment p WHERE p.id = a.payment_id)
      AND NOT EXISTS (SELECT FROM idle_note n WHERE n.id = a.credit_note_id)
), back AS (
  SELECT t.account_id, t.currency, t.due_on,
      f.id IS NULL AS issued, p.id IS NULL AND n.id IS NULL AS credited,
      a.amount * ((a.undone_on IS NULL)::int - (
        a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)
        AND f.id IS NULL AND p.id IS NULL AND n.id IS NULL)::int) AS amount
    FROM moved a
    JOIN ledger_term t ON t.organisation_id = %(organisation)s AND t.id = a.term_id
    LEFT JOIN future f ON f.id = t.invoice_id
    LEFT JOIN idle_payment p ON p.id = a.payment_id
    LEFT JOIN idle_note n ON n.id = a.credit_note_id
), lines AS (
  SELECT account_id, currency, %(on)s - due_on AS late, amount - allocated AS owed, 0 AS credit
    FROM ledger_term
    WHERE organisation_id = %(organisation)s AND allocated < amount
      AND NOT EXISTS (SELECT FROM future WHERE future.id = invoice_id)
  UNION ALL
  SELECT account_id, currency, NULL, 0, amount - allocated FROM ledger_creditnote
    WHERE organisation_id = %(organisation)s AND allocated < amount
      AND issued_on <= %(on)s AND (cancelled_on IS NULL OR cancelled_on > %(on)s)
  UNION ALL
  SELECT account_id, currency, NULL, 0, amount - allocated FROM ledger_payment
    WHERE organisation_id = %(organisation)s AND allocated < amount
      AND received_on <= %(on)s AND (returned_on IS NULL OR returned_on > %(on)s)
  UNION ALL
  SELECT account_id, currency, %(on)s - due_on,
      CASE WHEN issued THEN amount ELSE 0 END, CASE WHEN credited THEN amount ELSE 0 END
    FROM back
)
"""

_TOTALS = """
SELECT currency, {figures} FROM lines
WHERE %(creditor)s::bigint IS NULL
  OR account_id IN (SELECT id FROM accounts_account WHERE creditor_id = %(creditor)s)
GROUP BY currency ORDER BY currency
"""

_ACCOUNTS = """
, sums AS (SELECT account_id, currency, {figures} FROM lines GROUP BY 1, 2)
SELECT account.id, creditor.key, debtor.name, account.external_id, {columns}
FROM sums
JOIN accounts_account account ON account.id = sums.account_id
JOIN accounts_creditor creditor ON creditor.id = account.creditor_id
JOIN accounts_debtor debtor ON debtor.id = account.debtor_id
WHERE account.organisation_id = %(organisation)s
  AND (%(creditor)s::bigint IS NULL OR account.creditor_id = %(creditor)s)
  AND ({nonzero})
ORDER BY creditor.key, account.external_id, sums.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedAccount:
    """One line of the aged balance."""

    account_id: int
    creditor: str
    debtor: str
    external_id: str
    currency: str
    aged: Aged


def ageing(
    *, on: date, buckets: Buckets = STANDARD, creditor_id: int | None = None
) -> tuple[AgedAccount, ...]:
    """Return the aged balance of each account at the end of `on`; lines without any figure left out."""
    columns = _columns(buckets)
    query = sql.SQL(_LINES + _ACCOUNTS).format(
        figures=_figures(buckets),
        columns=sql.SQL(", ").join([sql.SQL("sums.currency"), *columns]),
        nonzero=sql.SQL(" OR ").join(sql.SQL("{} <> 0").format(column) for column in columns),
    )
    return tuple(
        AgedAccount(
            account_id=account,
            creditor=creditor,
            debtor=debtor,
            external_id=external_id,
            currency=currency,
            aged=_aged(figures),
        )
        for account, creditor, debtor, external_id, currency, *figures in _fetch(query, on, creditor_id)
    )


def ageing_totals(
    *, on: date, buckets: Buckets = STANDARD, creditor_id: int | None = None
) -> dict[str, Aged]:
    """Return the aged balance of all accounts together at the end of `on`, by currency."""
    query = sql.SQL(_LINES + _TOTALS).format(figures=_figures(buckets))
    return {currency: _aged(figures) for currency, *figures in _fetch(query, on, creditor_id)}


def _fetch(query: sql.Composed, on: date, creditor_id: int | None) -> list[tuple[Any, ...]]:
    asked = {"on": on, "organisation": tenancy.current_organisation(), "creditor": creditor_id}
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())


def _columns(buckets: Buckets) -> list[sql.Identifier]:
    return [*(sql.Identifier(f"column_{n}") for n in range(len(buckets))), sql.Identifier("left_over")]


def _figures(buckets: Buckets) -> sql.Composed:
    """One sum for each column of days late, and one for the credits that nobody matched."""
    *columns, left_over = _columns(buckets)
    spans = [(None, 0), *pairwise((0, *buckets.edges)), (buckets.edges[-1], None)]
    sums = [
        sql.SQL("coalesce(sum(owed) FILTER (WHERE {}), 0) AS {}").format(_late(after, most), column)
        for (after, most), column in zip(spans, columns, strict=True)
    ]
    sums.append(sql.SQL("sum(credit) AS {}").format(left_over))
    return sql.SQL(", ").join(sums)


def _late(after: int | None, most: int | None) -> sql.Composed:
    """Days late of one column: more than `after`, at most `most`."""
    bounds = []
    if after is not None:
        bounds.append(sql.SQL("late > {}").format(sql.Literal(after)))
    if most is not None:
        bounds.append(sql.SQL("late <= {}").format(sql.Literal(most)))
    return sql.SQL(" AND ").join(bounds)


def _aged(figures: Sequence[Decimal]) -> Aged:
    return Aged(amounts=tuple(figures[:-1]), unallocated=figures[-1])
