"""Record that somebody contests the account to pay: nothing that names it leaves meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.bank_guard import Claim, raise_guard

__all__ = ["Claim", "raise_bank_change"]


def raise_bank_change(*, organisation_id: int, claim: Claim, now: datetime) -> int:
    """Open the guard, or join the one that is open; return its id."""
    with transaction.atomic():
        return raise_guard(organisation_id, claim, now=now).id
