"""The page of the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.core.months import QUARTER
from acquit.reports.dashboard import View, dashboard
from acquit.reports.filters import NOBODY, Filters
from acquit.reports.today import waiting
from acquit.store.accounts.models import Account, Membership
from acquit.web.answering import creditor_of
from acquit.web.charts import dso_chart, weeks_chart
from acquit.web.components import Link, Tab
from acquit.web.dashboard.figures import behind, buckets, kpis
from acquit.web.dashboard.late import rows
from acquit.web.dashboard.today import cash, lines

ALL = "toutes"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the figures of the day: of the creditor at work unless the address says all, of all collectors."""
    creditor, now, today = creditor_of(request), timezone.now(), timezone.localdate()
    given = request.GET
    several = len(request.creditors) > 1  # type: ignore[attr-defined]
    owner = Filters.parse({"gestionnaire": given.get("gestionnaire", "")}, today=today).collector
    of_all = several and given.get("societe") == ALL
    asked = Filters(on=today, creditor_id=None if of_all else creditor.pk, collector=owner)
    found = dashboard(asked, now=now)
    views = found.figures.views
    view = next(
        (one for one in views if one.currency == given.get("devise", "")[:3]), views[0] if views else None
    )
    context: dict[str, Any] = {
        "view": view,
        "kept": found,
        "today": today,
        "several": several,
        "of_all": of_all,
        "collectors": _collectors(),
        "collector": "" if owner is None else str(owner),
        "nobody": NOBODY,
        "waits": waiting(
            on=today, now=now, creditor_id=asked.creditor_id, owner_id=None if owner == NOBODY else owner
        ),
        "import_link": Link(label=gettext("Importer un fichier"), url=reverse("imports:index"), primary=True),
        "has_clients": view is not None or Account.objects.filter(creditor=creditor).exists(),
    }
    mine = replace(asked, collector=None) if owner == NOBODY else asked
    context["lines"], context["cash"] = lines(context["waits"], mine), cash(context["waits"], mine)
    context["waiting_total"] = sum(line.count for line in context["lines"])
    if view is not None:
        context |= _figures(view, replace(asked, currency=view.currency), views, request)
    return render(request, "dashboard/index.html", context)


def _figures(view: View, asked: Filters, views: Sequence[View], request: HttpRequest) -> dict[str, Any]:
    query = asked.query(today=asked.on)
    return {
        "kpis": kpis(view, asked),
        "buckets": buckets(view, asked),
        "weeks": weeks_chart(view.weeks, view.currency, lambda part: behind("expected_in", asked, part))
        if view.weeks
        else None,
        "dso": dso_chart(
            [(one.month.end, one.dso, one.best_possible_dso) for one in view.months],
            lambda end: _three_months(asked, end),
        )
        if view.months
        else None,
        "credits_url": behind("credits", asked),
        "cei": view.months[-1].effectiveness if view.months else None,
        "late": rows(view.largest, asked, today=asked.on),
        "all_late_url": behind("items", asked.in_bucket(None)),
        "query": query,
        "tabs": _currencies(views, view, request),
    }


def _three_months(asked: Filters, end: date) -> str:
    """Return where the sales and balances are of which a month's DSO is the ratio."""
    query = replace(asked, on=end).query(today=asked.on)
    return f"{reverse('reports:report', args=['dso'])}?{query}&mois={QUARTER}"


def _currencies(views: Sequence[View], shown: View, request: HttpRequest) -> list[Tab]:
    if len(views) < 2:
        return []
    kept = request.GET.copy()
    tabs = []
    for view in views:
        kept["devise"] = view.currency
        tabs.append(Tab(label=view.currency, url=f"?{kept.urlencode()}", current=view is shown))
    return tabs


def _collectors() -> list[tuple[str, str]]:
    members = Membership.objects.select_related("user").order_by("user__email")
    return [(str(one.user_id), one.user.get_full_name() or one.user.email) for one in members]
