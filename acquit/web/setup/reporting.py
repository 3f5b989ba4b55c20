"""Which mails about the work a person gets, and by which rule the creditor sets money aside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from acquit.core.ageing import EdgesOutOfOrder
from acquit.core.loss import OURS, RuleOutOfOrder, rule_of
from acquit.flows.accounts.change_creditor import change_creditor
from acquit.flows.accounts.choose_digests import choose_digests
from acquit.store.accounts.models import Creditor, DigestChoice
from acquit.web.answering import See, creditor_of
from acquit.web.fields import plain_amount
from acquit.web.formats import number
from acquit.web.toast import toast
from acquit.web.words import language


class DigestForm(forms.Form):
    """The mails about the work."""

    daily = forms.BooleanField(
        label=_("Chaque matin ouvré, ce qui m’attend"), required=False,
        help_text=_("Messages, appels, promesses du jour et rompues, argent reçu."),
    )  # fmt: skip
    weekly = forms.BooleanField(
        label=_("Chaque semaine, la page de la direction"), required=False,
        help_text=_("DSO, balance âgée, prévision et plus gros échus."),
    )  # fmt: skip


class ProvisionForm(forms.Form):
    """The rule by age: the last day late of each column, and its percentage."""

    days = forms.CharField(
        label=_("Derniers jours de retard de chaque tranche"), max_length=80, required=False,
        help_text=_("Des jours croissants, séparés par des virgules\u00a0: 90, 180, 365."),
    )  # fmt: skip
    percents = forms.CharField(
        label=_("Taux de chaque tranche, en %"), max_length=80, required=False,
        help_text=_(
            "Non échu d’abord, puis chaque tranche, puis au-delà\u00a0: 0\u00a0; 0\u00a0; 25\u00a0; 50\u00a0;"
            " 100. Tout vide\u00a0: la règle d’Acquit."
        ),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Keep the rule as the creditor has it: [[last day late, percent], …, [null, percent]]."""
        cleaned: dict[str, Any] = super().clean() or {}
        days, percents = cleaned.get("days", "").strip(), cleaned.get("percents", "").strip()
        cleaned["rule"] = []
        if not days and not percents:
            return cleaned
        try:
            edges = [int(one) for one in days.replace(";", ",").split(",")]
            shares = [plain_amount(one) for one in percents.split(";")]
            rule = [*zip((0, *edges, None), shares, strict=True)]
            rule_of(rule)
        except (ValueError, ArithmeticError, EdgesOutOfOrder, RuleOutOfOrder):
            self.add_error(
                "percents",
                _(
                    "Il faut des jours croissants, et un taux de 0 à 100 par tranche\u00a0: deux de plus que"
                    " de jours."
                ),
            )
            return cleaned
        cleaned["rule"] = [list(one) for one in rule]
        return cleaned


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show both choices; keep the one that is posted, where it holds."""
    creditor = creditor_of(request)
    person = request.user.pk or 0
    mine = DigestChoice.objects.filter(user_id=person).first()
    chosen = {"daily": mine.daily, "weekly": mine.weekly} if mine else {}
    digests, provision = DigestForm(initial=chosen), ProvisionForm(initial=_initial(creditor))
    if request.method == "POST" and "digests" in request.POST:
        digests = DigestForm(request.POST)
        if digests.is_valid():
            choose_digests(organisation_id=creditor.organisation_id, user_id=person, **digests.cleaned_data)
            toast(request, gettext("Choix enregistré."))
            return See(reverse("settings:reporting"))
    elif request.method == "POST":
        provision = ProvisionForm(request.POST)
        if provision.is_valid():
            change_creditor(
                organisation_id=creditor.organisation_id, creditor_id=creditor.pk,
                fields={"provision_rule": provision.cleaned_data["rule"]}, now=timezone.now(),
            )  # fmt: skip
            toast(request, gettext("Règle enregistrée."))
            return See(reverse("settings:reporting"))
    context = {"digests": digests, "provision": provision, "is_ours": not creditor.provision_rule}
    return render(request, "setup/reporting.html", context)


def _initial(creditor: Creditor) -> dict[str, str]:
    rule = rule_of(creditor.provision_rule) if creditor.provision_rule else OURS
    tongue = language()
    percents = (
        number(one, decimals=0 if one == one.to_integral_value() else 2, language=tongue)
        for one in rule.percents
    )
    return {"days": ", ".join(map(str, rule.edges)), "percents": "\u00a0; ".join(percents)}
