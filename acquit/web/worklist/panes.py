"""What the reading pane shows: a message, a call or a task, with what a person may do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from acquit.store.cases.models import Task
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.components import Choice, ReasonMenu
from acquit.web.words import language
from acquit.web.worklist import forms
from acquit.web.worklist.callpane import call_context
from acquit.web.worklist.network import guard_context, network_context
from acquit.web.worklist.page import At, Pane
from acquit.web.worklist.reading import Reading
from acquit.web.worklist.words import NETWORK, SKIPPED


def waiting_message(here: At, key: int) -> Message:
    """Return a message of the creditor, or raise Http404."""
    return get_object_or_404(Message.objects.select_related("debtor"), pk=key, creditor=here.creditor)


def message_pane(here: At, key: int, **more: Any) -> Pane:
    """Return the reading pane of a message; one that waits no more says where it is."""
    found = waiting_message(here, key)
    if found.state not in ("to_approve", "handed_over", "failed", "sending", "ready"):
        context = {"message": found, "account_url": _account_url(found)}
        return Pane(template="worklist/read_gone.html", kind="message", id=key, context=context)
    reading = Reading(found, now=here.now)
    context = {
        "reading": reading,
        "message": found,
        "mail": reading.mail(frame_url=here.url("worklist:preview", key)),
        "why": reading.why(),
        "account_url": _account_url(found),
        "postpone": postpone_menu(here, key),
        "skip": skip_menu(here, key),
        "leaves": _leaves(reading),
        **more,
    }
    if found.state == "handed_over" and found.channel == "phone":
        context |= call_context(here, reading)
        return Pane(template="worklist/read_call.html", kind="message", id=key, context=context | more)
    return Pane(template="worklist/read_message.html", kind="message", id=key, context=context)


def task_pane(here: At, key: int, **more: Any) -> Pane:
    """Return the reading pane of a task."""
    found = get_object_or_404(
        Task.objects.select_related("account__debtor"), pk=key, creditor=here.creditor, account__isnull=False
    )
    context = {**forms.task_context(here, found), **more}
    if found.kind in NETWORK:
        context |= network_context(found)
    if found.kind == "bank_change":
        context |= guard_context(here, found)
    return Pane(template="worklist/read_task.html", kind="task", id=key, context=context)


def _account_url(found: Message) -> str:
    return forms.account_url(found.account_id)


def _leaves(reading: Reading) -> str:
    """Return when the message leaves once it is approved."""
    message = reading.message
    if message.not_before <= reading.now:
        return gettext(
            "Approuvé, le message part dans la minute. Acquit revérifie le solde juste avant l’envoi."
        )
    when = formats.moment(
        message.not_before.astimezone(reading.case.creditor.zone), today=reading.today, language=language()
    )
    words = gettext(
        "Approuvé, le message part au plus tôt %(when)s. Acquit revérifie le solde juste avant l’envoi."
    )
    return words % {"when": when}


def postpone_menu(here: At, key: int) -> ReasonMenu:
    """Return the days to which a message may be put off."""
    return ReasonMenu(
        label=gettext("Reporter"),
        icon="calendar-time",
        key="R",
        title=gettext("Reporter à quand\u00a0?"),
        action=here.url("worklist:postpone", key),
        choices=(
            Choice(value="1", words=gettext("Demain")),
            Choice(value="3", words=gettext("Dans 3 jours")),
            Choice(value="monday", words=gettext("Lundi")),
        ),
        field="when",
        on="day",
        on_words=gettext("Une date"),
        on_from=here.today + timedelta(days=1),
        hint=gettext("Le solde est revérifié ce jour-là."),
    )


def skip_menu(here: At, key: int) -> ReasonMenu:
    """Return the reasons for which a message may be passed over."""
    return ReasonMenu(
        label=gettext("Passer"),
        icon="player-skip-forward",
        key="P",
        title=gettext("Passer ce message. Pour quelle raison\u00a0?"),
        action=here.url("worklist:skip", key),
        choices=tuple(Choice(value=str(words), words=str(words)) for words in SKIPPED),
        other="other",
        other_words=gettext("Autre raison…"),
        hint=gettext("La raison s’affiche dans l’historique du client. L’étape ne sera plus proposée."),
    )
