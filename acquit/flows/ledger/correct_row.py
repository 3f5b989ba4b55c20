"""Correct a row that was refused and import it, or drop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from acquit.flows.material.errors import Impossible
from acquit.flows.material.loading.file import content_of, plain_params, with_cells
from acquit.flows.material.loading.merge import changes, lock, merge, open_balances
from acquit.flows.material.loading.outcome import Imported
from acquit.flows.material.loading.part import part_of
from acquit.flows.material.loading.reading import for_creditor, options_from, source_of
from acquit.flows.material.loading.staging import Load
from acquit.sources.base import Reading
from acquit.sources.errors import RowError, StructureError
from acquit.store import tenancy
from acquit.store.ledger.models import QuarantinedRow, SourceFile

__all__ = ["Corrected", "RowSettled", "StructureError", "correct_row", "drop_row"]

CORRECTED, DROPPED = "corrected", "dropped"


class RowSettled(Impossible):
    """This row was corrected or dropped already."""

    french = "Cette ligne a déjà été corrigée ou écartée."


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the corrected row brought, or why it is still refused."""

    imported: Imported | None
    error: RowError | None


def correct_row(
    *,
    organisation_id: int,
    row_id: int,
    cells: Mapping[str, str],
    now: datetime,
) -> Corrected:
    """Read a quarantined row again with `cells` in place of those of the same column names.

    Without cells it is merely tried again, now that more may be known. A row that is still refused
    stays in quarantine with its new cells and reason. Raises RowSettled where it was corrected or
    dropped already.
    """
    with tenancy.organisation(organisation_id), transaction.atomic():
        row = _waiting(organisation_id, row_id)
        said = {**row.row, **cells}
        reading, content = _read_again(row, said)
        error = next((e for e in reading.errors if e.line == row.line), None)
        if error is not None:
            return _still_refused(row, said, error)
        merged = _merge(row, reading, content, now)
        if isinstance(merged, RowError):
            return _still_refused(row, said, merged)
        _alike(row).update(row=said, resolved_at=now, resolution=CORRECTED)
        return Corrected(merged, None)


def drop_row(*, organisation_id: int, row_id: int, now: datetime) -> None:
    """Take a row out of quarantine without importing it. Raises RowSettled."""
    with tenancy.organisation(organisation_id), transaction.atomic():
        row = _waiting(organisation_id, row_id)
        _alike(row).update(resolved_at=now, resolution=DROPPED)


def _waiting(organisation_id: int, row_id: int) -> QuarantinedRow:
    row = QuarantinedRow.objects.select_for_update(of=("self",)).get(
        organisation_id=organisation_id, id=row_id
    )
    if row.resolved_at is not None:
        raise RowSettled
    return row


def _alike(row: QuarantinedRow) -> QuerySet[QuarantinedRow]:
    """Return what was refused of the same line: a row may have several faults."""
    waiting = QuarantinedRow.objects.filter(organisation_id=row.organisation_id, resolved_at=None)
    if row.line is None:
        return waiting.filter(id=row.id)
    return waiting.filter(file_id=row.file_id, line=row.line)


def _read_again(row: QuarantinedRow, cells: Mapping[str, str]) -> tuple[Reading, bytes]:
    """Read the whole file once more, with all its corrections: a row may need its neighbours."""
    file = row.file
    mended = QuarantinedRow.objects.filter(
        organisation_id=row.organisation_id, file_id=row.file_id, resolution=CORRECTED
    ).exclude(line=None)
    corrections = {line: said for line, said in mended.values_list("line", "row") if line is not None}
    if row.line is not None:
        corrections[row.line] = dict(cells)
    content = content_of(file)
    options = replace(for_creditor(options_from(file.options), file.creditor), corrections=corrections)
    return source_of(content, file.name, file.kind).read(content, file.name, options), content


def _merge(row: QuarantinedRow, reading: Reading, content: bytes, now: datetime) -> Imported | RowError:
    tables = part_of(reading.tables, row.line)
    with connection.cursor() as cursor:
        load = _load(row.file, cursor, now)
        load.documents = reading.documents
        lock(load)
        mark = transaction.savepoint()
        before = open_balances(load)
        merge(load, tables)
        if load.refused:
            transaction.savepoint_rollback(mark)
            return with_cells(load.refused, content, reading)[0]
        transaction.savepoint_commit(mark)
        after = open_balances(load)
    return Imported(
        file_id=row.file_id, creditor_id=row.file.creditor_id, creditor=row.file.creditor.name,
        kind=reading.kind, rows=1, counts=load.counts(), notes=tuple(load.notes),
        columns=reading.columns, mapping=reading.mapping, totals=changes(before, after),
    )  # fmt: skip


def _load(file: SourceFile, cursor: CursorWrapper, now: datetime) -> Load:
    today = now.astimezone(ZoneInfo(file.creditor.timezone)).date()
    return Load(
        cursor=cursor, organisation_id=file.organisation_id, creditor_id=file.creditor_id,
        kind=file.kind, now=now, today=today, source_at=file.received_at, file_id=file.id, header=file.header,
        is_whole=False,
    )  # fmt: skip


def _still_refused(row: QuarantinedRow, cells: Mapping[str, str], error: RowError) -> Corrected:
    QuarantinedRow.objects.filter(organisation_id=row.organisation_id, id=row.id).update(
        field=(error.field or "")[:60], code=error.code, params=plain_params(error.why.params),
        value=error.value[:2000], row=dict(cells),
    )  # fmt: skip
    return Corrected(None, error)
