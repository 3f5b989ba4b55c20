"""« Taux »: the legal rates by semester, those that are missing, and entering one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from acquit.core.regimes import CITATIONS, SERIES, regime
from acquit.core.regimes.base import Citation, Confidence, HalfYear, MissingRate
from acquit.core.regimes.entered import Entry, Gap, NotARate, by_series, check, gaps, with_rates
from acquit.flows.law.enter_rate import enter_rate, remove_rate
from acquit.flows.material.errors import Impossible
from acquit.flows.material.rate_file import half_year, percent, read_rates
from acquit.store.accounts.models import Creditor
from acquit.store.law.models import LegalRate
from acquit.store.law_facts import entries_of
from acquit.web.answering import See, creditor_of, impossible
from acquit.web.toast import toast
from acquit.web.uncertain import CONFIDENCE, SOURCES, SUBJECTS
from acquit.web.words import KINDS, Words, country_name

NAMES: Mapping[str, Words] = {
    "ecb": _("Taux de refinancement de la BCE"),
    "fr_legal": _("Intérêt légal français, créances professionnelles"),
    "fr_individuals": _("Intérêt légal français, créances de particuliers"),
    "de_base": _("Taux de base allemand"),
    "at_base": _("Taux de base autrichien"),
    "gb_bank": _("Taux de la Banque d’Angleterre"),
    "nl_consumer": _("Intérêt légal néerlandais, consommateurs"),
}
_SHOWN = 4
#: A source that a person gave as the address of a page.
_ADDRESS = re.compile(r"https?://\S+")
_MOST_BYTES = 200_000


class RateForm(forms.Form):
    """A rate, the semester in which it holds, and where it was read."""

    series = forms.ChoiceField(label=_("Taux"), choices=list(NAMES.items()))
    semester = forms.CharField(label=_("Semestre"), max_length=10, help_text=_("2027 S1, par exemple."))
    percent = forms.CharField(label=_("Valeur, en %"), max_length=12)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("L’arrêté ou la page où vous l’avez lu.")
    )
    read_on = forms.DateField(
        label=_("Lu le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    confirmed = forms.BooleanField(
        label=_("Ce taux remplace celui du logiciel"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "taux-%s", **options})
        for field in self.fields.values():
            field.error_messages["required"] = _("Ce champ est nécessaire.")

    def clean_semester(self) -> Any:
        """Return the semester."""
        try:
            return half_year(self.cleaned_data["semester"])
        except ValueError as why:
            raise forms.ValidationError(_("Écrivez l’année et le semestre\u00a0: 2027 S1.")) from why

    def clean_percent(self) -> Decimal:
        """Return the percent."""
        try:
            return percent(self.cleaned_data["percent"])
        except ValueError as why:
            raise forms.ValidationError(_("Un pourcentage, comme 2,75.")) from why

    def clean(self) -> dict[str, Any]:
        """Ask where the shipped value is another; refuse what is no rate."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            contradicted = check(self.entry())
        except NotARate as why:
            raise forms.ValidationError(_("Ce n’est pas la valeur d’un taux légal.")) from why
        if contradicted is not None and not cleaned["confirmed"]:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            self.add_error(
                "confirmed",
                gettext(
                    "Le logiciel connaît %(shipped)s\u00a0%% pour %(semester)s. Cochez pour garder le vôtre."
                )
                % {
                    "shipped": str(contradicted.shipped).replace(".", ","),
                    "semester": contradicted.half_year,
                },
            )
        return cleaned

    def entry(self) -> Entry:
        """Return what was typed."""
        said = self.cleaned_data
        return Entry(
            series=said["series"], half_year=said["semester"], percent=said["percent"],
            source=said["source"], read_on=said["read_on"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One semester of a series as its row draws it. `key` is that of an entered rate.

    `original` is the source as it was read, where `source` says it in the language of the screen;
    `address` that of the page, where a person gave one.
    """

    semester: str
    ratio: Decimal
    source: str
    read_on: date
    confidence: str
    sure: bool
    key: int | None
    original: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A series with its newest semesters, and the page that publishes them."""

    name: str
    values: tuple[Value, ...]
    address: str

    @property
    def site(self) -> str:
        """The site of the page."""
        return urlsplit(self.address).netloc.removeprefix("www.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article behind what is claimed, against whom, how sure it is and where it was read."""

    cited: Citation
    subject: Words
    kinds: str
    confidence: Words
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The articles of a country; `unsure` counts those that could make another sum or another day."""

    name: str
    articles: tuple[Article, ...]
    unsure: int
    own: bool


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the rates."""
    creditor = creditor_of(request)
    return _page(request, creditor, RateForm(initial=_asked(creditor)))


@login_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Keep one rate."""
    creditor = creditor_of(request)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            enter_rate(
                organisation_id=creditor.organisation_id, entry=form.entry(), now=timezone.now(),
                by=request.user.pk, confirmed=form.cleaned_data["confirmed"],
            )  # fmt: skip
        except Impossible as why:
            form.add_error(None, impossible(why))
        else:
            toast(request, gettext("Taux enregistré."))
            return See(reverse("settings:rates"))
    return _page(request, creditor, form)


@login_required
@require_POST
def enter_file(request: HttpRequest) -> HttpResponse:
    """Keep the rates of a file, all or none; those that the shipped ones contradict are named."""
    creditor = creditor_of(request)
    given = request.FILES.get("file")
    if given is None or given.size is None or given.size > _MOST_BYTES:
        toast(request, gettext("Choisissez un fichier CSV de taux."), tone="danger")
        return See(reverse("settings:rates"))
    found = read_rates(given.read().decode("utf-8-sig", errors="replace"))
    refused = [gettext("ligne %(line)s") % {"line": one.line} for one in found.errors]
    refused += [f"{NAMES[one.series]} {one.half_year}" for one in map(check, found.entries) if one]
    if refused:
        words = gettext("Rien n’est enregistré. À vérifier\u00a0: %(what)s.")
        toast(request, words % {"what": ", ".join(refused)}, tone="danger")
        return See(reverse("settings:rates"))
    for entry in found.entries:
        enter_rate(
            organisation_id=creditor.organisation_id, entry=entry, now=timezone.now(), by=request.user.pk
        )
    toast(request, gettext("%(count)s taux enregistrés.") % {"count": len(found.entries)})
    return See(reverse("settings:rates"))


@login_required
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take back an entered rate."""
    creditor = creditor_of(request)
    rate = get_object_or_404(LegalRate, pk=key, organisation_id=creditor.organisation_id)
    remove_rate(organisation_id=creditor.organisation_id, rate_id=rate.pk)
    toast(request, gettext("Taux retiré\u00a0: celui du logiciel vaut de nouveau."))
    return See(reverse("settings:rates"))


def missing(creditor: Creditor) -> tuple[Gap, ...]:
    """Return the semesters whose rate is missing now or soon."""
    return gaps(by_series(entries_of(creditor.organisation_id)), timezone.localdate())


def below_floor(creditor: Creditor) -> bool:
    """Tell whether the rate of the conditions of sale is under the least that French law allows today.

    It is reported, and never mended: the clause is the creditor's.
    """
    if creditor.contract_rate is None or creditor.country != "FR":
        return False
    law = with_rates(regime("FR", "business"), by_series(entries_of(creditor.organisation_id)))
    try:
        floor = law.clause_floor(HalfYear.of(timezone.localdate()))
    except MissingRate:
        return False
    return floor is not None and creditor.contract_rate < floor


def _asked(creditor: Creditor) -> dict[str, Any]:
    """Propose the first rate that is missing."""
    first = next(iter(missing(creditor)), None)
    proposed = {"read_on": timezone.localdate()}
    if first is None:
        return proposed
    return proposed | {"series": first.series, "semester": str(first.half_year)}


def _page(request: HttpRequest, creditor: Creditor, form: RateForm) -> HttpResponse:
    entered = list(LegalRate.objects.filter(organisation_id=creditor.organisation_id))
    context = {
        "form": form,
        "missing": [(NAMES[gap.series], gap) for gap in missing(creditor)],
        "shown": [
            Shown(
                name=str(name), values=tuple(_values(key, entered))[:_SHOWN], address=SERIES[key].address
            )
            for key, name in NAMES.items()
        ],
        "countries": list(_countries(creditor)),
    }  # fmt: skip
    return render(request, "setup/rates.html", context)


def _countries(creditor: Creditor) -> Iterator[Country]:
    """Yield the articles of each country, the creditor's own first."""
    for code in sorted(CITATIONS, key=lambda code: (code != creditor.country, country_name(code))):
        articles = tuple(
            Article(
                cited=cited, subject=SUBJECTS[cited.subject],
                kinds=", ".join(str(KINDS[kind]).lower() for kind in kinds),
                confidence=CONFIDENCE[cited.confidence], sure=not cited.changes_sum,
            )
            for cited, kinds in CITATIONS[code].items()
        )  # fmt: skip
        yield Country(
            name=country_name(code), articles=articles, own=code == creditor.country,
            unsure=sum(not one.sure for one in articles),
        )  # fmt: skip


def _values(key: str, entered: list[LegalRate]) -> list[Value]:
    found = {
        half: Value(
            semester=str(half), ratio=one.value / 100, source=str(SOURCES.get(one.source, one.source)),
            read_on=one.read_on, original=one.source if one.source in SOURCES else "",
            confidence=str(CONFIDENCE[one.confidence]), sure=one.confidence is Confidence.TWO_SOURCES,
            key=None,
        )
        for half, one in SERIES[key].values.items()
    }  # fmt: skip
    for row in entered:
        if row.series == key:
            half = half_year(f"{row.year} S{row.half}")
            found[half] = Value(
                semester=str(half), ratio=row.percent / 100, source=row.source,
                read_on=row.read_on, confidence=gettext("saisi par vous"), sure=True, key=row.pk,
                address=row.source if _ADDRESS.fullmatch(row.source) else "",
            )  # fmt: skip
    return [found[half] for half in sorted(found, reverse=True)]
