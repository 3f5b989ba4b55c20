"""The open terms behind a figure: of which account, since when, how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psycopg import sql

from acquit.reports.ageing import in_bucket
from acquit.reports.asof import OWED
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch

_ASKED = f"""
WITH {OWED}, asked AS (
  SELECT * FROM (SELECT owed.*, %(on)s - {{since}} AS late, %(on)s - due_on AS days FROM owed) o
  WHERE o.owed <> 0 AND {{bucket}} AND {{currency}}
)
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_ASKED}
SELECT o.id, o.account_id, d.name, k.external_id, o.invoice_id, i.number, o.issued_on, o.due_on, o.currency,
  o.owed, o.days
FROM (SELECT * FROM asked ORDER BY due_on, id LIMIT %(most)s OFFSET %(start)s) o
JOIN ledger_invoice i ON i.id = o.invoice_id
JOIN accounts_account k ON k.id = o.account_id JOIN accounts_debtor d ON d.id = k.debtor_id
ORDER BY o.due_on, o.id
"""  # noqa: S608  all of it is ours
_COUNTED = f"{_ASKED} SELECT currency, count(*), sum(owed) FROM asked GROUP BY 1 ORDER BY 3 DESC"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """A term that was open at the end of the day; `late_days` below zero: not due yet."""

    term_id: int
    account_id: int
    debtor: str
    external_id: str
    invoice_id: int
    number: str
    issued_on: date
    due_on: date
    currency: str
    open: Decimal
    late_days: int


def open_items(filters: Filters, *, most: int = 100, start: int = 0) -> tuple[OpenItem, ...]:
    """Return the open terms that the filters ask for, those due first first."""
    rows = fetch(_LISTED, filters, most=most, start=start, parts=_parts(filters))
    return tuple(
        OpenItem(
            term_id=term, account_id=account, debtor=debtor, external_id=code, invoice_id=invoice,
            number=number, issued_on=issued, due_on=due, currency=currency, open=owed, late_days=days,
        )
        for term, account, debtor, code, invoice, number, issued, due, currency, owed, days in rows
    )  # fmt: skip


def count(filters: Filters) -> dict[str, tuple[int, Decimal]]:
    """Return how many open terms the filters ask for, and what is owed on them, by currency."""
    rows = fetch(_COUNTED, filters, parts=_parts(filters))
    return {currency: (number, owed) for currency, number, owed in rows}


def _parts(filters: Filters) -> dict[str, sql.Composable]:
    bucket: sql.Composable = sql.SQL("true")
    if filters.bucket is not None:
        bucket = in_bucket(filters.buckets, filters.bucket)
    elif filters.late:
        bucket = sql.SQL("late > 0")
    currency = sql.SQL("currency = {}").format(sql.Literal(filters.currency))
    return {
        "since": sql.SQL("due_on" if filters.aged_by == "due" else "issued_on"),
        "bucket": bucket,
        "currency": currency if filters.currency else sql.SQL("true"),
    }
