"""`acquit report`: the numbers, as of any day, for a person, a spreadsheet or a program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation
from acquit.cli.run import day
from acquit.core.ageing import STANDARD, Aged, Buckets, EdgesOutOfOrder
from acquit.core.money import round_to_currency

if TYPE_CHECKING:
    from acquit.core.months import Indicators
    from acquit.reports.spreadsheet import Sheet
    from acquit.store.accounts.models import Creditor

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The numbers, as of any day. Example: acquit report ageing --on 2026-03-31 --format csv",
)


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"


On = Annotated[str, typer.Option("--on", help="At the end of this day, 2026-03-31; today if not given.")]
Written = Annotated[Format, typer.Option("--format", help="For a person, or for a spreadsheet.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file, instead of the screen.")]


@app.command("balances")
def report_balances(
    *,
    on: On = "",
    form: Written = Format.TABLE,
    output: Output = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say what each account owes: invoices less credit notes less payments, allocated or not.

    Example: acquit report balances --on 2026-03-31 --format csv
    """
    with in_organisation(organisation):
        from acquit.reports.balances import balances
        from acquit.reports.spreadsheet import Sheet

        one = chosen(creditor) if creditor else None
        until = _until(on, one)
        found = balances(on=until, creditor_id=one.pk if one else None)
    rows = [
        (b.debtor, b.external_id, b.currency, round_to_currency(b.open_balance, b.currency), b.creditor)
        for b in found
    ]
    columns = ("debtor", "external_id", "currency", "open_balance", "creditor")
    sheet = Sheet(title=f"Balances {until}", columns=columns, rows=rows)
    _show(sheet, {"on": until, "balances": _objects(sheet)}, form, output, as_json=as_json)


@app.command("ageing")
def report_ageing(
    *,
    on: On = "",
    edges: Annotated[
        str, typer.Option("--buckets", help="Last days late of each column: 30,60,90.")
    ] = ",".join(map(str, STANDARD.edges)),
    form: Written = Format.TABLE,
    output: Output = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say how late is what each account owes, with the credits that nobody matched beside it.

    The columns of a line add up to its balance. Example: acquit report ageing --buckets 15,30,60
    """
    buckets = _buckets(edges)
    with in_organisation(organisation):
        from acquit.reports.ageing import ageing, ageing_totals
        from acquit.reports.spreadsheet import Sheet

        one = chosen(creditor) if creditor else None
        until = _until(on, one)
        asked: dict[str, Any] = {"on": until, "buckets": buckets, "creditor_id": one.pk if one else None}
        found, totals = ageing(**asked), ageing_totals(**asked)
    ages = tuple(label.replace(" ", "_") for label in buckets.labels())
    figures = (*ages, "unallocated", "balance")
    sheet = Sheet(
        title=f"Ageing {until}",
        columns=("debtor", "external_id", "currency", *figures, "creditor"),
        rows=[
            (a.debtor, a.external_id, a.currency, *_figures(a.aged, a.currency), a.creditor) for a in found
        ],
        totals=[("Total", "", currency, *_figures(aged, currency), "") for currency, aged in totals.items()],
    )
    document = {
        "on": until,
        "ageing": _objects(sheet),
        "totals": [
            {"currency": currency, **dict(zip(figures, _figures(aged, currency), strict=True))}
            for currency, aged in totals.items()
        ],
    }
    _show(sheet, document, form, output, as_json=as_json)


Months = Annotated[int, typer.Option("--months", min=1, max=120, help="How many months are shown.")]


@app.command("dso")
def report_dso(
    *,
    on: On = "",
    months: Months = 12,
    form: Written = Format.TABLE,
    output: Output = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say in how many days of sales the money comes in, month by month.

    `dso` looks at the sales of three months, `count_back` exhausts the newest months first,
    `best_possible` is what it would be if nothing were late, `delinquent_days` the difference.

    Example: acquit report dso --on 2026-09-30 --months 24
    """
    columns = ("dso", "count_back", "best_possible", "delinquent_days")

    def figures(one: Indicators) -> tuple[Decimal | None, ...]:
        return one.dso, one.dso_count_back, one.best_possible_dso, one.delinquent_days

    _by_month("DSO", columns, figures, on, months, creditor, organisation, form, output, as_json=as_json)


@app.command("cei")
def report_cei(
    *,
    on: On = "",
    months: Months = 12,
    form: Written = Format.TABLE,
    output: Output = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say in percent how much was collected of what could have been, month by month, and what was late.

    Example: acquit report cei --on 2026-09-30 --format csv
    """

    def figures(one: Indicators) -> tuple[Decimal | None, ...]:
        return one.effectiveness, one.late_rate

    columns = ("cei", "late_rate")
    _by_month("CEI", columns, figures, on, months, creditor, organisation, form, output, as_json=as_json)


def _by_month(
    title: str,
    columns: tuple[str, ...],
    figures: Callable[[Indicators], tuple[Decimal | None, ...]],
    on: str,
    count: int,
    creditor: str | None,
    organisation: str | None,
    form: Format,
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show some indicators of each month and currency, to two decimals."""
    with in_organisation(organisation):
        from acquit.core.months import MEMORY, indicators, month_ends
        from acquit.reports.months import months as read
        from acquit.reports.spreadsheet import Sheet

        one = chosen(creditor) if creditor else None
        until = _until(on, one)
        found = read(month_ends(until, count + MEMORY), creditor_id=one.pk if one else None)
    rows = [
        (
            of.month.end.isoformat()[:7], currency,
            *(round_to_currency(amount, currency) for amount in (of.month.sales, of.month.receivable)),
            round_to_currency(of.month.not_due, currency),
            *(None if figure is None else round(figure, 2) for figure in figures(of)),
        )
        for currency, series in found.items()
        for of in indicators(series)[MEMORY:]
    ]  # fmt: skip
    sheet = Sheet(
        title=f"{title} {until}",
        columns=("month", "currency", "sales", "receivable", "not_due", *columns),
        rows=rows,
    )
    _show(sheet, {"on": until, "months": _objects(sheet)}, form, output, as_json=as_json)


def _figures(aged: Aged, currency: str) -> tuple[Decimal, ...]:
    """The columns of a line; credits are negative, so that what stands before the balance adds up to it."""
    exact = (*aged.amounts, -aged.unallocated, aged.balance)
    return tuple(round_to_currency(amount, currency) + 0 for amount in exact)


def _objects(sheet: Sheet) -> list[dict[str, Any]]:
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def _show(
    sheet: Sheet, document: dict[str, Any], form: Format, output: Path | None, *, as_json: bool
) -> None:
    """Write the report to the file or the screen in the form asked for."""
    from acquit.reports.spreadsheet import csv_text, text_lines, xlsx_bytes

    if as_json:
        say(document, (), as_json=True)
    elif form is Format.XLSX:
        _write(xlsx_bytes(sheet), output)
    elif output is not None or form is Format.CSV:
        text = csv_text(sheet) if form is Format.CSV else "\n".join([*text_lines(sheet), ""])
        _write(text.encode(), output)
    else:
        say(document, text_lines(sheet), as_json=False)


def _write(content: bytes, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as why:
            raise Refused(f"{output} cannot be written: {why.strerror}.") from why
    elif content.startswith(b"PK") and sys.stdout.isatty():
        raise Refused("A workbook is not for the screen: name a file with --output.")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _until(on: str, one: Creditor | None) -> date:
    """Return the day named, or the creditor's today."""
    from acquit.store.accounts.models import Creditor

    if on:
        return day(on)
    its = one or Creditor.objects.order_by("key").first()
    return datetime.now(ZoneInfo(its.timezone if its else "Europe/Paris")).date()


def _buckets(edges: str) -> Buckets:
    try:
        return Buckets(tuple(int(edge) for edge in edges.split(",")))
    except (EdgesOutOfOrder, ValueError) as why:
        raise typer.BadParameter(
            "days that grow, separated by commas, such as 30,60,90", param_hint="--buckets"
        ) from why
