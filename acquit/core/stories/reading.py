"""The small words of a story: days, amounts, numbers, lists, each refused with its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


class StoryError(ValueError):
    """The story cannot be understood."""


def day_of(value: Any) -> date:
    """Return the day that `value` says, quoted or not."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise StoryError(f"“{value}” is not a day of the form 2026-03-01") from None


def amount_of(value: Any) -> Decimal:
    """Return the amount that `value` says, quoted or not."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise StoryError(f"“{value}” is not an amount") from None
    if not amount.is_finite():
        raise StoryError(f"“{value}” is not an amount")
    return amount


def listed(value: Any) -> tuple[Any, ...]:
    """Return what a list, or a single thing in place of one, holds."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def whole_of(value: Any, place: str) -> int | None:
    """Return the whole number that `value` says, None if it says nothing."""
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        raise StoryError(f"{place}: “{value}” is not a number") from None


def only(told: Mapping[Any, Any], keys: set[str], place: str) -> None:
    """Refuse what `told` says beside `keys`: a misspelt word must not be overlooked."""
    unknown = sorted(set(map(str, told)) - keys)
    if unknown:
        raise StoryError(f"{place}: “{unknown[0]}” means nothing here")
