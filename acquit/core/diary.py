"""The dates to come: the decision taken day after day, as if nothing else happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from acquit.core.calendar import Calendar
from acquit.core.decide import Regime, decide
from acquit.core.decision import THANKS, Act, Decision, Wait
from acquit.core.scenario import Scenario
from acquit.core.snapshot import Contacted, Snapshot, StepDone, TermFacts

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """What would happen on a day if nothing changed."""

    on: date
    decision: Decision


def diary(
    snapshot: Snapshot,
    scenario: Scenario | None,
    regime: Regime | None,
    calendar: Calendar,
    today: date,
    *,
    days: int = 90,
) -> Iterator[DiaryEntry]:
    """Yield each message that would leave within `days`, and what ends or halts the series.

    Only days on which something may happen are decided: a Wait says which is the next.
    """
    day, last = today, today + timedelta(days=days)
    while day <= last:
        decision = decide(snapshot, scenario, regime, calendar, day)
        if isinstance(decision, Act):
            yield DiaryEntry(day, decision)
            snapshot = after(snapshot, decision, day)
            day += _DAY
        elif isinstance(decision, Wait):
            day = decision.until
        else:
            yield DiaryEntry(day, decision)
            return


def after(snapshot: Snapshot, act: Act, on: date) -> Snapshot:
    """Return the facts as they are once the message of `act` has left on `on`."""
    claimed = {claim.term: claim for claim in act.claims}

    def moved(term: TermFacts) -> TermFacts:
        claim = claimed.get(term.key)
        if claim is None:
            return term
        if claim.step == THANKS:
            return replace(term, thanked=True)
        return replace(term, done=(*term.done, StepDone(claim.step, on, claim.repetition)))

    return replace(
        snapshot,
        terms=tuple(moved(term) for term in snapshot.terms),
        contacts=(*snapshot.contacts, Contacted(on)),
    )
