"""Filters as SQL: which accounts a report is about, and by what its rows are grouped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from acquit.reports.filters import NOBODY, Filters, Group
from acquit.store import tenancy

Row = tuple[Any, ...]
#: A report sorts and joins a whole ledger: what PostgreSQL gives a step of it before it goes to disk.
MEMORY = "64MB"

# What a group is known by and called, and how it is reached from an account «k».
_GROUPS: dict[Group, tuple[str, str, str]] = {
    "account": ("k.id", "d.name", "JOIN accounts_debtor d ON d.id = k.debtor_id"),
    "debtor": ("d.id", "d.name", "JOIN accounts_debtor d ON d.id = k.debtor_id"),
    "collector": (
        "k.owner_id",
        "coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email, '')",
        "LEFT JOIN accounts_user u ON u.id = k.owner_id",
    ),
    "creditor": ("c.id", "c.name", "JOIN accounts_creditor c ON c.id = k.creditor_id"),
    "country": ("d.country", "d.country", "JOIN accounts_debtor d ON d.id = k.debtor_id"),
    "profile": ("d.profile", "d.profile", "JOIN accounts_debtor d ON d.id = k.debtor_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The key and the name of a group, and the tables that tell them, as SQL over an account «k»."""

    key: sql.SQL
    name: sql.SQL
    joins: sql.SQL


def grouping(by: Group) -> Grouping:
    """Return how the rows of a report are grouped."""
    key, name, joins = _GROUPS[by]
    return Grouping(key=sql.SQL(key), name=sql.SQL(name), joins=sql.SQL(joins))


def within(filters: Filters, account: str = "account_id") -> sql.Composable:
    """Return the condition that a column of account ids is among those asked for."""
    if not filters.narrows:
        return sql.SQL("true")
    return sql.SQL(
        "{} IN (SELECT k.id FROM accounts_account k JOIN accounts_debtor d ON d.id = k.debtor_id WHERE {})"
    ).format(sql.SQL(account), sql.SQL(" AND ").join(_conditions(filters)))


def _conditions(filters: Filters) -> list[sql.Composable]:
    found: list[sql.Composable] = [sql.SQL("k.organisation_id = %(organisation)s")]
    wanted = {
        "k.creditor_id": filters.creditor_id, "k.debtor_id": filters.debtor_id, "k.id": filters.account_id,
        "d.country": filters.country or None, "d.profile": filters.profile or None,
        "d.kind": filters.kind or None,
    }  # fmt: skip
    if filters.collector == NOBODY:
        found.append(sql.SQL("k.owner_id IS NULL"))
    elif filters.collector is not None:
        wanted["k.owner_id"] = filters.collector
    found.extend(
        sql.SQL("{} = {}").format(sql.SQL(column), sql.Literal(value))
        for column, value in wanted.items()
        if value is not None
    )
    return found


def fetch(
    query: str,
    filters: Filters,
    /,
    *,
    parts: Mapping[str, sql.Composable] | None = None,
    **more: Any,
) -> list[Row]:
    """Return the rows of `query`, whose `{within}` is the filters' condition on «account_id».

    It is asked of the organisation at work, on the day of the filters; `more` are its other values, `parts`
    its other pieces of SQL.
    """
    composed = sql.SQL(query).format(within=within(filters), **dict(parts or {}))
    asked = {"on": filters.on, "organisation": tenancy.current_organisation(), **more}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(composed, asked)
        return list(cursor.fetchall())
