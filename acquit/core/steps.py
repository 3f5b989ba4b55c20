"""Which step of its scenario a term has reached, and on which day the next one falls.

The prose is in docs/algorithms/decision.md, rules 8 to 11.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from acquit.core.calendar import Calendar
from acquit.core.scenario import Anchor, Scenario, Stage, Step, Trigger
from acquit.core.snapshot import ZERO, StepDone, TermFacts

_DAY = timedelta(days=1)


class Due(NamedTuple):
    """The next step of a term: reached from day `on`; `habit` if only a habit delays it."""

    position: int
    repetition: int
    on: date
    habit: bool = False


@dataclass(frozen=True, slots=True)
class Applies:
    """What decides whether a step fits a debtor: its kind and profile, and the sums at stake.

    `late` is what is late per currency, `coming` what falls due per currency and day.
    """

    kind: str
    profile: str
    late: Mapping[str, Decimal] = field(default_factory=dict)
    coming: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)

    def fits(self, step: Step, term: TermFacts) -> bool:
        """Tell whether `step` is meant for this debtor and sum; if not it is passed over."""
        if step.only_for and self.kind not in step.only_for and self.profile not in step.only_for:
            return False
        if step.minimum is None:
            return True
        currency = term.currency
        asked = self.late.get(currency, ZERO) + self.coming.get((currency, term.due), ZERO)
        return asked >= step.minimum


def next_step(
    term: TermFacts,
    scenario: Scenario,
    *,
    today: date,
    calendar: Calendar,
    applies: Applies,
    habit_days: int | None = None,
) -> Due | None:
    """Return the first step not yet done of `term` and its day; None when the plan is over.

    The day is never sooner after the last step done than the scenario spaces the two, and
    never the day of a return. A step passed over for kind or amount widens the space.
    """
    shift = habit_days if scenario.respect_habit and habit_days and habit_days > 0 else 0
    plan = _Plan(term, scenario, calendar, shift)
    steps = scenario.steps
    last = _last_position(term, scenario) if term.done else None
    first = _entry(plan, applies) if last is None else last + 1
    for position in range(first, len(steps)):
        step = steps[position]
        if step.stage is Stage.COURTESY and today > term.due:
            continue
        if (step.only_for or step.minimum is not None) and not applies.fits(step, term):
            continue
        if step.stage is Stage.FORMAL_NOTICE and _first_word(term, scenario, position):
            continue
        due = plan.due(position, last)
        if step.stage is Stage.COURTESY and due.on > term.due:
            continue
        return due
    return plan.again(applies) if steps and last == len(steps) - 1 else None


def _first_word(term: TermFacts, scenario: Scenario, position: int) -> bool:
    """Tell whether the formal notice at `position` would be the first word (rule 9).

    That happens when every reminder before it was passed over; a plan that has no reminder at
    all says what it wants, and a person is asked.
    """
    if any(stage_of(done, scenario) >= Stage.REMINDER for done in term.done):
        return False
    return any(step.stage is Stage.REMINDER for step in scenario.steps[:position])


def stage_of(done: StepDone, scenario: Scenario) -> Stage:
    """Return how serious a step done was: as its scenario says, else as it was recorded."""
    step = scenario.step(done.step)
    return done.stage if step is None else step.stage


def _last_position(term: TermFacts, scenario: Scenario) -> int | None:
    """Return where `term` stands in `scenario`: the position of the last step done.

    After a change of scenario (F-17) the reminders already spoken count by number, so that
    nothing returns to the first one and nothing jumps; a formal notice counts as the new plan's.
    """
    known = scenario.positions.get(term.done[-1].step)
    if known is not None:
        return known
    if any(done.stage is Stage.FORMAL_NOTICE for done in term.done):
        formal = _positions(scenario, Stage.FORMAL_NOTICE)
        if formal:
            return formal[0]
    spoken = len({done.step for done in term.done if done.stage >= Stage.REMINDER})
    reminders = _positions(scenario, Stage.REMINDER)
    return reminders[min(spoken, len(reminders)) - 1] if spoken and reminders else None


def _positions(scenario: Scenario, stage: Stage) -> list[int]:
    return [i for i, step in enumerate(scenario.steps) if step.stage is stage]


def _entry(plan: _Plan, applies: Applies) -> int:
    """Return the position at which a term without any step done enters (rule 9)."""
    scenario, term = plan.scenario, plan.term
    if scenario.start == "gently" or term.known_on is None:
        return 0
    words = [i for i in _positions(scenario, Stage.REMINDER) if applies.fits(scenario.steps[i], term)]
    if not words or plan.nominal(words[0]) >= term.known_on:
        return 0
    if scenario.start == "by age":
        formal = (_positions(scenario, Stage.FORMAL_NOTICE) or [len(scenario.steps)])[0]
        reached = [i for i in words if i < formal and plan.nominal(i) <= term.known_on]
        return (reached or words[:1])[-1]
    wanted = scenario.positions.get(scenario.start_at or "", 0)
    if scenario.steps[wanted].stage is Stage.FORMAL_NOTICE:
        return max((i for i in words if i < wanted), default=0)
    return wanted


class _Plan:
    """The scenario laid along one term's dates."""

    __slots__ = ("calendar", "scenario", "shift", "term")

    def __init__(self, term: TermFacts, scenario: Scenario, calendar: Calendar, shift: int) -> None:
        self.term, self.scenario, self.calendar, self.shift = term, scenario, calendar, shift

    def due(self, position: int, last: int | None) -> Due:
        """Return when the step at `position` is reached, the one at `last` being done."""
        when = self.scenario.steps[position].when
        day, habit = self._anchored(when, self.shift), False
        floor = self._after_last(position, last)
        if day is None:
            day = floor or self.nominal(position)
        elif self.shift:
            habit = self._anchored(when, 0) != day
        if floor is not None and floor > day:
            return Due(position, 0, floor)
        return Due(position, 0, day, habit)

    def again(self, applies: Applies) -> Due | None:
        """Return when the last step is repeated, if it is."""
        position = len(self.scenario.steps) - 1
        step = self.scenario.steps[position]
        if not step.when.repeats or not applies.fits(step, self.term):
            return None
        times = sum(1 for done in self.term.done if done.step == step.key)
        if step.at_most is not None and times >= step.at_most:
            return None
        return Due(position, times, self._later(self._last_on(), step.when))

    def nominal(self, position: int) -> date:
        """Return the day of the step had all been on time; spaces are measured with it."""
        when = self.scenario.steps[position].when
        day = self._anchored(when, self.shift)
        if day is not None:
            return day
        before = self.nominal(position - 1) if position else self.term.due
        return self._later(before, when)

    def _anchored(self, when: Trigger, shift: int) -> date | None:
        """Return the day that `when` names by itself, None if it counts from a step."""
        anchor = when.anchor
        if anchor is Anchor.PREVIOUS:
            return None
        if anchor is Anchor.INVOICE:
            return self._later(self.term.issued, when)
        due = self.term.due
        if shift and (when.days > 0 or anchor is Anchor.END_OF_MONTH):
            due += timedelta(days=shift)
        if anchor is Anchor.END_OF_MONTH:
            return _end_of_month_after(due)
        return self._later(due, when)

    def _after_last(self, position: int, last: int | None) -> date | None:
        """Return the first day that leaves the debtor the time since step `last`."""
        resumed = self.term.resumed_on
        if last is None:
            return None if resumed is None else resumed + _DAY
        since = self._last_on()
        day = self._spaced(since, last, position)
        return max(day, resumed + _DAY) if resumed is not None else day

    def _spaced(self, since: date, last: int, position: int) -> date:
        steps = self.scenario.steps
        when, before = steps[position].when, steps[last].when
        if when.anchor is Anchor.PREVIOUS and position == last + 1:
            return self._later(since, when)
        if when.anchor is before.anchor is Anchor.DUE and when.working == before.working:
            return self._later(since, Trigger(Anchor.DUE, when.days - before.days, when.working))
        return since + max(self.nominal(position) - self.nominal(last), timedelta())

    def _last_on(self) -> date:
        on, resumed = self.term.done[-1].on, self.term.resumed_on
        return on if resumed is None or resumed < on else resumed

    def _later(self, day: date, when: Trigger) -> date:
        if when.working:
            return self.calendar.add_working_days(day, when.days)
        return day + timedelta(days=when.days)


def _end_of_month_after(day: date) -> date:
    """Return the first last-day-of-a-month strictly after `day`.

    >>> _end_of_month_after(date(2026, 2, 28))
    datetime.date(2026, 3, 31)
    """
    day += _DAY
    return day.replace(day=months.monthrange(day.year, day.month)[1])
