"""The lists behind the figures: their rows add up to what was shown, of the same day and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from acquit.reports import collectors, expected_items, experiments, promises
from acquit.reports import provision as provisions
from acquit.reports.behind import Part
from acquit.reports.list_registry import LISTS
from acquit.reports.paper import TooLong
from acquit.store.accounts.models import Account, Membership
from acquit.store.templates.models import Experiment
from acquit.web import formats
from acquit.web.answering import creditor_of
from acquit.web.behind import SLUGS
from acquit.web.components import Link
from acquit.web.inert import inert
from acquit.web.reports.catalogue import OF_REPORT, REPORTS
from acquit.web.reports.download import FORMATS, download
from acquit.web.reports.form import Asked, FilterForm, kept, read_list
from acquit.web.reports.table import list_table, newest_scenarios
from acquit.web.reports.views import downloads, too_long
from acquit.web.steps import StepNames
from acquit.web.words import CATEGORIES, CHANNELS, TEMPLATES, language, said
from acquit.wording.report_words import report_words

PER_PAGE = 100
_KEYS = {slug: key for key, slug in SLUGS.items()}
#: The fields that the form of a list has beyond those of every list.
_ASKS = {"items": ("age", "tranches"), "contested": ("tranches",)}


@login_required
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the list behind a figure, or give all of it as a file."""
    creditor_of(request)
    if slug not in _KEYS:
        raise Http404
    key, asked = _KEYS[slug], read_list(request.GET, timezone.localdate())
    wanted, refusal = request.GET.get("format", ""), ""
    if wanted in FORMATS:
        whole = LISTS[key](asked.filters, asked.part)
        try:
            return download(
                request,
                whole.sheet,
                asked,
                slug=f"liste-{slug}",
                form=wanted,
                described=_described(key, asked),
            )
        except TooLong:
            refusal = too_long()
    start = PER_PAGE * max(_page_of(request) - 1, 0)
    found = LISTS[key](asked.filters, asked.part, most=PER_PAGE, start=start)
    words, report = report_words(language()), OF_REPORT[slug]
    form = FilterForm(asked, _ASKS.get(key, ()), creditors=request.creditors)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "title": words.titles[key],
        "report": REPORTS[report],
        "report_slug": report,
        "described": list(_described(key, asked)),
        "asked": asked,
        "form": form,
        "table": list_table(found, asked),
        # An amount stays in view on a telephone.
        "look": "is-list" if found.sheet.added else "",
        "page": Paginator(range(found.count), PER_PAGE).get_page(request.GET.get("page")),
        "note": words.notes.get(key, ""),
        "downloads": downloads(asked),
        "kept": kept(asked, form),
        "refusal": refusal,
        "clear_link": Link(label=gettext("Effacer les filtres"), url="?"),
    }
    return render(request, "reports/list.html", context)


def _page_of(request: HttpRequest) -> int:
    said = request.GET.get("page", "1")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 1


def _described(key: str, asked: Asked) -> Iterator[str]:
    """Yield in words which part of the list is shown."""
    of, part, tongue = asked.filters, asked.part, language()
    if key in _ASKS and (of.bucket is not None or of.late):
        ages = (replace(of, aged_by="invoice") if key == "contested" else of).ages
        label = "" if of.bucket is None else ages[of.bucket]
        yield report_words(tongue).column(label) if label else gettext("Échu")
    elif key == "items":
        yield gettext("Échu et non échu")
    if part.week is not None:
        first = of.on + timedelta(days=1 + 7 * part.week)
        days = {"first": first, "last": first + timedelta(days=6)}
        written = {name: formats.day(day, language=tongue) for name, day in days.items()}
        yield gettext("du %(first)s au %(last)s") % written
    if part.days is not None:
        yield ngettext("sous %(days)s jour", "sous %(days)s jours", part.days) % {"days": part.days}
    if part.since is not None:
        yield gettext("depuis le %(day)s") % {"day": formats.day(part.since, language=tongue)}
    yield from _kinds(key, part.kind)
    if part.category is not None:
        yield said(CATEGORIES, part.category) or formats.DASH
    yield from _said(part)
    yield from _whom(asked)


def _said(part: Part) -> Iterator[str]:
    """Yield which words a list is about: a step, a channel, one of two compared texts."""
    if part.step is not None:
        yield StepNames(newest_scenarios()).name(part.scenario or "", part.step)
    if part.channel is not None:
        yield said(CHANNELS, part.channel)
    if part.experiment is not None:
        of = Experiment.objects.filter(pk=part.experiment).first()
        yield said(TEMPLATES, of.key) if of else formats.DASH
    if part.arm is not None:
        yield gettext("texte %(arm)s") % {"arm": part.arm}


def _kinds(key: str, kind: str | None) -> Iterator[str]:
    words: Mapping[tuple[str, str], str] = {
        ("expected_in", expected_items.PROMISED): gettext("promis"),
        ("expected_in", expected_items.BY_HABIT): gettext("selon l’habitude"),
        ("contacts", collectors.CALLS): gettext("appels"),
        ("contacts", collectors.REACHED): gettext("appels aboutis"),
        ("set_aside", provisions.ASSUMED): gettext("TVA supposée"),
        ("compared", experiments.PAID): gettext("réglé dans le délai"),
        ("compared", experiments.WAITING): gettext("délai en cours"),
        ("promised", promises.JUDGED): gettext("tenues et rompues"),
        ("promised", promises.OF_THE_DAY): gettext("pour le jour même, non réglées"),
        ("promised", "kept"): gettext("tenues"),
        ("promised", "broken"): gettext("rompues"),
        ("promised", "running"): gettext("en cours"),
    }
    if (key, kind or "") in words:
        yield words[key, kind or ""]


def _whom(asked: Asked) -> Iterator[str]:
    """Yield the client or the person that the list is of, where it is of one alone."""
    of = asked.filters
    found = Account.objects.select_related("debtor")
    one = None
    if of.account_id is not None:
        one = found.filter(pk=of.account_id).first()
    elif of.debtor_id is not None:
        one = found.filter(debtor=of.debtor_id).order_by("id").first()
    if one is not None:
        yield inert(one.debtor.name)
    if asked.part.person is not None:
        member = Membership.objects.select_related("user").filter(user_id=asked.part.person).first()
        if member is not None:
            yield inert(member.user.get_full_name() or member.user.email)
