"""`acquit charges`: what lateness added, with its formula, and its journal entries for the accountant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.reports.charges import Charge
    from acquit.store.accounts.models import Creditor


def command(
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Journal entries, as .csv or .xlsx: what was not given before."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Export what was given before too.")] = False,
    receivable: Annotated[str, typer.Option(help="Account of the customers.")] = "411000",
    income: Annotated[str, typer.Option(help="Account of the income.")] = "763100",
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List interest and fixed sums that are still owed, line by line, or export their entries.

    Example: acquit charges --export ecritures.csv
    """
    with in_organisation(organisation):
        one = chosen(creditor)
        if export is not None:
            count = _export(one, export, again=again, accounts=(receivable, income))
            say({"file": str(export), "entries": count}, [f"{count} entries in {export}"], as_json=as_json)
            return
        from acquit.reports.charges import charges

        found = charges(creditor_id=one.pk, open_only=True)
        say({"charges": [_object(charge) for charge in found]}, _lines(found), as_json=as_json)


def _export(creditor: Creditor, file: Path, *, again: bool, accounts: tuple[str, str]) -> int:
    """Write the entries, then mark what they give; nothing is marked where the file cannot be written."""
    from acquit.flows.law.mark_exported import mark_exported
    from acquit.reports.charges import entries, to_export
    from acquit.reports.spreadsheet import csv_text
    from acquit.reports.workbook import xlsx_bytes

    if file.suffix not in (".csv", ".xlsx"):
        raise Refused(f"{file.name}: give a file that ends in .csv or .xlsx.")
    now = datetime.now(UTC)
    rows = to_export(creditor_id=creditor.pk, again=again)
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    sheet = entries(rows, on=today, receivable=accounts[0], income=accounts[1])
    content = csv_text(sheet).encode() if file.suffix == ".csv" else xlsx_bytes(sheet)
    try:
        file.write_bytes(content)
    except OSError as why:
        raise Refused(f"{file} cannot be written: {why}") from why
    mark_exported(organisation_id=creditor.organisation_id, charge_ids=[row.pk for row in rows], now=now)
    return len(sheet.rows)


def _object(charge: Charge) -> dict[str, Any]:
    row = charge.row
    return {
        "debtor": row.account.debtor.name, "account": row.account.external_id,
        "invoice": row.invoice.number, "kind": row.kind, "amount": row.amount, "left": charge.left,
        "currency": row.currency, "from": row.from_on, "to": row.to_on, "lines": row.lines,
        "article": row.article,
    }  # fmt: skip


def _lines(found: Sequence[Charge]) -> Iterator[str]:
    if not found:
        yield "No charge for lateness is owed."
    for charge in found:
        row = charge.row
        what = "interest" if row.kind == "interest" else "fixed sum"
        yield f"{row.account.debtor.name}  {row.invoice.number}  {what} {charge.left:.2f} {row.currency}"
        for first, last, base, percent, days, interest, *read in row.lines:
            source, confidence, *read_on = read or ("", "")
            told = ", ".join(filter(None, (confidence, source, *(f"read on {on}" for on in read_on if on))))
            doubt = f"  ({told})" if confidence not in ("", "two sources") else ""
            yield f"    {first} to {last}: {base} × {percent} % × {days} days = {interest}{doubt}"
