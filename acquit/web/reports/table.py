"""A report as a table on screen: the cells of its sheet in words, and the list behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from acquit.core.scenario import Scenario, from_mapping
from acquit.reports.filters import Filters
from acquit.reports.spreadsheet import Sheet, Value, added_up
from acquit.store.cases.models import ScenarioVersion
from acquit.web import formats
from acquit.web.inert import inert
from acquit.web.reports.form import Asked
from acquit.web.steps import StepNames, scenario_name
from acquit.web.words import CATEGORIES, CHANNELS, PROFILES, country_name, language, said
from acquit.wording.report_words import report_words

_PERCENT = frozenset({
    "cei", "late_rate", "rate", "amount_rate", "share", "share_low", "share_high", "invoice_share",
    "invoice_low", "invoice_high", "percent",
})  # fmt: skip
_DAYS = frozenset({
    "dso", "count_back", "best_possible", "delinquent_days", "mean_days", "mean", "weighted", "median",
    "late_mean", "late_weighted",
})  # fmt: skip
#: Amounts bear their sign, so their currency needs no column; a step tells more than its text’s key.
_LEFT_OUT = frozenset({"currency", "template"})


#: A column of promises → what its list is asked for.
_STATES = {"kept": "tenue", "broken": "rompue", "running": "en-cours"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell, and the list that it opens."""

    text: str
    right: bool = False
    url: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings with whether each is of figures, rows, and totals by currency."""

    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Sequence[Cell]]
    note: str


def of_currency(sheet: Sheet, currency: str) -> Sheet:
    """Return the sheet with the rows of one currency; with all where none is asked."""
    if not currency or "currency" not in sheet.columns:
        return sheet
    kept = [place for place, row in enumerate(sheet.rows) if sheet.currency_of(row) == currency]
    return replace(
        sheet,
        rows=[sheet.rows[place] for place in kept],
        opens=[sheet.opens[place] for place in kept] if sheet.opens else (),
        totals=[row for row in sheet.totals if sheet.currency_of(row) == currency],
    )


def table(
    sheet: Sheet, asked: Asked, *, first: int, last: int, creditors: Mapping[str, str], links: str
) -> Table:
    """Return the rows from place `first` to before `last`, and the totals of all of them.

    `creditors` are names by key: a single one needs no column. `links` is the route of the lists behind.
    """
    words = report_words(language())
    left_out = _LEFT_OUT | (frozenset({"creditor"}) if len(creditors) < 2 else frozenset())
    shown = [
        place for place, name in enumerate(sheet.columns) if name not in left_out and place not in sheet.noted
    ]
    right = {place for place in shown if any(isinstance(row[place], Decimal | int) for row in sheet.rows)}
    writer = _Writer(sheet, asked, creditors)
    rows = []
    for number, row in enumerate(sheet.rows[first:last], first):
        opens = sheet.opens[number] if sheet.opens else {}
        rows.append(
            [
                Cell(
                    text=writer.write(place, row),
                    right=place in right,
                    url=_subject_url(opens, asked)
                    if place == shown[0]
                    else _url(opens.get(place), sheet.columns[place], asked=asked, links=links),
                    quiet=isinstance(row[place], Decimal | int) and not row[place],
                )
                for place in shown
            ]
        )
    totals = [
        [
            Cell(
                text=f"{words.total} {currency}" if place == shown[0] else writer.write(place, line, ""),
                right=place in right,
            )
            for place in shown
        ]
        for currency, line in added_up(sheet)
    ]
    return Table(
        head=[Cell(text=words.column(sheet.columns[place]), right=place in right) for place in shown],
        rows=rows,
        totals=totals,
        note=words.notes.get(sheet.note, "").format(within=asked.options.within),
    )


def _subject_url(opens: Mapping[int, Filters], asked: Asked) -> str:
    """Return where a row's name leads: to the account, else to what its group owes."""
    behind = opens.get(-1)
    if behind is not None and behind.account_id is not None:
        return reverse("accounts:account", args=[behind.account_id])
    return _url(behind, "", asked=asked, links="reports:items")


def _url(behind: Filters | None, name: str, *, asked: Asked, links: str) -> str:
    """Return the list behind a figure; of promises those of its column alone."""
    if behind is None:
        return ""
    state = f"etat={_STATES[name]}" if name in _STATES else ""
    query = "&".join(part for part in (behind.query(today=asked.today), state) if part)
    return f"{reverse(links)}?{query}" if query else reverse(links)


class _Writer:
    """Writes the values of a sheet for people: each by the column in which it stands."""

    def __init__(self, sheet: Sheet, asked: Asked, creditors: Mapping[str, str]) -> None:
        self.sheet, self.tongue, self.creditors = sheet, language(), creditors
        self.words = report_words(self.tongue)
        self.by = asked.filters.by
        self.scenarios = _scenarios() if "step" in sheet.columns else []
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
        if name not in _PERCENT | _DAYS:
            return formats.amount(value, currency, language=self.tongue)
        written = formats.number(value, decimals=1, language=self.tongue)
        if "(" in self.words.column(name) or name == "mean_days":
            return written
        return f"{written}{formats.HARD}{'%' if name in _PERCENT else self._day_unit}"

    @property
    def _day_unit(self) -> str:
        return "j" if self.tongue == "fr" else "d"

    def _text(self, value: str, name: str, row: Sequence[Value]) -> str:
        if name == "step":
            return self.steps.name(str(row[self.sheet.columns.index("scenario")]), value)
        known: Mapping[str, Mapping[str, Any]] = {
            "category": CATEGORIES, "channel": CHANNELS, "creditor": self.creditors,
            "scenario": {one.key: scenario_name(one) for one in self.scenarios},
        }  # fmt: skip
        if name in known:
            return said(known[name], value)
        writers = {"name": self._group, "month": self._month, "column": self._column}
        return writers[name](value) if name in writers else inert(value) or formats.DASH

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


def _scenarios() -> list[Scenario]:
    versions = ScenarioVersion.objects.filter(published_at__isnull=False).order_by("scenario_id", "number")
    newest = {one.scenario_id: one.definition for one in versions}
    return [from_mapping(one) for one in newest.values()]
