"""What came of a comparison, as its card draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext

from acquit.core.experiment import FEW, Comparison, Share
from acquit.reports.behind import Behind, Part
from acquit.reports.experiments import PAID, WAITING, Compared
from acquit.reports.filters import Filters
from acquit.store.templates.models import Experiment
from acquit.web.behind import list_url
from acquit.web.components import Link
from acquit.web.formats import DASH, number, percentage
from acquit.web.texts.words import LANGUAGES
from acquit.web.words import TEMPLATES, language, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the two texts: how many it was sent to, who of them paid in time, and between which bounds."""

    name: str
    figures: tuple[Link, Link]
    share: str
    bounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A comparison in words."""

    number: int
    key: str
    tongue: str
    name: str
    language: str
    within_days: int
    started_at: datetime
    ended_at: datetime | None
    arms: tuple[Arm, Arm]
    waiting: Link | None
    verdict: str
    clear: bool


def outcome(experiment: Experiment, found: Compared, *, today: date) -> Outcome:
    """Return the card of a comparison, each figure with the list behind it."""

    def link(count: int, arm: str | None = None, kind: str | None = None) -> Link:
        of = Part(experiment=experiment.pk, arm=arm, kind=kind)
        url = list_url(Behind(list="compared", filters=Filters(on=today), part=of), today=today)
        return Link(label=_counted(count), url=url if count else "")

    def drawn(name: str, arm: str, share: Share) -> Arm:
        bounds = {"low": _percent(share.low), "high": _percent(share.high)}
        return Arm(
            name=name,
            figures=(link(share.of, arm), link(share.count, arm, PAID)),
            share=DASH if share.value is None else _percent(share.value),
            bounds=gettext("%(low)s à %(high)s") % bounds if share.of else "",
        )

    version = {"number": experiment.challenger.number}
    return Outcome(
        number=experiment.pk,
        key=experiment.key,
        tongue=experiment.language,
        name=said(TEMPLATES, experiment.key),
        language=said(LANGUAGES, experiment.language),
        within_days=experiment.within_days,
        started_at=experiment.started_at,
        ended_at=experiment.ended_at,
        arms=(
            drawn(gettext("A\u00a0: le texte en service"), "A", found.comparison.a),
            drawn(gettext("B\u00a0: la version %(number)s") % version, "B", found.comparison.b),
        ),
        waiting=link(found.waiting, kind=WAITING) if found.waiting else None,
        verdict=_verdict(found.comparison),
        clear=found.comparison.verdict in ("a", "b"),
    )


def _verdict(found: Comparison) -> str:
    match found.verdict:
        case "too_few":
            return gettext(
                "Trop peu de clients pour conclure\u00a0: il en faut au moins %(few)s de chaque côté."
            ) % {"few": FEW}
        case "no_difference":
            return gettext("Le hasard seul peut expliquer cet écart.")
        case "b":
            return gettext("B fait mieux que A, et le hasard seul ne l’explique pas.")
        case _:
            return gettext("A fait mieux que B, et le hasard seul ne l’explique pas.")


def _counted(count: int) -> str:
    return number(count, decimals=0, language=language())


def _percent(value: float) -> str:
    return percentage(Decimal(repr(value)), language=language())
