"""Filters and tags that write numbers, days and icons: `{% load acquit %}`.

The language is the active one.
Filters that speak of today take it as their argument: `{{ invoice.due_on|near_day:today }}`.
"""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from acquit.web import formats
from acquit.web.icons import icon_names
from acquit.web.inert import inert as _inert
from acquit.web.words import PROFILES, said

register = template.Library()

SPRITE = "vendor/icons.svg"


class UnknownIcon(ValueError):
    """This icon is not in acquit/web/icons.txt; add its name there and build the assets again."""


def language() -> str:
    """Return the language of the screen being written."""
    return get_language() or settings.LANGUAGE_CODE


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", classes: str = "") -> SafeString:
    """Draw an icon of the sprite: `{% icon "mail" %}`, `{% icon "check" "sm" %}`.

    An icon says nothing to a screen reader unless it has a `label`, needed only where it stands alone.
    """
    if name not in icon_names():
        raise UnknownIcon(name)
    named = "icon" + (f" icon-{size}" if size else "") + (f" {classes}" if classes else "")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    url = staticfiles_storage.url(SPRITE)
    return format_html('<svg class="{}" {}><use href="{}#i-{}"/></svg>', named, spoken, url, name)


@register.filter
def inert(text: str) -> str:
    """Write what outsiders typed without what is not seen: `{{ debtor.name|inert }}`."""
    return _inert(text)


@register.filter
def amount(value: Decimal | None, currency: str = "EUR") -> str:
    """Write an amount with its cents: `{{ invoice.open_balance|amount:"EUR" }}`."""
    return formats.amount(value, currency, language=language())


@register.filter
def signed_amount(value: Decimal, currency: str = "EUR") -> str:
    """Write a movement, its sign always shown."""
    return formats.signed_amount(value, currency, language=language())


@register.filter
def whole_amount(value: Decimal | None, currency: str = "EUR") -> str:
    """Write an amount in whole units, for key figures."""
    return formats.whole_amount(value, currency, language=language())


@register.filter
def gain(value: Decimal, currency: str = "EUR") -> str:
    """Write an expected gain, its sign always shown."""
    return formats.gain(value, currency, language=language())


@register.filter
def percentage(ratio: Decimal | None, decimals: int = 1) -> str:
    """Write a ratio between 0 and 1 as a percentage: `{{ ratio|percentage }}`, `{{ ratio|percentage:0 }}`."""
    return formats.percentage(ratio, language=language(), decimals=decimals)


@register.filter
def count(value: int) -> str:
    """Write a whole number with its thousands separated."""
    return formats.number(value, decimals=0, language=language())


@register.filter
def day(on: date | None) -> str:
    """Write a day with its year: 22 nov. 2026."""
    return formats.day(on, language=language())


@register.filter
def near_day(on: date | None, today: date) -> str:
    """Write a day for a dense list: aujourd’hui, demain, 22 nov., 21 févr. 2027."""
    return formats.near_day(on, today=today, language=language())


@register.filter
def long_day(on: date | None) -> str:
    """Write a day in full: lundi 30 novembre 2026."""
    return formats.long_day(on, language=language())


@register.filter
def moment(at: datetime | None, today: date) -> str:
    """Write a moment in the active time zone: 23 nov. 07:45."""
    here = timezone.localtime(at) if at is not None and timezone.is_aware(at) else at
    return formats.moment(here, today=today, language=language())


@register.filter
def days(value: int) -> str:
    """Write a number of days: 41 j."""
    return formats.days(value, language=language())


@register.filter
def step_day(offset_days: int) -> str:
    """Write where a step stands around the due date: J−7, J+20."""
    return formats.step_day(offset_days, language=language())


@register.filter
def siren(digits: str) -> str:
    """Write a SIREN by groups of three."""
    return formats.siren(digits)


@register.filter
def iban(account: str) -> str:
    """Write an IBAN or a creditor reference by groups of four."""
    return formats.iban(account)


@register.filter
def initials(name: str) -> str:
    """Write the letters that stand for a person or a firm."""
    return formats.initials(name)


@register.filter
def percents(value: Decimal | None) -> str:
    """Write a percentage that is already in hundredths: 78,4 %."""
    return formats.percentage(None if value is None else value / 100, language=language())


@register.filter
def profile_words(profile: str) -> str:
    """Write what a profile is called: `{{ debtor.profile|profile_words }}`."""
    return said(PROFILES, profile) if profile else formats.DASH
