"""Record a contact by hand: it counts for the gap, so that no reminder follows at once (F-04)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account
from acquit.store.cases.models import ManualContact


def record_contact(
    *,
    organisation_id: int,
    account_id: int,
    on: date,
    channel: str,
    now: datetime,
    outcome: str = "",
    note: str = "",
    by: int | None = None,
) -> int:
    """Record that somebody called or wrote outside Acquit; return the contact's id."""
    with transaction.atomic():
        account = Account.objects.get(organisation_id=organisation_id, id=account_id)
        contact = ManualContact.objects.create(
            organisation_id=organisation_id,
            debtor_id=account.debtor_id,
            account=account,
            on=on,
            channel=channel,
            outcome=outcome,
            note=note,
            recorded_at=now,
            recorded_by_id=by,
        )
        everywhere = Account.objects.filter(organisation_id=organisation_id, debtor_id=account.debtor_id)
        poke(organisation_id, everywhere.values_list("id", flat=True), now=now)
    return contact.id
