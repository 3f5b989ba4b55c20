"""Let a number take SMS again that its owner had silenced, or that the network had given up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.errors import AlreadySettled, ReasonMissing
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account
from acquit.store.cases.models import SilentNumber


def lift_silence(
    *, organisation_id: int, number: str, debtor_id: int, because: str, now: datetime, by: int | None = None
) -> None:
    """End the silence of `number` (E.164), and wake the debtor's accounts; a STOP to come silences it anew.

    What silenced it stays on record beside who lifted it and why. Raises ReasonMissing, AlreadySettled.
    """
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        silent = SilentNumber.objects.filter(organisation_id=organisation_id, number=number, lifted_at=None)
        if not silent.update(lifted_at=now, lifted_by=by, lifted_because=because.strip()[:200]):
            raise AlreadySettled
        accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id=debtor_id)
        poke(organisation_id, list(accounts.values_list("id", flat=True)), now=now)
