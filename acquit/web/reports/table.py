"""A report, or a list behind a figure, as a table on screen: its cells in words, and where each leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from acquit.channels.phone import CALL_OUTCOME_LABELS, CallOutcome
from acquit.core.promises import Outcome
from acquit.core.scenario import Scenario, from_mapping
from acquit.reports.filters import Filters
from acquit.reports.list_query import Listed
from acquit.reports.spreadsheet import DAYS, PERCENTAGES, Sheet, Value, added_up, of_columns
from acquit.store.accounts.models import Account
from acquit.store.cases.models import ScenarioVersion
from acquit.web import formats
from acquit.web.behind import list_url
from acquit.web.inert import inert
from acquit.web.reports.form import GROUPS, Asked, query_of
from acquit.web.steps import StepNames, scenario_name
from acquit.web.words import CATEGORIES, CHANNELS, PROFILES, country_name, language, said
from acquit.wording.report_words import report_words

#: A share → its bounds, which are said under it.
_BOUNDS = {"share": ("share_low", "share_high"), "invoice_share": ("invoice_low", "invoice_high")}
#: Amounts bear their sign, so their currency needs no column; a step tells more than its text’s key.
_LEFT_OUT = frozenset({"currency", "template", *(name for bounds in _BOUNDS.values() for name in bounds)})
#: What a telephone shows under the first column, by what that column is.
_UNDER = {
    "debtor": frozenset({"external_id", "number", "piece"}), "scenario": frozenset({"step", "channel"}),
}  # fmt: skip
#: The tone and the icon of what became of a promise.
_CHIPS = {
    Outcome.KEPT: ("ok", "check"),
    Outcome.BROKEN: ("late", "circle-x"),
    Outcome.RUNNING: ("info", "clock"),
}
#: Columns whose codes only the organisation, or the day, tells in words; the others paper knows itself.
_CODED = frozenset({"name", "month", "scenario", "step", "channel", "creditor"})
#: Lists whose days late are those of what is still owed.
_OPEN_LISTS = frozenset({"items", "consists_of", "set_aside"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell, and where it leads. `chip` is a tone and an icon, `late` days past due.

    `small` is said under it: the bounds of a share, or on a telephone, in the first cell, what has no column
    there. `wide` tells such a column.
    """

    text: str
    right: bool = False
    url: str = ""
    quiet: bool = False
    chip: tuple[str, str] | None = None
    late: int | None = None
    small: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings with whether each is of figures, rows, and totals by currency.

    `begins` are the places of rows with which another currency begins.
    """

    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Sequence[Cell]]
    note: str
    begins: frozenset[int]


def of_currency(sheet: Sheet, currency: str) -> Sheet:
    """Return the sheet with the rows of one currency; with all where none is asked."""
    if not currency or "currency" not in sheet.columns:
        return sheet
    kept = [place for place, row in enumerate(sheet.rows) if sheet.currency_of(row) == currency]

    def these(rows: Sequence[Any]) -> list[Any]:
        return [rows[place] for place in kept] if rows else []

    return replace(
        sheet, rows=these(sheet.rows), opens=these(sheet.opens), about=these(sheet.about),
        totals=[row for row in sheet.totals if sheet.currency_of(row) == currency],
    )  # fmt: skip


def report_table(
    sheet: Sheet, asked: Asked, *, slug: str, first: int, last: int, creditors: Mapping[str, str]
) -> Table:
    """Return the rows from place `first` to before `last` with the lists behind, and the totals of all.

    `creditors` are names by key: a single one needs no column. `slug` is the report.
    """
    drawn = _Drawn(sheet, asked, creditors)
    subjects = _subjects(sheet.about[first:last], asked, slug)
    rows = [
        drawn.row(
            row,
            subject=subjects[number - first] if subjects else "",
            urls={
                place: list_url(behind, today=asked.today)
                for place, behind in (sheet.opens[number] if sheet.opens else {}).items()
                if row[place]
            },
        )
        for number, row in enumerate(sheet.rows[first:last], first)
    ]
    totals = [
        drawn.total(
            f"{drawn.words.total} {currency}",
            line,
            urls={
                place: list_url(
                    replace(behind, filters=replace(behind.filters, currency=currency)), today=asked.today
                )
                for place, behind in sheet.opens_all.items()
                if line[place]
            },
        )
        for currency, line in added_up(sheet)
    ]
    return drawn.table(rows, totals, first)


def list_table(listed: Listed, asked: Asked) -> Table:
    """Return a page of a list: the names lead to the accounts, the totals are those of all its rows."""
    sheet = listed.sheet
    drawn = _Drawn(sheet, asked, {})
    rows = [
        drawn.row(row, subject=reverse("accounts:account", args=[account]), urls={})
        for row, account in zip(sheet.rows, listed.accounts, strict=True)
    ]
    totals = []
    for currency, total in sorted(listed.totals.items()):
        line: list[Value] = [total.sums.get(name) for name in sheet.columns]
        line[sheet.columns.index("currency")] = currency
        totals.append(drawn.total(_counted(currency, total.count, total.accounts, drawn), line, urls={}))
    return drawn.table(rows, totals)


def _counted(currency: str, count: int, accounts: int, drawn: _Drawn) -> str:
    """Return what a total is of: its currency, how many lines, how many clients."""
    lines = ngettext("%(count)s ligne", "%(count)s lignes", count) % {"count": drawn.number(count)}
    clients = ngettext("%(count)s client", "%(count)s clients", accounts) % {"count": drawn.number(accounts)}
    return " · ".join((f"{drawn.words.total} {currency}".strip(), lines, clients))


def _subjects(about: Sequence[Filters], asked: Asked, slug: str) -> list[str]:
    """Return where the names of rows lead: to the client, else to the report of the group by account."""
    pages = _pages_of({of.debtor_id for of in about if of.debtor_id is not None}, asked.filters.creditor_id)
    found = []
    for of in about:
        account = of.account_id if of.account_id is not None else pages.get(of.debtor_id)
        if account is not None:
            found.append(reverse("accounts:account", args=[account]))
        else:
            query = query_of(replace(of, by="account"), asked.options, asked.today)
            found.append(f"{reverse('reports:report', args=[slug])}?{query}")
    return found


def _pages_of(debtors: set[int], creditor_id: int | None) -> Mapping[int | None, int]:
    """Return an account of each debtor: with the creditor asked for, else the first one."""
    if not debtors:
        return {}
    found = Account.objects.filter(debtor_id__in=debtors).order_by("-id")
    if creditor_id is not None:
        found = found.filter(creditor_id=creditor_id)
    return dict(found.values_list("debtor_id", "id"))


def in_words(sheet: Sheet, asked: Asked, creditors: Mapping[str, str]) -> Sheet:
    """Return the sheet for paper: its codes in words, without the columns that would tell nothing."""
    writer = _Writer(sheet, asked, creditors)
    left_out = {"template"} | ({"creditor"} if len(creditors) < 2 else set())
    if not any(sheet.currency_of(row) for row in sheet.rows):
        left_out.add("currency")
    rows = [
        [
            writer.write(place, row) if name in _CODED and isinstance(row[place], str) else row[place]
            for place, name in enumerate(sheet.columns)
        ]
        for row in sheet.rows
    ]
    shown = [place for place, name in enumerate(sheet.columns) if name not in left_out]
    return of_columns(replace(sheet, rows=rows), shown)


class _Drawn:
    """Draws the cells of a sheet, of the columns that are shown."""

    def __init__(self, sheet: Sheet, asked: Asked, creditors: Mapping[str, str]) -> None:
        self.sheet, self.asked = sheet, asked
        self.words = report_words(language())
        left_out = _LEFT_OUT | (frozenset({"creditor"}) if len(creditors) < 2 else frozenset())
        self.shown = [
            place
            for place, name in enumerate(sheet.columns)
            if name not in left_out and place not in sheet.noted
        ]
        self.right = {
            place
            for place in self.shown
            if sheet.columns[place] in PERCENTAGES | DAYS
            or any(isinstance(row[place], Decimal | int) for row in sheet.rows)
            or (sheet.columns[0] != "first" and any(isinstance(row[place], date) for row in sheet.rows))
        }
        self.writer = _Writer(sheet, asked, creditors)

    def number(self, value: int) -> str:
        return formats.number(value, decimals=0, language=language())

    def row(self, row: Sequence[Value], *, subject: str, urls: Mapping[int, str]) -> list[Cell]:
        """Draw a row; its first cell leads to its `subject`, the others to the list behind, if any."""
        first, *others = self.shown
        under = [self.writer.write(place, row) for place in others if self._is_under(place) and row[place]]
        return [
            replace(self._cell(first, row), url=subject, small=" · ".join(under)),
            *(replace(self._cell(place, row), url=urls.get(place, "")) for place in others),
        ]

    def _is_under(self, place: int) -> bool:
        return self.sheet.columns[place] in _UNDER.get(self.sheet.columns[0], ())

    def _bounds(self, name: str, row: Sequence[Value]) -> str:
        """Write between which bounds a share lies."""
        if name not in _BOUNDS:
            return ""
        places = (self.sheet.columns.index(bound) for bound in _BOUNDS[name])
        low, high = (self.writer.write(place, row) for place in places)
        return gettext("%(low)s à %(high)s") % {"low": low, "high": high}

    def _cell(self, place: int, row: Sequence[Value]) -> Cell:
        value, name = row[place], self.sheet.columns[place]
        is_late = name == "days_late" and self.sheet.key in _OPEN_LISTS and isinstance(value, int)
        return Cell(
            text=self.writer.write(place, row),
            right=place in self.right,
            quiet=isinstance(value, Decimal | int) and not value,
            chip=_CHIPS[Outcome(str(value))] if name == "outcome" and value in set(Outcome) else None,
            late=value if is_late and isinstance(value, int) else None,
            small=self._bounds(name, row),
            wide=self._is_under(place),
        )

    def total(self, title: str, line: Sequence[Value], *, urls: Mapping[int, str]) -> list[Cell]:
        """Draw the totals of a currency."""
        return [
            Cell(
                text=title if place == self.shown[0] else self.writer.write(place, line, ""),
                right=place in self.right,
                url=urls.get(place, ""),
                wide=self._is_under(place),
            )
            for place in self.shown
        ]

    def table(
        self, rows: Sequence[Sequence[Cell]], totals: Sequence[Sequence[Cell]], first: int = 0
    ) -> Table:
        head = [
            Cell(
                text=self._heading(self.sheet.columns[place]), right=place in self.right,
                wide=self._is_under(place),
            )
            for place in self.shown
        ]  # fmt: skip
        note = self.words.notes.get(self.sheet.note, "").format(within=self.asked.options.within)
        return Table(head=head, rows=rows, totals=totals, note=note, begins=self._begins(first, len(rows)))

    def _heading(self, name: str) -> str:
        """Return what a column is called; that of groups by what they are."""
        if name != "name" or self.sheet.key == "collectors":
            return self.words.column(name).replace(" (", f"{formats.HARD}(")
        by = "debtor" if self.asked.filters.by == "account" else self.asked.filters.by
        return str(dict(GROUPS)[by])

    def _begins(self, first: int, count: int) -> frozenset[int]:
        """Return with which of the rows shown another currency begins, where they go by time."""
        if self.sheet.columns[0] not in {"month", "first"}:
            return frozenset()
        of = [self.sheet.currency_of(row) for row in self.sheet.rows[first : first + count]]
        return frozenset(place for place in range(1, len(of)) if of[place] != of[place - 1])


class _Writer:
    """Writes the values of a sheet for people: each by the column in which it stands."""

    def __init__(self, sheet: Sheet, asked: Asked, creditors: Mapping[str, str]) -> None:
        self.sheet, self.tongue, self.creditors = sheet, language(), creditors
        self.words = report_words(self.tongue)
        self.by = asked.filters.by
        self.scenarios = newest_scenarios() if "step" in sheet.columns else []
        self.steps = StepNames(self.scenarios)

    def write(self, place: int, row: Sequence[Value], empty: str = formats.DASH) -> str:
        value, name = row[place], self.sheet.columns[place]
        if value is None:
            return empty
        if isinstance(value, Decimal):
            return self._figure(value, name, self.sheet.currency_of(row))
        if isinstance(value, int):
            return formats.number(value, decimals=0, language=self.tongue)
        if isinstance(value, date):
            return formats.day(value, language=self.tongue)
        return self._text(value, name, row)

    def _figure(self, value: Decimal, name: str, currency: str) -> str:
        if name not in PERCENTAGES | DAYS:
            return formats.amount(value, currency, language=self.tongue)
        written = formats.number(value, decimals=1, language=self.tongue)
        if "(" in self.words.column(name) or name == "mean_days":
            return written
        return f"{written}{formats.HARD}{'%' if name in PERCENTAGES else self._day_unit}"

    @property
    def _day_unit(self) -> str:
        return "j" if self.tongue == "fr" else "d"

    def _text(self, value: str, name: str, row: Sequence[Value]) -> str:
        writers: Mapping[str, Callable[[str], str]] = {
            "name": self._group, "month": self._month, "column": self._column, "outcome": self._outcome,
            "step": lambda step: self.steps.name(str(row[self.sheet.columns.index("scenario")]), step),
            "category": lambda code: capfirst(said(CATEGORIES, code)),
            "channel": lambda code: said(CHANNELS, code),
            "creditor": lambda key: said(self.creditors, key),
            "scenario": lambda key: said({one.key: scenario_name(one) for one in self.scenarios}, key),
            "kind": lambda code: self.words.values["kind"].get(code, self.words.values["kind"]["other"]),
            "why": lambda code: said(self.words.values["why"], code),
        }  # fmt: skip
        return (writers[name](value) if name in writers else inert(value)) or formats.DASH

    def _outcome(self, value: str) -> str:
        """Write what became of a promise, or of a call."""
        if value in set(CallOutcome):
            return CALL_OUTCOME_LABELS[self.tongue][CallOutcome(value)]
        return said(self.words.values["outcome"], value)

    def _month(self, value: str) -> str:
        return formats.month(date.fromisoformat(f"{value}-01"), language=self.tongue)

    def _column(self, value: str) -> str:
        return self.words.column(value.replace(" ", "_"))

    def _group(self, value: str) -> str:
        if not value:
            return gettext("Sans chargé") if self.by == "collector" else formats.DASH
        if self.by == "country":
            return country_name(value)
        return said(PROFILES, value) if self.by == "profile" else inert(value)


def newest_scenarios() -> list[Scenario]:
    """Return the newest published version of each scenario, for the names of their steps."""
    versions = ScenarioVersion.objects.filter(published_at__isnull=False).order_by("scenario_id", "number")
    newest: Iterable[dict[str, Any]] = {one.scenario_id: one.definition for one in versions}.values()
    return [from_mapping(one) for one in newest]
