"""What the URL of the list says, judged by a form: a wrong value is left out, never an error page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import babel
from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from acquit.store.accounts.models import Creditor, Debtor
from acquit.web.clients.fields import AmountField
from acquit.web.clients.listing import ORDERS, Asked
from acquit.web.clients.words import KINDS, PROFILES

ALL = "toutes"


def country_name(code: str) -> str:
    """Return a country in the language of the screen."""
    territories = babel.Locale.parse(get_language() or "fr", sep="-").territories
    return str(territories.get(code.upper(), code))


class FilterForm(forms.Form):
    """The filters of the list of clients."""

    profil = forms.ChoiceField(label=_("Profil"), required=False)
    nature = forms.ChoiceField(label=_("Nature"), required=False)
    pays = forms.ChoiceField(label=_("Pays"), required=False)
    societe = forms.ChoiceField(label=_("Société créancière"), required=False)
    echu = AmountField(label=_("Échu supérieur à"), required=False, min_value=Decimal(0))

    def __init__(self, given: QueryDict, creditors: Sequence[Creditor]) -> None:
        super().__init__(given, prefix=None, auto_id="filtre-%s")
        self._choices("profil", [("", _("Tous les profils")), *PROFILES.items()])
        self._choices("nature", [("", _("Toutes les natures")), *KINDS.items()])
        countries = Debtor.objects.order_by("country").values_list("country", flat=True).distinct()
        self._choices(
            "pays", [("", _("Tous les pays")), *((code, country_name(code)) for code in countries)]
        )
        if len(creditors) > 1:
            named = [(str(one.pk), one.name) for one in creditors]
            self._choices("societe", [("", _("Cette société")), (ALL, _("Toutes les sociétés")), *named])
        else:
            del self.fields["societe"]

    def _choices(self, field: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]
        self.fields[field].widget.attrs["data-submit"] = ""

    def asked(self, creditor: Creditor | None) -> Asked:
        """Return what is asked for; what cannot be read is left out."""
        self.is_valid()
        clean = self.cleaned_data
        society = clean.get("societe") or ""
        sort = self.data.get("sort", "nom")
        return Asked(
            words=self.data.get("q", "").strip(),
            situation=self.data.get("situation", ""),
            profile=clean.get("profil") or "",
            kind=clean.get("nature") or "",
            country=clean.get("pays") or "",
            creditor_id=None if society == ALL else int(society) if society else _key(creditor),
            overdue_above=clean.get("echu"),
            sort=sort if sort.removeprefix("-") in ORDERS else "nom",
            page=_page(self.data.get("page", "1")),
        )


def _key(creditor: Creditor | None) -> int | None:
    return None if creditor is None else creditor.pk


def _page(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 9 else 1
