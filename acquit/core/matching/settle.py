"""How the money of a receipt is shared among the items it is for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from acquit.core.matching.facts import ZERO, OpenItem, Part, Receipt
from acquit.core.money import round_to_currency


def settle(
    claims: Sequence[OpenItem], notes: Sequence[OpenItem], receipt: Receipt, *, evenly: bool = False
) -> tuple[Part, ...]:
    """Return the parts of `receipt` for `claims`, oldest first, once the credit `notes` are deducted.

    What is missing is missing from the last claims (`evenly`: from each in proportion); what is
    too much rests on the account of the first. The parts sum up to the receipt, to the cent.
    """
    parts = [Part(note.account, note.key, note.open) for note in notes]
    left = receipt.amount - sum((part.amount for part in parts), ZERO)
    owed = sum((claim.open for claim in claims), ZERO)
    if evenly and 0 < left < owed:
        return (*parts, *_in_proportion(claims, left, owed, receipt.currency))
    for claim in claims:
        amount = min(claim.open, left)
        if amount > 0:
            parts.append(Part(claim.account, claim.key, amount))
            left -= amount
    if left > 0:
        parts.append(Part(claims[0].account, None, left))
    return tuple(parts)


def _in_proportion(
    claims: Sequence[OpenItem], left: Decimal, owed: Decimal, currency: str
) -> tuple[Part, ...]:
    """Share `left` by what each claim owes; rounding goes to the next, so that the sum is exact."""
    parts = []
    for claim in claims:
        share = claim.open if owed == claim.open else round_to_currency(claim.open * left / owed, currency)
        amount = min(claim.open, left, share if owed != claim.open else left)
        parts.append(Part(claim.account, claim.key, amount))
        left, owed = left - amount, owed - claim.open
    return tuple(part for part in parts if part.amount > 0)
