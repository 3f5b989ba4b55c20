"""What the accounts of one page owe, by currency and by age: one statement, whatever the page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.ageing import STANDARD

ZERO = Decimal(0)
_EDGES = STANDARD.edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What an account owes in one currency: the open terms by age, less what came in and matches nothing."""

    currency: str
    ages: tuple[Decimal, ...]
    credits: Decimal
    invoices: int
    late_invoices: int
    oldest_due_on: date | None

    @property
    def balance(self) -> Decimal:
        """What is owed altogether, credits deducted."""
        return sum(self.ages, ZERO) - self.credits

    @property
    def overdue(self) -> Decimal:
        """What is late, credits not deducted."""
        return sum(self.ages[1:], ZERO)

    def late_days(self, today: date) -> int | None:
        """Return how late the oldest open term is; negative days are still to come."""
        return None if self.oldest_due_on is None else (today - self.oldest_due_on).days


_OWED = """
SELECT account_id, currency, sum(age0), sum(age1), sum(age2), sum(age3), sum(age4), sum(credit),
  count(DISTINCT invoice_id), count(DISTINCT invoice_id) FILTER (WHERE due_on < %(today)s), min(due_on)
FROM (
  SELECT t.account_id, t.currency, t.invoice_id, t.due_on, 0 AS credit,
    CASE WHEN t.due_on >= %(today)s THEN t.amount - t.allocated ELSE 0 END AS age0,
    CASE WHEN %(today)s - t.due_on BETWEEN 1 AND %(a)s THEN t.amount - t.allocated ELSE 0 END AS age1,
    CASE WHEN %(today)s - t.due_on BETWEEN %(a)s + 1 AND %(b)s THEN t.amount - t.allocated ELSE 0 END AS age2,
    CASE WHEN %(today)s - t.due_on BETWEEN %(b)s + 1 AND %(c)s THEN t.amount - t.allocated ELSE 0 END AS age3,
    CASE WHEN %(today)s - t.due_on > %(c)s THEN t.amount - t.allocated ELSE 0 END AS age4
  FROM ledger_term t WHERE t.account_id = ANY(%(ids)s) AND t.allocated < t.amount
  UNION ALL
  SELECT account_id, currency, NULL, NULL, amount - allocated, 0, 0, 0, 0, 0 FROM ledger_payment
  WHERE account_id = ANY(%(ids)s) AND allocated < amount AND returned_on IS NULL
  UNION ALL
  SELECT account_id, currency, NULL, NULL, amount - allocated, 0, 0, 0, 0, 0 FROM ledger_creditnote
  WHERE account_id = ANY(%(ids)s) AND allocated < amount AND cancelled_on IS NULL
) AS lines
GROUP BY account_id, currency ORDER BY account_id, sum(age0 + age1 + age2 + age3 + age4) DESC, currency
"""


def owed_by(account_ids: Sequence[int], *, today: date) -> dict[int, list[Owed]]:
    """Return what each account owes, its largest currency first; an account that owes nothing is absent."""
    found: dict[int, list[Owed]] = {}
    if not account_ids:
        return found
    a, b, c = _EDGES
    params: dict[str, Any] = {"ids": list(account_ids), "today": today, "a": a, "b": b, "c": c}
    with connection.cursor() as cursor:
        cursor.execute(_OWED, params)
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(_owed(row))
    return found


def _owed(row: tuple[Any, ...]) -> Owed:
    return Owed(
        currency=row[1],
        ages=tuple(row[2:7]),
        credits=row[7],
        invoices=row[8],
        late_invoices=row[9],
        oldest_due_on=row[10],
    )


def nothing(currency: str) -> Owed:
    """Return the balance of an account that owes nothing and has nothing to match."""
    return Owed(
        currency=currency,
        ages=(ZERO,) * len(STANDARD),
        credits=ZERO,
        invoices=0,
        late_invoices=0,
        oldest_due_on=None,
    )
