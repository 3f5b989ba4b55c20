"""What colleagues share about their work: whose it is, who reads it, when it comes back, what they say."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.cases.assign_work import assign_work
from acquit.flows.cases.claim_work import claim_work
from acquit.flows.cases.comment_work import comment_work, see_mentions
from acquit.flows.cases.snooze_work import snooze_work, wake_work
from acquit.flows.material.errors import Impossible, NothingWritten
from acquit.reports.worklist import work_counts
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.answering import See, refused
from acquit.web.toast import toast
from acquit.web.words import language
from acquit.web.worklist.answers import account_of, found_answer
from acquit.web.worklist.days import chosen_day
from acquit.web.worklist.handled import handled
from acquit.web.worklist.items import asked, waiting_of, worklist
from acquit.web.worklist.page import At, at, next_url
from acquit.web.worklist.strip import strip_of

#: As many lines as a page may ask about at once.
_MOST_LINES = 200


def _account(here: At, kind: str, number: int) -> int | None:
    """Return the account of a piece of work of the creditor; Http404 where there is none such."""
    if kind == "message":
        return get_object_or_404(Message, pk=number, creditor=here.creditor).account_id
    if kind == "task":
        return get_object_or_404(Task, pk=number, creditor=here.creditor).account_id
    if kind == "answer":
        found = account_of(here, found_answer(here, number))
        return found.pk if found else None
    raise Http404


def _url(here: At, kind: str, number: int) -> str:
    """Return the page of a piece of work; an alert has no account and a page of its own."""
    alert = kind == "task" and Task.objects.filter(pk=number, account=None).exists()
    return here.url("worklist:alert" if alert else f"worklist:{kind}", number)


@login_required
@require_POST
def assign(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Give a piece of work to a colleague, take it, or leave it to whoever comes."""
    here = at(request)
    _account(here, kind, key)
    chosen = request.POST.get("to", "")
    to = int(chosen) if chosen.isdecimal() else None
    try:
        assign_work(
            organisation_id=here.creditor.organisation_id, kind=kind, item=key, to=to, now=here.now,
            by=here.person,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(_url(here, kind, key))
    if to is None:
        toast(request, gettext("N’est plus à personne."))
    elif to == here.person:
        toast(request, gettext("C’est à vous."))
    else:
        toast(request, gettext("Confié à %(who)s.") % {"who": here.people.name(to)})
    return See(_url(here, kind, key))


@login_required
@require_POST
def snooze(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Take a piece of work off the list until a day."""
    here = at(request)
    _account(here, kind, key)
    day = chosen_day(request, here.today)
    if day is None:
        toast(request, gettext("Choisissez une date de la forme 30/11/2026."), tone="danger")
        return See(_url(here, kind, key))
    onward = next_url(here, kind, key)
    try:
        snooze_work(
            organisation_id=here.creditor.organisation_id, kind=kind, item=key, until=day,
            today=here.today, now=here.now, by=here.person,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(_url(here, kind, key))
    when = formats.near_day(day, today=here.today, language=language())
    toast(
        request, gettext("Mis de côté jusqu’au %(day)s.") % {"day": when},
        undo_url=here.url("worklist:wake", kind, key),
    )  # fmt: skip
    return See(onward)


@login_required
@require_POST
def wake(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Put a piece of work that rests back on the list."""
    here = at(request)
    _account(here, kind, key)
    wake_work(organisation_id=here.creditor.organisation_id, kind=kind, item=key)
    toast(request, gettext("De retour dans la liste."))
    return See(_url(here, kind, key))


@login_required
@require_POST
def claim(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Note that the person has it before his eyes; the open page asks again every minute."""
    here = at(request)
    _account(here, kind, key)
    claim_work(
        organisation_id=here.creditor.organisation_id, kind=kind, item=key, by=here.person, now=here.now
    )
    if request.headers.get("HX-Request") != "true":
        return See(_url(here, kind, key))
    context = {"strip": strip_of(here, kind, key), "here": here, "today": here.today}
    return render(request, "worklist/reader.html", context)


@login_required
@require_POST
def comment(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Say something to colleagues; whom it names by @ finds it in his list."""
    here = at(request)
    account = _account(here, kind, key)
    try:
        said = comment_work(
            organisation_id=here.creditor.organisation_id, creditor_id=here.creditor.pk, account_id=account,
            kind=kind, item=key, text=request.POST.get("text", "")[:4000], now=here.now, by=here.person,
        )  # fmt: skip
    except NothingWritten:
        toast(request, gettext("Le commentaire est vide."), tone="danger")
        return See(_url(here, kind, key))
    words = [gettext("Commentaire ajouté.")]
    if said.told:
        count = len(said.told)
        told = ngettext("%(who)s est prévenu.", "%(who)s sont prévenus.", count)
        words.append(told % {"who": here.people.names(said.told)})
    if said.unknown:
        nobody = gettext("Personne n’est reconnu sous %(names)s\u00a0: écrivez le nom entier.")
        words.append(nobody % {"names": ", ".join(f"@{name}" for name in said.unknown)})
    toast(request, " ".join(words), tone="warn" if said.unknown else "ok")
    return See(_url(here, kind, key))


@login_required
@require_POST
def seen(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Note that the person has read what names him."""
    here = at(request)
    _account(here, kind, key)
    onward = next_url(here, kind, key) if here.view == "cites" else _url(here, kind, key)
    see_mentions(
        organisation_id=here.creditor.organisation_id, kind=kind, item=key, person=here.person, now=here.now
    )
    return See(onward)


@login_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer what changed of the lines that a page shows: who has each, what was dealt with, what is new."""
    here = at(request)
    if request.headers.get("HX-Request") != "true":
        return See(reverse("worklist:index") + here.query)
    shown = _lines(request.GET.get("lignes", ""))
    question = asked(here.creditor, here.person, view=here.view, of=here.of)
    counts = work_counts(question)
    found = worklist(question, here.page, counts=counts)
    now_there = {(item.kind, item.id): item for item in found.items}
    gone: dict[tuple[str, int], str] = {}
    for kind in ("message", "task", "answer"):
        ids = [number for one, number in shown if one == kind and (one, number) not in now_there]
        if ids:
            gone |= {(kind, number): words for number, words in handled(here, kind, ids).items()}
    context = {
        "owned": [
            (item, here.people.short(item.reader or item.owner))
            for key, item in now_there.items()
            if key in shown
        ],
        "gone": [(f"{kind}-{number}", words) for (kind, number), words in gone.items()],
        "fresh": sum(1 for key in now_there if key not in shown),
        "waiting": waiting_of(counts) if not here.of else None,
        "here": here,
    }  # fmt: skip
    return render(request, "worklist/live.html", context)


def _lines(told: str) -> list[tuple[str, int]]:
    """Return the pieces of work that a page says it shows: « message-12,task-4 »."""
    found = []
    for one in told.split(",")[:_MOST_LINES]:
        kind, _dash, number = one.partition("-")
        if kind in ("message", "task", "answer") and number.isdecimal() and len(number) < 19:
            found.append((kind, int(number)))
    return found
