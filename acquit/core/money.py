"""Amounts of money: a Decimal with its currency, never a float, rounded once and by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

# ISO 4217 currencies whose minor unit is not the hundredth.
_DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


def decimals_of(currency: str) -> int:
    """Return the number of decimals of `currency` (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def round_to_currency(amount: Decimal, currency: str) -> Decimal:
    """Return `amount` rounded half up to the minor unit of `currency`.

    >>> round_to_currency(Decimal("24.6214"), "EUR")
    Decimal('24.62')
    >>> round_to_currency(Decimal("1000.5"), "JPY")
    Decimal('1001')
    """
    return amount.quantize(_unit(currency), rounding=ROUND_HALF_UP)


def round_reckoned(amount: Decimal | float, currency: str) -> Decimal:
    """Return a sum of shares or chances rounded half up, whatever the way by which it was reckoned.

    Half a minor unit is half of one, though a division on the way left it a billionth short.

    >>> round_reckoned(15.824999999999999, "EUR"), round_reckoned(Decimal("15.825"), "EUR")
    (Decimal('15.83'), Decimal('15.83'))
    """
    return round_to_currency(round(Decimal(amount), 8), currency)


@cache
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-decimals_of(currency))


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency. Adding two currencies is a mistake of the caller."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrenciesDiffer(self.currency, other.currency)
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        return f"{round_to_currency(self.amount, self.currency)} {self.currency}"


class CurrenciesDiffer(ValueError):
    """Amounts of two currencies cannot be added."""


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return one sum per currency, in the order of the currencies' codes.

    >>> [str(m) for m in totals([Money(Decimal(2), "USD"), Money(Decimal(1), "EUR")])]
    ['1.00 EUR', '2.00 USD']
    """
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return tuple(Money(sums[currency], currency) for currency in sorted(sums))
