"""« Nouvelles à rattacher » under « Envois »: what carriers told of no message that is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.material.errors import Impossible
from acquit.flows.material.news import UNREADABLE
from acquit.flows.outbox.settle_news import set_news_aside, tie_news
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Delivery, ProviderEvent
from acquit.web.answering import See, creditor_of, refused
from acquit.web.formats import day
from acquit.web.toast import toast
from acquit.web.words import EVENTS, language, said

#: What is older is listed no more.
LISTED = timedelta(days=90)
ROWS_PER_PAGE = 25
#: Messages that a person may choose from, those to the same address first.
_OFFERED = 30
_BEFORE = timedelta(days=60)
TRIED = {
    "reference": _("référence du transporteur"),
    "key": _("notre clé"),
    "message_id": _("identifiant du mail"),
    "number": _("numéro"),
    "address": _("adresse"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """News as its row draws it. `tried`: by what it was looked for; `offered`: messages it may be about."""

    row: ProviderEvent
    words: str
    tried: tuple[str, ...]
    offered: tuple[tuple[int, str], ...]


def untied(creditor: Creditor) -> QuerySet[ProviderEvent]:
    """Return the news of the creditor's carriers that nobody tied, of the last ninety days, newest first.

    Answers that were kept wait where answers are read, and not here.
    """
    mine = Q(carrier__creditor=creditor) | Q(carrier__creditor=None, carrier__isnull=False)
    kept = Q(event="answered") & (Q(carrier__channel="email") | Q(raw__isnull=False))
    open_now = ProviderEvent.objects.filter(
        mine, message=None, looked_at=None, received_at__gt=timezone.now() - LISTED
    )
    return open_now.exclude(kept).select_related("carrier").order_by("-received_at", "-id")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the news that could not be tied, with what was tried."""
    page = Paginator(untied(creditor_of(request)), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": [_shown(row) for row in page.object_list], "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "setup/news.html", context)


def _shown(row: ProviderEvent) -> Shown:
    tried = [(what, value) for what, value in row.tried if what in TRIED]
    if not tried and row.provider_ref:
        tried = [("reference", row.provider_ref)]
    return Shown(
        row=row, words=said(EVENTS, row.event),
        tried=tuple(f"{TRIED[what]} {value[:80]}" for what, value in tried),
        offered=() if row.event == UNREADABLE else tuple(_offered(row)),
    )  # fmt: skip


def _offered(row: ProviderEvent) -> list[tuple[int, str]]:
    near = Delivery.objects.filter(
        carrier=row.carrier, began_at__gt=row.at - _BEFORE, began_at__lte=row.at + timedelta(days=1)
    ).select_related("message__debtor")
    same = near.filter(message__recipient__iexact=row.address) if row.address else near.none()
    found: dict[int, str] = {}
    for one in [*same.order_by("-began_at")[:_OFFERED], *near.order_by("-began_at")[:_OFFERED]]:
        began = day(timezone.localtime(one.began_at).date(), language=language())
        words = (one.message.debtor.name, one.message.recipient, began)
        found.setdefault(one.message_id, " · ".join(words))
    return list(found.items())[:_OFFERED]


@login_required
@require_POST
def tie(request: HttpRequest, key: int) -> HttpResponse:
    """Tie news to a message of its carrier."""
    row = get_object_or_404(untied(creditor_of(request)), pk=key)
    given = request.POST.get("message", "")
    offered = dict(_offered(row))
    if not given.isdecimal() or int(given) not in offered:
        toast(request, gettext("Choisissez un message."), tone="danger")
        return See(reverse("settings:news"))
    return _done(
        request, gettext("Nouvelle rattachée."),
        lambda: tie_news(
            organisation_id=row.organisation_id, event_id=key, message_id=int(given), now=timezone.now(),
            by=request.user.pk,
        ),
    )  # fmt: skip


@login_required
@require_POST
def set_aside(request: HttpRequest, key: int) -> HttpResponse:
    """List news no more, for a reason."""
    row = get_object_or_404(untied(creditor_of(request)), pk=key)
    return _done(
        request, gettext("Nouvelle écartée."),
        lambda: set_news_aside(
            organisation_id=row.organisation_id, event_id=key, because=request.POST.get("because", ""),
            now=timezone.now(), by=request.user.pk,
        ),
    )  # fmt: skip


def _done(request: HttpRequest, words: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, words)
    return See(reverse("settings:news"))
