"""« Notifications » under « Envois »: own systems and chat rooms that are told what happens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from acquit.flows.outbox.notify import end_subscription, keep_subscription, try_subscription
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Subscription, SubscriptionCall
from acquit.web.answering import See, creditor_of
from acquit.web.toast import toast

KINDS = {
    "json": _("Votre système (JSON signé)"),
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "mattermost": "Mattermost",
}
EVENTS = {
    "message_sent": _("Message envoyé"),
    "bounce": _("Adresse en échec"),
    "answer_arrived": _("Réponse reçue"),
    "promise_made": _("Promesse faite"),
    "promise_broken": _("Promesse non tenue"),
    "dispute_opened": _("Litige ouvert"),
    "payment_matched": _("Règlement rapproché"),
    "channel_paused": _("Canal en pause"),
    "volume_alert": _("Volume inhabituel"),
    "test": _("Essai"),
}
_LAST = 20


class SubscriptionForm(forms.Form):
    """Who is told, where, of what."""

    kind = forms.ChoiceField(label=_("Pour"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Nom"), max_length=100)
    url = forms.CharField(label=_("Adresse du webhook"), max_length=2000)
    for_all = forms.BooleanField(label=_("Pour toutes les sociétés"), required=False)
    events = forms.MultipleChoiceField(
        label=_("Ce qui est annoncé"), choices=[(k, w) for k, w in EVENTS.items() if k != "test"],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="notification-%s")
        for field in self.fields.values():
            field.error_messages["required"] = _("Ce champ est nécessaire.")

    def clean_url(self) -> str:
        """Refuse what is no web address; whether it leads into the house is looked at for each call."""
        given: str = self.cleaned_data["url"].strip()
        try:
            parts = urlsplit(given)
            named = bool(parts.hostname) and not parts.username
        except ValueError:
            raise forms.ValidationError(_("Une adresse de la forme https://exemple.fr/…")) from None
        schemes = {"https", "http"} if settings.ACQUIT_PRIVATE_WEBHOOKS else {"https"}
        if not named or parts.scheme not in schemes:
            raise forms.ValidationError(_("Une adresse de la forme https://exemple.fr/…"))
        return given


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show who is told of what, with the last calls; keep one more."""
    creditor = creditor_of(request)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    key = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        key = keep_subscription(
            organisation_id=creditor.organisation_id, kind=said["kind"], name=said["name"], url=said["url"],
            events=said["events"], creditor_id=None if said["for_all"] else creditor.pk, now=timezone.now(),
        )  # fmt: skip
        if said["kind"] != "json":
            toast(request, gettext("Notification enregistrée."))
            return See(reverse("settings:subscriptions"))
        form = SubscriptionForm()
    mine = _of(creditor)
    calls = SubscriptionCall.objects.filter(subscription__in=mine).select_related("subscription")
    context = {
        "form": form, "key": key, "today": timezone.localdate(),
        "subscriptions": [
            (one, KINDS.get(one.kind, one.kind), ", ".join(str(EVENTS.get(e, e)) for e in one.events))
            for one in mine.filter(active=True).order_by("id")
        ],
        "calls": [(one, EVENTS.get(one.event, one.event)) for one in calls.order_by("-id")[:_LAST]],
    }  # fmt: skip
    return render(request, "setup/subscriptions.html", context)


def _of(creditor: Creditor) -> QuerySet[Subscription]:
    return Subscription.objects.filter(Q(creditor=creditor) | Q(creditor=None))


@login_required
@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Tell a subscription nothing more."""
    one = get_object_or_404(_of(creditor_of(request)), pk=key)
    end_subscription(organisation_id=one.organisation_id, subscription_id=key)
    toast(request, gettext("Notification retirée."))
    return See(reverse("settings:subscriptions"))


@login_required
@require_POST
def attempt(request: HttpRequest, key: int) -> HttpResponse:
    """Let a subscription be told of a test."""
    one = get_object_or_404(_of(creditor_of(request)), pk=key, active=True)
    try_subscription(organisation_id=one.organisation_id, subscription_id=key, now=timezone.now())
    toast(request, gettext("L’essai part dans la minute\u00a0: le journal en dira la suite."))
    return See(reverse("settings:subscriptions"))
