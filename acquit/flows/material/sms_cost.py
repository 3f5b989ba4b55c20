"""What an SMS costs before it leaves, at the price of the creditor's carrier."""

from __future__ import annotations

from dataclasses import dataclass

from acquit.channels.sms.alphabet import Parts, parts
from acquit.channels.sms.pricing import price_of
from acquit.core.money import Money
from acquit.store.outbox.models import Carrier


@dataclass(frozen=True, slots=True)
class SmsCost:
    """The parts of a text, and what they cost; `total` is None where the carrier names no price."""

    parts: Parts
    total: Money | None


def sms_price(organisation_id: int, creditor_id: int) -> Money | None:
    """Return what one part costs the creditor; None without a carrier, or where it names no price."""
    carriers = Carrier.objects.filter(organisation_id=organisation_id, channel="sms", active=True)
    own = carriers.filter(creditor_id=creditor_id).first() or carriers.filter(creditor=None).first()
    if own is None:
        return None
    try:
        return price_of(own.settings)
    except ValueError:
        return None


def sms_cost(text: str, price: Money | None) -> SmsCost:
    """Return what it costs to send `text`, as it leaves, at `price` a part."""
    size = parts(text)
    total = None if price is None else Money(price.amount * size.count, price.currency)
    return SmsCost(size, total)
