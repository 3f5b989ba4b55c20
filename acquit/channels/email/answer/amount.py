"""Amounts and invoice numbers as debtors write them: 1 240,50 €, €1,240.50, CHF 1'200.–, FA-2026-118."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from acquit.channels.email.answer.text import folded
from acquit.core.money import Money

_LONGEST = 20_000
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "chf": "CHF", "fr.": "CHF",
    "francs suisses": "CHF", "$": "USD", "usd": "USD", "dollars": "USD", "£": "GBP", "gbp": "GBP",
    "pounds": "GBP",
}  # fmt: skip
_SIGN = r"€|eur(?:os?)?\b|chf\b|fr\.(?=\s?\d)|francs suisses|\$|usd\b|dollars\b|£|gbp\b|pounds\b"
_FIGURES = r"\d{1,3}(?:[ .,']\d{3}){1,3}(?:[.,]\d{1,2}(?!\d)|\.[–-]+)?|\d{1,9}(?:[.,]\d{1,2}(?!\d)|\.[–-]+)?"
_AMOUNT = re.compile(rf"(?<![\w.,/-])(?:({_SIGN})\s?({_FIGURES})(?![\d/])|({_FIGURES})\s?({_SIGN}))")
_NUMBER = re.compile(
    r"\b(?:(?:factures?|fact\.?|invoices?|inv\.?|avoirs?|credit notes?|pieces?|dossier|reference|ref\.?"
    r"|n°|no\.?|numeros?|numbers?)\s*(?:n°|no\.?|nos|num(?:ero)?s?|numbers?|#"
    r"|:)?\s*)+(?P<number>(?=[a-z/_-]{0,10}\d)[a-z0-9][a-z0-9/_-]{1,24})"
)
_PREFIXED = re.compile(r"\b(?:fa?c?t?|inv|av|cn)[-_/]?(?:20\d\d[-_/]?)?\d{2,10}\b")


def amounts_in(text: str) -> tuple[Money, ...]:
    """Return the amounts that `text` names with their currency, each once and in its order.

    >>> [str(m) for m in amounts_in("1 240,50 € puis CHF 1'200.– et €2,000.75")]
    ['1240.50 EUR', '1200.00 CHF', '2000.75 EUR']
    """
    plain = folded(text[:_LONGEST])
    return tuple(dict.fromkeys(_amounts(plain)))


def _amounts(plain: str) -> Iterator[Money]:
    for match in _AMOUNT.finditer(plain):
        figures, sign = match[2] or match[3], match[1] or match[4]
        yield Money(_decimal(figures), _CURRENCIES[sign])


def _decimal(figures: str) -> Decimal:
    """Return figures as a number: what stands before one or two last digits is the decimal sign."""
    plain = re.sub(r"\.[–-]+$", "", figures)
    decimals = re.search(r"[.,](\d{1,2})$", plain)
    whole = plain[: decimals.start()] if decimals else plain
    return Decimal(re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else ""))


def numbers_in(text: str) -> tuple[str, ...]:
    """Return what looks like invoice numbers in `text`, in capitals, each once.

    >>> numbers_in("Les factures FA-2026-118 et F1022 sont payées, ainsi que la facture n° 310.")
    ('FA-2026-118', 'F1022', '310')
    """
    plain = folded(text[:_LONGEST])
    found = [(m.start("number"), m["number"]) for m in _NUMBER.finditer(plain)]
    found += [(m.start(), m[0]) for m in _PREFIXED.finditer(plain)]
    return tuple(dict.fromkeys(number.strip("-/_").upper() for _, number in sorted(found)))
