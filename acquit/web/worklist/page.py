"""The page of « À traiter »: the list on the left, what is chosen on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Task
from acquit.web.components import Link, Tab, WorkItem
from acquit.web.freshness import alert_words
from acquit.web.worklist.items import OWNERS, PAGE, VIEWS, Item, Worklist, asked, waiting_of, worklist
from acquit.web.worklist.people import People
from acquit.web.worklist.strip import strip_of
from acquit.web.worklist.words import ALERTS, OWNER_WORDS, VIEW_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a request works: whose rows, which part of the list, the moment and the creditor's day.

    `of` says whose work is shown, `searched` the client that is looked for.
    """

    creditor: Creditor
    person: int
    view: str
    of: str
    page: int
    now: datetime
    today: date
    searched: str = ""
    people: People = field(default_factory=People)

    @property
    def query(self) -> str:
        """Return what an address keeps of the list, with its question mark."""
        return self.keeping()

    def keeping(self, **other: Any) -> str:
        """Return the query of the same list with something else: a view, an owner, a page."""
        kept = {"vue": self.view, "qui": self.of, "page": self.page} | other
        said = {key: value for key, value in kept.items() if value and (key, value) != ("page", 1)}
        return f"?{urlencode(said)}" if said else ""

    def url(self, route: str, *args: Any) -> str:
        """Return the address of a page that keeps the list."""
        return reverse(route, args=args) + self.query


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """What stands in the reading pane: the template that draws it and what it is given."""

    template: str
    kind: str = ""
    id: int = 0
    account: int | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def work(self) -> str:
        """Return the kind of work that it shows: an alert is a task."""
        return "task" if self.kind == "alert" else self.kind


def at(request: HttpRequest) -> At:
    """Return where the request works; a person without a creditor sees nothing."""
    creditor: Creditor | None = request.creditor  # type: ignore[attr-defined]
    if creditor is None or request.user.pk is None:
        raise Http404
    view, of, page = (request.GET.get(name, "") for name in ("vue", "qui", "page"))
    return At(
        creditor=creditor,
        person=request.user.pk,
        view=view if view in VIEWS else "",
        of=of if of in OWNERS else "",
        page=max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1,
        now=timezone.now(),
        today=timezone.localdate(),
        searched=request.GET.get("client", "")[:100],
    )


def listed(here: At) -> Worklist:
    """Return the page of the list."""
    question = asked(here.creditor, here.person, view=here.view, of=here.of)
    return worklist(question, here.page)


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
        "position": None if position is None else shown.first + position + 1,
        "count": shown.count,
        "previous_url": _neighbour(here, shown, position, -1),
        "next_url": _neighbour(here, shown, position, 1),
        "is_reading": bool(request.resolver_match and request.resolver_match.url_name != "index"),
        "strip": strip_of(here, pane.work, pane.id) if pane.id else None,
    }
    if request.headers.get("HX-Target") == "lecture":
        return render(request, pane.template, context)
    if "reading" in pane.context:
        request.cases = pane.context["reading"].loader  # type: ignore[attr-defined]
    if not here.of:
        request.waiting = shown.counts  # type: ignore[attr-defined]
    rows = [
        (item, _drawn(here, item, current=position is not None and shown.items[position] is item))
        for item in shown.items
    ]
    listing = {
        "rows": rows,
        "worklist": shown,
        "tabs": _tabs(here, shown.counts),
        "owners": _owners(here),
        "alerts": _alerts(here, pane),
        "lines": ",".join(item.ident for item in shown.items),
        "last": min(shown.first + PAGE, shown.count),
        "before_url": _page_url(here, shown, -1),
        "after_url": _page_url(here, shown, 1),
    }
    return render(request, "worklist/index.html", {**context, **listing})


def next_url(here: At, kind: str, number: int) -> str:
    """Return where the reader goes once an item is dealt with: the one after it, else before it."""
    shown = listed(here)
    position = shown.place(kind, number)
    after = _neighbour(here, shown, position, 1) or _neighbour(here, shown, position, -1)
    return after or here.url("worklist:index")


def _neighbour(here: At, shown: Worklist, position: int | None, step: int) -> str:
    if position is None or not 0 <= position + step < len(shown.items):
        return ""
    return item_url(here, shown.items[position + step])


def item_url(here: At, item: Item) -> str:
    """Return the address of an item, inside the list."""
    return here.url(item.route, item.id)


def _page_url(here: At, shown: Worklist, step: int) -> str:
    first = shown.first + step * PAGE
    if not 0 <= first < shown.count:
        return ""
    return reverse("worklist:index") + here.keeping(page=first // PAGE + 1)


def _drawn(here: At, item: Item, *, current: bool) -> WorkItem:
    return WorkItem(
        url=item_url(here, item),
        icon=item.icon,
        name=item.name,
        why=item.why,
        expected=item.total,
        concerned=item.note,
        reason=item.risk,
        current=current,
        ident=item.ident,
        who=here.people.short(item.reader or item.owner),
        reading=item.reader is not None,
    )


def _tabs(here: At, counts: Mapping[str, int]) -> list[Tab]:
    numbers = {"": waiting_of(counts)} | {key: counts[view] for key, view in VIEWS.items()}
    return [
        Tab(
            label=str(VIEW_WORDS[key]),
            url=reverse("worklist:index") + here.keeping(vue=key, page=1),
            count=number,
            current=key == here.view,
        )
        for key, number in numbers.items()
        if key in ("", "messages", here.view) or number
    ]


def _owners(here: At) -> list[Tab]:
    return [
        Tab(
            label=str(OWNER_WORDS[key]),
            url=reverse("worklist:index") + here.keeping(qui=key, page=1),
            current=key == here.of,
        )
        for key in ("", *OWNERS)
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
