"""Tell a person of orders for payment that have to be served soon, or that nobody served in time."""

from __future__ import annotations

from datetime import datetime

from acquit.flows.material.orders import tell_orders


def watch_orders(*, organisation_id: int, now: datetime) -> int:
    """Open, bring up to date or close the tasks of the organisation's orders; return how many are open."""
    return tell_orders(organisation_id, now=now)
