"""Whether money that nobody matched yet could be the answer to what we would ask (rule 4)."""

from __future__ import annotations

import re

from acquit.core.compose import Message, unmatched
from acquit.core.decision import Reason
from acquit.core.snapshot import ZERO, Credit, Snapshot

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")
#: A shorter invoice number would be found by chance in any label.
_SHORTEST_NUMBER = 4


def possible_payment(message: Message, snapshot: Snapshot) -> Reason | None:
    """Return the reason to hold when an unmatched credit could cover what `message` asks.

    It could when all credits together reach the sum asked, when one is exactly what one listed
    invoice owes, or when one names a listed invoice. Anything less is deducted from the sum.
    """
    for currency in {term.currency for term, _ in message.listed}:
        credits = [c for c in snapshot.credits if c.currency == currency and c.amount > 0]
        if not credits:
            continue
        asked = sum((a for term, a in message.listed if term.currency == currency), ZERO)
        found = next((c for c in credits if _answers(c, message)), None)
        if found is None and unmatched(snapshot, currency) >= asked - snapshot.policy.tolerance:
            found = credits[-1]
        if found is not None:
            params = {"amount": found.amount, "currency": currency, "on": found.on}
            return Reason("possible_payment", params)
    return None


def _answers(credit: Credit, message: Message) -> bool:
    label = _NOT_ALPHANUMERIC.sub("", credit.text.upper())
    for term, amount in message.listed:
        if term.currency != credit.currency:
            continue
        if credit.amount in (amount, term.open, term.amount):
            return True
        number = _NOT_ALPHANUMERIC.sub("", term.invoice.upper())
        if len(number) >= _SHORTEST_NUMBER and number in label:
            return True
    return False
