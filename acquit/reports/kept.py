"""Figures that were reckoned before, and whether they are still those of now (decision 30).

A value of frozen dataclasses is kept as JSON, with the changes of the ledger that were seen when it was
reckoned. It is never added to. Reading writes nothing: a job reckons anew what has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from time import perf_counter
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from django.db import connection

from acquit.store import tenancy
from acquit.store.ledger.models import KeptFigures

T = TypeVar("T")
#: Figures that took no longer are reckoned anew at once where a fact has changed.
QUICK = 0.15
# What is learned of payers anew changes a forecast, too.
_SEEN = """
SELECT count(*), coalesce(sum(id), 0), (
  SELECT concat(max(known_on), ':', max(fit_id)) FROM payers_usualdays
    WHERE organisation_id = %(organisation)s AND debtor_id IS NULL)
FROM ledger_change WHERE organisation_id = %(organisation)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[T]):
    """Figures, the moment at which they were reckoned, and whether any fact has changed since.

    `seen` and `seconds` are what a job keeps with them.
    """

    figures: T
    at: datetime
    is_current: bool
    seen: str
    seconds: float


def changes_seen() -> str:
    """Return what tells one state of the organisation's facts from another, as this reader sees them.

    The numbers of all changes are added up: one whose transaction ends late is missed by the newest number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"organisation": tenancy.current_organisation()})
        return "{}/{}/{}".format(*cursor.fetchone())


def read(
    key: str, kind: type[T], reckon: Callable[[], T], *, on: date, now: datetime, large: bool = True
) -> Kept[T]:
    """Return the figures of `key`: kept ones if no fact changed or they take long, else reckoned now.

    Kept figures of another day are never shown. Nothing is written.
    """
    seen = changes_seen()
    row = KeptFigures.objects.filter(key=key, day=on).order_by("id").first()
    if row is not None and (row.seen == seen or (large and row.milliseconds > QUICK * 1000)):
        return Kept(
            figures=decode(kind, row.value), at=row.kept_at, is_current=row.seen == seen, seen=row.seen,
            seconds=row.milliseconds / 1000,
        )  # fmt: skip
    return reckoned(reckon, now=now)


def reckoned(reckon: Callable[[], T], *, now: datetime) -> Kept[T]:
    """Return the figures of now. What changes while they are reckoned makes them old."""
    seen, began = changes_seen(), perf_counter()
    figures = reckon()
    return Kept(figures=figures, at=now, is_current=True, seen=seen, seconds=perf_counter() - began)


def encode(value: Any) -> Any:
    """Return frozen dataclasses, amounts, days and their tuples as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    if isinstance(value, Mapping):
        return {name: encode(one) for name, one in value.items()}
    return value


def decode(kind: Any, said: Any) -> Any:  # noqa: PLR0911  one line a kind
    """Return what `encode` made of a value of `kind`."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if said is None else _one_of(get_args(kind), said)
    if origin is tuple:
        return tuple(decode(get_args(kind)[0], one) for one in said)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {name: decode(get_args(kind)[1], one) for name, one in said.items()}
    if kind is Decimal:
        return Decimal(said)
    if kind is date:
        return date.fromisoformat(said)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: decode(hints[field.name], said[field.name]) for field in fields(kind)})
    return said


def _one_of(kinds: tuple[Any, ...], said: Any) -> Any:
    """Return a value that may be of several kinds: of those that are not plain there is one at most."""
    special = [kind for kind in kinds if kind not in (NoneType, int, float, str, bool)]
    return decode(special[0], said) if special else said
