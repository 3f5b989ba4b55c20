"""The day that a person chooses in a menu: tomorrow, in three days, on Monday, or any other."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest

from acquit.web.fields import DayField


class _DayForm(forms.Form):
    day = DayField()


def chosen_day(request: HttpRequest, today: date) -> date | None:
    """Return the day that was posted as `when`, with `day` where it is « on »; None where none was given."""
    when = request.POST.get("when", "")
    if when == "monday":
        return today + timedelta(days=7 - today.weekday())
    if when in ("1", "3"):
        return today + timedelta(days=int(when))
    form = _DayForm(request.POST)
    return form.cleaned_data["day"] if form.is_valid() else None
