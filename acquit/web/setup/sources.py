"""« Sources »: where facts come from, how old each may be, and which are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from acquit.core.freshness import INVOICES, PAYMENTS, STATUSES, kind_of
from acquit.flows.ledger.change_feed import change_feed, resume_feed, retire_feed
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Creditor
from acquit.store.facts import CaseLoader
from acquit.store.ledger.models import Feed
from acquit.web.answering import See, creditor_of, refused
from acquit.web.freshness import counted_on, name_of
from acquit.web.toast import toast

BRINGS = {INVOICES: _("factures"), PAYMENTS: _("règlements"), STATUSES: _("statuts")}


class FeedForm(forms.Form):
    """How old a feed may be, and what its age counts from."""

    fresh_days = forms.IntegerField(
        label=_("Âge admis, en jours ouvrés"), required=False, min_value=1, max_value=60
    )
    by_arrival = forms.BooleanField(label=_("Compter depuis l’arrivée du fichier"), required=False)
    holds = forms.BooleanField(label=_("Son silence suspend les envois"), required=False)

    def __init__(self, feed: Feed, data: Any = None) -> None:
        said = {"fresh_days": feed.fresh_days, "by_arrival": feed.by_arrival, "holds": feed.holds}
        super().__init__(data, initial=said, auto_id=f"source-{feed.pk}-%s")
        self.fields["fresh_days"].widget.attrs["placeholder"] = str(feed.creditor.fresh_days)
        if kind_of(feed.kind).holds:
            del self.fields["holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A feed as its card draws it."""

    feed: Feed
    name: str
    brings: str
    counted_on: date
    too_old: bool
    form: FeedForm


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the sources of the creditor."""
    return _page(request, creditor_of(request))


def _page(
    request: HttpRequest, creditor: Creditor, wrong: FeedForm | None = None, of: int = 0
) -> HttpResponse:
    loader = CaseLoader(creditor.organisation_id, timezone.now())
    old = {one.key for one in loader.stale(loader.creditor(creditor.pk))}
    feeds = Feed.objects.filter(creditor=creditor).select_related("creditor", "retired_by").order_by("id")
    shown = [
        Shown(
            feed=one, name=name_of(one.kind, one.bank_account), counted_on=counted_on(one),
            brings=", ".join(str(BRINGS[what]) for what in sorted(kind_of(one.kind).brings)),
            too_old=one.pk in old, form=wrong if wrong and of == one.pk else FeedForm(one),
        )
        for one in feeds
    ]  # fmt: skip
    context = {
        "active": [one for one in shown if one.feed.retired_at is None],
        "retired": [one for one in shown if one.feed.retired_at is not None],
        "today": timezone.localdate(),
    }
    return render(request, "setup/sources.html", context)


def _feed(request: HttpRequest, key: int) -> Feed:
    return get_object_or_404(Feed.objects.select_related("creditor"), pk=key, creditor=creditor_of(request))


@login_required
@require_POST
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Keep the age of a source."""
    feed = _feed(request, key)
    form = FeedForm(feed, request.POST)
    if not form.is_valid():
        return _page(request, feed.creditor, form, key)
    said = form.cleaned_data
    change_feed(
        organisation_id=feed.organisation_id, feed_id=key, fresh_days=said["fresh_days"],
        by_arrival=said["by_arrival"], holds=said.get("holds", True), now=timezone.now(),
    )  # fmt: skip
    toast(request, gettext("Source enregistrée."))
    return See(reverse("settings:sources"))


@login_required
@require_POST
def retire(request: HttpRequest, key: int) -> HttpResponse:
    """Count on a source no more, for a reason."""
    feed = _feed(request, key)
    try:
        retire_feed(
            organisation_id=feed.organisation_id, feed_id=key, because=request.POST.get("because", ""),
            now=timezone.now(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        undo = reverse("settings:resume_source", args=[key])
        toast(request, gettext("Source retirée\u00a0: son silence ne suspend plus rien."), undo_url=undo)
    return See(reverse("settings:sources"))


@login_required
@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Count on a retired source again."""
    feed = _feed(request, key)
    resume_feed(organisation_id=feed.organisation_id, feed_id=key, now=timezone.now())
    toast(request, gettext("Source reprise."))
    return See(reverse("settings:sources"))
