"""What came in on an invoice, per VAT rate: the figures of status 212 (« Encaissée »).

Amounts are with VAT, as MDT-215 wants them (XP Z12-012, annex B). A payment is split over the rates in
proportion to what each still lacks, to the cent, so that the parts of any sequence of payments add
up to the invoice exactly. What goes back is taken from what was declared, in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from acquit.core.money import decimals_of

ZERO = Decimal(0)
#: VAT rate in percent → amount with VAT.
ByRate = Mapping[Decimal, Decimal]


class Vat(NamedTuple):
    """The VAT of an invoice at one rate in percent: `base` without, `tax` the VAT on it."""

    rate: Decimal
    base: Decimal
    tax: Decimal


class Received(NamedTuple):
    """Money tied to the invoice: the day it came in, and how much. What was undone is left out."""

    on: date
    amount: Decimal


class Declared(NamedTuple):
    """A declaration made before: for money of day `on`, per rate. A reversal is negative."""

    on: date
    by_rate: ByRate


class Missing(NamedTuple):
    """A declaration to be made, for money of day `on`; negative where it takes one back."""

    on: date
    by_rate: ByRate

    @property
    def total(self) -> Decimal:
        """What came in, or went back, with VAT."""
        return sum(self.by_rate.values(), ZERO)


class Undeclarable(ValueError):
    """The VAT of the invoice does not say how what came in is split."""


def missing(
    vat: Iterable[Vat],
    received: Iterable[Received],
    declared: Iterable[Declared],
    *,
    total: Decimal,
    currency: str,
) -> tuple[Missing, ...]:
    """Return the declarations that the facts ask for beyond those made: reversals first, then by day.

    `total` is the invoice's amount. Credit notes and write-offs are no money: who calls leaves them
    out. Raises Undeclarable where the VAT does not add up to the invoice.
    """
    whole = _with_vat(vat, total)
    said: dict[date, dict[Decimal, Decimal]] = defaultdict(dict)
    for one in declared:
        for rate, amount in one.by_rate.items():
            said[one.on][rate] = said[one.on].get(rate, ZERO) + amount
    came: dict[date, Decimal] = defaultdict(Decimal)
    for money in received:
        came[money.on] += money.amount
    differences = {on: came[on] - sum(said[on].values(), ZERO) for on in {*came, *said}}
    state = dict.fromkeys(whole, ZERO)
    for by_rate in said.values():
        for rate, amount in by_rate.items():
            state[rate] = state.get(rate, ZERO) + amount
    found = []
    for on, difference in sorted(differences.items(), key=lambda pair: (pair[1] > 0, pair[0])):
        if difference < 0:
            parts = {rate: -part for rate, part in split(-difference, said[on], currency).items()}
        elif difference > 0:
            lacking = {rate: max(whole[rate] - state[rate], ZERO) for rate in whole}
            parts = split(difference, lacking, currency)
        else:
            continue
        for rate, part in parts.items():
            state[rate] = state.get(rate, ZERO) + part
        found.append(Missing(on, {rate: part for rate, part in sorted(parts.items()) if part}))
    return tuple(found)


def _with_vat(vat: Iterable[Vat], total: Decimal) -> dict[Decimal, Decimal]:
    """Return what each rate amounts to with VAT; raise Undeclarable unless that covers the invoice."""
    whole: dict[Decimal, Decimal] = defaultdict(Decimal)
    for one in vat:
        whole[one.rate] += one.base + one.tax
    if not whole or min(whole.values()) < 0 or sum(whole.values()) < total:
        raise Undeclarable
    return {rate: amount for rate, amount in whole.items() if amount}


def split(amount: Decimal, over: ByRate, currency: str) -> dict[Decimal, Decimal]:
    """Return `amount` split in proportion to `over`, by largest remainders in the minor unit.

    No part exceeds its weight as long as `amount` does not exceed their sum.

    >>> split(Decimal("100.00"), {Decimal(20): Decimal(200), Decimal(10): Decimal(100)}, "EUR")
    {Decimal('20'): Decimal('66.67'), Decimal('10'): Decimal('33.33')}
    """
    weights = {rate: weight for rate, weight in over.items() if weight > 0}
    whole = sum(weights.values(), ZERO)
    if amount > whole:
        raise Undeclarable
    unit = Decimal(1).scaleb(-decimals_of(currency))
    exact = {rate: amount * weight / whole for rate, weight in weights.items()}
    parts = {rate: share.quantize(unit, rounding=ROUND_FLOOR) for rate, share in exact.items()}
    rest = amount - sum(parts.values(), ZERO)
    by_remainder = sorted(exact, key=lambda rate: (parts[rate] - exact[rate], -rate))
    for rate in by_remainder:
        given = min(rest, unit)
        parts[rate] += given
        rest -= given
    return parts
