"""The page of one account, and the actions that are taken on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from acquit.flows.cases.dispute_invoice import resolve_dispute
from acquit.flows.cases.hold_account import release_hold
from acquit.flows.cases.record_promise import cancel_promise
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Account
from acquit.store.cases.models import Decision, Dispute, Hold, Promise
from acquit.store.encoding import decode_reasons
from acquit.store.facts import CaseLoader
from acquit.store.law.models import InsolvencyNotice
from acquit.store.ledger.models import Allocation, Payment
from acquit.web.clients.actions import At, refusal, subject_of
from acquit.web.clients.figures import habits, strips
from acquit.web.clients.history import EVERYTHING, PER_PAGE, VIEWS, history_of
from acquit.web.clients.law import law_of
from acquit.web.clients.law_actions import EVERY, undo_of_law
from acquit.web.clients.record import record_of
from acquit.web.clients.standing import ahead, invoice_rows, standing_of, why_then, why_today
from acquit.web.clients.timeline import past
from acquit.web.components import Tab, Why
from acquit.web.steps import StepNames, scenario_name
from acquit.web.toast import toast
from acquit.web.words import KINDS, PROFILES, STOPPED, money, said

_TABS = (
    ("", _("Tout")),
    ("messages", _("Messages")),
    ("reglements", _("Règlements")),
    ("notes", _("Notes")),
    ("decisions", _("Décisions")),
)


@login_required
@require_safe
def account(request: HttpRequest, key: int) -> HttpResponse:
    """Show everything about one account."""
    found = _account(key)
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "historique":
        return render(request, "clients/history.html", _history(request, found))
    return render(request, "clients/account.html", _page(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, key: int, slug: str, subject_key: int | None = None) -> HttpResponse:
    """Show the form of an action within the account's page, or do what it says."""
    action = EVERY.get(slug)
    if action is None:
        raise Http404
    found = _account(key)
    subject = subject_of(action, found, subject_key)
    at = _at(request, found)
    closed = action.closed(found) if action.closed is not None else ""
    data = request.POST if request.method == "POST" and not closed else None
    form = action.form(found, at.today, data)
    if slug == "contact" and subject is not None and data is None:
        form.show(subject)  # type: ignore[attr-defined]
    if data is not None and form.is_valid():
        try:
            done = action.perform(at, form, subject)
        except Impossible as why:
            beside = action.blames.get(type(why))
            form.add_error(beside, refusal(why, get_language() or "fr"))
        else:
            toast(request, done.words, undo_url=done.undo_url)
            return redirect("accounts:account", key)
    shown = {
        "action": action,
        "form": form,
        "account": found,
        "about": _about(subject),
        "closed": closed,
        "beside": action.beside(at) if action.beside is not None and not closed else (),
        "action_url": request.path,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "clients/action.html", shown)
    return render(request, "clients/account.html", _page(request, found) | shown)


@login_required
@require_POST
def undo(request: HttpRequest, key: int, slug: str, subject_key: int) -> HttpResponse:
    """Take back a promise, a suspension or a dispute."""
    found = _account(key)
    at = _at(request, found)
    models: dict[str, Any] = {"promesse": Promise, "suspension": Hold, "litige": Dispute}
    if slug in ("abandon", "prescription", "injonction", "opposition"):
        toast(request, undo_of_law(slug, subject_key, at))
        return redirect("accounts:account", key)
    if slug not in models:
        raise Http404
    get_object_or_404(models[slug], pk=subject_key, account=found)
    try:
        toast(request, _undo(slug, subject_key, at))
    except Impossible as why:
        toast(request, refusal(why, get_language() or "fr"), tone="danger")
    return redirect("accounts:account", key)


def _undo(slug: str, subject_key: int, at: At) -> str:
    if slug == "promesse":
        cancel_promise(promise_id=subject_key, **at.here)
        return gettext("Promesse annulée : les relances reprennent.")
    if slug == "suspension":
        release_hold(hold_id=subject_key, **at.here)
        return gettext("Suspension levée : les relances reprennent.")
    mistake = gettext("ouvert par erreur")
    resolve_dispute(dispute_id=subject_key, resolved_on=at.today, resolution=mistake, **at.here)
    return gettext("Litige refermé : la facture est de nouveau réclamée.")


def _account(key: int) -> Account:
    rows = Account.objects.select_related("debtor", "creditor", "scenario", "owner")
    return get_object_or_404(rows, pk=key)


def _at(request: HttpRequest, found: Account) -> At:
    now = timezone.now()
    return At(account=found, person=int(request.user.pk or 0), today=_today(found, now), now=now)


def _today(found: Account, now: datetime) -> date:
    return now.astimezone(ZoneInfo(found.creditor.timezone)).date()


def _about(subject: Any) -> str:
    """Return what the action is about, where its title does not say it."""
    if isinstance(subject, Dispute):
        return subject.invoice.number
    if isinstance(subject, Payment):
        return money(subject.amount, subject.currency)
    if isinstance(subject, Allocation):
        return f"{subject.term.invoice.number}, {money(subject.amount, subject.term.currency)}"
    if isinstance(subject, InsolvencyNotice):
        return subject.name
    return str(subject) if subject is not None else ""


def _page(request: HttpRequest, found: Account) -> dict[str, Any]:
    now = timezone.now()
    loader = CaseLoader(found.organisation_id, now)
    request.cases = loader  # type: ignore[attr-defined]
    case = loader.one(found.pk)
    today = case.today
    record = record_of(
        account_id=found.pk,
        debtor_id=found.debtor_id,
        country=case.country,
        zone=case.creditor.zone.key,
        today=today,
    )
    standing = standing_of(case)
    rows = invoice_rows(standing, record)
    entries, foot = ahead(standing, record)
    steps = case.scenario.steps if case.scenario else ()
    history = _history(request, found, known=case.scenario)
    return history | {
        "account": found,
        "debtor": found.debtor,
        "profile": said(PROFILES, found.debtor.profile),
        "kind": said(KINDS, found.debtor.kind),
        "stopped": said(STOPPED, found.debtor.stopped) if found.debtor.stopped else "",
        "scenario": case.scenario,
        "scenario_words": scenario_name(case.scenario) if case.scenario else "",
        "terms": found.payment_terms or found.creditor.payment_terms,
        "strips": strips(rows, record, case, currency=found.creditor.currency),
        "rows": rows,
        "step_count": len(steps),
        "record": record,
        "why": _why(request, found, standing),
        "asked_day": request.GET.get("le", ""),
        "ahead": entries,
        "ahead_foot": foot,
        "ahead_note": standing.subject_to,
        "days_ahead": standing.days,
        "habits": habits(record),
        "law": law_of(case),
        "today": today,
        "action": None,
    }


def _why(request: HttpRequest, found: Account, standing: Any) -> Why:
    here = reverse("accounts:account", args=[found.pk])
    day = _day(request.GET.get("le", ""))
    if day is None or day >= standing.case.today:
        return why_today(standing, history_url=f"{here}?vue=decisions#historique")
    row = Decision.objects.filter(account=found, on__lte=day).order_by("-decided_at", "-id").first()
    if row is None:
        words = gettext("Aucune décision n’avait encore été prise sur ce compte.")
        return Why(lead=words, title=gettext("Pourquoi ?"))
    return why_then(row.kind, decode_reasons(row.reasons), on=day, since=row.on, back_url=here)


def _day(said_: str) -> date | None:
    try:
        return date.fromisoformat(said_)
    except ValueError:
        return None


def _history(request: HttpRequest, found: Account, known: Any = None) -> dict[str, Any]:
    view = request.GET.get("vue", "")
    view = view if view in VIEWS else ""
    most = EVERYTHING if "tout" in request.GET else PER_PAGE
    events, total = history_of(found.pk, view=view, zone=found.creditor.timezone, most=most)
    names = StepNames([known] if known else _scenario_of(found))
    here = reverse("accounts:account", args=[found.pk])
    kept = f"?vue={view}&tout=1" if view else "?tout=1"
    return {
        "account": found,
        "events": [
            past(event, account_id=found.pk, names=names, actions=view == "reglements") for event in events
        ],
        "earlier": total - len(events),
        "earlier_url": f"{here}{kept}#historique" if most == PER_PAGE else "",
        "tabs": [
            Tab(label=str(words), url=f"{here}?vue={key}" if key else here, current=key == view)
            for key, words in _TABS
        ],
        "today": _today(found, timezone.now()),
    }


def _scenario_of(found: Account) -> list[Any]:
    """Return the account's present scenario, for the names of its steps in a fragment."""
    case = CaseLoader(found.organisation_id, timezone.now()).one(found.pk)
    return [case.scenario] if case.scenario else []
