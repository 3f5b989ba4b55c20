"""The pages of the scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from acquit.core.scenario import Scenario as Plan
from acquit.core.scenario import from_mapping, to_mapping
from acquit.flows.cases.publish_scenario import choose_default, publish_scenario
from acquit.flows.material.sms_cost import sms_price
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Decision, Round, Scenario, ScenarioRule, ScenarioVersion
from acquit.web.formats import amount
from acquit.web.formats import price as price_words
from acquit.web.scenarios import text
from acquit.web.scenarios.cards import cards, differences, long_when, mode, start_words, tone_of
from acquit.web.scenarios.simulation import DAYS, simulate
from acquit.web.steps import scenario_name, step_name
from acquit.web.toast import toast
from acquit.web.words import CHANNELS, KINDS, PROFILES, country_name, language, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A scenario of the list."""

    row: Scenario
    name: str
    number: int
    published_at: Any
    steps: int
    kinds: str
    accounts: int
    by_hand: int
    is_default: bool


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the scenarios, the rules that choose among them, and the creditor's default."""
    creditor = request.creditor  # type: ignore[attr-defined]
    lines = list(_lines(creditor))
    rules = ScenarioRule.objects.filter(creditor=creditor).order_by("position").select_related("scenario")
    names = {line.row.pk: line.name for line in lines}
    context = {
        "lines": lines,
        "rules": [(rule, names.get(rule.scenario_id, rule.scenario.key), _asked(rule)) for rule in rules],
        "today": timezone.localdate(),
    }
    return render(request, "scenarios/index.html", context)


def _lines(creditor: Creditor | None) -> list[Line]:
    versions = ScenarioVersion.objects.filter(published_at__isnull=False).order_by("scenario_id", "-number")
    newest = {row.scenario_id: row for row in versions.distinct("scenario_id").select_related("scenario")}
    followed: dict[int, int] = dict(
        Decision.objects.filter(is_current=True, version__isnull=False)
        .order_by()
        .values_list("version__scenario_id")
        .annotate(Count("id"))
    )
    by_hand: dict[int, int] = dict(
        Account.objects.filter(scenario__isnull=False)
        .order_by()
        .values_list("scenario_id")
        .annotate(Count("id"))
    )
    lines = []
    for version in newest.values():
        plan = from_mapping(version.definition)
        lines.append(
            Line(
                row=version.scenario,
                name=scenario_name(plan),
                number=version.number,
                published_at=version.published_at,
                steps=len(plan.steps),
                kinds=", ".join(said(KINDS, kind) for kind in sorted(plan.for_kinds)),
                accounts=followed.get(version.scenario_id, 0),
                by_hand=by_hand.get(version.scenario_id, 0),
                is_default=creditor is not None and creditor.default_scenario_id == version.scenario_id,
            )
        )
    return sorted(lines, key=lambda line: (not line.is_default, line.name))


def _asked(rule: ScenarioRule) -> str:
    """Return whom a rule is for, in words."""
    parts = []
    if rule.kind:
        parts.append(said(KINDS, rule.kind))
    if rule.profile:
        parts.append(said(PROFILES, rule.profile))
    if rule.country == "abroad":
        parts.append(gettext("à l’étranger"))
    elif rule.country:
        parts.append(country_name(rule.country))
    if rule.balance_from is not None:
        sum_ = amount(rule.balance_from, rule.creditor.currency, language=get_language() or "fr")
        parts.append(gettext("solde d’au moins %(sum)s") % {"sum": sum_})
    return ", ".join(parts) or gettext("tous les clients")


@login_required
@require_safe
def scenario(request: HttpRequest, key: str) -> HttpResponse:
    """Show one version of a scenario: its axis, a step, its versions, what it would send."""
    row = get_object_or_404(Scenario, key=key)
    versions = _versions(row)
    shown = _asked_version(request, versions)
    plan = from_mapping(shown.definition)
    here = reverse("scenarios:scenario", args=[key])
    url = here if shown == versions[0] else f"{here}?version={shown.number}"
    step = plan.step(request.GET.get("etape", "")) or (plan.steps[0] if plan.steps else None)
    context = {
        "row": row,
        "plan": plan,
        "name": scenario_name(plan),
        "version": shown,
        "versions": versions,
        "is_newest": shown == versions[0],
        "steps": cards(plan, selected=step.key if step else "", url=url),
        "step": _step_words(plan, step) if step else None,
        "starts": start_words(plan),
        "thanks": said(CHANNELS, plan.thank) if plan.thank else gettext("aucun"),
        "accounts": Decision.objects.filter(is_current=True, version__scenario=row).count(),
        "under_way": Round.objects.filter(version=shown, ended_on=None).count(),
        "is_default": _is_default(request, row),
        "compared": _compared(request, versions, shown, plan),
        "today": timezone.localdate(),
        "simulation": _simulation(request, plan) if "simuler" in request.GET else None,
    }
    return render(request, "scenarios/scenario.html", context)


def _versions(row: Scenario) -> Sequence[ScenarioVersion]:
    found = list(
        row.versions.filter(published_at__isnull=False).order_by("-number").select_related("created_by")
    )
    if not found:
        raise Http404
    return found


def _asked_version(request: HttpRequest, versions: Sequence[ScenarioVersion]) -> ScenarioVersion:
    wanted = request.GET.get("version")
    if wanted is None:
        return versions[0]
    return next((v for v in versions if str(v.number) == wanted), None) or _missing()


def _missing() -> ScenarioVersion:
    raise Http404


def _is_default(request: HttpRequest, row: Scenario) -> bool:
    creditor = request.creditor  # type: ignore[attr-defined]
    return creditor is not None and creditor.default_scenario_id == row.pk


def _compared(
    request: HttpRequest, versions: Sequence[ScenarioVersion], shown: ScenarioVersion, plan: Plan
) -> dict[str, Any] | None:
    other = next((v for v in versions if str(v.number) == request.GET.get("comparer")), None)
    if other is None or other == shown:
        return None
    return {"number": other.number, "differences": differences(from_mapping(other.definition), plan)}


def _step_words(plan: Plan, step: Any) -> dict[str, Any]:
    return {
        "number": plan.positions[step.key] + 1,
        "name": step_name(step),
        "when": long_when(step.when),
        "channel": said(CHANNELS, step.channel),
        "otherwise": said(CHANNELS, step.otherwise)
        if step.otherwise
        else gettext("une tâche pour une personne"),
        "tone": tone_of(step),
        "template": step.template,
        "mode": mode(step),
        "only_for": ", ".join(
            said(PROFILES, w) if w in PROFILES else said(KINDS, w) for w in sorted(step.only_for)
        ),
        "minimum": step.minimum,
    }


@login_required
@require_safe
def simulation(request: HttpRequest, key: str) -> HttpResponse:
    """Show what a version would send: the part of the page that takes a moment."""
    row = get_object_or_404(Scenario, key=key)
    plan = from_mapping(_asked_version(request, _versions(row)).definition)
    return render(
        request,
        "scenarios/simulation.html",
        {"simulation": _simulation(request, plan), "row": row, "today": timezone.localdate()},
    )


def _simulation(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    creditor = request.creditor  # type: ignore[attr-defined]
    if creditor is None:
        raise Http404
    result = simulate(plan, creditor, now=timezone.now())
    price = sms_price(creditor.organisation_id, creditor.pk)
    texts = dict(result.channels).get("sms", 0)
    return {
        "sms_cost": price_words(price.amount * texts, price.currency, language=language())
        if price and texts
        else "",
        "result": result,
        "days": DAYS,
        "channels": [(said(CHANNELS, channel), channel, count) for channel, count in result.channels],
        "week": [day.on for day in result.weeks[0]] if result.weeks else [],
    }


@login_required
@require_safe
def export(request: HttpRequest, key: str) -> HttpResponse:
    """Hand over a version as YAML."""
    row = get_object_or_404(Scenario, key=key)
    shown = _asked_version(request, _versions(row))
    response = HttpResponse(text.written(from_mapping(shown.definition)), content_type="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.key}-v{shown.number}.yaml"'
    return response


class TextForm(forms.Form):
    """A scenario as text, or in a file."""

    file = forms.FileField(label=_("Fichier YAML"), required=False)
    text = forms.CharField(
        label=_("Scénario"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the scenario; the file goes before the text."""
        clean = super().clean() or self.cleaned_data
        given = clean.get("file")
        said_ = clean.get("text", "")
        if given is not None:
            if given.size > text.LARGEST:
                raise forms.ValidationError({"file": gettext("Ce fichier est trop grand pour un scénario.")})
            try:
                said_ = given.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    {"file": gettext("Ce fichier n’est pas du texte en UTF-8.")}
                ) from None
            self.data = {**self.data.dict(), "text": said_}  # type: ignore[attr-defined]
        if not said_.strip():
            raise forms.ValidationError({"text": gettext("Collez un scénario, ou choisissez un fichier.")})
        try:
            clean["plan"] = text.read(said_)
        except text.Unreadable as why:
            raise forms.ValidationError({"text": list(why.sentences)}) from why
        return clean


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str | None = None) -> HttpResponse:
    """Change a scenario as text, or bring in one: check it, show what changes, publish it."""
    row = get_object_or_404(Scenario, key=key) if key else None
    if request.method != "POST":
        started = text.written(from_mapping(_versions(row)[0].definition)) if row else ""
        return _form(request, TextForm(initial={"text": started}), row)
    form = TextForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, row)
    plan: Plan = form.cleaned_data["plan"]
    known = Scenario.objects.filter(key=plan.key).first()
    newest = _versions(known)[0] if known and known.versions.exists() else None
    if newest is not None and from_mapping(newest.definition) == plan:
        form.add_error(
            "text", gettext("Ce texte dit déjà ce que dit la version %(number)s.") % {"number": newest.number}
        )
        return _form(request, form, row)
    if "publish" not in request.POST:
        found = differences(from_mapping(newest.definition), plan) if newest else None
        form.initial["text"] = text.written(plan)
        return _form(request, form, row, plan=plan, newest=newest, found=found)
    version = publish_scenario(
        organisation_id=request.membership.organisation_id,  # type: ignore[attr-defined]
        definition=to_mapping(plan), now=timezone.now(), by=request.user.pk,
    )  # fmt: skip
    words = gettext("Version %(number)s publiée. Les parcours commencés finissent sous leur version.") % {
        "number": version.number
    }
    toast(request, words)
    return redirect("scenarios:scenario", plan.key)


def _form(request: HttpRequest, form: TextForm, row: Scenario | None, **checked: Any) -> HttpResponse:
    plan = checked.get("plan")
    newest = checked.get("newest")
    context = {
        "form": form,
        "row": row,
        "checked": plan,
        "checked_name": scenario_name(plan) if plan else "",
        "next_number": newest.number + 1 if newest else 1,
        "newest": newest,
        "differences": checked.get("found"),
        "steps": cards(plan, selected="", url="") if plan else [],
    }
    return render(request, "scenarios/write.html", context)


@login_required
@require_POST
def make_default(request: HttpRequest, key: str) -> HttpResponse:
    """Make a scenario the one that the creditor's accounts follow when no rule says another."""
    row = get_object_or_404(Scenario, key=key, archived_at=None)
    creditor = request.creditor  # type: ignore[attr-defined]
    if creditor is None:
        raise Http404
    choose_default(
        organisation_id=row.organisation_id, scenario_id=row.pk, creditor_id=creditor.pk, now=timezone.now()
    )
    words = gettext("%(name)s suit désormais ce scénario par défaut. Ses clients sont réexaminés.")
    toast(request, words % {"name": creditor.name})
    return redirect("scenarios:index")
