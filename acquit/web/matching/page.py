"""The page of « Rapprochement »: the tabs, the groups of lines, and the one line that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from acquit.store.accounts.models import Creditor
from acquit.store.bank.models import BankLine, BankMatch, BankStatement
from acquit.web import formats
from acquit.web.answering import creditor_of
from acquit.web.components import Choice, Link, ReasonMenu, Tab
from acquit.web.matching.dividing import Draft, Pane
from acquit.web.matching.lines import (
    GROUPS,
    MOST,
    PER_PAGE,
    SURES,
    Waiting,
    done_counts,
    done_ids,
    waiting,
)
from acquit.web.matching.returned import returned_options
from acquit.web.matching.rows import Row, rows_of
from acquit.web.matching.settled import settled_of
from acquit.web.matching.statements import lines_of, newest_statement
from acquit.web.matching.words import ASIDE, account_name, lines_words, sums_words
from acquit.web.matching.words import GROUPS as NAMES
from acquit.web.words import language

MATCHED, ASIDE_TAB = "rapprochees", "ecartees"


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Where a request works: its creditor, the tab, the group that fills the page, and the day."""

    creditor: Creditor
    tab: str
    group: str
    page: int
    now: datetime
    today: date

    @property
    def kept(self) -> str:
        """Return the group and its page as the end of an address."""
        kept = {"groupe": self.group} if self.group else {}
        if self.page > 1:
            kept["page"] = str(self.page)
        return f"?{urlencode(kept)}" if kept else ""

    def url(self, route: str, *args: Any, query: str = "") -> str:
        """Return the address of a page that keeps the group and its page; `query` is put after them."""
        joint = "&" if self.kept else "?"
        return reverse(f"matching:{route}", args=args) + self.kept + (f"{joint}{query}" if query else "")


def at(request: HttpRequest) -> At:
    """Return where the request works; a person without a creditor sees nothing."""
    tab, group, page = (request.GET.get(name, "") for name in ("vue", "groupe", "page"))
    return At(
        creditor=creditor_of(request),
        tab=tab if tab in (MATCHED, ASIDE_TAB) else "",
        group=group if group in GROUPS else "",
        page=int(page) if page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
        now=timezone.now(),
        today=timezone.localdate(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group as it is drawn."""

    key: str
    name: str
    level: str
    full: int
    words: str
    rows: tuple[Row, ...]
    more_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What stands in the line that is open, besides its row."""

    key: int
    draft: Draft | None = None
    aside: bool = False


def answer(request: HttpRequest, here: At, opened: Opened | None = None) -> HttpResponse:
    """Answer with the page, or with its lines alone where HTMX asks for them."""
    found = _waiting(here)
    if here.group and not found.groups[here.group].count:
        here = replace(here, group="", page=1)
        found = _waiting(here)
    request.waiting_lines = found  # type: ignore[attr-defined]
    context = {"here": here, "today": here.today, **_listed(here, found, opened)}
    if request.headers.get("HX-Request") == "true":
        return render(request, "matching/list.html", {**context, "oob": True})
    return render(request, "matching/index.html", {**context, **_head(here)})


def _waiting(here: At) -> Waiting:
    return waiting(here.creditor, group=here.group, page=here.page, shown_too=not here.tab)


def _listed(here: At, found: Waiting, opened: Opened | None) -> dict[str, Any]:
    matched, aside = done_counts(here.creditor)
    context: dict[str, Any] = {
        "waiting": found,
        "tabs": _tabs(here, found.count, matched, aside),
        "capped": MOST,
    }
    if here.tab:
        total = matched if here.tab == MATCHED else aside
        return {**context, **_done(here, total)}
    return {**context, **_to_verify(here, found, opened)}


def _done(here: At, total: int) -> dict[str, Any]:
    pages: Page[int] = Paginator(range(total), PER_PAGE).get_page(here.page)
    start = max(pages.start_index() - 1, 0)
    ids = done_ids(here.creditor, aside=here.tab == ASIDE_TAB, start=start, end=start + PER_PAGE)
    return {"settled": settled_of(ids), "page": pages, "is_capped": total >= MOST}


def _to_verify(here: At, found: Waiting, opened: Opened | None) -> dict[str, Any]:
    key = opened.key if opened else next(iter(found.groups[GROUPS[1]].ids or found.ids), None)
    beyond = [key] if key is not None and key not in found.ids else []
    rows = rows_of([*beyond, *found.ids], opened=key)
    current = rows.get(key) if key is not None else None
    gone = settled_of(beyond) if current is not None and not current.waits else []
    if gone:
        current = None
    context: dict[str, Any] = {
        "sections": _sections(here, found, rows, beyond=current if beyond else None),
        "gone": gone,
        "current": current,
        "sure_sum": sums_words(found.groups[SURES].sums),
        "sure_raw": " ".join(f"{total}:{currency}" for total, currency in found.groups[SURES].sums),
        "aside": set_aside_menu(here, 0),
        "sure_count": found.groups[SURES].count,
        "first_use": not found.count and not BankLine.objects.filter(creditor=here.creditor).exists(),
        "import_link": Link(label=gettext("Importer un relevé"), url=reverse("imports:index"), primary=True),
    }
    if here.group:
        pages = Paginator(range(found.groups[here.group].count), PER_PAGE)
        context["page"] = pages.get_page(here.page)
    if current is None:
        return context
    context["set_aside"] = set_aside_menu(here, current.line.pk)
    context["opens_aside"] = opened is not None and opened.aside
    if current.line.is_return:
        context["returned"] = returned_options(current)
    if opened is not None and opened.draft is not None:
        context["pane"] = Pane.of(current, opened.draft, here.creditor)
    return context


def _sections(here: At, found: Waiting, rows: Mapping[int, Row], *, beyond: Row | None) -> list[Section]:
    """Return the groups that have lines; an open line from beyond what is shown comes on top of its own."""
    drawn = []
    for name in GROUPS:
        group = found.groups[name]
        ids = group.ids if beyond is None or beyond.group != name else (beyond.line.pk, *group.ids)
        if not ids:
            continue
        words, level, full = NAMES[name]
        drawn.append(
            Section(
                key=name, name=str(words), level=level, full=full, words=lines_words(group.count, len(ids)),
                rows=tuple(rows[key] for key in ids if key in rows),
                more_url=f"{reverse('matching:index')}?groupe={name}"
                if len(ids) < group.count and not here.group
                else "",
            )
        )  # fmt: skip
    return drawn


def _tabs(here: At, open_count: int, matched: int, aside: int) -> list[Tab]:
    url = reverse("matching:index")
    return [
        Tab(label=gettext("À vérifier"), url=url, count=open_count, current=not here.tab),
        Tab(
            label=gettext("Rapprochées"), url=f"{url}?vue={MATCHED}", count=matched,
            current=here.tab == MATCHED,
        ),
        Tab(
            label=gettext("Écartées"), url=f"{url}?vue={ASIDE_TAB}", count=aside,
            current=here.tab == ASIDE_TAB,
        ),
    ]  # fmt: skip


def set_aside_menu(here: At, key: int) -> ReasonMenu:
    """Return the reasons for which a line is nobody's payment."""
    return ReasonMenu(
        label=gettext("Écarter"),
        icon="archive",
        key="X",
        title=gettext("Pourquoi écarter cette ligne\u00a0?"),
        action=here.url("set_aside", key),
        choices=tuple(Choice(value=str(words), words=str(words).capitalize()) for words in ASIDE),
        other="other",
        other_words=gettext("Autre raison…"),
        hint=gettext("Elle reste dans l’onglet Écartées, d’où elle peut être reprise."),
        up=False,
    )


def _head(here: At) -> dict[str, Any]:
    """Return what stands above the list: the newest statement."""
    statement = newest_statement(here.creditor)
    return {"about": "" if statement is None else _about(statement)}


def _about(statement: BankStatement) -> str:
    by_rule = Exists(BankMatch.objects.filter(line=OuterRef("pk"), undone_at=None, matched_by=None))
    counts = lines_of(statement).aggregate(all=Count("id"), alone=Count("id", filter=by_rule))
    count, alone = counts["all"], counts["alone"]
    words = gettext("%(account)s · relevé du %(day)s · %(lines)s") % {
        "account": account_name(statement.bank_account),
        "day": formats.day(statement.to_on, language=language()),
        "lines": lines_words(count, count),
    }
    if not alone:
        return words
    matched = ngettext("%(count)s rapprochée d’office", "%(count)s rapprochées d’office", alone)
    return f"{words}, {matched % {'count': formats.number(alone, decimals=0, language=language())}}"
