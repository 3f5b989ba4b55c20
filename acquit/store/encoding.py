"""Reasons and amounts as JSON, and back as the dates and Decimals that words need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.decision import Reason
from acquit.core.money import Money, round_to_currency

_DAYS = frozenset({"until", "on", "look_on"})
_AMOUNTS = frozenset({"amount", "minimum", "above"})


def encode_reasons(reasons: Iterable[Reason]) -> list[list[Any]]:
    """Return `reasons` as JSON lists [code, params]."""
    return [[r.code, {key: _plain(value) for key, value in r.params.items()}] for r in reasons]


def decode_reasons(stored: Iterable[Sequence[Any]]) -> tuple[Reason, ...]:
    """Return the reasons that `encode_reasons` stored."""
    return tuple(
        Reason(str(code), {key: _typed(key, value) for key, value in params.items()})
        for code, params in stored
    )


def encode_total(total: Iterable[Money]) -> list[list[str]]:
    """Return one [amount, currency] per currency."""
    return [[str(round_to_currency(money.amount, money.currency)), money.currency] for money in total]


def decode_total(stored: Iterable[Sequence[str]]) -> tuple[Money, ...]:
    """Return the sums that `encode_total` stored."""
    return tuple(Money(Decimal(amount), currency) for amount, currency in stored)


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return [str(round_to_currency(value.amount, value.currency)), value.currency]
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _typed(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key in _DAYS:
        return date.fromisoformat(value)
    if key in _AMOUNTS:
        return Decimal(value)
    if key == "total":
        return decode_total(value)
    return tuple(value) if isinstance(value, list) else value
