"""How a letter arrived: what is known, and the form by which a person tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from acquit.core.notice import effective_on
from acquit.flows.outbox.tell_arrival import OF_LETTER, OF_REGISTERED
from acquit.store.outbox.models import PAPER, Message, ProviderEvent
from acquit.web.words import arrival_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event of a letter, with the proof that came with it."""

    words: str
    icon: str
    on: date
    detail: str
    evidence: int | None


class ArrivalForm(forms.Form):
    """What the slip of the post says."""

    event = forms.ChoiceField(
        label=_("Ce que dit l’avis"), widget=forms.Select(attrs={"class": "form-select"})
    )
    on = forms.DateField(
        label=_("Le"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    proof = forms.FileField(
        label=_("L’avis numérisé (PDF)"), required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
    )  # fmt: skip


def arrival_form(message: Message, given: Any = None, files: Any = None) -> ArrivalForm:
    """Return the form of what may be told of `message`."""
    form = ArrivalForm(given, files, auto_id="arrival-%s")
    events = OF_LETTER if message.channel == "letter" else OF_REGISTERED
    form.fields["event"].choices = [(one.value, arrival_words(one)[0]) for one in events]  # type: ignore[attr-defined]
    return form


def arrivals_of(message: Message) -> list[Arrival]:
    """Return what is known of a letter's way, the oldest first; nothing of other messages."""
    return [_arrival(one, message) for one in _told(message)]


def effect_of(message: Message) -> date | None:
    """Return from which day a registered letter has effect, as far as is known."""
    if message.channel != "registered_letter":
        return None
    zone = ZoneInfo(message.creditor.timezone)
    return effective_on((one.event, one.at.astimezone(zone).date()) for one in _told(message))


def _told(message: Message) -> list[ProviderEvent]:
    if message.channel not in PAPER:
        return []
    return list(ProviderEvent.objects.filter(message=message).defer("raw").order_by("at", "id"))


def _arrival(one: ProviderEvent, message: Message) -> Arrival:
    words, _tone, icon = arrival_words(one.event)
    return Arrival(
        words=words, icon=icon, on=one.at.astimezone(ZoneInfo(message.creditor.timezone)).date(),
        detail=one.detail, evidence=one.evidence_id,
    )  # fmt: skip
