"""The key figures and the ageing classes of the dashboard, in words, each with the list that it opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from acquit.reports.behind import Behind, Part
from acquit.reports.dashboard import View
from acquit.reports.filters import Filters
from acquit.web import formats
from acquit.web.behind import list_url
from acquit.web.charts import days
from acquit.web.components import Bucket, Kpi
from acquit.web.words import age_labels, language

HUNDRED = Decimal(100)
#: Days ahead of the figure of what is expected.
MONTH = 30


def behind(key: str, of: Filters, part: Part | None = None) -> str:
    """Return the address of the list behind a figure of today."""
    return list_url(Behind(list=key, filters=of, part=part or Part()), today=of.on)


def kpis(view: View, filters: Filters) -> list[Kpi]:
    """Return the five key figures of one currency."""
    of = replace(filters, currency=view.currency)
    return [_open(view, of), _late(view, of), _dso(view, of), _delay(view, of), _expected(view, of)]


def _open(view: View, of: Filters) -> Kpi:
    terms, accounts = sum(view.items), view.accounts
    note = " · ".join(
        (
            ngettext("%(count)s échéance", "%(count)s échéances", terms) % {"count": _count(terms)},
            ngettext("%(count)s client", "%(count)s clients", accounts) % {"count": _count(accounts)},
        )
    )
    return Kpi(
        label=gettext("Encours total"), value=_money(view.open, view), note=note, url=behind("items", of)
    )


def _late(view: View, of: Filters) -> Kpi:
    change = view.late_share_change
    share = gettext("%(share)s de l’encours") % {"share": _percent(view.late_share)}
    return Kpi(
        label=gettext("Échu"),
        value=_money(view.aged.overdue, view),
        note=share,
        change=_points(change),
        sense=_sense(change),
        trend=_trend(change),
        url=behind("items", of.in_bucket(None)),
    )


def _dso(view: View, of: Filters) -> Kpi:
    best = view.months[-1].best_possible_dso if view.months else None
    return Kpi(
        label=gettext("DSO"),
        value=days(view.dso),
        note=gettext("meilleur possible %(days)s") % {"days": days(best)},
        change=_more(view.dso_change),
        sense=_sense(view.dso_change),
        trend=_trend(view.dso_change),
        definition=gettext(
            "Encours TTC divisé par les ventes TTC des trois derniers mois, fois leurs jours. Le changement"
            " est celui depuis la fin du mois dernier."
        ),
        url=_report("dso", of),
    )


def _delay(view: View, of: Filters) -> Kpi:
    now = view.delays.mean if view.delays else None
    before = view.delays_before.mean if view.delays_before else None
    change = None if now is None or before is None else now - before
    return Kpi(
        label=gettext("Retard moyen"),
        value=days(now),
        note=gettext("depuis le mois dernier") if change is not None else gettext("aucun règlement ce mois"),
        change=_more(change),
        sense=_sense(change),
        trend=_trend(change),
        definition=gettext("Jours entre l’échéance et le règlement de ce qui a été soldé ce mois-ci."),
        url=behind("settled", of, Part(since=of.on.replace(day=1) - timedelta(days=1))),
    )


def _expected(view: View, of: Filters) -> Kpi:
    likely, cautious = view.expected(MONTH)
    return Kpi(
        label=gettext("Prévu sous 30 jours"),
        value=_money(Decimal(repr(likely)), view),
        note=gettext("prudent %(amount)s") % {"amount": _money(Decimal(repr(cautious)), view)},
        definition=gettext(
            "Promesses et habitudes de paiement, litiges exclus. Le niveau prudent est dépassé huit fois"
            " sur dix."
        ),
        url=behind("expected_in", of, Part(days=MONTH)),
    )


def buckets(view: View, filters: Filters) -> list[Bucket]:
    """Return the ageing classes; each opens its open terms."""
    of = replace(filters, currency=view.currency)
    return [
        Bucket(
            label=label,
            amount=amount,
            url=behind("items", of.in_bucket(place)),
            share=_percent(amount * HUNDRED / view.open) if view.open else "",
            note=ngettext("%(count)s échéance", "%(count)s échéances", terms) % {"count": _count(terms)},
        )
        for place, (label, amount, terms) in enumerate(
            zip(age_labels(), view.aged.amounts, view.items, strict=True)
        )
    ]


def _report(slug: str, of: Filters) -> str:
    query = of.query(today=of.on)
    return reverse("reports:report", args=[slug]) + (f"?{query}" if query else "")


def _money(value: Decimal, view: View) -> str:
    return formats.whole_amount(value, view.currency, language=language())


def _count(value: int) -> str:
    return formats.number(value, decimals=0, language=language())


def _percent(value: Decimal | None) -> str:
    return formats.percentage(None if value is None else value / HUNDRED, language=language())


def _more(change: Decimal | None) -> str:
    """Write how many days fewer or more; the icon tells which, the word as well for who does not see it."""
    return "" if change is None else _signed(change, days(abs(change)))


def _points(change: Decimal | None) -> str:
    if change is None:
        return ""
    written = formats.number(abs(change), decimals=1, language=language())
    unit = ngettext("pt", "pts", 2 if abs(change) >= 2 else 1)
    return _signed(change, f"{written}{formats.HARD}{unit}")


def _signed(change: Decimal, written: str) -> str:
    if not round(change, 1):
        return written
    return f"{formats.MINUS if change < 0 else '+'}{written}"


def _sense(change: Decimal | None) -> str:
    """Less is better: of days, of what is late."""
    if change is None or not round(change, 1):
        return ""
    return "ok" if change < 0 else "late"


def _trend(change: Decimal | None) -> str:
    if change is None or not round(change, 1):
        return ""
    return "trending-down" if change < 0 else "trending-up"
