"""The filters of a report: fields whose values stay in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.reports.behind import Part
from acquit.reports.filters import NOBODY, Filters
from acquit.reports.sheets import Options
from acquit.store.accounts.models import Creditor, Debtor, Membership
from acquit.web.fields import DayField
from acquit.web.words import KINDS, PROFILES, country_name

_MOST = {"mois": ("months", 120), "semaines": ("weeks", 52), "jours": ("within", 90)}
_NARROWING = ("gestionnaire", "profil", "nature", "pays")
GROUPS = (
    ("", _("Compte")),
    ("debtor", _("Client")),
    ("collector", _("Chargé de recouvrement")),
    ("creditor", _("Société")),
    ("country", _("Pays")),
    ("profile", _("Profil")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks: the filters, the options or the part of a list, and the day of the reader."""

    filters: Filters
    options: Options
    today: date
    part: Part = field(default_factory=Part)

    @property
    def query(self) -> str:
        """Return the address of the same report or list, without the form of a file."""
        asked = query_of(self.filters, self.options, self.today)
        return "&".join(one for one in (asked, self.part.query()) if one)


def read(given: Mapping[str, str], today: date) -> Asked:
    """Return what an address asks for; what cannot be read is left out."""
    options = {
        field: int(said)
        for name, (field, most) in _MOST.items()
        if _is_number(said := given.get(name, "")) and 0 < int(said) <= most
    }
    return Asked(filters=Filters.parse(given, today=today), options=Options(**options), today=today)


def read_list(given: Mapping[str, str], today: date) -> Asked:
    """Return what the address of a list asks for: which part of it, in the place of options."""
    return Asked(
        filters=Filters.parse(given, today=today), options=Options(), today=today, part=Part.parse(given)
    )


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) < 4


def query_of(filters: Filters, options: Options, today: date) -> str:
    """Return the address of these filters and options; what is usual is not in it."""
    usual = Options()
    said = [
        f"{name}={getattr(options, field)}"
        for name, (field, _) in _MOST.items()
        if getattr(options, field) != getattr(usual, field)
    ]
    return "&".join(part for part in (filters.query(today=today), *said) if part)


def kept(asked: Asked, form: forms.Form) -> list[tuple[str, str]]:
    """Return what the form has no field for and the address keeps."""
    of = asked.filters
    said = {
        "tranche": of.bucket, "retard": "1" if of.late else None, "devise": of.currency or None,
        "compte": of.account_id, "client": of.debtor_id,
    }  # fmt: skip
    hidden = {name: str(value) for name, value in said.items() if value is not None} | asked.part.said()
    return [(name, value) for name, value in hidden.items() if name not in form.fields]


class FilterForm(forms.Form):
    """The fields that a report shows; empty means everything."""

    au = DayField(label=_("À la date du"), required=False)
    par = forms.ChoiceField(label=_("Par"), required=False, choices=GROUPS)
    age = forms.ChoiceField(
        label=_("Âge depuis"), required=False, choices=[("", _("l’échéance")), ("facture", _("la facture"))]
    )
    tranches = forms.CharField(
        label=_("Tranches (jours)"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "30,60,90", "inputmode": "numeric"}),
    )  # fmt: skip
    mois = forms.IntegerField(label=_("Nombre de mois"), required=False, min_value=1, max_value=120)
    semaines = forms.IntegerField(label=_("Semaines"), required=False, min_value=1, max_value=52)
    jours = forms.IntegerField(label=_("Jours après l’envoi"), required=False, min_value=1, max_value=90)
    societe = forms.ChoiceField(label=_("Société"), required=False)
    gestionnaire = forms.ChoiceField(label=_("Chargé de recouvrement"), required=False)
    profil = forms.ChoiceField(label=_("Profil"), required=False)
    nature = forms.ChoiceField(label=_("Nature"), required=False)
    pays = forms.ChoiceField(label=_("Pays"), required=False)
    devise = forms.ChoiceField(label=_("Devise"), required=False)

    def __init__(
        self,
        asked: Asked,
        asks: Sequence[str],
        *,
        creditors: Sequence[Creditor],
        debtors: bool = False,
        currencies: Sequence[str] = (),
    ) -> None:
        super().__init__(initial=_initial(asked), auto_id="filtre-%s")
        kept = {"au", *asks, *_NARROWING}
        kept |= {name for name, of in (("societe", creditors), ("devise", currencies)) if len(of) > 1}
        for name in set(self.fields) - kept:
            del self.fields[name]
        if debtors and "par" in self.fields:
            self.fields["par"].choices = [("", _("Client")), *GROUPS[2:]]  # type: ignore[attr-defined]
        self.fields["au"].widget.attrs["max"] = asked.today.isoformat()
        choices: dict[str, Any] = {
            "societe": [(str(one.pk), one.name) for one in creditors],
            "gestionnaire": _collectors(),
            "profil": PROFILES.items(),
            "nature": KINDS.items(),
            "pays": _countries(),
            "devise": [(one, one) for one in currencies],
        }
        for name, found in choices.items():
            if name in self.fields:
                self.fields[name].choices = [("", gettext("Tous")), *found]  # type: ignore[attr-defined]
        if "devise" in self.fields:
            self.fields["devise"].choices = [("", gettext("Toutes")), *choices["devise"]]  # type: ignore[attr-defined]


def _initial(asked: Asked) -> dict[str, Any]:
    of, options = asked.filters, asked.options
    return {
        "au": of.on,
        "par": "" if of.by == "account" else of.by,
        "age": "facture" if of.aged_by == "invoice" else "",
        "tranches": ",".join(map(str, of.buckets.edges)),
        "mois": options.months,
        "semaines": options.weeks,
        "jours": options.within,
        "societe": of.creditor_id or "",
        "gestionnaire": "" if of.collector is None else str(of.collector),
        "profil": of.profile,
        "nature": of.kind,
        "pays": of.country,
        "devise": of.currency,
    }


def collector_name(collector: int | None) -> str:
    """Return whose accounts a report is narrowed to; nothing where it is not."""
    return "" if collector is None else dict(_collectors()).get(str(collector), "")


def _collectors() -> list[tuple[str, str]]:
    members = Membership.objects.select_related("user").order_by("user__email")
    names = [(str(one.user_id), one.user.get_full_name() or one.user.email) for one in members]
    return [*names, (str(NOBODY), gettext("Sans chargé"))]


def _countries() -> list[tuple[str, str]]:
    codes = Debtor.objects.order_by("country").values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes if code), key=lambda one: one[1])
