"""The pages of the templates: the list, one text in one language, its preview, its versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from acquit.flows.material.errors import Impossible
from acquit.flows.material.saying import Said
from acquit.flows.templates.compare_templates import begin_experiment, end_experiment
from acquit.flows.templates.try_template import send_to_oneself, try_template
from acquit.flows.templates.write_template import FaultyTemplate, restore_template, write_template
from acquit.reports.experiments import compared
from acquit.reports.filters import Filters
from acquit.store.accounts.models import Account, Creditor
from acquit.store.ledger.models import Term
from acquit.store.templates.models import Experiment, TemplateVersion
from acquit.web.answering import See, creditor_of, refused
from acquit.web.security import framed_mail
from acquit.web.texts.comparison import Outcome, outcome
from acquit.web.texts.words import LANGUAGES, fault_words, unsayable_words
from acquit.web.toast import toast
from acquit.web.uncertain import told
from acquit.web.words import TEMPLATES, said
from acquit.wording.render import template_variables
from acquit.wording.template import Source, Unsayable, phrases, shipped, shipped_keys

_FEW_ACCOUNTS = 30
_BODY = re.compile(r"<body\b[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A template of the list; `numbers` are the versions in force by language, None for the shipped text."""

    key: str
    name: str
    numbers: tuple[tuple[str, str, int | None], ...]


class TextForm(forms.Form):
    """A text as it is written."""

    subject = forms.CharField(
        label=_("Objet"), max_length=500, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    body = forms.CharField(
        label=_("Texte"),
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control acq-code", "rows": 18, "spellcheck": "true"}),
    )


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the texts, and which of them the organisation wrote itself."""
    own = {(one.key, one.language): one.number for one in TemplateVersion.objects.filter(in_force=True)}
    lines = [
        Line(
            key=key,
            name=said(TEMPLATES, key),
            numbers=tuple((code, str(words), own.get((key, code))) for code, words in LANGUAGES.items()),
        )
        for key in shipped_keys("fr")
    ]
    experiments = Experiment.objects.select_related("challenger").order_by("-started_at", "-id")[:20]
    context = {
        "lines": sorted(lines, key=lambda line: line.name),
        "outcomes": _outcomes(experiments),
        "today": timezone.localdate(),
    }
    return render(request, "texts/index.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Show a text to be written; keep it when it has no fault."""
    creditor = creditor_of(request)
    present, used = _present(key, tongue)
    written = {"subject": present.subject, "body": present.body}
    form = TextForm(request.POST if request.method == "POST" else None, initial=written)
    if request.method == "POST" and form.is_valid():
        trial = request.POST.get("keep") == "trial"
        try:
            version = write_template(
                organisation_id=creditor.organisation_id, key=key, language=tongue, source=_source(form),
                now=timezone.now(), by=request.user.pk, in_force=not trial,
            )  # fmt: skip
        except FaultyTemplate as error:
            for one in error.faults:
                form.add_error("subject" if one.code == "no_subject" else "body", fault_words(one))
        else:
            words = gettext("Version %(number)s gardée, pas encore utilisée.")
            if not trial:
                words = gettext("Version %(number)s en service\u00a0: les prochains messages la disent.")
            toast(request, words % {"number": version.number})
            return See(reverse("texts:text", args=[key, tongue]))
    accounts = _accounts(creditor, key)
    context: dict[str, Any] = {
        "key": key,
        "name": said(TEMPLATES, key),
        "tongue": tongue,
        "tongues": [(code, words, code == tongue) for code, words in LANGUAGES.items()],
        "form": form,
        "used": used,
        "accounts": accounts,
        "versions": TemplateVersion.objects.filter(key=key, language=tongue)
        .select_related("written_by")
        .order_by("-number"),
        "running": _running(key, tongue),
        "variables": sorted(template_variables().items()),
        "phrases": sorted(phrases(tongue)),
        "today": timezone.localdate(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "texts/text.html", context, status=status)


def _present(key: str, tongue: str) -> tuple[Source, TemplateVersion | None]:
    """Return the text in force, and its version where it is the organisation's own."""
    if tongue not in LANGUAGES:
        raise Http404
    own = TemplateVersion.objects.filter(key=key, language=tongue, in_force=True).first()
    try:
        given = shipped(tongue, key)
    except Unsayable as error:
        raise Http404(str(error)) from error
    return (Source(own.subject, own.body) if own else given), own


def _running(key: str, tongue: str) -> Outcome | None:
    found = Experiment.objects.filter(key=key, language=tongue, ended_at=None).select_related("challenger")
    return next(iter(_outcomes(found)), None)


def _outcomes(experiments: Iterable[Experiment]) -> list[Outcome]:
    """Return what came of comparisons up to today."""
    shown, today = list(experiments), timezone.localdate()
    found = compared(shown, Filters(on=today))
    return [outcome(one, found[one.pk], today=today) for one in shown]


def _source(form: TextForm) -> Source:
    body = form.cleaned_data["body"].replace("\r\n", "\n").strip()
    return Source(subject=form.cleaned_data["subject"].strip(), body=body)


def _accounts(creditor: Creditor, key: str) -> list[Account]:
    """Return accounts that owe something, to try the text on: of the kind that the text is for first."""
    owing = Term.objects.filter(account__creditor=creditor, allocated__lt=F("amount"), written_off_on=None)
    kind = next((kind for kind in ("consumer", "public") if key.startswith(f"{kind}_")), "business")
    accounts = Account.objects.filter(creditor=creditor, pk__in=owing.values("account"))
    fitting = accounts.filter(Q(debtor__kind=kind)).select_related("debtor").order_by("debtor__folded_name")
    return list(fitting[:_FEW_ACCOUNTS]) or list(
        accounts.select_related("debtor").order_by("debtor__folded_name")[:_FEW_ACCOUNTS]
    )


@framed_mail
@login_required
@require_POST
def preview(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Show, in its frame, what the text as written would say to the chosen client; nothing is sent."""
    tried, why = _tried(request, key, tongue)
    if tried is None:
        return render(request, "texts/unsaid.html", {"why": why, "tongue": tongue})
    note = render_to_string("texts/doubts.html", {"doubts": told(tried.doubts)})
    return HttpResponse(_BODY.sub(lambda found: found[0] + note, tried.rendered.html, count=1))


def _tried(request: HttpRequest, key: str, tongue: str) -> tuple[Said | None, str]:
    """Return the text as it would be said, or why it cannot be."""
    creditor = creditor_of(request)
    _present(key, tongue)
    form = TextForm(request.POST)
    if not form.is_valid():
        return None, gettext("L’objet ou le texte est vide.")
    given = request.POST.get("account", "")
    mine = Account.objects.filter(creditor=creditor)
    account = mine.filter(pk=int(given) if given.isdecimal() else 0).first()
    if account is None:
        return None, gettext("Choisissez un client qui doit quelque chose.")
    try:
        tried = try_template(
            organisation_id=creditor.organisation_id, account_id=account.pk, key=key, language=tongue,
            source=_source(form), now=timezone.now(),
        )  # fmt: skip
    except Unsayable as error:
        return None, unsayable_words(error)
    except Impossible as error:
        return None, error.french if tongue == "fr" else str(error)
    return tried, ""


@login_required
@require_POST
def test(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Mail the text as written to the person who asks."""
    tried, why = _tried(request, key, tongue)
    to = request.user.email  # type: ignore[union-attr]
    if tried is not None:
        try:
            send_to_oneself(rendered=tried.rendered, to=to, mark=gettext("[Essai]"))
        except (OSError, SMTPException) as error:
            why = gettext("L’essai n’est pas parti\u00a0: %(why)s") % {"why": str(error)[:200]}
    if why:
        toast(request, why, tone="danger")
    else:
        toast(request, gettext("Essai envoyé à %(to)s.") % {"to": to})
    return text_again(request, key, tongue)


def text_again(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Show the page with what was typed, which nobody kept."""
    creditor = creditor_of(request)
    _, used = _present(key, tongue)
    context: Mapping[str, Any] = {
        "key": key, "name": said(TEMPLATES, key), "tongue": tongue, "used": used,
        "form": TextForm(request.POST),
        "tongues": [(code, words, code == tongue) for code, words in LANGUAGES.items()],
        "accounts": _accounts(creditor, key), "versions": (), "running": None,
        "variables": sorted(template_variables().items()), "phrases": sorted(phrases(tongue)),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "texts/text.html", context)


@login_required
@require_POST
def restore(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Use an earlier version, or the shipped text, from now on."""
    creditor = creditor_of(request)
    _present(key, tongue)
    given = request.POST.get("number", "")
    try:
        restore_template(
            organisation_id=creditor.organisation_id, key=key, language=tongue,
            number=int(given) if given.isdecimal() else None,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        words = gettext("Version %(number)s de nouveau en service.") % {"number": given}
        toast(request, words if given else gettext("Le texte d’origine est de nouveau en service."))
    return See(reverse("texts:text", args=[key, tongue]))


@login_required
@require_POST
def compare(request: HttpRequest, key: str, tongue: str) -> HttpResponse:
    """Begin to compare a version with the text in force."""
    creditor = creditor_of(request)
    number, days = (request.POST.get(name, "") for name in ("number", "days"))
    versions = TemplateVersion.objects.filter(key=key, language=tongue)
    version = get_object_or_404(versions, number=int(number) if number.isdecimal() else 0)
    try:
        begin_experiment(
            organisation_id=creditor.organisation_id, version_id=version.pk,
            within_days=int(days) if days.isdecimal() else 0, now=timezone.now(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        toast(
            request, gettext("Comparaison commencée\u00a0: la moitié des clients, tirée au sort, la reçoit.")
        )
    return See(reverse("texts:text", args=[key, tongue]))


@login_required
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a comparison."""
    creditor = creditor_of(request)
    found = get_object_or_404(Experiment, pk=number)
    end_experiment(organisation_id=creditor.organisation_id, experiment_id=found.pk, now=timezone.now())
    toast(request, gettext("Comparaison arrêtée\u00a0: tous reçoivent le texte en service."))
    return See(reverse("texts:index"))
