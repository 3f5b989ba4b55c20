"""What was paid after a message, and how sure that is: an association, for nobody was left out by lot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import NamedTuple

#: Nineteen in twenty.
SURE = 1.96
#: A spread below this is what division leaves of none.
_NONE = 1e-18


class Interval(NamedTuple):
    """Between what a share lies in nineteen of twenty such samples, from 0 to 1."""

    low: float
    high: float


def wilson(part: float, whole: float) -> Interval:
    """Return the interval of a share by Wilson's score, which stays within 0 and 1 for few cases.

    >>> tuple(round(end, 4) for end in wilson(7, 10)), wilson(0, 0)
    ((0.3968, 0.8922), Interval(low=0.0, high=1.0))
    """
    if whole <= 0:
        return Interval(0.0, 1.0)
    share, squared = part / whole, SURE * SURE
    middle = share + squared / (2 * whole)
    half = SURE * sqrt(share * (1 - share) / whole + squared / (4 * whole * whole))
    return Interval(max(0.0, (middle - half) / (1 + squared / whole)),
                    min(1.0, (middle + half) / (1 + squared / whole)))  # fmt: skip


class Asked(NamedTuple):
    """One message: what its invoices owed when it left, what was paid in time, and how many they are."""

    asked: Decimal
    paid: Decimal
    invoices: int
    invoices_paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Messages added up, with the squares that the spread of a ratio needs."""

    messages: int
    asked: Decimal
    paid: Decimal
    invoices: int
    invoices_paid: int
    asked_squared: Decimal
    paid_squared: Decimal
    asked_paid: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How much of what was asked was paid in time, by amount and by number of invoices."""

    messages: int
    asked: Decimal
    paid: Decimal
    invoices: int
    invoices_paid: int
    amount_share: float
    amount_interval: Interval
    invoice_share: float
    invoice_interval: Interval


def sums(messages: Iterable[Asked]) -> Sums:
    """Return `messages` added up."""
    found = list(messages)
    zero = Decimal(0)
    return Sums(
        messages=len(found),
        asked=sum((m.asked for m in found), zero),
        paid=sum((m.paid for m in found), zero),
        invoices=sum(m.invoices for m in found),
        invoices_paid=sum(m.invoices_paid for m in found),
        asked_squared=sum((m.asked * m.asked for m in found), zero),
        paid_squared=sum((m.paid * m.paid for m in found), zero),
        asked_paid=sum((m.asked * m.paid for m in found), zero),
    )


def effect(of: Sums) -> Effect | None:
    """Return the effect; None where nothing was asked.

    The invoices of one message are paid together, so their share is as sure as that many messages, not
    invoices. The share of the amount is a ratio of sums: its spread is that of paid less share times asked.
    Messages that all went alike show no spread, which is no certainty: their share is as sure as that many
    answers of yes or no.

    >>> found = effect(sums([Asked(Decimal(100), Decimal(100), 2, 2), Asked(Decimal(300), Decimal(0), 1, 0)]))
    >>> found.amount_share, round(found.invoice_share, 3)
    (0.25, 0.667)
    >>> unpaid = effect(sums([Asked(Decimal(100), Decimal(0), 1, 0)] * 2))
    >>> unpaid.amount_interval == unpaid.invoice_interval == wilson(0, 2)
    True
    """
    if of.messages == 0 or of.asked <= 0:
        return None
    ratio = of.paid / of.asked
    spread = of.paid_squared - 2 * ratio * of.asked_paid + ratio * ratio * of.asked_squared
    share = float(ratio)
    invoices = of.invoices_paid / of.invoices if of.invoices else 0.0
    return Effect(
        messages=of.messages, asked=of.asked, paid=of.paid, invoices=of.invoices,
        invoices_paid=of.invoices_paid, amount_share=share,
        amount_interval=_ratio_interval(share, float(spread / of.asked / of.asked), of.messages),
        invoice_share=invoices,
        invoice_interval=wilson(invoices * of.messages, of.messages),
    )  # fmt: skip


def _ratio_interval(share: float, spread: float, messages: int) -> Interval:
    """Return between what a ratio of sums lies; `spread` is that of its residuals over the sum squared."""
    if messages < 2:
        return Interval(0.0, 1.0)
    if spread < _NONE:
        return wilson(min(share, 1.0) * messages, messages)
    half = SURE * sqrt(spread * messages / (messages - 1))
    return Interval(max(0.0, share - half), min(1.0, share + half))
