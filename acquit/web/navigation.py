"""The side bar: one line a page. A page that has no route yet is left out."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page of the side bar. `key` is pressed after G; `room` is the namespace of its routes.

    `count` is the dotted path of the room's function of the request, as `route` is its name; `when` that of
    one that says whether the page is of use now.
    """

    label: Promise
    icon: str
    route: str
    key: str = ""
    count: str = ""
    when: str = ""
    group: int = 1

    @property
    def room(self) -> str:
        """Return the namespace whose pages all light this entry."""
        return self.route.partition(":")[0]


ENTRIES = (
    Entry(
        label=_("Mise en route"),
        icon="list-check",
        route="start:index",
        when="acquit.web.start.steps.begins",
    ),
    Entry(label=_("Tableau de bord"), icon="layout-dashboard", route="dashboard:index", key="t"),
    Entry(
        label=_("À traiter"),
        icon="inbox",
        route="worklist:index",
        key="a",
        count="acquit.web.worklist.items.waiting_count",
    ),
    Entry(label=_("Clients"), icon="users", route="accounts:index", key="c"),
    Entry(label=_("Envois"), icon="send", route="outbox:index", key="e"),
    Entry(
        label=_("Rapprochement"),
        icon="building-bank",
        route="matching:index",
        key="b",
        count="acquit.web.matching.lines.waiting_count",
    ),
    Entry(label=_("Scénarios"), icon="route", route="scenarios:index", key="s", group=2),
    Entry(label=_("Modèles"), icon="template", route="texts:index", key="o", group=2),
    Entry(label=_("Rapports"), icon="chart-bar", route="reports:index", key="p", group=2),
    Entry(label=_("Imports"), icon="database-import", route="imports:index", key="i", group=3),
    Entry(label=_("Boîte de démo"), icon="mail-opened", route="mailbox:index", key="m", group=3),
    Entry(label=_("Réglages"), icon="settings", route="settings:index", key="r", group=3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An entry as the side bar draws it. `breaks` puts a rule above."""

    label: str
    icon: str
    url: str
    key: str
    count: int | None
    current: bool
    breaks: bool
    room: str


def shown(request: HttpRequest) -> list[Shown]:
    """Return the entries that exist, with their counts, the one that the reader is in marked."""
    match = request.resolver_match
    room = match.namespaces[0] if match is not None and match.namespaces else ""
    drawn: list[Shown] = []
    group = 0
    for entry in ENTRIES:
        try:
            url = reverse(entry.route)
        except NoReverseMatch:
            continue
        if entry.when and not import_string(entry.when)(request):
            continue
        drawn.append(
            Shown(
                label=str(entry.label),
                icon=entry.icon,
                url=url,
                key=entry.key,
                count=import_string(entry.count)(request) if entry.count else None,
                current=entry.room == room,
                breaks=bool(drawn) and entry.group != group,
                room=entry.room,
            )
        )
        group = entry.group
    return drawn
