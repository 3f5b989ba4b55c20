"""What the URL of the list says, judged by a form: a wrong value is left out, never an error page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from acquit.store.accounts.models import Creditor
from acquit.web.clients.listing import ORDERS, Asked
from acquit.web.fields import AmountField
from acquit.web.words import KINDS, PROFILES, country_name

ALL = "toutes"

_COUNTRIES = """
WITH RECURSIVE known AS (
  (SELECT country FROM accounts_debtor ORDER BY organisation_id, country LIMIT 1)
  UNION ALL
  SELECT (SELECT d.country FROM accounts_debtor d WHERE d.country > known.country
    ORDER BY d.organisation_id, d.country LIMIT 1)
  FROM known WHERE known.country IS NOT NULL
) SELECT country FROM known WHERE country IS NOT NULL
"""


def countries_of_debtors() -> list[str]:
    """Return the countries of the organisation's debtors: the index is jumped through, not read."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        return [row[0] for row in cursor.fetchall()]


class FilterForm(forms.Form):
    """The filters of the list of clients."""

    profil = forms.ChoiceField(label=_("Profil"), required=False)
    nature = forms.ChoiceField(label=_("Nature"), required=False)
    pays = forms.ChoiceField(label=_("Pays"), required=False)
    societe = forms.ChoiceField(label=_("Société créancière"), required=False)
    echu = AmountField(label=_("Échu supérieur à"), required=False, min_value=Decimal(0))

    def __init__(self, given: QueryDict, creditors: Sequence[Creditor]) -> None:
        super().__init__(given, prefix=None, auto_id="filtre-%s")
        self.only_one = len(creditors) <= 1
        self._choices("profil", [("", _("Tous les profils")), *PROFILES.items()])
        self._choices("nature", [("", _("Toutes les natures")), *KINDS.items()])
        countries = countries_of_debtors()
        self._choices("pays", [("", _("Tous les pays")), *((code, country_name(code)) for code in countries)])
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
            creditor_id=self._creditor(society, creditor),
            overdue_above=clean.get("echu"),
            sort=sort if sort.removeprefix("-") in ORDERS else "nom",
            page=_page(self.data.get("page", "1")),
        )

    def _creditor(self, said: str, creditor: Creditor | None) -> int | None:
        """Return the creditor to narrow to; where there is only one, nothing needs narrowing."""
        if said == ALL or self.only_one or creditor is None:
            return None
        return int(said) if said else creditor.pk


def _page(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 9 else 1
