"""The form of a carrier: what every one has, and the lines that its provider asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from acquit.channels.provider import Provider, Setting
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Carrier

_OWN = "s-"


class CarrierForm(forms.Form):
    """A secret is never shown again: an empty field leaves the one that is kept."""

    name = forms.CharField(label=_("Nom"), max_length=100)
    for_all = forms.BooleanField(label=_("Pour toutes les sociétés"), required=False)
    per_minute = forms.IntegerField(
        label=_("Messages par minute au plus"), min_value=1, max_value=100_000, required=False,
        help_text=_("Vide\u00a0: pas de limite."),
    )  # fmt: skip
    per_hour = forms.IntegerField(
        label=_("Messages par heure au plus"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Vide\u00a0: pas de limite."),
    )  # fmt: skip

    def __init__(self, provider: Provider, carrier: Carrier | None, data: Any = None) -> None:
        kept = carrier.settings if carrier else {}
        said: dict[str, Any] = {"name": provider.label}
        if carrier is not None:
            said = {
                "name": carrier.name, "for_all": carrier.creditor_id is None,
                "per_minute": carrier.per_minute, "per_hour": carrier.per_hour,
            }  # fmt: skip
        said |= {f"{_OWN}{line.key}": kept.get(line.key, line.default) for line in provider.fields}
        super().__init__(data, initial=said, auto_id="envoi-%s")
        for line in provider.fields:
            field = _field(line, kept=carrier is not None and bool(carrier.secrets))
            field.error_messages["required"] = _("Ce champ est nécessaire.")
            self.fields[f"{_OWN}{line.key}"] = field
        self.order_fields(["name", "for_all", *(f"{_OWN}{line.key}" for line in provider.fields)])

    def settings(self) -> dict[str, str]:
        """Return what was typed for the provider, by the provider's keys."""
        typed = {key: value for key, value in self.cleaned_data.items() if key.startswith(_OWN)}
        return {key.removeprefix(_OWN): str(value).strip() for key, value in typed.items()}

    def fields_of_the_row(self, creditor: Creditor) -> dict[str, Any]:
        """Return what every carrier has."""
        said = self.cleaned_data
        return {
            "name": said["name"], "creditor_id": None if said["for_all"] else creditor.pk,
            "per_minute": said["per_minute"], "per_hour": said["per_hour"],
        }  # fmt: skip


def _field(line: Setting, *, kept: bool) -> forms.Field:
    label = line.label.get((get_language() or "fr")[:2], line.label["fr"])
    if line.choices:
        return forms.ChoiceField(
            label=label, choices=[(one, one) for one in line.choices], required=line.required
        )
    if not line.secret:
        return forms.CharField(label=label, required=line.required, max_length=2000)
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    hint = _("Enregistré, jamais montré\u00a0: vide, il reste le même.") if kept else ""
    return forms.CharField(
        label=label, required=line.required and not kept, max_length=8000, widget=widget, help_text=hint,
        strip=True,
    )  # fmt: skip
