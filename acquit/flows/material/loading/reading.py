"""Reading a file with what is known about it: the creditor's terms, and choices made before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from acquit.core.terms import UnreadableTerms, due_date
from acquit.sources.base import Options, Reading, Source, recognise
from acquit.sources.errors import StructureError
from acquit.store.accounts.models import Account, Creditor
from acquit.store.ledger.models import ColumnMapping

#: Enough of a text file to see its header and whose it is.
_HEAD = 50_000
_LINES_SPARED = 40
#: What begins like this (a workbook, a PDF, XML) says nothing by its head alone.
_WHOLE = (b"PK", b"%PDF", b"<")
_MARK = 100
_NET_DAYS = 30
#: The options that answer a question once for all files with the same header.
_ANSWERS = ("decimal", "date_order", "currency", "encoding", "separator", "sheet", "complete")


def source_of(content: bytes, name: str, kind: str | None) -> Source:
    """Return what reads the file; raises StructureError where nothing does."""
    return recognise(content, name, settings.SOURCES, kind)


def source_if_any(content: bytes, name: str, kind: str | None) -> Source | None:
    """Return what reads the file, or None where its header says nothing to anyone."""
    try:
        return source_of(content, name, kind)
    except StructureError as refusal:
        if refusal.code != "not_recognised":
            raise
        return None


def peek(source: Source, content: bytes, name: str, options: Options) -> Reading | None:
    """Return what the head of a file says, or None where only the whole file says anything.

    The head ends at a line, and a few lines sooner where that falls inside a cell or an entry.
    """
    if len(content) <= _HEAD or content[:_MARK].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_WHOLE):
        return _attempt(source, content, name, options)
    end = _HEAD
    for _ in range(_LINES_SPARED):
        end = content.rfind(b"\n", 0, end)
        if end < 0:
            return None
        said = _attempt(source, content[: end + 1], name, options)
        if said is not None:
            return said
    return None


def _attempt(source: Source, content: bytes, name: str, options: Options) -> Reading | None:
    try:
        return source.read(content, name, options)
    except StructureError:
        return None


def remembered(creditor: Creditor, kind: str, columns: tuple[str, ...]) -> ColumnMapping | None:
    """Return what was chosen for an earlier file with the same header."""
    return _memories(creditor, kind).filter(header=header_of(columns)).first()


def recall(
    creditor: Creditor, kind: str | None, content: bytes, name: str, options: Options
) -> ColumnMapping | None:
    """Return the choices under which a file can be read that nothing reads without them."""
    for memory in _memories(creditor, kind).order_by("id"):
        source = source_of(content, name, memory.kind)
        head = peek(source, content, name, with_memory(options, memory))
        if head is not None and header_of(head.columns) == memory.header:
            return memory
    return None


def _memories(creditor: Creditor, kind: str | None) -> QuerySet[ColumnMapping]:
    every = ColumnMapping.objects.filter(organisation_id=creditor.organisation_id, creditor=creditor)
    return every if kind is None else every.filter(kind=kind)


def header_of(columns: tuple[str, ...]) -> str:
    """Return the hash by which a header is known again."""
    return sha256("\x1f".join(columns).encode()).hexdigest()


def choices_of(options: Options) -> dict[str, Any]:
    """Return what `options` ask beyond the defaults, as JSON can hold it."""
    plain = Options()
    asked = {name: getattr(options, name) for name in _ANSWERS}
    chosen = {name: said for name, said in asked.items() if said != getattr(plain, name)}
    return chosen | ({"mapping": dict(options.mapping)} if options.mapping else {})


def remember(creditor: Creditor, kind: str, columns: tuple[str, ...], choices: Mapping[str, Any]) -> None:
    """Keep the choices for the next file with this header."""
    if not choices or not columns:
        return
    ColumnMapping.objects.update_or_create(
        organisation_id=creditor.organisation_id, creditor=creditor, kind=kind, header=header_of(columns),
        defaults={
            "columns": choices.get("mapping", {}),
            "answers": {name: said for name, said in choices.items() if name != "mapping"},
        },
    )  # fmt: skip


def with_memory(options: Options, memory: ColumnMapping | None) -> Options:
    """Return `options` with what was chosen before wherever they say nothing."""
    if memory is None:
        return options
    chosen = choices_of(options)
    answers = {n: v for n, v in memory.answers.items() if n in _ANSWERS and n not in chosen}
    return replace(options, mapping={**memory.columns, **options.mapping}, **answers)


def for_creditor(options: Options, creditor: Creditor) -> Options:
    """Return `options` with the creditor's currency and the due days that his terms give."""
    agreed = dict(
        Account.objects.filter(organisation_id=creditor.organisation_id, creditor=creditor)
        .exclude(payment_terms="")
        .values_list("external_id", "payment_terms")
    )

    def due_on(external_id: str, issued_on: date) -> date:
        return _due_on(agreed.get(external_id, ""), creditor.payment_terms, issued_on)

    currency = options.currency if options.currency != Options().currency else creditor.currency
    return replace(options, due_on=due_on, currency=currency)


@lru_cache(maxsize=20_000)
def _due_on(agreed: str, usual: str, issued_on: date) -> date:
    """Return the due day by the debtor's terms, else by the creditor's usual ones."""
    for terms in (agreed, usual):
        try:
            return due_date(terms, issued_on)
        except UnreadableTerms:
            continue
    return issued_on + timedelta(days=_NET_DAYS)


def kept_options(options: Options, creditor: Creditor) -> dict[str, Any]:
    """Return all that the reading depends on beside the file: the same again reads the same."""
    return choices_of(options) | {"currency": options.currency, "terms": creditor.payment_terms}


def options_from(kept: Mapping[str, Any]) -> Options:
    """Return the options that `kept_options` kept."""
    known = {f.name for f in fields(Options)}
    return Options(**{name: said for name, said in kept.items() if name in known})
