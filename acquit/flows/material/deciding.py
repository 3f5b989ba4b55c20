"""Deciding on a case, under the law that applies to it."""

from __future__ import annotations

from acquit.core.decide import decide
from acquit.core.decision import Decision
from acquit.core.regimes import applicable
from acquit.store.facts import Case


def decide_case(case: Case) -> Decision:
    """Return the decision on `case`: the one answer for the run, the last look and the preview."""
    regime = applicable(case.creditor.country, case.country, case.snapshot.kind)
    return decide(case.snapshot, case.scenario, regime, case.calendar, case.today)
