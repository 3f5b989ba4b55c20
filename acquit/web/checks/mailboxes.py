"""The mailboxes in which debtors answer: when each was read, and what its silence holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from acquit.flows.answers.allow_silence import MOST_HOURS, allow_silence, go_on_without, wait_again
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Mailbox, MailboxWaiver
from acquit.store.facts import CaseLoader
from acquit.web.answering import See, creditor_of, refused
from acquit.web.toast import toast


class HoursForm(forms.Form):
    """How long a mailbox may stay unread before reminders wait."""

    hours = forms.IntegerField(
        label=_("Sans lecture, suspendre les relances après (heures)"), min_value=1, max_value=MOST_HOURS
    )


class WithoutForm(forms.Form):
    """Until when to go on without it, and why."""

    until = forms.DateField(label=_("Jusqu’au (inclus)"), widget=forms.DateInput(attrs={"type": "date"}))
    because = forms.CharField(label=_("Motif"), max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A mailbox as its row draws it. `holds`: reminders wait for it."""

    box: Mailbox
    holds: bool
    waiver: MailboxWaiver | None
    hours: HoursForm
    without: WithoutForm


def mailboxes_of(creditor: Creditor) -> QuerySet[Mailbox]:
    """Return the mailboxes in which debtors of the creditor answer."""
    return Mailbox.objects.filter(Q(creditor=creditor) | Q(creditor=None), is_active=True)


def shown(creditor: Creditor, now: datetime) -> list[Shown]:
    """Return the mailboxes with what each holds."""
    loader = CaseLoader(creditor.organisation_id, now)
    silent = {one.key for one in loader.unheard(loader.creditor(creditor.pk))}
    boxes = mailboxes_of(creditor).order_by("id")
    running = MailboxWaiver.objects.filter(mailbox__in=boxes, ended_at=None, until__gt=now)
    waivers = {one.mailbox_id: one for one in running.select_related("made_by").order_by("id")}
    return [
        Shown(
            box=box, holds=box.pk in silent, waiver=waivers.get(box.pk),
            hours=HoursForm(initial={"hours": box.silent_hours}, auto_id=f"boite-{box.pk}-%s"),
            without=WithoutForm(auto_id=f"sans-{box.pk}-%s"),
        )
        for box in boxes
    ]  # fmt: skip


@login_required
@require_POST
def hours(request: HttpRequest, key: int) -> HttpResponse:
    """Say how long the mailbox may stay unread."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _unclear(request, form)
    return _done(
        request, key, gettext("Délai enregistré."),
        lambda box: allow_silence(
            organisation_id=box.organisation_id, mailbox_id=key, hours=form.cleaned_data["hours"],
            now=timezone.now(),
        ),
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
        lambda box: go_on_without(
            organisation_id=box.organisation_id, mailbox_id=key, until=until, because=said["because"],
            now=timezone.now(), by=request.user.pk,
        ),
    )  # fmt: skip


@login_required
@require_POST
def wait(request: HttpRequest, key: int) -> HttpResponse:
    """Let the mailbox's silence hold again."""
    return _done(
        request, key, gettext("Les relances attendent de nouveau cette boîte."),
        lambda box: wait_again(organisation_id=box.organisation_id, mailbox_id=key, now=timezone.now()),
    )  # fmt: skip


def _done(request: HttpRequest, key: int, words: str, act: Callable[[Mailbox], Any]) -> HttpResponse:
    box = get_object_or_404(mailboxes_of(creditor_of(request)), pk=key)
    try:
        act(box)
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, words)
    return See(reverse("checks:index") + "#boites")


def _unclear(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Say what is missing on the page that one comes back to."""
    said = " ".join(
        f"{form.fields[name].label}\u00a0: {' '.join(map(str, errors))}"
        for name, errors in form.errors.items()
    )
    toast(request, said, tone="danger")
    return See(reverse("checks:index") + "#boites")
