"""Whether money that nobody matched yet could be the answer to what we would ask (rule 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from acquit.core.decision import Reason
from acquit.core.snapshot import ZERO, Credit, Snapshot, TermFacts

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")
#: A shorter invoice number would be found by chance in any label.
_SHORTEST_NUMBER = 4


def possible_payment(
    snapshot: Snapshot,
    claimed: Sequence[tuple[TermFacts, Decimal]],
    asked: Mapping[str, Decimal],
) -> Reason | None:
    """Return the reason to hold when an unmatched credit could be the answer.

    It could when all credits of a currency together reach the sum `asked` in it or one of the
    `claimed` terms, when one is exactly what such a term owes, or when one names it. Anything
    less is deducted from what is asked.
    """
    for currency in sorted(asked):
        loose = [c for c in snapshot.credits if c.currency == currency and c.amount > 0]
        loose.sort(key=lambda c: (c.on, c.amount, c.text))
        found = next((c for c in loose if _answers(c, claimed)), None)
        if found is None and loose:
            terms = [amount for term, amount in claimed if term.currency == currency]
            least = min([asked[currency], *terms])
            if unmatched(snapshot, currency) >= least - snapshot.policy.tolerance:
                found = loose[-1]
        if found is not None:
            params = {"amount": found.amount, "currency": currency, "on": found.on}
            return Reason("possible_payment", params)
    return None


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
