"""The page of « À traiter »: the list on the left, what is chosen on the right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Task
from acquit.web.components import Link, Tab, WorkItem
from acquit.web.freshness import alert_words
from acquit.web.worklist.items import VIEWS, Item, Worklist, worklist
from acquit.web.worklist.words import ALERTS


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a request works: its creditor, the view of the list, the moment and the creditor's day."""

    creditor: Creditor
    view: str
    now: datetime
    today: date

    def url(self, route: str, *args: Any) -> str:
        """Return the address of a page that keeps the view."""
        return reverse(route, args=args) + (f"?vue={self.view}" if self.view else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """What stands in the reading pane: the template that draws it and what it is given."""

    template: str
    kind: str = ""
    id: int = 0
    context: dict[str, Any] = field(default_factory=dict)


def at(request: HttpRequest) -> At:
    """Return where the request works; a person without a creditor sees nothing."""
    creditor: Creditor | None = request.creditor  # type: ignore[attr-defined]
    if creditor is None:
        raise Http404
    asked = request.GET.get("vue", "")
    return At(
        creditor=creditor,
        view=asked if asked in VIEWS else "",
        now=timezone.now(),
        today=timezone.localdate(),
    )


def listed(here: At) -> Worklist:
    """Return the list of the view."""
    return worklist(here.creditor, here.view, now=here.now, today=here.today)


def answer(request: HttpRequest, here: At, pane: Pane, found: Worklist | None = None) -> HttpResponse:
    """Answer with the page, or with the reading pane alone where HTMX asks for it."""
    shown = found or listed(here)
    position = shown.place(pane.kind, pane.id) if pane.id else None
    context = {
        **pane.context,
        "pane": pane.template,
        "here": here,
        "view": here.view,
        "today": here.today,
        "position": None if position is None else position + 1,
        "count": len(shown.items),
        "previous_url": _neighbour(shown, position, -1, here.view),
        "next_url": _neighbour(shown, position, 1, here.view),
        "is_reading": bool(request.resolver_match and request.resolver_match.url_name != "index"),
    }
    if request.headers.get("HX-Target") == "lecture":
        return render(request, pane.template, context)
    rows = [
        (item, _drawn(item, here.view, current=position is not None and shown.items[position] is item))
        for item in shown.items
    ]
    listing = {"rows": rows, "worklist": shown, "tabs": _tabs(here, shown), "alerts": _alerts(here, pane)}
    return render(request, "worklist/index.html", {**context, **listing})


def next_url(here: At, kind: str, number: int) -> str:
    """Return where the reader goes once an item is dealt with: the one after it, else before it."""
    shown = listed(here)
    position = shown.place(kind, number)
    after = _neighbour(shown, position, 1, here.view) or _neighbour(shown, position, -1, here.view)
    return after or here.url("worklist:index")


def _neighbour(shown: Worklist, position: int | None, step: int, view: str) -> str:
    if position is None or not 0 <= position + step < len(shown.items):
        return ""
    return shown.items[position + step].url(view)


def _drawn(item: Item, view: str, *, current: bool) -> WorkItem:
    return WorkItem(
        url=item.url(view),
        icon=item.icon,
        name=item.name,
        why=item.why,
        expected=item.total,
        concerned=item.note,
        current=current,
    )


def _tabs(here: At, shown: Worklist) -> list[Tab]:
    named = {
        "": gettext("Tout"),
        "messages": gettext("Messages"),
        "appels": gettext("Appels"),
        "lettres": gettext("Lettres"),
        "echecs": gettext("Échecs"),
        "taches": gettext("Tâches"),
    }
    numbers = {"": shown.total, **shown.counts}
    return [
        Tab(
            label=words,
            url=reverse("worklist:index") + (f"?vue={key}" if key else ""),
            count=numbers[key],
            current=key == here.view,
        )
        for key, words in named.items()
        if key in ("", "messages", here.view) or numbers[key]
    ]


def _alerts(here: At, pane: Pane) -> list[WorkItem]:
    """Return what stops everything, on top of the list."""
    alerts = list(
        Task.objects.filter(creditor=here.creditor, account=None, closed_at=None).order_by("opened_at", "id")
    )
    drawn = [_alert(here, one, current=pane.kind == "alert" and pane.id == one.pk) for one in alerts]
    unread = here.creditor.list_accepted_at is None and "first_list" not in {one.kind for one in alerts}
    if unread and Account.objects.filter(creditor=here.creditor).exists():
        drawn.insert(0, _alert_item("first_list", reverse("worklist:first_list")))
    return drawn


def _alert(here: At, alert: Task, *, current: bool) -> WorkItem:
    if alert.kind == "stale_data":
        name, why = alert_words(alert.params, here.today)
        return replace(_alert_item(alert.kind, reverse("imports:index")), name=name, why=why)
    routes = {"first_list": reverse("worklist:first_list")}
    return _alert_item(
        alert.kind, routes.get(alert.kind) or here.url("worklist:alert", alert.pk), current=current
    )


def _alert_item(kind: str, url: str, *, current: bool = False) -> WorkItem:
    default = (
        gettext("Un canal est en pause"),
        gettext("Plusieurs envois de suite ont échoué"),
        "alert-triangle",
    )
    name, why, icon = ALERTS.get(kind, default)
    return WorkItem(url=url, icon=icon, name=str(name), why=str(why), tone="warn", current=current)


def nothing(here: At) -> Pane:
    """Return the pane of an empty list."""
    has_accounts = Account.objects.filter(creditor=here.creditor).exists()
    link = Link(label=gettext("Voir ce qui est parti"), url=reverse("outbox:index") + "?etat=envoyes")
    first = Link(label=gettext("Importer un fichier"), url=reverse("imports:index"), primary=True)
    return Pane(
        template="worklist/read_nothing.html",
        context={"first_use": not has_accounts, "gone_link": link, "first_link": first},
    )
