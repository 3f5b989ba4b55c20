"""Keep a file that was handed in until a person agrees to import it, or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection, transaction

from acquit.store.ledger.models import WaitingFile

#: A file that nobody agreed to import in this time is forgotten.
_FORGOTTEN_AFTER = timedelta(days=3)


def keep_upload(
    *, organisation_id: int, creditor_id: int, name: str, content: bytes, now: datetime, by: int | None
) -> int:
    """Keep the file in the database, where every process finds it, and return its id.

    Its bytes go over as they are, once, beside the statement.
    """
    with transaction.atomic():
        forgotten = WaitingFile.objects.filter(
            organisation_id=organisation_id, received_at__lt=now - _FORGOTTEN_AFTER
        )
        forgotten.delete()
        kept = WaitingFile.objects.create(
            organisation_id=organisation_id, creditor_id=creditor_id, name=name[:300], content=b"",
            size=len(content), received_at=now, received_by_id=by,
        )  # fmt: skip
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(
                "UPDATE ledger_waitingfile SET content = %b WHERE organisation_id = %s AND id = %s",
                [content, organisation_id, kept.pk],
            )
    return kept.pk


def note_look(
    *, organisation_id: int, upload_id: int, options: Mapping[str, Any], report: Mapping[str, Any]
) -> None:
    """Note what a look at the file said, and the choices under which it was looked at."""
    WaitingFile.objects.filter(organisation_id=organisation_id, id=upload_id).update(
        options=dict(options), report=dict(report)
    )


def drop_upload(*, organisation_id: int, upload_id: int) -> bool:
    """Forget the file; false if it was imported or forgotten before."""
    dropped, _ = WaitingFile.objects.filter(organisation_id=organisation_id, id=upload_id).delete()
    return bool(dropped)
