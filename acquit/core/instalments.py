"""Terms in several parts: « 30 % à la commande, solde à 60 jours », « 30/60/90 jours »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from acquit.core.money import Money, round_to_currency
from acquit.core.terms import PaymentTerms, UnreadableTerms, due_date, parse

_WHOLE = Decimal(100)
_SHARE = re.compile(
    r"(?P<percent>\d{1,3}(?:[.,]\d{1,2})?)\s*%(?P<when>[^%]*?)(?=\d{1,3}(?:[.,]\d{1,2})?\s*%|\bsolde\b|"
    r"\bbalance\b|\breste\b|$)",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(?:solde|balance|reste)\b(?P<when>.*)$", re.IGNORECASE)
_AT_ORDER = re.compile(r"\b(?:à|a) la commande\b|\b(?:on|with) order\b|\bacompte\b", re.IGNORECASE)
_SLASHES = re.compile(
    r"(?P<days>\d{1,3}(?:\s*(?:/|,|et|and)\s*\d{1,3})+)\s*(?P<unit>jours?|j|days?|d)\b(?P<more>.*)",
    re.IGNORECASE,
)
_JOINED = " ,;:-+"


@dataclass(frozen=True, slots=True)
class Part:
    """A share in percent of an invoice, and when it is to be paid."""

    percent: Decimal
    terms: PaymentTerms


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is to be paid by a day."""

    due: date
    amount: Money


def parts_of(terms: str) -> tuple[Part, ...]:
    """Return the parts of `terms`; one where they speak of one day only.

    What is due with the order is due at once: an invoice is not older than its order. Raises
    UnreadableTerms, also where the shares do not make up the whole.

    >>> [(str(part.percent), part.terms.days) for part in parts_of("30 % à la commande, solde à 60 jours")]
    [('30', 0), ('70', 60)]
    """
    equal = _SLASHES.fullmatch(terms.strip())
    if equal is not None:
        return _equal(terms, equal)
    if "%" in terms:
        return _shared(terms)
    return (Part(_WHOLE, parse(terms)),)


def instalments(
    terms: str, issued_on: date, amount: Money, method: str = "net_then_eom"
) -> tuple[Instalment, ...]:
    """Return what is to be paid and when, in order of the days; the last part takes the odd cent.

    >>> [
    ...     f"{one.due} {one.amount.amount}"
    ...     for one in instalments("30/60/90 jours", date(2026, 1, 1), Money(Decimal(100), "EUR"))
    ... ]
    ['2026-01-31 33.33', '2026-03-02 33.33', '2026-04-01 33.34']
    """
    dated = sorted(
        ((due_date(part.terms, issued_on, method), part.percent) for part in parts_of(terms)),
        key=lambda one: one[0],
    )
    left, found = amount.amount, []
    for due, percent in dated[:-1]:
        share = round_to_currency(amount.amount * percent / _WHOLE, amount.currency)
        left -= share
        found.append(Instalment(due, Money(share, amount.currency)))
    return (*found, Instalment(dated[-1][0], Money(left, amount.currency)))


def _equal(terms: str, said: re.Match[str]) -> tuple[Part, ...]:
    days = re.findall(r"\d+", said["days"])
    if any(int(b) <= int(a) for a, b in pairwise(days)):
        raise UnreadableTerms(terms, "the days of the instalments do not grow")
    each = _WHOLE / len(days)
    return tuple(Part(each, parse(f"{count} {said['unit']}{said['more']}")) for count in days)


def _shared(terms: str) -> tuple[Part, ...]:
    found = [Part(percent, _when(terms, when)) for percent, when in _said(terms)]
    total = sum((part.percent for part in found), Decimal(0))
    if total != _WHOLE:
        raise UnreadableTerms(terms, f"the shares make {total.normalize():f} %, not 100 %")
    return tuple(found)


def _said(terms: str) -> Iterator[tuple[Decimal, str]]:
    """Yield each share with the words that say when; what stands before the first is not skipped."""
    first = _SHARE.search(terms)
    if first is None or terms[: first.start()].strip(_JOINED):
        raise UnreadableTerms(terms)
    left = _WHOLE
    for share in _SHARE.finditer(terms):
        percent = Decimal(share["percent"].replace(",", "."))
        left -= percent
        yield percent, share["when"]
    rest = _REST.search(terms)
    if rest is not None:
        yield left, rest["when"]


def _when(terms: str, words: str) -> PaymentTerms:
    bare = _AT_ORDER.sub("comptant", words).strip(_JOINED)
    bare = re.sub(r"\s*\b(?:et|and|puis|then|le)$", "", bare)
    try:
        return parse(bare)
    except UnreadableTerms as why:
        raise UnreadableTerms(terms, f"{words.strip(_JOINED)!r} says no day") from why
