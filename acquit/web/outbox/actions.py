"""What a person decides about messages that no machine can settle."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from acquit.channels.provider import Event
from acquit.flows.material.errors import AlreadyGone, Impossible
from acquit.flows.outbox.confirm_printed import confirm_printed
from acquit.flows.outbox.resolve_sending import give_up, resolve_sending, retry_failed
from acquit.flows.outbox.tell_arrival import LARGEST_PROOF, tell_arrival
from acquit.store.outbox.models import Message
from acquit.web.answering import See, creditor_of, refused
from acquit.web.outbox.arrival import arrival_form
from acquit.web.outbox.listing import is_stuck
from acquit.web.toast import toast


def _found(request: HttpRequest, key: int) -> Message:
    return get_object_or_404(Message, pk=key, creditor=creditor_of(request))


def _back(key: int) -> See:
    return See(reverse("outbox:message", args=[key]))


@login_required
@require_POST
def resolve(request: HttpRequest, key: int) -> HttpResponse:
    """Record whether a stuck message left."""
    found, now = _found(request, key), timezone.now()
    left = request.POST.get("left")
    try:
        if left not in ("yes", "no") or not is_stuck(found, now):
            raise AlreadyGone
        resolve_sending(organisation_id=found.organisation_id, message_id=key, left=left == "yes", now=now)
    except Impossible as error:
        refused(request, error)
        return _back(key)
    toast(
        request,
        gettext("Noté\u00a0: le message est parti.")
        if left == "yes"
        else gettext("Noté\u00a0: le message repartira au prochain passage."),
    )
    return _back(key)


@login_required
@require_POST
def arrived(request: HttpRequest, key: int) -> HttpResponse:
    """Record what the post's slip says of a letter, and keep the slip."""
    found = _found(request, key)
    form = arrival_form(found, request.POST, request.FILES)
    if not form.is_valid():
        toast(request, gettext("Indiquez ce que dit l’avis, et sa date."), tone="danger")
        return _back(key)
    proof = form.cleaned_data["proof"]
    try:
        tell_arrival(
            organisation_id=found.organisation_id, message_id=key, now=timezone.now(),
            event=Event(form.cleaned_data["event"]), on=form.cleaned_data["on"],
            proof=proof.read(LARGEST_PROOF + 1) if proof else None,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return _back(key)
    toast(request, gettext("Noté. Le client est réexaminé au prochain passage."))
    return _back(key)


@login_required
@require_POST
def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Let a refused message try again."""
    found = _found(request, key)
    try:
        retry_failed(organisation_id=found.organisation_id, message_id=key, now=timezone.now())
    except Impossible as error:
        refused(request, error)
        return _back(key)
    toast(request, gettext("Le message repart au prochain passage."))
    return _back(key)


@login_required
@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Take a refused message back for good."""
    found = _found(request, key)
    try:
        give_up(organisation_id=found.organisation_id, message_id=key, now=timezone.now())
    except Impossible as error:
        refused(request, error)
        return _back(key)
    toast(request, gettext("Message retiré. Le client est réexaminé au prochain passage."))
    return _back(key)


@login_required
@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """Record that a letter printed by itself is posted; many are printed as a batch."""
    creditor = creditor_of(request)
    ticked = [int(one) for one in request.POST.getlist("message") if one.isdecimal()]
    ours = Message.objects.filter(pk__in=ticked, creditor=creditor).order_by("id")
    confirmed = confirm_printed(
        organisation_id=creditor.organisation_id,
        message_ids=list(ours.values_list("id", flat=True)),
        now=timezone.now(),
    )
    if confirmed:
        words = ngettext("%(count)s lettre postée.", "%(count)s lettres postées.", confirmed)
        toast(request, words % {"count": confirmed})
    else:
        toast(request, gettext("Aucune lettre n’est cochée, ou elles sont déjà postées."), tone="warn")
    return See(reverse("outbox:index") + "?etat=a-imprimer")
