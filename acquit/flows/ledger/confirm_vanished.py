"""Answer whether a list was complete that lacked too much to believe it (F-08)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from acquit.flows.material.alerts import close_alert
from acquit.flows.material.errors import Impossible
from acquit.flows.material.loading import aftermath
from acquit.flows.material.loading.merge import lock, open_workspace
from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.loading.vanishing import ALERT, LISTS, settle
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Invoice, SourceFile


class NothingAsked(Impossible):
    """No list waits for an answer: it was given, or a newer list gave it."""

    french = "Aucune liste n’attend de réponse : elle est donnée, ou une liste plus récente l’a donnée."


def confirm_vanished(*, organisation_id: int, creditor_id: int, now: datetime, by: int | None = None) -> int:
    """Say that the list was complete: settle what was missing from it; return how many invoices.

    Raises NothingAsked.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        creditor, file = _asked_about(organisation_id, creditor_id)
        load = _load(creditor, file, cursor, now)
        lock(load)
        open_workspace(load)
        create(load, "load_missing", _MISSING)
        settled = settle(load)
        aftermath.follow(load)
        close_alert(creditor, ALERT, now=now, by=by)
    return settled


def reject_vanished(*, organisation_id: int, creditor_id: int, now: datetime, by: int | None = None) -> int:
    """Say that the list was not complete: what was missing stays owed; return how many invoices.

    Raises NothingAsked.
    """
    with transaction.atomic():
        creditor, _ = _asked_about(organisation_id, creditor_id)
        missing = Invoice.objects.filter(
            organisation_id=organisation_id, account__creditor_id=creditor_id, missing_since__isnull=False
        )
        accounts = set(missing.values_list("account_id", flat=True))
        count = missing.update(missing_since=None)
        poke(organisation_id, accounts, now=now)
        close_alert(creditor, ALERT, now=now, by=by)
    return count


def _asked_about(organisation_id: int, creditor_id: int) -> tuple[Creditor, SourceFile]:
    mine = {"organisation_id": organisation_id, "creditor_id": creditor_id}
    task = (
        Task.objects.select_for_update(of=("self",))
        .filter(**mine, account=None, kind=ALERT, closed_at=None)
        .first()
    )
    if task is None:
        raise NothingAsked
    files = SourceFile.objects.select_related("creditor").defer("content")
    file = files.get(**mine, id=task.params["file"])
    return file.creditor, file


def _load(creditor: Creditor, file: SourceFile, cursor: CursorWrapper, now: datetime) -> Load:
    return Load(
        cursor=cursor, organisation_id=creditor.organisation_id, creditor_id=creditor.pk, kind=LISTS,
        now=now, today=now.astimezone(ZoneInfo(creditor.timezone)).date(), source_at=file.received_at,
        file_id=file.pk,
    )  # fmt: skip


# What is asked about, and the credit notes that this list lacked too.
_MISSING = """
SELECT i.id AS invoice_id, NULL::bigint AS credit_note_id, i.account_id, i.currency,
  (%(source_at)s AT TIME ZONE c.timezone)::date AS since
FROM ledger_invoice i JOIN accounts_account a ON a.id = i.account_id AND a.organisation_id = %(org)s
  JOIN accounts_creditor c ON c.id = a.creditor_id
WHERE i.organisation_id = %(org)s AND i.missing_since IS NOT NULL AND a.creditor_id = %(creditor)s
UNION ALL
SELECT NULL, n.id, n.account_id, n.currency, NULL
FROM ledger_creditnote n JOIN accounts_account a ON a.id = n.account_id AND a.organisation_id = %(org)s
WHERE n.organisation_id = %(org)s AND a.creditor_id = %(creditor)s AND n.listed_in_id <> %(file)s
  AND n.allocated < n.amount AND n.cancelled_on IS NULL
"""
