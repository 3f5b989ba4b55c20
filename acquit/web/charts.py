"""What a chart is given: figures for the drawing, and the same in words for its table and its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from acquit.core.forecast import Week
from acquit.reports.behind import Part
from acquit.reports.expected_items import BY_HABIT, PROMISED
from acquit.web import formats
from acquit.web.words import language
from acquit.wording.days import SHORT_MONTHS


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in words, and the list behind it, if there is one."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart named `key` in its page. `said` is its sentence, `head` and `rows` are its table in words.

    `data` becomes JSON: `labels`, `series` of {name, look, values, said}, and the `unit` of its axis.
    """

    key: str
    said: str
    head: Sequence[str]
    rows: Sequence[Sequence[Told]]
    data: dict[str, Any] = field(default_factory=dict)


def weeks_chart(weeks: Sequence[Week], currency: str, opens: Callable[[Part], str]) -> Chart:
    """Return the cash expected week by week: promised, by habit on top, and the cautious level as a mark.

    `opens` tells where the list of a part of what is expected is.
    """
    tongue = language()

    def money(value: float) -> str:
        return formats.whole_amount(_exact(value), currency, language=tongue)

    parts = [(week.promised, max(0.0, week.expected - week.promised), week.cautious) for week in weeks]
    names = (gettext("Promis"), gettext("Attendu selon l’habitude"), gettext("Prudent (8 chances sur 10)"))
    looks = ("promised", "expected", "cautious")
    series = [
        {
            "name": name,
            "look": look,
            "values": [round(part[place], 2) for part in parts],
            "said": [money(part[place]) for part in parts],
        }
        for place, (name, look) in enumerate(zip(names, looks, strict=True))
    ]
    whole = sum(week.expected for week in weeks)
    peak = max(weeks, key=lambda week: week.expected, default=None)
    said = gettext("%(amount)s attendus en %(count)s semaines") % {
        "amount": money(whole),
        "count": len(weeks),
    }
    if peak is not None and peak.expected:
        said += gettext(", dont %(amount)s la semaine du %(day)s") % {
            "amount": money(peak.expected),
            "day": _day(peak),
        }
    return Chart(
        key="prevision",
        said=said,
        head=(gettext("Semaine du"), *names[:2], gettext("En tout"), names[2]),
        rows=[
            (
                Told(_day(week)),
                *(
                    Told(money(amount), opens(Part(week=number, kind=kind)) if amount else "")
                    for amount, kind in ((promised, PROMISED), (habit, BY_HABIT), (week.expected, None))
                ),
                Told(money(cautious)),
            )
            for number, (week, (promised, habit, cautious)) in enumerate(zip(weeks, parts, strict=True))
        ],
        data={
            "labels": [_day(week) for week in weeks],
            "series": series,
            "unit": formats.currency_sign(currency, tongue),
            "thousands": True,
        },
    )


def dso_chart(
    months: Sequence[tuple[date, Decimal | None, Decimal | None]], opens: Callable[[date], str]
) -> Chart:
    """Return the DSO of each month beside the best possible one; a month is told by one of its days.

    `opens` tells where the sales and the balances of a month are, of which these are ratios.
    """
    names = (gettext("DSO"), gettext("Meilleur possible"))
    figures = [(dso, best) for _, dso, best in months]
    series = [
        {
            "name": name,
            "look": look,
            "values": [_rounded(of[place]) for of in figures],
            "said": [days(of[place]) for of in figures],
        }
        for place, (name, look) in enumerate(zip(names, ("measured", "best"), strict=True))
    ]
    labels = [_month(day) for day, _, _ in months]
    said = ""
    if months:
        said = gettext(
            "DSO de %(first)s (%(since)s) à %(last)s (%(until)s)\u00a0; meilleur possible %(best)s"
        )
        said = said % {
            "first": days(figures[0][0]),
            "since": labels[0],
            "last": days(figures[-1][0]),
            "until": labels[-1],
            "best": days(figures[-1][1]),
        }
    return Chart(
        key="dso",
        said=said,
        head=(gettext("Mois"), *names),
        rows=[
            (
                Told(formats.month(day, language=language()), opens(day)),
                Told(days(dso)),
                Told(days(best)),
            )
            for day, dso, best in months
        ],
        data={"labels": labels, "series": series, "thousands": False},
    )


def days(value: Decimal | None) -> str:
    """Write a mean of days with one decimal: 52,4 j."""
    if value is None:
        return formats.DASH
    unit = "j" if language() == "fr" else "d"
    return f"{formats.number(value, decimals=1, language=language())}{formats.HARD}{unit}"


def _rounded(value: Decimal | None) -> float | None:
    return None if value is None else float(round(value, 1))


def _month(day: date) -> str:
    return SHORT_MONTHS[language()][day.month - 1]


def _day(week: Week) -> str:
    tongue = language()
    number = "1er" if tongue == "fr" and week.first.day == 1 else str(week.first.day)
    return f"{number}{formats.HARD}{SHORT_MONTHS[tongue][week.first.month - 1]}"


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))
