"""« À traiter », read: the list, one message, one task, one alert."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.store.cases.models import Task
from acquit.store.outbox.models import PAPER, Message
from acquit.web.security import framed_mail
from acquit.web.worklist.answers import answer_pane
from acquit.web.worklist.items import Item
from acquit.web.worklist.network import guard_context
from acquit.web.worklist.page import At, Pane, answer, at, listed, nothing
from acquit.web.worklist.panes import message_pane, task_pane, waiting_message
from acquit.web.worklist.reading import Reading
from acquit.web.worklist.words import ALERTS
from acquit.wording.template import Unsayable


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the list with its first item opened."""
    if request.creditor is None:  # type: ignore[attr-defined]
        raise Http404
    here = at(request)
    found = listed(here)
    return answer(request, here, _first(here, found.items[0]) if found.items else nothing(here), found)


def _first(here: At, item: Item) -> Pane:
    return {"task": task_pane, "message": message_pane, "answer": answer_pane}[item.kind](here, item.id)


@login_required
@require_safe
def message(request: HttpRequest, key: int) -> HttpResponse:
    """Show a message that waits."""
    here = at(request)
    return answer(request, here, message_pane(here, key))


@login_required
@require_safe
def task(request: HttpRequest, key: int) -> HttpResponse:
    """Show a task."""
    here = at(request)
    return answer(request, here, task_pane(here, key))


@login_required
@require_safe
def alert(request: HttpRequest, key: int) -> HttpResponse:
    """Show an alert of the creditor."""
    here = at(request)
    found = get_object_or_404(Task, pk=key, creditor=here.creditor, account=None, closed_at=None)
    name, why, icon = ALERTS.get(found.kind, (gettext("Un canal est en pause"), "", "alert-triangle"))
    context = {
        "alert": found,
        "title": name,
        "words": why,
        "icon": icon,
        "because": found.params.get("because", ""),
        "ready": Message.objects.filter(creditor=here.creditor, state="ready").count(),
        "limit": here.creditor.volume_limit,
        "missing": found.params.get("count", 0),
        "share": found.params.get("share", 0),
        "file": found.params.get("file"),
    }
    if found.kind == "bank_change":
        context |= guard_context(here, found)
    pane = Pane(template="worklist/read_alert.html", kind="alert", id=key, context=context)
    return answer(request, here, pane)


@login_required
@require_safe
@framed_mail
def preview(request: HttpRequest, key: int) -> HttpResponse:
    """Show the HTML of a message as it would leave now."""
    here = at(request)
    said = Reading(waiting_message(here, key), now=here.now).said
    if said is None:
        raise Http404
    return HttpResponse(said.rendered.html)


@login_required
@require_safe
def letter(request: HttpRequest, key: int) -> HttpResponse:
    """Show a letter as it would be printed now, or as it was frozen."""
    here = at(request)
    found = waiting_message(here, key)
    if found.channel not in PAPER:
        raise Http404
    reading = Reading(found, now=here.now)
    frozen = reading.frozen if found.state in ("handed_over", "sending", "failed") else None
    try:
        content = bytes(frozen.content) if frozen is not None else reading.document()
    except Unsayable as why:
        raise Http404 from why
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="lettre-{key}.pdf"'
    return response


def _message(here: At, key: int) -> Message:
    return get_object_or_404(Message.objects.select_related("debtor"), pk=key, creditor=here.creditor)
