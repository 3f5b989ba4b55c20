"""What follows from a mailbox that is silent for too long, and from one that is read again (rule 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from acquit.core.hearing import Listened
from acquit.flows.material.alerts import open_alert
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Mailbox
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader

ALERT = "mailbox"
#: After so many failures in a row a person is told.
TELL_AFTER = 3


def tell_of_silence(creditor: Creditor, silent: Sequence[Listened], *, now: datetime) -> None:
    """Keep the one alert of the creditor open while a mailbox of his is silent, whatever the cause."""
    if silent:
        open_alert(creditor, ALERT, now=now, mailbox=silent[0].name, because="")


def listen_again(organisation_id: int, *, now: datetime) -> None:
    """Close the alerts of creditors whose mailboxes are all read, and wake the accounts that waited.

    Called where something changed about a mailbox. What waited is decided on as on any day.
    """
    loader = CaseLoader(organisation_id, now)
    creditors = Creditor.objects.filter(organisation_id=organisation_id).values_list("pk", flat=True)
    heard = [key for key in creditors.order_by("id") if not loader.unheard(loader.creditor(key))]
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, {"org": organisation_id, "creditors": heard, "now": now})
    mailboxes = Mailbox.objects.filter(organisation_id=organisation_id, is_active=True)
    if not mailboxes.filter(failures__gte=TELL_AFTER).exists():
        Task.objects.filter(
            organisation_id=organisation_id, creditor__in=heard, account=None, kind=ALERT, closed_at=None
        ).update(closed_at=now)


_WAKE = """
UPDATE accounts_account a SET look_at = %(now)s FROM cases_decision d
WHERE a.organisation_id = %(org)s AND a.creditor_id = ANY(%(creditors)s) AND d.organisation_id = %(org)s
  AND d.account_id = a.id AND d.is_current AND d.kind = 'hold' AND d.reasons @> '[["mailbox_silent"]]'
  AND a.look_at IS DISTINCT FROM %(now)s
"""
