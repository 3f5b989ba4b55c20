"""« Boîtes de réception »: where debtors answer, when each mailbox was read, what its silence holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from acquit.channels.email.imap import CannotRead
from acquit.channels.email.oauth import NotGranted
from acquit.flows.answers import keep_mailbox as flow
from acquit.flows.answers.go_on_without import go_on_without, wait_again
from acquit.flows.material.answers.reading import PASSWORD
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Mailbox, MailboxWaiver
from acquit.store.facts import CaseLoader
from acquit.web.answering import See, creditor_of, impossible, refused
from acquit.web.setup import consent
from acquit.web.setup.mailbox_form import MailboxForm
from acquit.web.setup.words import cannot_read
from acquit.web.toast import toast


class WithoutForm(forms.Form):
    """Until when to go on without it, and why."""

    until = forms.DateField(label=_("Jusqu’au (inclus)"), widget=forms.DateInput(attrs={"type": "date"}))
    because = forms.CharField(label=_("Motif"), max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A mailbox as its card draws it. `holds`: reminders wait for it."""

    box: Mailbox
    holds: bool
    trouble: str
    waiver: MailboxWaiver | None
    without: WithoutForm


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the mailboxes with what each holds."""
    creditor = creditor_of(request)
    boxes = mailboxes_of(creditor).order_by("id")
    context = {
        "mailboxes": _shown(creditor, boxes.exclude(sealed="", is_active=False), timezone.now()),
        "removed": boxes.filter(sealed="", is_active=False),
        "today": timezone.localdate(),
    }
    return render(request, "setup/mailboxes.html", context)


def mailboxes_of(creditor: Creditor) -> QuerySet[Mailbox]:
    """Return the mailboxes in which debtors of the creditor answer, or did."""
    return Mailbox.objects.filter(Q(creditor=creditor) | Q(creditor=None)).select_related("creditor")


def _shown(creditor: Creditor, boxes: QuerySet[Mailbox], now: datetime) -> list[Shown]:
    loader = CaseLoader(creditor.organisation_id, now)
    silent = {one.key for one in loader.unheard(loader.creditor(creditor.pk))}
    running = MailboxWaiver.objects.filter(mailbox__in=boxes, ended_at=None, until__gt=now)
    waivers = {one.mailbox_id: one for one in running.select_related("made_by").order_by("id")}
    return [
        Shown(
            box=box, holds=box.pk in silent, waiver=waivers.get(box.pk),
            trouble=str(cannot_read(box.cause, box.login)[1]) if box.cause else "",
            without=WithoutForm(auto_id=f"sans-{box.pk}-%s"),
        )
        for box in boxes
    ]  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, login: str = PASSWORD) -> HttpResponse:
    """Set up a mailbox, once it opens."""
    if login not in {PASSWORD, *consent.NAMES}:
        raise Http404
    return _form_page(request, None, login)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Show a mailbox and keep its settings, once it opens with them."""
    box = _box(request, key)
    return _form_page(request, box, box.login)


def _box(request: HttpRequest, key: int) -> Mailbox:
    return get_object_or_404(mailboxes_of(creditor_of(request)), pk=key)


def _form_page(request: HttpRequest, box: Mailbox | None, login: str) -> HttpResponse:
    posted = request.method == "POST"
    form = MailboxForm(box, login, request.POST if posted else None)
    if not posted or not form.is_valid():
        return _drawn(request, form, box, login)
    if form.asks_for_consent() or (login != PASSWORD and "consent" in request.POST):
        return consent.ask(
            request, application=form.application(), mailbox_id=box.pk if box else None, typed=request.POST,
            user=form.cleaned_data["user"],
        )  # fmt: skip
    return _kept(request, form, box, login)


@login_required
@require_POST
def keep_consent(request: HttpRequest) -> HttpResponse:
    """Keep the mailbox for which its owner consented, once it opens."""
    found = consent.brought(request)
    if found is None or isinstance(found, NotGranted):
        why = found or gettext("la demande n’a plus cours")
        words = gettext("L’accord n’a pas pu être utilisé, et rien n’est enregistré\u00a0: %(why)s")
        toast(request, words % {"why": why}, tone="danger")
        return See(reverse("settings:mailboxes"))
    asked, refresh_token, access_token = found
    box = _box(request, asked.mailbox_id) if asked.mailbox_id else None
    form = MailboxForm(box, asked.application.by, asked.typed)
    if not form.is_valid():
        return _drawn(request, form, box, asked.application.by)
    return _kept(request, form, box, asked.application.by, (refresh_token, access_token))


def _drawn(
    request: HttpRequest, form: MailboxForm, box: Mailbox | None, login: str, told: str = ""
) -> HttpResponse:
    there = (
        reverse("settings:mailbox", args=[box.pk]) if box else reverse("settings:add_mailbox", args=[login])
    )
    context = {
        "form": form, "box": box, "told": told, "there": there, "by": consent.NAMES.get(login, ""),
        "redirect_uri": consent.redirect_uri() if "client_id" in form.fields else "",
    }  # fmt: skip
    return render(request, "setup/mailbox.html", context)


def _kept(
    request: HttpRequest,
    form: MailboxForm,
    box: Mailbox | None,
    login: str,
    tokens: tuple[str, str] = ("", ""),
) -> HttpResponse:
    """Keep the mailbox where it opens; else show why it does not."""
    try:
        error = _keep(creditor_of(request), form, box, *tokens)
    except Impossible as why:
        form.add_error(None, impossible(why))
        return _drawn(request, form, box, login)
    if error is not None:
        form.add_trouble(error)
        return _drawn(request, form, box, login, str(error))
    toast(request, gettext("Boîte enregistrée\u00a0: elle s’ouvre, et sera lue dans la minute."))
    return See(reverse("settings:mailboxes"))


def _keep(
    creditor: Creditor, form: MailboxForm, box: Mailbox | None, refresh_token: str, access_token: str
) -> CannotRead | None:
    said, now = form.said(creditor, refresh_token=refresh_token), timezone.now()
    known = box.pk if box else None
    if access_token or form.asks_to_open():
        error = flow.try_mailbox(
            organisation_id=creditor.organisation_id, said=said, mailbox_id=known, now=now,
            token_urls=settings.ACQUIT_OAUTH_TOKEN_URLS, access_token=access_token,
        )  # fmt: skip
        if error is not None:
            return error
    flow.keep_mailbox(
        organisation_id=creditor.organisation_id, said=said, mailbox_id=known, now=now,
        today=timezone.localdate(),
    )  # fmt: skip
    return None


@login_required
@require_POST
def attempt(request: HttpRequest, key: int) -> HttpResponse:
    """Open the mailbox as it is kept, and say how it went."""
    box = _box(request, key)
    error = flow.retry_mailbox(
        organisation_id=box.organisation_id, mailbox_id=key, now=timezone.now(),
        token_urls=settings.ACQUIT_OAUTH_TOKEN_URLS,
    )  # fmt: skip
    if error is None:
        toast(request, gettext("La boîte s’ouvre\u00a0: elle sera lue dans la minute."))
    else:
        toast(request, str(cannot_read(error.cause, box.login)[1]), tone="danger")
    return See(reverse("settings:mailboxes"))


@login_required
@require_POST
def pause(request: HttpRequest, key: int) -> HttpResponse:
    """Read the mailbox no more, so that it holds nothing either."""
    undo = reverse("settings:resume_mailbox", args=[key])
    return _done(
        request, key, gettext("Boîte en pause\u00a0: une réponse qui y arrive n’arrête plus de relance."),
        lambda box, now: flow.switch_mailbox(
            organisation_id=box.organisation_id, mailbox_id=key, on=False, now=now
        ),
        undo=undo,
    )  # fmt: skip


@login_required
@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Read the mailbox again."""
    return _done(
        request, key, gettext("Boîte reprise\u00a0: elle sera lue dans la minute."),
        lambda box, now: flow.switch_mailbox(
            organisation_id=box.organisation_id, mailbox_id=key, on=True, now=now
        ),
    )  # fmt: skip


@login_required
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Read the mailbox no more and forget its password."""
    return _done(
        request, key, gettext("Boîte retirée, mot de passe oublié\u00a0: les réponses reçues restent."),
        lambda box, now: flow.remove_mailbox(organisation_id=box.organisation_id, mailbox_id=key, now=now),
    )  # fmt: skip


@login_required
@require_POST
def without(request: HttpRequest, key: int) -> HttpResponse:
    """Go on without the mailbox through a day, for a reason."""
    form = WithoutForm(request.POST)
    if not form.is_valid():
        return _unclear(request, form)
    said = form.cleaned_data
    until = timezone.make_aware(datetime.combine(said["until"], time.max))
    return _done(
        request, key, gettext("Les relances reprennent sans cette boîte."),
        lambda box, now: go_on_without(
            organisation_id=box.organisation_id, mailbox_id=key, until=until, because=said["because"],
            now=now, by=request.user.pk,
        ),
    )  # fmt: skip


@login_required
@require_POST
def wait(request: HttpRequest, key: int) -> HttpResponse:
    """Let the mailbox's silence hold again."""
    return _done(
        request, key, gettext("Les relances attendent de nouveau cette boîte."),
        lambda box, now: wait_again(organisation_id=box.organisation_id, mailbox_id=key, now=now),
    )  # fmt: skip


def _done(
    request: HttpRequest, key: int, words: str, act: Callable[[Mailbox, datetime], Any], undo: str = ""
) -> HttpResponse:
    try:
        act(_box(request, key), timezone.now())
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, words, undo_url=undo)
    return See(reverse("settings:mailboxes"))


def _unclear(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Say what is missing on the page that one comes back to."""
    said = " ".join(
        f"{form.fields[name].label}\u00a0: {' '.join(map(str, errors))}"
        for name, errors in form.errors.items()
    )
    toast(request, said, tone="danger")
    return See(reverse("settings:mailboxes"))
