"""Whose rows this thread works on: row-level security shows those, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connection, connections

from acquit.store.database.engine.base import DatabaseWrapper, Scope


def current_organisation() -> int | None:
    """Return the organisation whose rows are visible now, or None where none are."""
    return _wrapper().scope.organisation


@contextmanager
def organisation(organisation_id: int) -> Iterator[None]:
    """Show the rows of one organisation to every statement inside; afterwards, what was before."""
    with _scope(Scope(organisation=organisation_id, user=_wrapper().scope.user)):
        yield


@contextmanager
def person(user_id: int) -> Iterator[None]:
    """Show a person the organisations to which he belongs, before one is chosen."""
    with _scope(Scope(organisation=_wrapper().scope.organisation, user=user_id)):
        yield


def organisation_ids() -> list[int]:
    """Return every organisation there is, for the workers: the numbers, not the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acquit_organisation_ids()")
        return [row[0] for row in cursor.fetchall()]


def carrier_at(token: str) -> tuple[int, int] | None:
    """Return (organisation, carrier) of whom news arrives at the address that ends in `token`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation, carrier FROM acquit_carrier_at(%s)", [token])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None


def _wrapper() -> DatabaseWrapper:
    return cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])


@contextmanager
def _scope(scope: Scope) -> Iterator[None]:
    wrapper = _wrapper()
    before = wrapper.scope
    wrapper.work_for(scope)
    try:
        yield
    finally:
        wrapper.work_for(before)
