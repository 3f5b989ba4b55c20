"""Import a file: recognise it, read it, and merge it into the ledger in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from acquit.flows.material.feeds import Covered, covered_by, hold_or_release, note_arrival
from acquit.flows.material.loading.creditor import CreditorUnclear, OtherCreditor, creditor_of
from acquit.flows.material.loading.file import (
    keep_file,
    note_counts,
    quarantine,
    refresh_file,
    refused_rows,
    same_file,
    with_cells,
)
from acquit.flows.material.loading.merge import changes, lock, merge, open_balances
from acquit.flows.material.loading.outcome import Counts, Imported, Progress
from acquit.flows.material.loading.reading import (
    choices_of,
    for_creditor,
    header_of,
    kept_options,
    peek,
    recall,
    remember,
    remembered,
    source_if_any,
    source_of,
    with_memory,
)
from acquit.flows.material.loading.sale import other_iban, refuse_purchase
from acquit.flows.material.loading.staging import Load
from acquit.flows.material.loading.vanishing import LISTS
from acquit.sources.base import Options, Source
from acquit.sources.errors import Question, StructureError
from acquit.sources.words import Why
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor

__all__ = ["CreditorUnclear", "Imported", "OtherCreditor", "StructureError", "import_file"]


@dataclass(slots=True)
class _Arrival:
    """A file on its way in, and what is known of it so far."""

    source: Source
    name: str
    content: bytes
    hash: str
    now: datetime
    by: int | None
    dry_run: bool
    progress: Progress | None
    creditor: Creditor
    choices: dict[str, Any]
    options: Options
    kept: dict[str, Any]


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

    Without `creditor_id` the file's SIREN or bank account chooses the creditor. Raises
    StructureError where the file is broken as a whole, CreditorUnclear and OtherCreditor; nothing
    has changed then.
    """
    with tenancy.organisation(organisation_id), transaction.atomic():
        asked = options or Options()
        source = source_if_any(content, name, kind)
        head = peek(source, content, name, asked) if source else None
        if source is not None and head is None and creditor_id is None:
            head = source.read(content, name, asked)
        refuse_purchase(organisation_id, creditor_id, head.sale if head else None)
        creditor = creditor_of(
            organisation_id, creditor_id, head.creditor_siren if head else "",
            head.bank_accounts if head else (), kind=source.KIND if source else kind,
        )  # fmt: skip
        if source is not None and head is not None:
            memory = remembered(creditor, source.KIND, head.columns)
        else:
            memory = recall(creditor, source.KIND if source else kind, content, name, asked)
        if source is None or (memory is not None and memory.kind != source.KIND):
            source = source_of(content, name, memory.kind if memory else kind)
        chosen = with_memory(asked, memory)
        read_with = for_creditor(chosen, creditor)
        arrival = _Arrival(
            source, name, content, sha256(content).hexdigest(), now, by, dry_run, progress, creditor,
            choices_of(chosen), read_with, kept_options(read_with, creditor),
        )  # fmt: skip
        done = _known(arrival) or _read_and_merge(arrival)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _known(arrival: _Arrival) -> Imported | None:
    """Return the outcome of the same file read the same way, if it was imported.

    It came again, so what it says was still so; the days that it covers are no newer for that.
    """
    file = same_file(arrival.creditor, arrival.hash, arrival.source.KIND, arrival.kept)
    if file is None:
        return None
    if not arrival.dry_run:
        file = refresh_file(file, name=arrival.name, now=arrival.now, by=arrival.by)
        _note(arrival, dict.fromkeys(file.covers or {"": None}))
    counts = file.counts
    return Imported(
        file_id=None if arrival.dry_run else file.id, creditor_id=arrival.creditor.id,
        creditor=arrival.creditor.name, kind=file.kind, rows=counts.get("rows", 0),
        counts=Counts(unchanged=counts.get("total", {})), quarantined=refused_rows(file),
        questions=_asked(arrival), choices=arrival.choices, already_imported=True,
    )  # fmt: skip


def _read_and_merge(arrival: _Arrival) -> Imported:
    if arrival.progress is not None:
        arrival.progress("reading", 0, 1)
    reading = arrival.source.read(arrival.content, arrival.name, arrival.options)
    covered = covered_by(reading)
    tables, reading = dict(reading.tables), replace(reading, tables={})
    with connection.cursor() as cursor:
        load = _load(arrival, cursor)
        lock(load)
        known = _known(arrival)
        if known is not None:
            return known
        load.documents = reading.documents
        load.header = header_of(reading.columns) if reading.columns else ""
        load.notes += other_iban(arrival.creditor, reading.sale)
        load.is_complete = arrival.source.KIND == LISTS and arrival.options.complete is True
        load.refused_cells = frozenset(cell.strip() for error in reading.errors for cell in error.row)
        load.states_disputes = any(mapped.field == "disputed" for mapped in reading.mapping)
        before = open_balances(load)
        load.file_id = keep_file(
            load, name=arrival.name, sha256=arrival.hash, content=arrival.content,
            options=arrival.kept, covers=covered, by=arrival.by,
        )  # fmt: skip
        merge(load, tables)
        after = open_balances(load)
        found = with_cells(load.refused, arrival.content, reading)
        errors = tuple(sorted((*reading.errors, *found), key=lambda e: e.line or 0))
        quarantine(load, load.file_id, errors, reading.columns)
        note_counts(load, load.file_id, reading.rows, len(errors))
    _note(arrival, covered)
    remember(arrival.creditor, reading.kind, reading.columns, arrival.choices)
    return Imported(
        file_id=None if arrival.dry_run else load.file_id, creditor_id=arrival.creditor.id,
        creditor=arrival.creditor.name, kind=reading.kind, rows=reading.rows, counts=load.counts(),
        quarantined=errors, questions=(*reading.questions, *_asked(arrival)),
        notes=(*reading.notes, *load.notes),
        columns=reading.columns, mapping=reading.mapping, unknown_columns=reading.unknown_columns,
        choices=arrival.choices, totals=changes(before, after),
    )  # fmt: skip


def _asked(arrival: _Arrival) -> tuple[Question, ...]:
    """Return whether the list is complete, as a question that may be answered anew each time."""
    if arrival.source.KIND != LISTS:
        return ()
    said = "yes" if arrival.options.complete else "no"
    return (Question("complete", Why("is_it_complete"), ("yes", "no"), said),)


def _note(arrival: _Arrival, covered: Covered) -> None:
    """Let what came count for the age of the facts, and what waited for it go on."""
    note_arrival(arrival.creditor, arrival.source.KIND, covered, now=arrival.now)
    hold_or_release(arrival.creditor, now=arrival.now)


def _load(arrival: _Arrival, cursor: CursorWrapper) -> Load:
    zone = ZoneInfo(arrival.creditor.timezone)
    return Load(
        cursor=cursor, organisation_id=arrival.creditor.organisation_id,
        creditor_id=arrival.creditor.id, kind=arrival.source.KIND, now=arrival.now,
        today=arrival.now.astimezone(zone).date(), source_at=arrival.now, progress=arrival.progress,
    )  # fmt: skip
