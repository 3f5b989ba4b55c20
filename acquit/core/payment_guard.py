"""Whether money that nobody matched yet could be the answer to what we would ask (rule 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.decision import Reason
from acquit.core.snapshot import ZERO, Credit, Receipt, Snapshot, TermFacts

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")
#: A shorter invoice number would be found by chance in any label.
_SHORTEST_NUMBER = 4


def possible_payment(
    snapshot: Snapshot,
    claimed: Sequence[tuple[TermFacts, Decimal]],
    asked: Mapping[str, Decimal],
    today: date,
) -> Reason | None:
    """Return the reason to hold when money that nobody matched could be the answer.

    An unmatched credit of the account could when all of a currency together reach the sum `asked`
    in it or one of the `claimed` terms, when one is exactly what such a term owes, or when one
    names it. Anything less is deducted from what is asked. A receipt of the bank, which may be
    somebody else's, is never deducted: see `_may_answer`.
    """
    for currency in sorted(asked):
        found = _credit(snapshot, claimed, asked[currency], currency) or _receipt(
            snapshot, claimed, asked[currency], currency, today
        )
        if found is not None:
            params = {"amount": found.amount, "currency": currency, "on": found.on}
            return Reason("possible_payment", params)
    return None


def _credit(
    snapshot: Snapshot, claimed: Sequence[tuple[TermFacts, Decimal]], asked: Decimal, currency: str
) -> Credit | None:
    loose = [c for c in snapshot.credits if c.currency == currency and c.amount > 0]
    loose.sort(key=lambda c: (c.on, c.amount, c.text))
    found = next((c for c in loose if _answers(c, claimed)), None)
    if found is None and loose:
        least = _least(claimed, asked, currency) - snapshot.policy.tolerance
        return loose[-1] if unmatched(snapshot, currency) >= least else None
    return found


def _receipt(
    snapshot: Snapshot,
    claimed: Sequence[tuple[TermFacts, Decimal]],
    asked: Decimal,
    currency: str,
    today: date,
) -> Receipt | None:
    waiting = [r for r in snapshot.receipts if r.currency == currency]
    waiting.sort(key=lambda r: (r.on, r.amount))
    least = _least(claimed, asked, currency) - snapshot.policy.tolerance
    keys = {term.key for term, _ in claimed}
    return next((r for r in waiting if _may_answer(r, keys, least, today)), None)


def _may_answer(receipt: Receipt, claimed: set[Any], least: Decimal, today: date) -> bool:
    """Tell whether a receipt holds what is asked.

    It does where it covers the sum or a term, where it was proposed for one of them, and where it
    is his for nothing in particular: whatever it pays, the sum asked would be wrong.
    """
    if receipt.until is not None and receipt.until < today:
        return False
    named = not claimed.isdisjoint(receipt.terms)
    return named or receipt.on_account or receipt.amount >= least


def _least(claimed: Sequence[tuple[TermFacts, Decimal]], asked: Decimal, currency: str) -> Decimal:
    return min([asked, *(amount for term, amount in claimed if term.currency == currency)])


def unmatched(snapshot: Snapshot, currency: str) -> Decimal:
    """Return the credits of `currency` that nobody matched yet."""
    return sum((c.amount for c in snapshot.credits if c.currency == currency), ZERO)


def _answers(credit: Credit, claimed: Sequence[tuple[TermFacts, Decimal]]) -> bool:
    label = _NOT_ALPHANUMERIC.sub("", credit.text.upper())
    for term, amount in claimed:
        if term.currency != credit.currency:
            continue
        if credit.amount in (amount, term.open, term.amount):
            return True
        number = _NOT_ALPHANUMERIC.sub("", term.invoice.upper())
        if len(number) >= _SHORTEST_NUMBER and number in label:
            return True
    return False
