"""Import a file: recognise it, read it, and merge it into the ledger in one transaction."""

from __future__ import annotations

from datetime import datetime

from acquit.flows.material.loading.outcome import Imported, Progress
from acquit.sources.base import Options


def import_file(
    *,
    organisation_id: int,
    creditor_id: int | None,
    name: str,
    content: bytes,
    now: datetime,
    kind: str | None = None,
    options: Options | None = None,
    dry_run: bool = False,
    by: int | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import the file for a creditor, and say what it brought; a dry run says it and writes nothing.

    Without `creditor_id` the file's SIREN chooses the creditor. Raises StructureError where the
    file is broken as a whole, CreditorUnclear and OtherCreditor; nothing has changed then.
    """
    raise NotImplementedError
