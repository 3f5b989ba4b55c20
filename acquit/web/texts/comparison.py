"""What came of a comparison, as its card draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from acquit.core.experiment import FEW, Comparison, Share
from acquit.store.templates.models import Experiment
from acquit.web.formats import percentage
from acquit.web.texts.words import LANGUAGES, NAMES
from acquit.web.words import language, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One of the two texts: who paid in time, of how many, and between which bounds."""

    name: str
    paid: str
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
    verdict: str
    clear: bool


def outcome(experiment: Experiment, found: Comparison) -> Outcome:
    """Return the card of a comparison."""
    return Outcome(
        number=experiment.pk,
        key=experiment.key,
        tongue=experiment.language,
        name=said(NAMES, experiment.key),
        language=said(LANGUAGES, experiment.language),
        within_days=experiment.within_days,
        started_at=experiment.started_at,
        ended_at=experiment.ended_at,
        arms=(
            _arm(gettext("A\u00a0: le texte en service"), found.a),
            _arm(
                gettext("B\u00a0: la version %(number)s") % {"number": experiment.challenger.number}, found.b
            ),
        ),
        verdict=_verdict(found),
        clear=found.verdict in ("a", "b"),
    )


def _arm(name: str, share: Share) -> Arm:
    bounds = gettext("entre %(low)s et %(high)s") % {"low": _percent(share.low), "high": _percent(share.high)}
    return Arm(
        name=name,
        paid=gettext("%(paid)s sur %(of)s") % {"paid": share.count, "of": share.of},
        share="—" if share.value is None else _percent(share.value),
        bounds=bounds if share.of else "",
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


def _percent(value: float) -> str:
    return percentage(Decimal(repr(value)), language=language())
