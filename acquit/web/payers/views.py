"""The page of payment habits, and the answer to a proposed profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.accounts.keep_usual_days import in_use
from acquit.flows.accounts.propose_profiles import answer_profile
from acquit.flows.material.errors import Impossible
from acquit.reports.forecast import LEARNED, expectation
from acquit.store.accounts.models import Account
from acquit.store.encoding import decode_reasons
from acquit.store.payers.models import PayerModelFit, ProfileProposal, UsualDays
from acquit.web.answering import See, creditor_of, refused
from acquit.web.formats import number, percentage
from acquit.web.toast import toast
from acquit.web.words import PROFILES, language, said
from acquit.wording.short_reasons import say_profile_reasons

ROWS_PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the comparison, as drawn: figures in words of the language."""

    name: str
    used: bool
    accuracy: str
    auc: str
    brier: str
    days: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Where it serves on which days debtors usually pay, what says them there, and why."""

    name: str
    url: str
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A proposal as its row draws it."""

    key: int
    account: int | None
    name: str
    has: str
    proposed: str
    because: str


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what the predictions are worth and where they serve, and the profiles that wait for an answer."""
    creditor = creditor_of(request)
    proposals = ProfileProposal.objects.filter(answered_at=None, debtor__accounts__creditor=creditor)
    page = Paginator(
        proposals.distinct().select_related("debtor").order_by("proposed_at", "id"), ROWS_PER_PAGE
    ).get_page(request.GET.get("page"))
    fit = PayerModelFit.objects.order_by("-fitted_at", "-id").first()
    used = in_use(fit, timezone.now()) is not None
    context: dict[str, Any] = {
        "fit": fit,
        "in_use": used,
        "measured": _measured(fit, used=used),
        "uses": _uses(),
        "late_share": _share(fit.baseline["late_share"]) if fit and fit.baseline else "",
        "page": page,
        "rows": _rows(page.object_list, creditor.pk),
        "today": timezone.localdate(),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "payers/list.html" if fragment else "payers/index.html", context)


def _uses() -> list[Use]:
    """Return where the days serve that are kept now; nothing before the first night."""
    kept = UsualDays.objects.select_related("fit").filter(debtor=None, segment="").first()
    if kept is None:
        return []
    learned, past = gettext("Le modèle appris"), gettext("Le passé de chaque client")
    forecasts = expectation(timezone.localdate()) is LEARNED
    return [
        Use(
            name=gettext("Prévision d’encaissement"),
            url=reverse("reports:report", args=["prevision"]),
            by=learned if forecasts else past,
            why=_why(kept.fit),
        ),
        Use(
            name=gettext("Ordre de «\u00a0À traiter\u00a0»"),
            url=reverse("worklist:index"),
            by=past if kept.fit is None else learned,
            why=gettext("Ce qui serait encore dû dans 30 jours passe avant."),
        ),
    ]


def _why(fit: PayerModelFit | None) -> str:
    """Return by how much each of the two missed the cash of past weeks."""
    if fit is None:
        return gettext("Aucun modèle appris n’est en service.")
    if not fit.forecast:
        return gettext("Trop peu de semaines pour juger le modèle appris sur les encaissements.")
    return gettext(
        "Sur %(origins)s dates passées, les encaissements de chaque semaine ont été manqués de %(learned)s"
        " avec le modèle appris, de %(past)s avec le passé de chaque client."
    ) % {
        "origins": fit.forecast["origins"],
        "learned": _share(fit.forecast["learned"]),
        "past": _share(fit.forecast["baseline"]),
    }


def _measured(fit: PayerModelFit | None, *, used: bool) -> list[Measured]:
    if fit is None or not fit.baseline:
        return []
    return [
        _line(gettext("Le passé de chaque client"), fit.baseline, used=not used),
        _line(gettext("Le modèle appris"), fit.learned, used=used),
    ]


def _line(name: str, told: Mapping[str, Any], *, used: bool) -> Measured:
    def figure(key: str, decimals: int) -> str:
        value = told.get(key)
        return "—" if value is None else number(_exact(value), decimals=decimals, language=language())

    return Measured(
        name=name,
        used=used,
        accuracy=_share(told["accuracy"]),
        auc=figure("auc", 3),
        brier=figure("brier", 3),
        days=figure("mean_error_days", 1),
    )


def _share(value: float) -> str:
    return percentage(_exact(value), language=language())


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _rows(found: Any, creditor_id: int) -> list[Row]:
    proposals = list(found)
    debtors = [one.debtor_id for one in proposals]
    accounts = dict(
        Account.objects.filter(creditor_id=creditor_id, debtor_id__in=debtors).values_list("debtor_id", "id")
    )
    return [
        Row(
            key=one.pk,
            account=accounts.get(one.debtor_id),
            name=one.debtor.name,
            has=said(PROFILES, one.debtor.profile),
            proposed=said(PROFILES, one.profile),
            because=say_profile_reasons(decode_reasons(one.reasons), language()),
        )
        for one in proposals
    ]


@login_required
@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or refuse a proposed profile."""
    creditor = creditor_of(request)
    mine = ProfileProposal.objects.filter(debtor__accounts__creditor=creditor).distinct()
    found = get_object_or_404(mine.select_related("debtor"), pk=key)
    accept = request.POST.get("answer") == "accept"
    try:
        answer_profile(
            organisation_id=creditor.organisation_id, proposal_id=found.pk, accept=accept,
            now=timezone.now(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        words = gettext("%(client)s a maintenant le profil «\u00a0%(profile)s\u00a0».")
        if not accept:
            words = gettext("%(client)s garde son profil. L’autre ne sera pas reproposé avant six mois.")
        toast(request, words % {"client": found.debtor.name, "profile": said(PROFILES, found.profile)})
    return See(reverse("payers:index"))
