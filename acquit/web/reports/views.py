"""The pages of the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.core.forecast import EIGHT_IN_TEN, Week
from acquit.core.months import QUARTER
from acquit.core.terms import end_of_month
from acquit.reports.behind import Behind
from acquit.reports.paper import TooLong
from acquit.reports.sheets import SHEETS, Options
from acquit.reports.spreadsheet import Sheet
from acquit.web.answering import creditor_of
from acquit.web.behind import list_url
from acquit.web.charts import Chart, dso_chart, weeks_chart
from acquit.web.components import Link
from acquit.web.reports.catalogue import REPORTS, Report
from acquit.web.reports.download import FORMATS, download
from acquit.web.reports.form import Asked, FilterForm, kept, query_of, read
from acquit.web.reports.table import of_currency, report_table

PER_PAGE = 100


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """List the reports; with several creditors each opens for the one at work."""
    creditor = creditor_of(request)
    several = len(request.creditors) > 1  # type: ignore[attr-defined]
    context = {"reports": REPORTS.items(), "query": f"?societe={creditor.pk}" if several else ""}
    return render(request, "reports/index.html", context)


@login_required
@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a report as its address asks, or give it as a file."""
    creditor_of(request)
    if slug not in REPORTS:
        raise Http404
    kind, asked = REPORTS[slug], read(request.GET, timezone.localdate())
    whole = SHEETS[kind.key](asked.filters, asked.options)
    sheet = of_currency(whole, asked.filters.currency)
    wanted, refusal = request.GET.get("format", ""), ""
    if wanted in FORMATS:
        try:
            return download(request, sheet, asked, slug=slug, form=wanted)
        except TooLong:
            refusal = too_long()
    context = _context(request, slug, asked, sheet)
    form = FilterForm(
        asked,
        kind.asks,
        creditors=request.creditors,  # type: ignore[attr-defined]
        debtors=kind.debtors,
        currencies=whole.currencies,
    )
    context |= {"form": form, "kept": kept(asked, form), "refusal": refusal}
    return render(request, "reports/report.html", context)


def too_long() -> str:
    """Return why a report was not given on paper."""
    return gettext("Trop de lignes pour un PDF\u00a0: prenez le classeur (XLSX), ou resserrez les filtres.")


def _context(request: HttpRequest, slug: str, asked: Asked, sheet: Sheet) -> dict[str, Any]:
    kind = REPORTS[slug]
    page = Paginator(range(len(sheet.rows)), PER_PAGE).get_page(request.GET.get("page"))
    first = max(page.start_index() - 1, 0)
    creditors = request.creditors  # type: ignore[attr-defined]
    return {
        "report": kind,
        "asked": asked,
        "table": report_table(
            sheet,
            asked,
            slug=slug,
            first=first,
            last=page.end_index(),
            creditors={one.key: one.name for one in creditors},
        ),
        "page": page,
        "downloads": downloads(asked),
        "chart": _chart(kind, sheet, asked),
        "chart_kind": "line" if kind.key == "dso" else "weeks",
        "empty": _empty(kind, asked),
        "past": asked.filters.on != asked.today,
    }


def _empty(kind: Report, asked: Asked) -> tuple[str, Link]:
    """Return why a report has no rows and what to do: clear its filters, or what brings the first rows."""
    if asked.query:
        words = gettext("À cette date et avec ces filtres, il n’y a rien à montrer.")
        return words, Link(label=gettext("Effacer les filtres"), url="?")
    return str(kind.begin.words), Link(label=str(kind.begin.label), url=reverse(kind.begin.route))


def downloads(asked: Asked) -> list[tuple[str, str]]:
    """Return each form of file with its address: the same filters."""
    query = asked.query
    return [(form, f"?{query}&format={form}" if query else f"?format={form}") for form in FORMATS]


def _chart(kind: Report, sheet: Sheet, asked: Asked) -> Chart | None:
    """Return the drawing of a report that has one, of the currency with most money in it."""
    if kind.key not in ("forecast", "dso"):
        return None
    by_currency: dict[str, list[Mapping[str, Any]]] = {}
    for row in sheet.rows:
        found = by_currency.setdefault(sheet.currency_of(row), [])
        found.append(dict(zip(sheet.columns, row, strict=True)))
    weight = "expected" if kind.key == "forecast" else "receivable"
    currency = max(by_currency, key=lambda one: sum(row[weight] for row in by_currency[one]), default=None)
    if currency is None:
        return None
    rows, of = by_currency[currency], replace(asked.filters, currency=currency)
    if kind.key == "dso":
        return _dso(rows, asked)
    return weeks_chart(
        [_week(row) for row in rows],
        currency,
        lambda part: list_url(Behind(list="expected_in", filters=of, part=part), today=asked.today),
    )


def _week(row: Mapping[str, Any]) -> Week:
    promised, expected, cautious = (float(row[name]) for name in ("promised", "expected", "cautious"))
    return Week(
        first=row["first"], last=row["last"], promised=promised, expected=expected,
        deviation=(expected - cautious) / EIGHT_IN_TEN,
    )  # fmt: skip


def _dso(rows: Sequence[Mapping[str, Any]], asked: Asked) -> Chart:
    def three_months(day: date) -> str:
        of = replace(asked.filters, on=min(end_of_month(day), asked.filters.on))
        return f"?{query_of(of, Options(months=QUARTER), asked.today)}"

    months = [(date.fromisoformat(f"{row['month']}-01"), row["dso"], row["best_possible"]) for row in rows]
    return dso_chart(months, three_months)
