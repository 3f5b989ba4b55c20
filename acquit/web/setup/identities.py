"""« Qui écrit » under « Envois »: names and addresses of the sender, one a stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from acquit.channels.email.mailbox import usable
from acquit.flows.outbox.keep_identity import forget_identity, keep_identity
from acquit.store.outbox.models import Identity
from acquit.web.answering import See, creditor_of
from acquit.web.toast import toast

STAGES = {
    "": _("Tous les messages"),
    "courtesy": _("Prévenance"),
    "reminder": _("Relance"),
    "formal notice": _("Mise en demeure"),
    "thanks": _("Remerciement"),
}


class IdentityForm(forms.Form):
    """Who writes, for which messages."""

    stage = forms.ChoiceField(label=_("Pour"), choices=list(STAGES.items()), required=False)
    name = forms.CharField(label=_("Nom"), max_length=200)
    email = forms.CharField(label=_("E-mail"), max_length=254)
    phone = forms.CharField(label=_("Téléphone direct"), max_length=40, required=False)
    reply_to = forms.CharField(
        label=_("Adresse de réponse"), max_length=254, required=False,
        help_text=_("Vide\u00a0: comme pour les autres messages."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="expediteur-%s")
        for field in self.fields.values():
            field.error_messages["required"] = _("Ce champ est nécessaire.")

    def clean_email(self) -> str:
        """Refuse what cannot be a mailbox."""
        return _mailbox(self.cleaned_data["email"])

    def clean_reply_to(self) -> str:
        """Refuse what cannot be a mailbox."""
        given: str = self.cleaned_data["reply_to"]
        return _mailbox(given) if given else ""


def _mailbox(given: str) -> str:
    found = usable(given)
    if found is None:
        raise forms.ValidationError(_("Une adresse de la forme nom@exemple.fr."))
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show under whose name each stage leaves; keep one more."""
    creditor = creditor_of(request)
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        keep_identity(
            organisation_id=creditor.organisation_id, creditor_id=creditor.pk, stage=said.pop("stage"),
            fields=said,
        )  # fmt: skip
        toast(request, gettext("Expéditeur enregistré."))
        return See(reverse("settings:identities"))
    rows = {one.stage: one for one in Identity.objects.filter(creditor=creditor).order_by("id")}
    shown = [(stage, words, rows[stage]) for stage, words in STAGES.items() if stage in rows]
    return render(request, "setup/identities.html", {"form": form, "identities": shown})


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Let a stage leave as all others do."""
    creditor = creditor_of(request)
    forget_identity(
        organisation_id=creditor.organisation_id, creditor_id=creditor.pk,
        stage=request.POST.get("stage", ""),
    )  # fmt: skip
    toast(request, gettext("Expéditeur retiré."))
    return See(reverse("settings:identities"))
