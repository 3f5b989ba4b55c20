"""The page that lists the clients."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.web.clients.filters import FilterForm
from acquit.web.clients.listing import Listing, listing
from acquit.web.components import Link, Tab
from acquit.web.words import SITUATIONS


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the accounts that the URL asks for."""
    today = timezone.localdate()
    form = FilterForm(request.GET, request.creditors)  # type: ignore[attr-defined]
    asked = form.asked(request.creditor)  # type: ignore[attr-defined]
    found = listing(asked, today=today)
    filtered = sum(bool(form.cleaned_data.get(name)) for name in form.fields)
    context = {
        "listing": found,
        "tabs": _tabs(request.GET, found, asked.situation),
        "form": form,
        "filtered": filtered + bool(asked.words),
        "kept": [(name, request.GET[name]) for name in ("q", "situation", "sort") if request.GET.get(name)],
        "today": today,
        "several_creditors": asked.creditor_id is None and not form.only_one,
        "first_use": not found.total and not filtered and not asked.words,
        "import_link": Link(label=gettext("Importer un fichier"), url=_import_url(), primary=True),
        "clear_link": Link(label=gettext("Effacer les filtres"), url=reverse("accounts:index")),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "clients/list.html" if fragment else "clients/index.html", context)


def _tabs(given: QueryDict, found: Listing, chosen: str) -> list[Tab]:
    named = [("", gettext("Tout")), *((one.key, str(one.words)) for one in SITUATIONS)]
    return [
        Tab(label=words, url=_url(given, key), count=found.counts[key], current=key == chosen)
        for key, words in named
        if key == "" or found.counts[key] or key == chosen or key in ("a-relancer", "a-traiter")
    ]


def _url(given: QueryDict, situation: str) -> str:
    kept = given.copy()
    for name in ("page", "situation"):
        kept.pop(name, None)
    if situation:
        kept["situation"] = situation
    return f"?{kept.urlencode()}"


def _import_url() -> str:
    try:
        return reverse("imports:index")
    except NoReverseMatch:
        return reverse("home")
