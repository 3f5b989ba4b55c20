"""Accept the first list: from now on the creditor's messages may leave (F-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.alerts import close_alert
from acquit.flows.material.errors import Impossible
from acquit.flows.material.poke import poke_creditor
from acquit.store.accounts.models import Account, Creditor


class NothingToAccept(Impossible):
    """No customer is known yet: import your invoices, then read the list."""

    french = "Aucun client n’est encore connu\u00a0: importez vos factures, puis relisez la liste."


def accept_list(*, organisation_id: int, creditor_id: int, now: datetime, by: int | None = None) -> int:
    """Let the creditor's reminders begin; return the number of accounts to look at again.

    A list without a customer cannot be accepted: what is imported next would leave unread. Raises
    NothingToAccept.
    """
    if not Account.objects.filter(organisation_id=organisation_id, creditor_id=creditor_id).exists():
        raise NothingToAccept
    with transaction.atomic():
        creditor = Creditor.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=creditor_id
        )
        Creditor.objects.filter(id=creditor.id, list_accepted_at=None).update(list_accepted_at=now)
        close_alert(creditor, "first_list", now=now, by=by)
        return poke_creditor(organisation_id, creditor_id, now=now)
