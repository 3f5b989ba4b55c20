"""The file as it was received, kept with its hash, and the rows of it that were refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import connection

from acquit.flows.material.loading.outcome import TABLES
from acquit.flows.material.loading.staging import Load
from acquit.sources.base import Reading
from acquit.sources.errors import RowError
from acquit.sources.words import Why
from acquit.store.accounts.models import Creditor
from acquit.store.ledger.models import QuarantinedRow, SourceFile

_BATCH = 2000


def same_file(creditor: Creditor, sha256: str, kind: str, options: Mapping[str, Any]) -> SourceFile | None:
    """Return the newest import of the same bytes, read the same way."""
    files = SourceFile.objects.filter(
        organisation_id=creditor.organisation_id, creditor=creditor, sha256=sha256, kind=kind
    )
    alike = files.defer("content").order_by("-received_at", "-id")
    found = next((file for file in alike if file.options == dict(options)), None)
    return None if found is not None and _is_superseded(found) else found


def _is_superseded(file: SourceFile) -> bool:
    """Tell whether another complete list came since: then the same list again says something new."""
    if file.options.get("complete") is not True:
        return False
    lists = SourceFile.objects.filter(
        organisation_id=file.organisation_id, creditor_id=file.creditor_id, kind=file.kind,
        options__complete=True,
    )  # fmt: skip
    newest = lists.order_by("-received_at", "-id").values_list("sha256", flat=True)[0]
    return bool(newest != file.sha256)


def keep_file(
    load: Load, *, name: str, sha256: str, content: bytes, options: Mapping[str, Any],
    covers: Mapping[str, date | None], by: int | None,
) -> int:  # fmt: skip
    """Store the file; its bytes go over as they are, once, beside the statement."""
    file = SourceFile(
        organisation_id=load.organisation_id, creditor_id=load.creditor_id, kind=load.kind,
        name=name[:300], sha256=sha256, content=b"", size=len(content), received_at=load.now,
        received_by_id=by, options=dict(options),
        header=load.header, covers={number: day and day.isoformat() for number, day in covers.items()},
    )  # fmt: skip
    file.save(force_insert=True)
    if content:
        connection.ensure_connection()
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(
                "UPDATE ledger_sourcefile SET content = %b WHERE organisation_id = %s AND id = %s",
                [content, load.organisation_id, file.id],
            )
    return file.id


def note_counts(load: Load, file_id: int, rows: int, quarantined: int) -> None:
    """Write beside the file what it brought."""
    counted = {"created": load.created, "updated": load.updated, "unchanged": load.unchanged}
    total = {table: sum(c.get(table, 0) for c in counted.values()) for table in TABLES}
    SourceFile.objects.filter(organisation_id=load.organisation_id, id=file_id).update(
        counts={"rows": rows, "quarantined": quarantined, "total": total, **counted}
    )


def refresh_file(file: SourceFile, *, name: str, now: datetime, by: int | None) -> SourceFile:
    """Note that the same file came again: what it says was true then too. Its bytes are kept once."""
    return SourceFile.objects.create(
        organisation_id=file.organisation_id, creditor_id=file.creditor_id, kind=file.kind,
        name=name[:300], sha256=file.sha256, content=b"", size=file.size, received_at=now,
        received_by_id=by, options=file.options, counts=file.counts, covers=file.covers, header=file.header,
    )  # fmt: skip


def content_of(file: SourceFile) -> bytes:
    """Return the bytes of a file, from wherever among its arrivals they are kept."""
    kept = SourceFile.objects.filter(
        organisation_id=file.organisation_id, creditor_id=file.creditor_id, sha256=file.sha256
    ).exclude(content=b"")
    return bytes(kept.values_list("content", flat=True).order_by("id")[0])


def with_cells(errors: Iterable[RowError], content: bytes, reading: Reading) -> tuple[RowError, ...]:
    """Give the errors that the merge found the cells of their line, as the reader's own have them."""
    errors = tuple(errors)
    missing = {error.line for error in errors if not error.row and error.line}
    if not missing or not reading.separator:
        return errors
    lines = content.decode(reading.encoding or "utf-8", "replace").lstrip("\ufeff").splitlines()
    cells = {
        line: tuple(next(csv.reader(io.StringIO(lines[line - 1]), delimiter=reading.separator), ()))
        for line in missing
        if line <= len(lines)
    }
    return tuple(e if e.row else replace(e, row=cells.get(e.line or 0, ())) for e in errors)


def quarantine(load: Load, file_id: int, errors: Iterable[RowError], columns: tuple[str, ...]) -> None:
    """Keep the refused rows for a person; what an earlier export said alike is settled by them."""
    rows = [
        QuarantinedRow(
            organisation_id=load.organisation_id, file_id=file_id, line=error.line,
            field=(error.field or "")[:60], code=error.code, params=plain_params(error.why.params),
            value=error.value[:2000], row=by_column(error.row, columns),
        )
        for error in errors
    ]  # fmt: skip
    QuarantinedRow.objects.bulk_create(rows, batch_size=_BATCH)
    load.run(_REPEATED, file=file_id)


def by_column(cells: tuple[str, ...], columns: tuple[str, ...]) -> dict[str, str]:
    """Return the cells under their column names; those beyond the header under their place."""
    names = [*columns, *(f"#{place + 1}" for place in range(len(columns), len(cells)))]
    return dict(zip(names, cells, strict=False))


def refused_rows(file: SourceFile) -> tuple[RowError, ...]:
    """Return the rows of a file that still wait for a person."""
    rows = QuarantinedRow.objects.filter(
        organisation_id=file.organisation_id, file__sha256=file.sha256,
        file__creditor_id=file.creditor_id, resolved_at=None,
    ).order_by("line", "id")  # fmt: skip
    return tuple(
        RowError(row.line, row.field, Why(row.code, row.params), row.value, tuple(row.row.values()))
        for row in rows
    )


def plain_params(params: Mapping[str, object]) -> dict[str, Any]:
    """Return the parameters of a reason as JSON can hold them."""
    return {
        name: value if isinstance(value, (int, str, bool)) or value is None else str(value)
        for name, value in params.items()
    }


_REPEATED = """
UPDATE ledger_quarantinedrow q SET resolved_at = %(now)s, resolution = 'repeated'
FROM ledger_sourcefile f, ledger_quarantinedrow again
WHERE q.organisation_id = %(org)s AND q.resolved_at IS NULL AND f.id = q.file_id
  AND f.organisation_id = %(org)s AND f.creditor_id = %(creditor)s AND f.kind = %(kind)s
  AND q.file_id <> %(file)s AND again.organisation_id = %(org)s AND again.file_id = %(file)s
  AND again.row <> '{}' AND again.row = q.row
"""
