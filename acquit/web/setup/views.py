"""The page of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from acquit.flows.accounts.change_creditor import change_creditor
from acquit.store.accounts.models import Account, Creditor, Membership
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.web.answering import See, creditor_of
from acquit.web.components import Link
from acquit.web.freshness import is_suspended, paused_of
from acquit.web.incomplete import missing_words
from acquit.web.setup.forms import CreditorForm, initial_of
from acquit.web.setup.rates import below_floor, missing
from acquit.web.setup.words import ROLES
from acquit.web.toast import toast


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing for which messages do not leave, and where it is mended."""

    words: str
    link: Link | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show the settings; keep them where all of them hold."""
    creditor = creditor_of(request)
    form = (
        CreditorForm(request.POST) if request.method == "POST" else CreditorForm(initial=initial_of(creditor))
    )
    if request.method == "POST" and form.is_valid():
        changed = change_creditor(
            organisation_id=creditor.organisation_id, creditor_id=creditor.pk, fields=form.cleaned_data,
            now=timezone.now(),
        )  # fmt: skip
        toast(request, gettext("Réglages enregistrés.") if changed else gettext("Rien n’a changé."))
        return See(reverse("settings:index"))
    members = Membership.objects.select_related("user").order_by("user__email")
    context = {
        "form": form,
        "sections": [
            (title, words, [form[name] for name in names]) for title, words, names in CreditorForm.SECTIONS
        ],
        "blockers": blockers(creditor),
        "members": [(one.user, ROLES.get(one.role, one.role)) for one in members],
        "default_scenario": creditor.default_scenario,
    }
    return render(request, "setup/index.html", context)


def blockers(creditor: Creditor) -> list[Blocker]:
    """Return everything for which the creditor's messages do not leave, or not complete."""
    has_accounts = Account.objects.filter(creditor=creditor).exists()
    alerts = Task.objects.filter(creditor=creditor, account=None, closed_at=None)
    kinds = set(alerts.values_list("kind", flat=True))
    worklist = reverse("worklist:index")
    found: list[tuple[bool, Blocker]] = [
        *((True, Blocker(words)) for words in missing_words(creditor)),
        (
            creditor.default_scenario_id is None,
            Blocker(
                gettext("Aucun scénario ne s’applique par défaut."),
                Link(label=gettext("Choisir un scénario"), url=reverse("scenarios:index")),
            ),
        ),
        (
            not has_accounts,
            Blocker(
                gettext("Aucun client n’est connu."),
                Link(label=gettext("Importer un fichier"), url=reverse("imports:index")),
            ),
        ),
        (
            creditor.list_accepted_at is None and has_accounts,
            Blocker(
                gettext("La première liste n’est pas acceptée."),
                Link(label=gettext("Relire la liste"), url=reverse("worklist:first_list")),
            ),
        ),
        (
            has_accounts and is_suspended(creditor, CaseLoader(creditor.organisation_id, timezone.now())),
            Blocker(
                gettext("Les données sont trop anciennes."),
                Link(label=gettext("Importer un fichier"), url=reverse("imports:index")),
            ),
        ),
        (
            creditor.collects_for_others,
            Blocker(
                gettext(
                    "Vous recouvrez pour autrui\u00a0: convention écrite, assurance, compte dédié et"
                    " déclaration au procureur sont exigées (CPCE, R124-1 à R124-7). Un message"
                    " sans les mentions de l’article R124-4 est retenu."
                )
            ),
        ),
        (
            below_floor(creditor),
            Blocker(
                gettext(
                    "Le taux de vos conditions est inférieur au minimum légal, trois fois l’intérêt"
                    " légal\u00a0: la clause peut être écartée (code de commerce, L441-10)."
                )
            ),
        ),
        (
            bool(missing(creditor)),
            Blocker(
                gettext("Un taux légal manque, ou manquera le semestre prochain."),
                Link(label=gettext("Voir les taux"), url=reverse("settings:rates")),
            ),
        ),
        (
            "volume" in kinds,
            Blocker(
                gettext("Le volume du jour attend votre confirmation."),
                Link(label=gettext("Voir"), url=worklist),
            ),
        ),
        (
            any(kind.endswith("_paused") for kind in kinds) or bool(paused_of(creditor, timezone.now())),
            Blocker(
                gettext("Un canal est en pause."),
                Link(label=gettext("Voir les envois"), url=reverse("settings:carriers")),
            ),
        ),
    ]
    return [blocker for holds, blocker in found if holds]
