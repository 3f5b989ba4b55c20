"""A scenario's steps as the axis and the cards draw them, and each step in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext

from acquit.core.scenario import Anchor, Scenario, Stage, Step, Trigger
from acquit.web import formats
from acquit.web.components import ScenarioStep
from acquit.web.steps import step_name
from acquit.web.words import CHANNEL_ICONS, CHANNELS, KINDS, PROFILES, said

_STAGES = {Stage.COURTESY: "courtesy", Stage.REMINDER: "reminder", Stage.FORMAL_NOTICE: "legal"}
#: Where an invoice without a term stands on the axis: a usual term from its due date.
_USUAL_TERM = 30
_END_OF_MONTH = 15


def cards(scenario: Scenario, *, selected: str, url: str) -> list[ScenarioStep]:
    """Return the steps in the order of the scenario, each a link that selects it."""
    return [
        ScenarioStep(
            offset_days=offset,
            name=step_name(step),
            icon="rubber-stamp"
            if step.stage is Stage.FORMAL_NOTICE
            else CHANNEL_ICONS.get(step.channel, "mail"),
            tone=tone_of(step),
            mode=mode(step),
            asks=asks(step),
            conditions=tuple(conditions(step)),
            url=f"{url}&etape={step.key}#etape" if "?" in url else f"{url}?etape={step.key}#etape",
            selected=step.key == selected,
            stage=_STAGES.get(step.stage, "reminder"),
            when=short_when(step.when),
        )
        for step, offset in zip(scenario.steps, offsets(scenario), strict=True)
    ]


def offsets(scenario: Scenario) -> Iterator[int]:
    """Yield the day of each step around the due date; one that counts from another stands after it."""
    before = 0
    for step in scenario.steps:
        before = _offset(step.when, before)
        yield before


def _offset(when: Trigger, before: int) -> int:
    days = when.days * 7 // 5 if when.working else when.days
    if when.anchor is Anchor.PREVIOUS:
        return before + days
    if when.anchor is Anchor.INVOICE:
        return days - _USUAL_TERM
    return _END_OF_MONTH if when.anchor is Anchor.END_OF_MONTH else days


def tone_of(step: Step) -> int:
    """Return the tone as the screen draws it, from 0 to 4."""
    return min(max(step.tone, 0), 4)


def asks(step: Step) -> bool:
    """Tell whether a person acts before this step is done."""
    return step.asks or step.stage is Stage.FORMAL_NOTICE or step.channel == "phone"


def mode(step: Step) -> str:
    """Return who lets the step leave."""
    if step.channel == "phone":
        return gettext("À faire")
    return gettext("À approuver") if asks(step) else gettext("Automatique")


def short_when(when: Trigger) -> str:
    """Return the moment as the card heads it; empty where days from the due date say it."""
    tongue = get_language() or "fr"
    number = formats.number(abs(when.days), decimals=0, language=tongue)
    if when.anchor is Anchor.PREVIOUS:
        return gettext("+%(days)s j") % {"days": number}
    if when.anchor is Anchor.INVOICE:
        return gettext("Facture +%(days)s j") % {"days": number}
    if when.anchor is Anchor.END_OF_MONTH:
        return gettext("Fin de mois")
    if when.working:
        return gettext("%(day)s ouvrés") % {"day": formats.step_day(when.days, language=tongue)}
    return ""


def long_when(when: Trigger) -> str:
    """Return the moment in a sentence."""
    if when.anchor is Anchor.END_OF_MONTH:
        return gettext("à la fin du mois qui suit l’échéance")
    if when.anchor is Anchor.DUE and not when.days:
        return gettext("le jour de l’échéance")
    days = abs(when.days)
    count = (
        ngettext("%(count)s jour ouvré", "%(count)s jours ouvrés", days)
        if when.working
        else ngettext("%(count)s jour", "%(count)s jours", days)
    ) % {"count": days}
    if when.repeats:
        return gettext("tous les %(count)s") % {"count": count}
    places = {
        Anchor.DUE: gettext("%(count)s avant l’échéance")
        if when.days < 0
        else gettext("%(count)s après l’échéance"),
        Anchor.INVOICE: gettext("%(count)s après la facture"),
        Anchor.PREVIOUS: gettext("%(count)s après l’étape précédente"),
    }
    return places[when.anchor] % {"count": count}


def conditions(step: Step) -> Iterator[str]:
    """Yield what limits the step, in the words of a chip."""
    if step.minimum:
        yield gettext("Échu ≥ %(sum)s") % {"sum": _sum(step.minimum)}
    for who in sorted(step.only_for):
        yield said(PROFILES, who) if who in PROFILES else said(KINDS, who)
    if step.otherwise:
        yield gettext("Sinon %(channel)s") % {"channel": said(CHANNELS, step.otherwise).lower()}
    if step.copy_to:
        names = {"owner": gettext("Commercial"), "manager": gettext("Responsable")}
        copied = " + ".join(names.get(who, who) for who in sorted(step.copy_to, reverse=True))
        yield gettext("Copie %(who)s") % {"who": copied.lower()}
    if "statement" in step.attach:
        yield gettext("Relevé joint")
    if step.when.repeats:
        yield (
            ngettext("%(count)s fois au plus", "%(count)s fois au plus", step.at_most)
            % {"count": step.at_most}
            if step.at_most
            else gettext("Répétée")
        )


def _sum(amount: Decimal) -> str:
    return formats.whole_amount(amount, "EUR", language=get_language() or "fr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed between two versions: a place, the words before and after."""

    place: str
    before: str
    after: str


def differences(old: Scenario, new: Scenario) -> list[Difference]:
    """Return what `new` says that `old` did not, step by step, in the order of `new`."""
    found = [
        Difference(place=gettext("Scénario"), before=before, after=after)
        for before, after in zip(_whole(old), _whole(new), strict=True)
        if before != after
    ]
    before_steps = {step.key: step for step in old.steps}
    after_steps = {step.key: step for step in new.steps}
    for key in [*after_steps, *(key for key in before_steps if key not in after_steps)]:
        before, after = before_steps.get(key), after_steps.get(key)
        if before == after:
            continue
        place = step_name(after or before)  # type: ignore[arg-type]
        if before is None or after is None:
            line = ", ".join(_said(after or before))  # type: ignore[arg-type]
            gone = after is None
            found.append(Difference(place=place, before=line if gone else "—", after="—" if gone else line))
            continue
        found += [
            Difference(place=place, before=one, after=other)
            for one, other in zip(_said(before), _said(after), strict=True)
            if one != other
        ]
    return found


def _whole(scenario: Scenario) -> tuple[str, ...]:
    thanks = said(CHANNELS, scenario.thank).lower() if scenario.thank else gettext("non")
    habit = gettext("oui") if scenario.respect_habit else gettext("non")
    return (
        gettext("Solde minimal : %(sum)s") % {"sum": _sum(scenario.minimum)},
        gettext("Remerciement : %(channel)s") % {"channel": thanks},
        gettext("Habitude respectée : %(answer)s") % {"answer": habit},
        gettext("Entrée : %(start)s") % {"start": start_words(scenario)},
    )  # fmt: skip


def start_words(scenario: Scenario) -> str:
    """Return how a late invoice enters the scenario."""
    if scenario.start == "by age":
        return gettext("selon l’ancienneté")
    if scenario.start == "at":
        found = scenario.step(scenario.start_at or "")
        return gettext("à l’étape « %(step)s »") % {"step": step_name(found) if found else scenario.start_at}
    return gettext("en douceur")


def _said(step: Step) -> tuple[str, ...]:
    return (
        step_name(step),
        long_when(step.when),
        said(CHANNELS, step.channel),
        mode(step),
        gettext("ton %(tone)s") % {"tone": step.tone},
        gettext("modèle %(template)s") % {"template": step.template},
        ", ".join(conditions(step)) or gettext("sans condition"),
    )
