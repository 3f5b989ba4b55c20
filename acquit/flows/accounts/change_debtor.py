"""Change what a debtor is taken for: profile, kind, language, place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account, Debtor


def change_debtor(
    *,
    organisation_id: int,
    debtor_id: int,
    profile: str,
    kind: str,
    language: str,
    country: str,
    region: str,
    now: datetime,
) -> None:
    """Record what a person says of the debtor; all his accounts are looked at again.

    The profile and the kind choose the scenario and the law, the country and the region the
    working days.
    """
    with transaction.atomic():
        Debtor.objects.filter(organisation_id=organisation_id, id=debtor_id).update(
            profile=profile, kind=kind, language=language, country=country, region=region
        )
        accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id=debtor_id)
        poke(organisation_id, accounts.values_list("id", flat=True), now=now)
