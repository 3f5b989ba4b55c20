"""The pages of the reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.core.months import MEMORY, indicators, month_ends
from acquit.reports.forecast import forecast
from acquit.reports.months import months
from acquit.reports.paper import TooLong
from acquit.reports.sheets import SHEETS
from acquit.reports.spreadsheet import Sheet
from acquit.web.answering import creditor_of
from acquit.web.charts import Chart, dso_chart, weeks_chart
from acquit.web.components import Link
from acquit.web.reports.catalogue import REPORTS, Report
from acquit.web.reports.download import FORMATS, download
from acquit.web.reports.form import Asked, FilterForm, read
from acquit.web.reports.table import of_currency, table

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
    sheet = of_currency(SHEETS[kind.key](asked.filters, asked.options), asked.filters.currency)
    wanted, refusal = request.GET.get("format", ""), ""
    if wanted in FORMATS:
        try:
            return download(request, sheet, asked, slug=slug, form=wanted)
        except TooLong:
            refusal = gettext(
                "Trop de lignes pour un PDF\u00a0: prenez le classeur (XLSX), ou resserrez les filtres."
            )
    return render(
        request, "reports/report.html", _context(request, kind, asked, sheet) | {"refusal": refusal}
    )


def _context(request: HttpRequest, kind: Report, asked: Asked, sheet: Sheet) -> dict[str, Any]:
    page = Paginator(range(len(sheet.rows)), PER_PAGE).get_page(request.GET.get("page"))
    links = "reports:promises" if kind.key == "promises" else "reports:items"
    first = max(page.start_index() - 1, 0)
    creditors = request.creditors  # type: ignore[attr-defined]
    return {
        "report": kind,
        "asked": asked,
        "form": FilterForm(asked, kind.asks, creditors=creditors, narrows=kind.narrows, debtors=kind.debtors),
        "table": table(
            sheet,
            asked,
            first=first,
            last=page.end_index(),
            links=links,
            creditors={one.key: one.name for one in creditors},
        ),
        "page": page,
        "downloads": downloads(asked),
        "chart": _chart(kind, asked),
        "chart_kind": "line" if kind.key == "dso" else "weeks",
        "clear_link": Link(label=gettext("Effacer les filtres"), url="?"),
        "past": asked.filters.on != asked.today,
    }


def downloads(asked: Asked) -> list[tuple[str, str]]:
    """Return each form of file with its address: the same filters."""
    query = asked.query
    return [(form, f"?{query}&format={form}" if query else f"?format={form}") for form in FORMATS]


def _chart(kind: Report, asked: Asked) -> Chart | None:
    """Return the drawing of a report that has one, of its largest currency, or of the one asked for."""
    filters, currency = asked.filters, asked.filters.currency
    if kind.key == "forecast":
        expected = forecast(filters, count=asked.options.weeks)
        largest = sorted(expected.items(), key=lambda one: -sum(week.expected for week in one[1]))
        chosen = next((one for one in largest if not currency or one[0] == currency), None)
        return weeks_chart(chosen[1], chosen[0]) if chosen else None
    if kind.key != "dso":
        return None
    series = months(month_ends(filters.on, asked.options.months + MEMORY), replace(filters, currency=""))
    found = sorted(series.items(), key=lambda one: -one[1][-1].open)
    chosen_months = next((one for name, one in found if not currency or name == currency), None)
    return dso_chart(indicators(chosen_months)[MEMORY:]) if chosen_months else None
