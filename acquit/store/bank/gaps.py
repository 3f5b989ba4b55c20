"""Statements that are missing: the closing balance of one is not the opening of the next, or days lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingStatement:
    """Something happened between the statement that ends on `after` and the one from `before` on.

    The balances are None where the statements state none and only the days tell.
    """

    creditor_id: int
    bank_account_id: int
    number: str
    currency: str
    after: date
    before: date
    closing: Decimal | None
    opening: Decimal | None


def missing_statements(
    organisation_id: int, *, creditor_id: int | None = None, since: date | None = None
) -> list[MissingStatement]:
    """Return the gaps between the statements of each account, oldest first, from `since` on.

    A statement within the days of others, as the same days in another format, opens no gap. Where
    balances are stated they decide: a bank writes no statement for days without movement. Where
    none is, a working day that no statement covers is missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, {"org": organisation_id, "creditor": creditor_id, "since": since})
        return [
            MissingStatement(
                creditor_id=creditor, bank_account_id=account, number=number, currency=currency,
                after=after, before=before, closing=closing, opening=opening,
            )
            for creditor, account, number, currency, after, before, closing, opening in cursor.fetchall()
        ]  # fmt: skip


# `covered` is the last day of all statements before this one; those that end on it come before it.
_GAPS = """
WITH told AS (
  SELECT DISTINCT s.bank_account_id, coalesce(s.from_on, s.to_on) AS first,
    coalesce(s.to_on, s.from_on) AS last, s.opening, s.closing
  FROM bank_bankstatement s
  WHERE s.organisation_id = %(org)s AND coalesce(s.from_on, s.to_on) IS NOT NULL),
in_order AS (
  SELECT t.*, max(last) OVER (PARTITION BY bank_account_id ORDER BY first, last
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
  FROM told t),
next AS (
  SELECT o.*, before.closings, before.stated
  FROM in_order o CROSS JOIN LATERAL (
    SELECT array_agg(p.closing ORDER BY p.closing) FILTER (WHERE p.closing IS NOT NULL) AS closings,
      count(p.closing) > 0 AS stated
    FROM told p WHERE p.bank_account_id = o.bank_account_id AND p.last IN (o.covered, (
        SELECT max(q.last) FROM told q WHERE q.bank_account_id = o.bank_account_id AND q.last < o.first))
      AND (p.first, p.last, p.opening, p.closing) IS DISTINCT FROM (o.first, o.last, o.opening, o.closing)
  ) before
  WHERE o.covered IS NOT NULL AND o.first >= o.covered)
SELECT b.creditor_id, b.id, b.number, b.currency, n.covered, n.first,
  CASE WHEN n.stated AND n.opening IS NOT NULL THEN n.closings[1] END,
  CASE WHEN n.stated THEN n.opening END
FROM next n JOIN bank_bankaccount b ON b.id = n.bank_account_id AND b.organisation_id = %(org)s
WHERE (%(creditor)s::bigint IS NULL OR b.creditor_id = %(creditor)s)
  AND (%(since)s::date IS NULL OR n.first >= %(since)s)
  AND CASE WHEN n.stated AND n.opening IS NOT NULL THEN n.opening <> ALL (n.closings)
    ELSE EXISTS (
      SELECT FROM generate_series(n.covered + 1, n.first - 1, interval '1 day') AS day
      WHERE extract(isodow FROM day) < 6) END
ORDER BY n.covered, b.id
"""
