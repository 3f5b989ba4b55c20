"""`acquit import`: recognise files and import them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, say
from acquit.cli.ready import creditor as creditor_named
from acquit.cli.ready import in_organisation, ready

if TYPE_CHECKING:
    from acquit.flows.material.loading.outcome import Imported, Progress
    from acquit.sources.base import Options

#: What `--answer` may answer.
ANSWERS = ("decimal", "date_order", "currency", "encoding", "separator", "sheet")
_SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was refused as a whole."""

    line: int | None
    code: str
    why: str


def command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Ledgers, lists, electronic invoices, bank statements.", metavar="FILE..."),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="fec, invoices, payments, contacts, einvoice, camt, mt940, cfonb120, ofx or bank_csv.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do; write nothing.")] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is a field; empty: none is."),
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="QUESTION=ANSWER", help=f"One of: {', '.join(ANSWERS)}."),
    ] = None,
    complete: Annotated[
        bool | None,
        typer.Option(
            "--complete/--not-complete",
            help="Whether a list of invoices holds all that are open: what is missing is then settled.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the reasons: fr or en.")] = "fr",
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Recognise files and import them: ledgers, invoices, payments, contacts, bank statements.

    Debtors come before what is said about them, whatever the order of the files. A FEC without
    --creditor goes to the creditor of its SIREN, made if there is none. Status 1 if a file was
    refused; rows that were not understood wait in quarantine.

    Example: acquit import 732829320FEC20251231.txt contacts.csv --dry-run
    """
    options = _options(mapped or (), answers or (), complete)
    _found_if_empty()
    with in_organisation(organisation) as owner:
        chosen = creditor_named(creditor).pk if creditor else None
        outcomes = [
            (path, _import(path, owner.pk, chosen, kind, options, dry_run, language, quiet=as_json))
            for path in _in_order(files, kind)
        ]
        if not dry_run and any(not isinstance(done, Refusal) for _, done in outcomes):
            from acquit.jobs.tasks import follow_import

            follow_import(owner.pk)
    document = {"dry_run": dry_run, "files": [_document(path, done, language) for path, done in outcomes]}
    lines = [line for path, done in outcomes for line in _lines(path, done, language, dry_run=dry_run)]
    say(document, lines, as_json=as_json)
    if any(isinstance(done, Refusal) for _, done in outcomes):
        raise typer.Exit(1)


def _options(mapped: Iterable[str], answers: Iterable[str], complete: bool | None) -> Options:
    from acquit.sources.base import Options

    mapping = dict(_pair(said, "--map") for said in mapped)
    answered: dict[str, Any] = dict(_pair(said, "--answer") for said in answers)
    strange = sorted(set(answered) - set(ANSWERS))
    if strange:
        raise typer.BadParameter(f"{strange[0]!r} is none of {', '.join(ANSWERS)}", param_hint="--answer")
    return Options(mapping=mapping, complete=complete, **answered)


def _pair(said: str, option: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter(f"{said!r} is not NAME=VALUE", param_hint=option)
    return name.strip(), value


def _found_if_empty() -> None:
    """Prepare a database that holds nothing yet, as `acquit init` does."""
    ready()
    from django.db.utils import DatabaseError

    from acquit.store import tenancy

    try:
        if tenancy.organisation_ids():
            return
    except DatabaseError:
        pass  # no table yet
    from acquit.cli.init import DEFAULT_NAME, prepare
    from acquit.flows.accounts.found_organisation import found_organisation

    prepare()
    if not tenancy.organisation_ids():
        found_organisation(name=DEFAULT_NAME, now=datetime.now(UTC))
        print(f"Nothing was there yet: organisation «{DEFAULT_NAME}» made.", file=sys.stderr)


def _in_order(files: Iterable[Path], kind: str | None) -> list[Path]:
    """Return the files, those about debtors that must be known after those that make them known."""
    from acquit.flows.material.loading.accounts import KNOWN_DEBTORS_ONLY
    from acquit.flows.material.loading.reading import source_of
    from acquit.sources.errors import StructureError

    def later(path: Path) -> bool:
        try:
            return source_of(path.read_bytes(), path.name, kind).KIND in KNOWN_DEBTORS_ONLY
        except (OSError, StructureError):
            return False

    paths = list(files)
    return sorted(paths, key=later) if len(paths) > 1 else paths


def _import(
    path: Path, organisation_id: int, creditor_id: int | None, kind: str | None, options: Options,
    dry_run: bool, language: str, *, quiet: bool,
) -> Imported | Refusal:  # fmt: skip
    from acquit.flows.ledger.import_file import CreditorUnclear, OtherCreditor, StructureError, import_file

    try:
        content = path.read_bytes()
    except OSError as error:
        return Refusal(None, "unreadable", error.strerror or str(error))
    try:
        with _progress(path.name, quiet=quiet) as progress:
            return import_file(
                organisation_id=organisation_id, creditor_id=creditor_id, name=path.name,
                content=content, now=datetime.now(UTC), kind=kind, options=options, dry_run=dry_run,
                progress=progress,
            )  # fmt: skip
    except StructureError as error:
        return Refusal(error.line, error.code, error.words(language))
    except (CreditorUnclear, OtherCreditor) as error:
        why = error.french if language == "fr" else str(error)
        return Refusal(None, "creditor", f"{why} (--creditor)")


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on a terminal, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=f"{name}: {stage}", completed=done, total=total or None)

        yield show


def _document(path: Path, done: Imported | Refusal, language: str) -> dict[str, Any]:
    if isinstance(done, Refusal):
        return {"file": str(path), "refused": {"line": done.line, "code": done.code, "why": done.why}}
    from acquit.flows.material.loading.outcome import TABLES
    from acquit.sources.words import sentence

    counts = done.counts
    return {
        "file": str(path), "kind": done.kind, "creditor": done.creditor, "rows": done.rows,
        "created": done.created, "updated": done.updated, "unchanged": done.unchanged,
        "tables": {
            table: {
                "created": counts.created.get(table, 0), "updated": counts.updated.get(table, 0),
                "unchanged": counts.unchanged.get(table, 0),
            }
            for table in TABLES
        },
        "quarantined": [
            {"line": e.line, "field": e.field, "why": e.words(language), "code": e.code, "value": e.value}
            for e in done.quarantined
        ],
        "questions": [
            {"option": q.option, "question": q.words(language), "choices": q.choices, "taken": q.default}
            for q in done.questions
            if q.option not in done.choices
        ],
        "notes": [sentence(note, language) for note in done.notes],
        "mapping": {mapped.field: mapped.column for mapped in done.mapping},
        "unknown_columns": done.unknown_columns,
        "open_balance": {
            change.currency: {"before": f"{change.before:.2f}", "after": f"{change.after:.2f}"}
            for change in done.totals
        },
        "already_imported": done.already_imported,
    }  # fmt: skip


def _lines(path: Path, done: Imported | Refusal, language: str, *, dry_run: bool) -> Iterator[str]:
    if isinstance(done, Refusal):
        yield f"{path.name}: refused, nothing changed. {done.why}"
        return
    document = _document(path, done, language)
    again = ", imported before" if done.already_imported else ", dry run" if dry_run else ""
    yield f"{path.name}: {done.kind}, {done.rows} rows, {done.creditor}{again}"
    yield f"  {'':14}{'created':>10}{'updated':>10}{'unchanged':>10}"
    for table, counts in document["tables"].items():
        if any(counts.values()):
            shown = "".join(f"{number:>10}" for number in counts.values())
            yield f"  {table.replace('_', ' '):14}{shown}"
    for currency, change in document["open_balance"].items():
        yield f"  open balance {change['before']} → {change['after']} {currency}"
    for note in document["notes"]:
        yield f"  {note}"
    for asked in document["questions"]:
        choices = " | ".join(asked["choices"])
        answer = f"--answer {asked['option']}={choices}"
        if asked["option"] == "complete":
            answer = "--complete | --not-complete"
        yield f"  {asked['question']} Read as {asked['taken']!r}; {answer}"
    yield from _refused_lines(document["quarantined"])


def _refused_lines(refused: list[dict[str, Any]]) -> Iterator[str]:
    if refused:
        yield f"  {len(refused)} rows in quarantine:"
    for row in refused[:_SHOWN_ROWS]:
        yield f"    line {row['line']}, {row['field']}: {row['why']}"
    if len(refused) > _SHOWN_ROWS:
        yield f"    and {len(refused) - _SHOWN_ROWS} more"
