"""Deciding on a case, under the law that applies to it."""

from __future__ import annotations

from acquit.core.decide import decide
from acquit.core.decision import Decision
from acquit.flows.material.law import limits_of
from acquit.store.facts import Case


def decide_case(case: Case) -> Decision:
    """Return the decision on `case`: the one answer for the run, the last look and the preview."""
    return decide(case.snapshot, case.scenario, limits_of(case), case.calendar, case.today)
