"""Waking accounts: a fact changed, so the next plan looks at them again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from acquit.store.accounts.models import Account


def poke(organisation_id: int, account_ids: Iterable[int], *, now: datetime) -> int:
    """Make the next plan look at `account_ids`; return how many there are."""
    return Account.objects.filter(organisation_id=organisation_id, id__in=list(account_ids)).update(
        look_at=now
    )


def poke_creditor(organisation_id: int, creditor_id: int, *, now: datetime) -> int:
    """Make the next plan look at every account of a creditor."""
    return Account.objects.filter(organisation_id=organisation_id, creditor_id=creditor_id).update(
        look_at=now
    )
