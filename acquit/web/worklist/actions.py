"""What a person does with messages that wait: approve, postpone, pass over, edit, undo."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from acquit.flows.cases.snooze_work import snooze_work
from acquit.flows.material.errors import AlreadyGone, Impossible
from acquit.flows.outbox.approve_message import (
    approve_messages,
    edit_message,
    postpone_message,
    skip_message,
    unapprove_message,
)
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.answering import See, impossible, refused
from acquit.web.toast import toast
from acquit.web.words import language
from acquit.web.worklist.days import chosen_day
from acquit.web.worklist.handled import say_handled
from acquit.web.worklist.page import At, answer, at, next_url
from acquit.web.worklist.panes import message_pane
from acquit.web.worklist.reading import Reading

#: An approval can be taken back for as long as the toast says so.
UNDO_WITHIN = timedelta(seconds=10)
BATCHES = "approved"


def _message(here: At, key: int) -> Message:
    return get_object_or_404(Message, pk=key, creditor=here.creditor)


@login_required
@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve one message."""
    here = at(request)
    found = _message(here, key)
    onward = next_url(here, "message", key)
    approved = approve_messages(
        organisation_id=found.organisation_id, message_ids=[key], now=here.now,
        by=request.user.pk, undo_within=UNDO_WITHIN,
    )  # fmt: skip
    if not approved:
        say_handled(request, here, "message", key)
        return See(onward)
    words = {
        "letter": gettext("Lettre approuvée."), "phone": gettext("Appel approuvé."),
    }.get(found.channel, gettext("Message approuvé."))  # fmt: skip
    toast(request, words, undo_url=here.url("worklist:undo", key))
    return See(onward)


@login_required
@require_POST
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take an approval back."""
    here = at(request)
    found = _message(here, key)
    try:
        unapprove_message(organisation_id=found.organisation_id, message_id=key)
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:index"))
    toast(request, gettext("Approbation annulée\u00a0: rien n’est parti."))
    return See(here.url("worklist:message", key))


@login_required
@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the messages that were ticked, or all those of one step that the page counted.

    What came to the step after the page was drawn has been shown to nobody, and waits.
    """
    here = at(request)
    waiting = Message.objects.filter(creditor=here.creditor, state="to_approve")
    step = request.POST.get("step", "")
    if step:
        scenario, key, newest = (*step.split("/"), "", "", "")[:3]
        newest_id = int(newest) if newest.isdecimal() else 0
        waiting = waiting.filter(scenario=scenario, step=key, pk__lte=newest_id)
    else:
        ticked = [int(one) for one in request.POST.getlist("message") if one.isdecimal()]
        waiting = waiting.filter(pk__in=ticked)
    ids = list(waiting.order_by("id").values_list("id", flat=True))
    approved = approve_messages(
        organisation_id=here.creditor.organisation_id, message_ids=ids, now=here.now,
        by=request.user.pk, undo_within=UNDO_WITHIN,
    )  # fmt: skip
    if not approved:
        toast(
            request, gettext("Aucun message n’est sélectionné\u00a0: cochez ceux à approuver."), tone="warn"
        )
        return See(here.url("worklist:index"))
    words = ngettext("%(count)s message approuvé.", "%(count)s messages approuvés.", approved)
    toast(
        request, words % {"count": formats.number(approved, decimals=0, language=language())},
        undo_url=here.url("worklist:undo_many", _kept(request, ids)),
    )  # fmt: skip
    return See(here.url("worklist:index"))


def _kept(request: HttpRequest, ids: list[int]) -> str:
    """Keep what was approved together in the session, so that it can be undone together."""
    batch = secrets.token_hex(6)
    request.session[BATCHES] = {batch: ids}
    return batch


@login_required
@require_POST
def undo_many(request: HttpRequest, batch: str) -> HttpResponse:
    """Take back what was approved together, as far as it has not left."""
    here = at(request)
    ids = request.session.pop(BATCHES, {}).get(batch)
    if ids is None:
        raise Http404
    back = 0
    for key in ids:
        try:
            unapprove_message(organisation_id=here.creditor.organisation_id, message_id=key)
        except AlreadyGone:
            continue
        back += 1
    gone = len(ids) - back
    words = ngettext("%(count)s approbation annulée.", "%(count)s approbations annulées.", back) % {
        "count": back
    }
    if gone:
        left = ngettext(
            "%(count)s message était déjà parti.", "%(count)s messages étaient déjà partis.", gone
        )
        words += " " + left % {"count": gone}
    toast(request, words, tone="warn" if gone else "ok")
    return See(here.url("worklist:index"))


@login_required
@require_POST
def postpone(request: HttpRequest, key: int) -> HttpResponse:
    """Put a message off to a day."""
    here = at(request)
    found = _message(here, key)
    day = chosen_day(request, here.today)
    if day is None:
        toast(request, gettext("Choisissez une date de la forme 30/11/2026."), tone="danger")
        return See(here.url("worklist:message", key))
    until = datetime.combine(day, here.creditor.window_opens, tzinfo=timezone.get_current_timezone())
    onward = next_url(here, "message", key)
    try:
        postpone_message(organisation_id=found.organisation_id, message_id=key, until=until, now=here.now)
    except AlreadyGone:
        say_handled(request, here, "message", key)
        return See(onward)
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:message", key))
    snooze_work(
        organisation_id=found.organisation_id, kind="message", item=key, until=day, today=here.today,
        now=here.now, by=here.person,
    )  # fmt: skip
    when = formats.near_day(day, today=here.today, language=language())
    toast(
        request, gettext("Reporté\u00a0: le message ne part pas avant le %(day)s.") % {"day": when},
        undo_url=here.url("worklist:wake", "message", key),
    )  # fmt: skip
    return See(onward)


@login_required
@require_POST
def skip(request: HttpRequest, key: int) -> HttpResponse:
    """Pass a message over, with its reason."""
    here = at(request)
    found = _message(here, key)
    onward = next_url(here, "message", key)
    chosen = request.POST.get("reason", "")
    reason = request.POST.get("other", "") if chosen in ("other", "") else chosen
    try:
        skip_message(
            organisation_id=found.organisation_id, message_id=key, reason=reason, now=here.now,
            by=request.user.pk,
        )  # fmt: skip
    except AlreadyGone:
        say_handled(request, here, "message", key)
        return See(onward)
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:message", key))
    toast(request, gettext("Message passé\u00a0: %(reason)s.") % {"reason": reason.strip().rstrip(".")})
    return See(onward)


class EditForm(forms.Form):
    """The words of a message, as a person changes them."""

    subject = forms.CharField(label=_("Objet"), max_length=300)
    body = forms.CharField(label=_("Message"), widget=forms.Textarea, max_length=20_000)


@login_required
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change the words of a message; they are tried before they are kept."""
    here = at(request)
    found = get_object_or_404(Message.objects.select_related("debtor"), pk=key, creditor=here.creditor)
    reading = Reading(found, now=here.now)
    if request.method != "POST":
        said = reading.said
        if said is None:
            return See(here.url("worklist:message", key))
        initial = {"subject": said.rendered.subject, "body": said.rendered.editable}
        return _edit_page(request, here, key, EditForm(initial=initial))
    form = EditForm(request.POST)
    if not form.is_valid() or not _can_be_said(found, here.now, form):
        return _edit_page(request, here, key, form)
    try:
        edit_message(
            organisation_id=found.organisation_id, message_id=key,
            subject=form.cleaned_data["subject"], body=form.cleaned_data["body"],
        )  # fmt: skip
    except Impossible as error:
        form.add_error(None, impossible(error))
        return _edit_page(request, here, key, form)
    toast(request, gettext("Texte enregistré. Le message attend toujours votre accord."))
    return See(here.url("worklist:message", key))


def _can_be_said(found: Message, now: datetime, form: EditForm) -> bool:
    found.subject, found.body, found.edited = form.cleaned_data["subject"], form.cleaned_data["body"], True
    reading = Reading(found, now=now)
    problem = reading.problem
    if problem is not None:
        form.add_error("body", problem.words)
    return problem is None


def _edit_page(request: HttpRequest, here: At, key: int, form: EditForm) -> HttpResponse:
    more: dict[str, Any] = {
        "form": form,
        "edit_action": here.url("worklist:edit", key),
        "cancel_url": here.url("worklist:message", key),
    }
    return answer(request, here, message_pane(here, key, **more))
