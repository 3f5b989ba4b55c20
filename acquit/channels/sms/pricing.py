"""What an SMS costs before it leaves: its parts times the price that the carrier's form holds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from acquit.channels.provider import Setting
from acquit.core.money import Money

#: The two lines that every provider's form has.
PRICE = (
    Setting(
        key="price", required=False,
        label={
            "fr": "Prix d’un SMS (une partie de 160 caractères)",
            "en": "Price of one SMS (a part of 160 characters)",
        },
    ),
    Setting(
        key="price_currency", required=False, default="EUR",
        label={"fr": "Devise du prix", "en": "Currency of the price"},
    ),
)  # fmt: skip


def price_of(settings: Mapping[str, str]) -> Money | None:
    """Return the price of one part; None where the form says none. Raises ValueError naming it.

    >>> price_of({"price": "0,055"})
    Money(amount=Decimal('0.055'), currency='EUR')
    """
    said = settings.get("price", "").strip().replace(",", ".")
    if not said:
        return None
    currency = settings.get("price_currency", "").strip().upper() or "EUR"
    try:
        amount = Decimal(said)
    except InvalidOperation:
        raise ValueError("price") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError("price")
    if len(currency) != len("EUR") or not currency.isalpha():
        raise ValueError("price_currency")
    return Money(amount, currency)
