"""Form fields for amounts and days as people type them in French and in English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AmountField(forms.DecimalField):
    """An amount: « 1 240,50 », « 1240.50 » and « 1.240,50 € » are the same."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "form-control num"}
        self.error_messages["invalid"] = _("Un montant de la forme 1240,50.")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Return the amount that was typed."""
        return super().to_python(plain_amount(value) if isinstance(value, str) else value)


def plain_amount(typed: str) -> str:
    """Return `typed` with a point for its decimals and nothing between its thousands.

    >>> plain_amount("1\\u202f240,50\\u00a0€"), plain_amount("1.240,50"), plain_amount("1,240.50")
    ('1240.50', '1240.50', '1240.50')
    """
    bare = "".join(typed.replace("€", "").split())
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if point > comma else "."
        bare = bare.replace(thousands, "")
    return bare.replace(",", ".")


#: A day outside has a year typed wrong; near the last day that a calendar knows nothing can be counted on.
_FIRST, _LAST = date(1970, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day, from the browser's own field or typed as jj/mm/aaaa."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        widget.input_type = "date"
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"], **options)
        self.error_messages["invalid"] = _("Une date de la forme 30/11/2026.")

    def to_python(self, value: Any) -> date | None:
        """Return the day that was typed."""
        day = super().to_python(value)
        if day is not None and not _FIRST <= day <= _LAST:
            raise forms.ValidationError(_("L’année est mal écrite."), code="year")
        return day

    def not_before(self, day: date) -> None:
        """Let the browser's calendar begin on `day`; the flow has the last word."""
        self.widget.attrs["min"] = day.isoformat()
