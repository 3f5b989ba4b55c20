"""Who dealt with a thing already, and when: what a colleague reads instead of an error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from acquit.flows.material.errors import AlreadyGone
from acquit.store.answers.models import UNREAD, Answer
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.answering import impossible
from acquit.web.toast import toast
from acquit.web.words import language, said
from acquit.web.worklist.page import At
from acquit.web.worklist.words import OUTCOMES


def handled(here: At, kind: str, ids: Iterable[int]) -> dict[int, str]:
    """Return what became of those that no longer wait: « Approuvé par Malik Benali, aujourd’hui 10:42 »."""
    looks = {"message": _messages, "task": _tasks, "answer": _answers}
    return looks[kind](here, list(ids))


def say_handled(request: HttpRequest, here: At, kind: str, number: int) -> None:
    """Say on the next screen who dealt with it, and that nothing was done twice."""
    found = handled(here, kind, [number]).get(number)
    words = gettext("%(handled)s. Cela n’attend plus\u00a0: rien d’autre n’a été fait.")
    toast(request, words % {"handled": found} if found else impossible(AlreadyGone()), tone="warn")


def _messages(here: At, ids: list[int]) -> dict[int, str]:
    done = {
        "ready": gettext("Approuvé"), "skipped": gettext("Passé"), "withdrawn": gettext("Retiré"),
        "sent": gettext("Parti"), "sending": gettext("En train de partir"),
    }  # fmt: skip
    rows = Message.objects.filter(pk__in=ids, creditor=here.creditor, state__in=done).values_list(
        "id", "state", "approved_by_id", "approved_at", "sent_at"
    )
    found = {}
    for key, state, approver, approved_at, sent_at in rows:
        by = approver if state in ("ready", "skipped") else None
        found[key] = _said(here, done[state], by, approved_at if by is not None else sent_at)
    return found


def _tasks(here: At, ids: list[int]) -> dict[int, str]:
    rows = Task.objects.filter(pk__in=ids, creditor=here.creditor, closed_at__isnull=False)
    return {
        key: _said(here, gettext("Traité"), by, when)
        for key, by, when in rows.values_list("id", "closed_by_id", "closed_at")
    }


def _answers(here: At, ids: list[int]) -> dict[int, str]:
    rows = Answer.objects.filter(pk__in=ids).exclude(state=UNREAD)
    return {
        key: _said(here, said(OUTCOMES, outcome) if outcome else gettext("Classée"), by, when)
        for key, outcome, by, when in rows.values_list("id", "outcome", "handled_by_id", "handled_at")
    }


def _said(here: At, done: str, by: int | None, when: datetime | None) -> str:
    """Write what was done, by whom and when, as far as it is known."""
    local = timezone.localtime(when) if when else None
    at = formats.moment(local, today=here.today, language=language()) if local else ""
    who = gettext("vous") if by == here.person and by else here.people.name(by)
    if who and at:
        return gettext("%(done)s par %(who)s, %(at)s") % {"done": done, "who": who, "at": at}
    return f"{done}, {at}" if at else done
