"""Write a note on an account, for the next person who opens it."""

from __future__ import annotations

from datetime import datetime

from acquit.flows.material.errors import NothingWritten
from acquit.store.cases.models import Note


def write_note(
    *, organisation_id: int, account_id: int, text: str, now: datetime, by: int | None = None
) -> int:
    """Keep `text` in the account's history; return the note's id. Raises NothingWritten.

    A note changes no decision, so nothing is looked at again.
    """
    if not text.strip():
        raise NothingWritten
    note = Note.objects.create(
        organisation_id=organisation_id,
        account_id=account_id,
        text=text.strip(),
        recorded_at=now,
        recorded_by_id=by,
    )
    return note.pk
