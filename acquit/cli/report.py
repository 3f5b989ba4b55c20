"""`acquit report`: the numbers, as of any day, for a person, a spreadsheet, paper or a program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperCommand, TyperGroup

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation
from acquit.cli.run import day
from acquit.cli.single import single
from acquit.core.ageing import STANDARD, Buckets, EdgesOutOfOrder

if TYPE_CHECKING:
    from acquit.reports.filters import Filters
    from acquit.reports.spreadsheet import Sheet
    from acquit.store.accounts.models import Creditor


class Reports(TyperGroup):
    """Makes the command of a report when it is called: all of them take longer than the report."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_REPORTS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        return single(cmd_name, _verb(cmd_name)) if cmd_name in _REPORTS else None


app = typer.Typer(
    cls=Reports,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The numbers, as of any day. Example: acquit report ageing --on 2026-03-31 --format csv",
)


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class Group(StrEnum):
    """By what the rows of a report are grouped."""

    ACCOUNT = "account"
    DEBTOR = "debtor"
    COLLECTOR = "collector"
    CREDITOR = "creditor"
    COUNTRY = "country"
    PROFILE = "profile"


class Aged(StrEnum):
    """From which day an invoice grows old."""

    DUE = "due"
    INVOICE = "invoice"


On = Annotated[str, typer.Option("--on", help="At the end of this day, 2026-03-31; today if not given.")]
Written = Annotated[Format, typer.Option("--format", help="For a person, a spreadsheet, paper, a program.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file, instead of the screen.")]
By = Annotated[Group, typer.Option("--by", help="By what the rows are grouped.")]
Edges = Annotated[str, typer.Option("--buckets", help="Last days late of each column: 30,60,90.")]
Months = Annotated[int, typer.Option("--months", min=1, max=120, help="How many months are shown.")]
Country = Annotated[str, typer.Option("--country", help="Only debtors of this country, as FR.")]
Profile = Annotated[str, typer.Option("--profile", help="Only debtors of this profile, as vip.")]
Most = Annotated[
    int | None, typer.Option("--most", min=1, help="The most lines of each currency in a table.")
]
All = Annotated[bool, typer.Option("--all", help="Every line, however many; files always hold all.")]
Language = Annotated[str, typer.Option("--language", help="Of a PDF: fr or en; the creditor's if not given.")]
#: Lines of each currency that a table shows: what a person reads.
MOST = 20
_STANDARD = ",".join(map(str, STANDARD.edges))

_REPORTS: dict[str, str] = {
    "balances": "Say what each account owes: invoices less credit notes less payments, allocated or not.\n\n"
    "Example: acquit report balances --on 2026-03-31 --format csv",
    "ageing": "Say how late is what each account owes, with the credits that nobody matched beside it.\n\n"
    "The columns of a line add up to its balance.\n\n"
    "Example: acquit report ageing --buckets 15,30,60 --by country",
    "dso": "Say in how many days of sales the money comes in, month by month.\n\n"
    "`dso` looks at the sales of three months, `count_back` exhausts the newest months first, `best_possible`"
    " is what it would be if nothing were late, `delinquent_days` the difference.\n\n"
    "Example: acquit report dso --on 2026-09-30 --months 24",
    "cei": "Say in percent how much was collected of what could have been, and what was late, month by month."
    "\n\n"
    "Example: acquit report cei --on 2026-09-30 --format csv",
    "forecast": "Say what cash to expect in each of the next weeks: promised, else by the debtor's habit.\n\n"
    "`cautious` is exceeded in eight weeks of ten; `told_by` is the debtors' past, or the learned model while"
    " it forecasts better.\n\n"
    "Example: acquit report forecast --weeks 8 --format xlsx -o forecast.xlsx",
    "promises": "Say how promises were kept: by number, by amount, and what still runs.\n\n"
    "Example: acquit report promises --by collector",
    "disputes": "Say what is contested, by category, and by days since it was.\n\n"
    "Example: acquit report disputes --on 2026-06-30",
    "effectiveness": "Say what was paid after each step, of what it asked for, and how sure that is.\n\n"
    "An association, not a cause: many would have paid anyway.\n\n"
    "Example: acquit report effectiveness --within 7",
    "collectors": "Say what each person did in thirty days, and the cash that followed.\n\n"
    "Example: acquit report collectors --format pdf -o activity.pdf",
    "provision": "Say what to set aside by age, without VAT, by the creditor's rule or by ours.\n\n"
    "Example: acquit report provision --on 2026-12-31 --format xlsx -o provision.xlsx",
    "habits": "Say how late each debtor paid in a year, and within how many days eight in ten.\n\n"
    "Example: acquit report habits --by profile",
}


def _verb(key: str) -> Callable[..., None]:
    """Return the command of a report: they differ in what they show alone."""

    def report(
        *,
        on: On = "",
        by: By = Group.ACCOUNT,
        aged: Annotated[Aged, typer.Option("--aged-by", help="Due date or date of invoice.")] = Aged.DUE,
        edges: Edges = _STANDARD,
        months: Months = 12,
        weeks: Annotated[int, typer.Option("--weeks", min=1, max=52, help="How many weeks ahead.")] = 13,
        within: Annotated[int, typer.Option("--within", min=1, max=90, help="Days after a message.")] = 14,
        country: Country = "",
        profile: Profile = "",
        most: Most = None,
        every: All = False,
        form: Written = Format.TABLE,
        output: Output = None,
        language: Language = "",
        creditor: CreditorKey = None,
        organisation: OrganisationName = None,
        as_json: AsJson = False,
    ) -> None:
        buckets, for_a_person = _buckets(edges), form is Format.TABLE and not as_json
        if most and (every or not for_a_person):
            raise typer.BadParameter("a file or --all holds every line", param_hint="--most")
        most = None if every or not for_a_person else most or MOST
        with in_organisation(organisation) as one_of:
            from acquit.reports.filters import Filters
            from acquit.reports.sheets import SHEETS, Options
            from acquit.reports.spreadsheet import largest

            one = chosen(creditor) if creditor else None
            asked = Filters(
                on=_until(on, one), by=by.value, aged_by=aged.value, buckets=buckets,
                creditor_id=one.pk if one else None, country=country.upper(), profile=profile,
            )  # fmt: skip
            sheet = SHEETS[key](asked, Options(months=months, weeks=weeks, within=within, most=most))
            sheet = largest(sheet, most) if most else sheet
            name = one.name if one else one_of.name
            paper = {"name": name, "language": language or _language(one), "within": within}
        if as_json or form is Format.JSON:
            _write_json(sheet, asked, output)
        else:
            _write_sheet(sheet, asked, form, output, paper)

    report.__doc__ = _REPORTS[key]
    return report


@app.callback()
def _report() -> None:
    """Make of `app` a group, though it has no command yet."""


def _write_json(sheet: Sheet, asked: Filters, output: Path | None) -> None:
    """Write the document for a program; what was aged by days has its totals beside it."""
    from acquit.reports.spreadsheet import document as of_program

    document = of_program(sheet, asked.on)
    if output is None:
        say(document, (), as_json=True)
    else:
        import json

        from acquit.cli.answer import plain

        _write(json.dumps(document, default=plain, ensure_ascii=False).encode(), output)


def _write_sheet(
    sheet: Sheet, asked: Filters, form: Format, output: Path | None, paper: dict[str, Any]
) -> None:
    """Write the report to the file or the screen in the form asked for."""
    from acquit.reports.spreadsheet import csv_text

    if form is Format.XLSX:
        from acquit.reports.workbook import xlsx_bytes

        _write(xlsx_bytes(sheet), output)
    elif form is Format.PDF:
        _write(_pdf(sheet, asked, paper), output)
    elif form is Format.CSV:
        _write(csv_text(sheet).encode(), output)
    elif output is not None:
        _write("\n".join([*_table(sheet), ""]).encode(), output)
    else:
        say({}, _table(sheet), as_json=False)


def _table(sheet: Sheet) -> Iterator[str]:
    """Yield the lines for a person; where only the largest are among them, how to have the others."""
    from acquit.reports.spreadsheet import text_lines

    yield from text_lines(sheet)
    if sheet.left_out:
        shown, others = len(sheet.rows), sum(sheet.left_out.values())
        yield f"The largest {shown} of {shown + others}: --all shows every one, --most as many as you say."


def _pdf(sheet: Sheet, asked: Filters, paper: dict[str, Any]) -> bytes:
    from acquit.reports.paper import Asked, TooLong, pdf_bytes
    from acquit.wording.template import Unsayable

    lines = [line for line in (asked.country, asked.profile) if line]
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    try:
        return pdf_bytes(sheet, Asked(on=asked.on, printed_on=today, lines=lines, **paper))
    except TooLong as why:
        raise Refused(f"{why} lines are not for paper: ask for --format xlsx.") from why
    except Unsayable as why:
        raise Refused(f"There are no words in the language {paper['language']!r}: fr or en.") from why


def _write(content: bytes, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as why:
            raise Refused(f"{output} cannot be written: {why.strerror}.") from why
    elif content.startswith((b"PK", b"%PDF")) and sys.stdout.isatty():
        raise Refused("This is not for the screen: name a file with --output.")
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


def _language(one: Creditor | None) -> str:
    from acquit.store.accounts.models import Creditor

    its = one or Creditor.objects.order_by("key").first()
    return its.language if its else "fr"


def _buckets(edges: str) -> Buckets:
    try:
        return Buckets(tuple(int(edge) for edge in edges.split(",")))
    except (EdgesOutOfOrder, ValueError) as why:
        raise typer.BadParameter(
            "days that grow, separated by commas, such as 30,60,90", param_hint="--buckets"
        ) from why
