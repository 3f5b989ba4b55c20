"""Statements that read whole tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def whole_tables() -> Iterator[CursorWrapper]:
    """Give a cursor whose statements join whole tables by hashing.

    Right after a first import PostgreSQL has no statistics yet and takes every table for a single row: its
    nested loops then need hours for what a hash does in a second.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")
