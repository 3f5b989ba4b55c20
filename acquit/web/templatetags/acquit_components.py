"""One tag a piece of screen, drawn by the fragment of its name: `{% load acquit_components %}`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

from acquit.web import charts, components, drawing, formats
from acquit.web.templatetags.acquit import language
from acquit.web.words import age_labels

register = template.Library()

Drawn = dict[str, Any]

PROFILES = {
    "vip": "line",
    "good": "line",
    "regular": "line",
    "bad": "late",
    "public": "line",
    "consumer": "line",
}


@register.inclusion_tag("components/status_chip.html")
def status_chip(words: str, tone: str = "", icon: str = "") -> Drawn:
    """Draw the state of one thing. Tones: empty, info, ok, warn, late, danger, line."""
    return {"words": words, "tone": tone, "icon": icon}


@register.inclusion_tag("components/status_chip.html")
def profile_chip(profile: str, words: str = "") -> Drawn:
    """Draw the profile or kind of a client; internal, never on the portal or in a letter."""
    named = {
        "vip": gettext("VIP"),
        "good": gettext("Bon payeur"),
        "regular": gettext("Régulier"),
        "bad": gettext("Mauvais payeur"),
        "public": gettext("Secteur public"),
        "consumer": gettext("Particulier"),
    }
    return {
        "words": words or named.get(profile, profile),
        "tone": PROFILES.get(profile, "line"),
        "icon": "building" if profile == "public" else "user",
    }


@register.inclusion_tag("components/amount_cell.html")
def amount_cell(
    value: Decimal | None, currency: str = "EUR", of: Decimal | None = None, strong: bool = True
) -> Drawn:
    """Draw an amount of a list, and under it the whole that it remains of when it is partly paid."""
    tongue = language()
    partly = of is not None and value is not None and of != value
    return {
        "written": formats.amount(value, currency, language=tongue),
        "quiet": not value,
        "strong": strong and bool(value),
        "whole": formats.amount(of, currency, language=tongue) if partly else "",
    }


@register.inclusion_tag("components/days_late.html")
def days_late(late_days: int | None) -> Drawn:
    """Draw days after the due date with their ageing dot; negative days are still to come."""
    tongue = language()
    return {
        "late_days": late_days,
        "age": formats.age_of(late_days or 0),
        "written": formats.days(abs(late_days or 0), language=tongue),
    }


@register.inclusion_tag("components/kpi_strip.html")
def kpi_strip(kpis: Sequence[components.Kpi], label: str = "") -> Drawn:
    """Draw three to five key figures in one card."""
    return {"kpis": kpis, "label": label or gettext("Chiffres clés"), "columns": len(kpis)}


@register.inclusion_tag("components/ageing_bar.html")
def ageing_bar(
    amounts: Sequence[Decimal], currency: str = "EUR", size: str = "", legend: bool = False
) -> Drawn:
    """Draw the split of a balance in its five ageing classes, from not due to over 90 days; sizes md, lg."""
    tongue, whole = language(), sum(amounts)
    said = ", ".join(
        f"{label} {formats.amount(value, currency, language=tongue)}"
        for label, value in zip(age_labels(), amounts, strict=True)
    )
    parts = [
        {
            "age": age,
            "start": start,
            "width": width,
            "label": label.removesuffix(" j"),
            "share": value / whole if whole else Decimal(0),
        }
        for age, ((start, width), label, value) in enumerate(
            zip(components.stretch(amounts), age_labels(), amounts, strict=True)
        )
    ]
    return {"said": said, "size": size, "parts": [part for part in parts if part["width"]], "legend": legend}


@register.inclusion_tag("components/buckets.html")
def buckets(classes: Sequence[components.Bucket], currency: str = "EUR") -> Drawn:
    """Draw the ageing classes as links that filter the list of invoices."""
    return {"classes": classes, "currency": currency}


@register.inclusion_tag("components/chart.html")
def chart(chart: charts.Chart, kind: str) -> Drawn:
    """Draw a chart of a kind of charts.js (weeks, line), with its table in the page."""
    return {"chart": chart, "kind": kind, "data_id": f"{chart.key}-donnees"}


@register.inclusion_tag("components/data_freshness.html")
def data_freshness(freshness: components.Freshness) -> Drawn:
    """Draw how old the bank and the invoices are; warn, and say what waits, when they are too old."""
    return {"freshness": freshness}


@register.inclusion_tag("components/notice.html")
def notice(words: str, tone: str = "", icon: str = "", link: components.Link | None = None) -> Drawn:
    """Draw one sentence and at most one way out, inside the page. Tones: empty, ok, warn, danger."""
    signs = {"ok": "circle-check", "warn": "alert-triangle", "danger": "alert-circle"}
    return {"words": words, "tone": tone, "icon": icon or signs.get(tone, "info-circle"), "link": link}


@register.inclusion_tag("components/filter_tabs.html")
def filter_tabs(tabs: Sequence[components.Tab], label: str, target: str = "") -> Drawn:
    """Draw the views of one list with their counts; `target`: the id that HTMX replaces."""
    return {"tabs": tabs, "label": label, "target": target}


@register.inclusion_tag("components/work_item.html")
def work_item(item: components.WorkItem, target: str = "") -> Drawn:
    """Draw a line of a worklist; with `target`, HTMX puts the record there and the URL follows."""
    return {"item": item, "target": target}


@register.inclusion_tag("components/message_editor.html")
def message_editor(mail: components.Mail) -> Drawn:
    """Draw a message exactly as it leaves, to be read."""
    return {"mail": mail}


@register.inclusion_tag("components/message_form.html", takes_context=True)
def message_form(context: template.Context, form: Any, action: str, cancel_url: str) -> Drawn:
    """Draw the form that changes a message: a Django form with the fields `subject` and `body`."""
    return {"form": form, "action": action, "cancel_url": cancel_url, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/reason_menu.html", takes_context=True)
def reason_menu(context: template.Context, menu: components.ReasonMenu, target: str = "") -> Drawn:
    """Draw a decision that needs a reason; unfolds and posts without JavaScript."""
    return {"menu": menu, "target": target, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/step_track.html")
def step_track(marks: Sequence[str], label: str = "") -> Drawn:
    """Draw where an invoice stands in its scenario; marks: done, now, held, skip, or empty (to come)."""
    return {"marks": marks, "said": label or _said(marks)}


def _said(marks: Sequence[str]) -> str:
    done, total = sum(mark == "done" for mark in marks), len(marks)
    said = ngettext("%(done)s étape faite sur %(total)s", "%(done)s étapes faites sur %(total)s", done) % {
        "done": done,
        "total": total,
    }
    if "held" in marks:
        said += gettext(", suspendu à l’étape %(step)s") % {"step": marks.index("held") + 1}
    if "now" in marks:
        said += gettext(", étape %(step)s en cours") % {"step": marks.index("now") + 1}
    return said


@register.inclusion_tag("components/tone_level.html")
def tone_level(level: int, words: bool = True) -> Drawn:
    """Draw the tone of a message: 0 service, 1 oversight, 2 factual, 3 firm, 4 legal."""
    named = (
        pgettext("ton", "service"),
        pgettext("ton", "oubli supposé"),
        pgettext("ton", "factuel"),
        pgettext("ton", "ferme"),
        pgettext("ton", "juridique"),
    )
    return {
        "level": level,
        "bars": [rank <= level for rank in range(1, 5)],
        "words": named[level] if words else "",
    }


@register.inclusion_tag("components/confidence.html")
def confidence(score: int, words: str = "", level: str = "") -> Drawn:
    """Draw how sure a proposal is, from 0 to 100; `level` (high, mid, none) where it is not so."""
    return {
        "level": level or ("high" if score >= 95 else "mid" if score else "none"),
        "width": score * 36 / 100,
        "words": words or formats.percentage(Decimal(score) / 100, language=language(), decimals=0),
    }


@register.inclusion_tag("components/why_panel.html")
def why_panel(why: components.Why) -> Drawn:
    """Draw why Acquit did, or did not: one sentence, the rules that weighed, what a person may do."""
    return {"why": why}


@register.inclusion_tag("components/diary.html")
def diary(entries: Sequence[components.Ahead], today: date, foot: str = "") -> Drawn:
    """Draw the dated events to come, if nothing changes."""
    return {"entries": entries, "today": today, "foot": foot}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[components.Past], today: date) -> Drawn:
    """Draw past events, newest first as they are given, under the name of their month."""
    tongue = language()
    months = groupby(
        events, key=lambda event: formats.month(timezone.localtime(event.at).date(), language=tongue)
    )
    return {"months": [(name, list(group)) for name, group in months], "today": today}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    kind: str, title: str, words: str, link: components.Link | None = None, icon: str = ""
) -> Drawn:
    """Draw an empty list. Kinds: done (all is dealt with), none (nothing found), first (nothing yet)."""
    signs = {"done": "circle-check", "none": "search", "first": "database-import"}
    return {"kind": kind, "icon": icon or signs[kind], "title": title, "words": words, "link": link}


@register.inclusion_tag("components/key_legend.html")
def key_legend(*pairs: str) -> Drawn:
    """Draw the keys of a list: `{% key_legend "J K" _("parcourir") "A" _("approuver") %}`."""
    legend = [(keys.split(), words) for keys, words in zip(pairs[::2], pairs[1::2], strict=True)]
    return {"legend": legend}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], target: str = "") -> Drawn:
    """Draw the way through the pages of a list, filters kept."""
    kept = context["request"].GET.copy()
    kept.pop("page", None)
    return {"page": page, "kept": f"{kept.urlencode()}&" if kept else "", "target": target}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, column: str, label: str, right: bool = False, target: str = ""
) -> Drawn:
    """Draw a column's header that sorts the list: `?sort=column`, then `?sort=-column`."""
    kept = context["request"].GET.copy()
    chosen = kept.get("sort", "")
    kept.pop("page", None)
    kept["sort"] = f"-{column}" if chosen == column else column
    sense = {column: "ascending", f"-{column}": "descending"}.get(chosen, "")
    return {"url": f"?{kept.urlencode()}", "label": label, "sense": sense, "right": right, "target": target}


@register.inclusion_tag("components/search_field.html", takes_context=True)
def search_field(context: template.Context, label: str, placeholder: str = "", target: str = "") -> Drawn:
    """Draw the search of a list (`?q=`), which Ctrl K reaches; the other filters of the URL are kept."""
    given = context["request"].GET
    kept = [(name, value) for name in given if name not in ("q", "page") for value in given.getlist(name)]
    return {
        "label": label,
        "placeholder": placeholder,
        "q": given.get("q", ""),
        "kept": kept,
        "target": target,
    }


@register.inclusion_tag("components/scenario_axis.html")
def scenario_axis(steps: Sequence[components.ScenarioStep]) -> Drawn:
    """Draw a scenario: its steps on a true scale of days, then one card a step."""
    axis = drawing.draw_axis(steps)
    names = {
        "courtesy": gettext("Prévenance"),
        "reminder": gettext("Relance"),
        "legal": gettext("Précontentieux"),
    }
    said = ngettext(
        "Axe du temps : %(count)s étape autour de l’échéance",
        "Axe du temps : %(count)s étapes autour de l’échéance",
        len(steps),
    )
    return {
        "axis": axis,
        "bands": [(band, names[band.stage]) for band in axis.bands],
        "said": said % {"count": len(steps)},
    }


@register.inclusion_tag("components/step_card.html")
def step_card(step: components.ScenarioStep) -> Drawn:
    """Draw one step of a scenario as a card."""
    return {"step": step}


@register.inclusion_tag("components/field.html")
def field(bound: Any, label: str = "", hint: str = "") -> Drawn:
    """Draw a form field: visible label, control, hint and errors tied to it."""
    errors = [f"{bound.auto_id}-errors"] if bound.errors else []
    hints = [f"{bound.auto_id}-hint"] if hint or bound.help_text else []
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "select" if "Select" in type(widget).__name__ else "textarea")
    css = {"checkbox": "form-check-input", "radio": "", "select": "form-select"}.get(kind, "form-control")
    extra = {
        "class": css,
        "aria-describedby": " ".join(errors + hints) or None,
        "aria-invalid": "true" if errors else None,
    }
    control = bound.as_widget(attrs={name: value for name, value in extra.items() if value})
    return {
        "bound": bound,
        "control": control,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
    }
