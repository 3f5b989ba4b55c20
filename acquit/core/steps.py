"""Which step of its scenario a term has reached, and on which day the next one falls.

The prose is in docs/algorithms/decision.md, rules 8 to 11.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from acquit.core.calendar import Calendar
from acquit.core.scenario import Anchor, Scenario, Stage, Step, Trigger
from acquit.core.snapshot import TermFacts

_DAY = timedelta(days=1)


class Due(NamedTuple):
    """The next step of a term: reached from day `on`; `habit` if only a habit delays it."""

    position: int
    repetition: int
    on: date
    habit: bool = False


@dataclass(frozen=True, slots=True)
class Applies:
    """What decides whether a step fits a debtor: its kind and profile, and the late amounts."""

    kind: str
    profile: str
    late: dict[str, Decimal]

    def fits(self, step: Step, currency: str) -> bool:
        """Tell whether `step` is meant for this debtor and amount; if not it is passed over."""
        if step.only_for and self.kind not in step.only_for and self.profile not in step.only_for:
            return False
        return step.minimum is None or self.late.get(currency, Decimal(0)) >= step.minimum


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
    last = _last_position(term, scenario)
    if last is None:
        first = _entry(plan, today, applies)
    else:
        first = last + 1
    steps = scenario.steps
    for position in range(first, len(steps)):
        step = steps[position]
        if step.stage is Stage.COURTESY and today > term.due:
            continue
        if applies.fits(step, term.currency):
            return plan.due(position, last)
    return plan.again(len(steps) - 1) if last == len(steps) - 1 and steps else None


def _last_position(term: TermFacts, scenario: Scenario) -> int | None:
    """Return where `term` stands in `scenario`: the position of the last step done.

    After a change of scenario (F-17) the steps already spoken count by number, so that nothing
    returns to the first step and nothing jumps; a formal notice counts only if one was done.
    """
    if not term.done:
        return None
    known = scenario.positions.get(term.done[-1].step)
    if known is not None:
        return known
    reminders = [i for i, step in enumerate(scenario.steps) if step.stage is Stage.REMINDER]
    spoken = len({done.step for done in term.done})
    if not reminders:
        return None
    return reminders[min(spoken, len(reminders)) - 1]


def _entry(plan: _Plan, today: date, applies: Applies) -> int:
    """Return the position at which a term without any step done enters (rule 9)."""
    scenario, term = plan.scenario, plan.term
    if scenario.start == "gently" or term.known_on is None:
        return 0
    words = [
        i
        for i, step in enumerate(scenario.steps)
        if step.stage is Stage.REMINDER and applies.fits(step, term.currency)
    ]
    if not words or plan.nominal(words[0]) >= term.known_on:
        return 0
    if scenario.start == "by age":
        reached = [i for i in words if plan.nominal(i) <= term.known_on]
        before_formal = [i for i in reached if i < plan.first_formal]
        return (before_formal or words[:1])[-1]
    wanted = scenario.positions.get(scenario.start_at or "", 0)
    if scenario.steps[wanted].stage is Stage.FORMAL_NOTICE:
        return max((i for i in words if i < wanted), default=0)
    return wanted


class _Plan:
    """The scenario laid along one term's dates."""

    __slots__ = ("calendar", "scenario", "shift", "term")

    def __init__(
        self, term: TermFacts, scenario: Scenario, calendar: Calendar, shift: int
    ) -> None:
        self.term, self.scenario, self.calendar, self.shift = term, scenario, calendar, shift

    @property
    def first_formal(self) -> int:
        steps = self.scenario.steps
        return next((i for i, s in enumerate(steps) if s.stage is Stage.FORMAL_NOTICE), len(steps))

    def due(self, position: int, last: int | None) -> Due:
        when = self.scenario.steps[position].when
        plain = self._anchored(when, 0)
        day = self._anchored(when, self.shift)
        after = self._after_last(position, last)
        floor = max((d for d in (after,) if d is not None), default=None)
        if day is None:
            day = plain = floor if floor is not None else self.nominal(position)
        habit = plain is not None and plain < day
        if floor is not None and floor > day:
            day = floor
        return Due(position, 0, day, habit)

    def again(self, position: int) -> Due | None:
        step = self.scenario.steps[position]
        if not step.when.repeats:
            return None
        times = sum(1 for done in self.term.done if done.step == step.key)
        if step.at_most is not None and times >= step.at_most:
            return None
        return Due(position, times, self._later(self._last_on(), step.when))

    def nominal(self, position: int) -> date:
        """The day of the step if everything had been on time; what spaces are measured with."""
        when = self.scenario.steps[position].when
        day = self._anchored(when, self.shift)
        if day is not None:
            return day
        before = self.nominal(position - 1) if position else self.term.due
        return self._later(before, when)

    def _anchored(self, when: Trigger, shift: int) -> date | None:
        if when.anchor is Anchor.PREVIOUS:
            return None
        if when.anchor is Anchor.INVOICE:
            return self._later(self.term.issued, when)
        due = self.term.due
        if when.days > 0 and shift:
            due += timedelta(days=shift)
        if when.anchor is Anchor.END_OF_MONTH:
            return _end_of_month_after(due)
        return self._later(due, when)

    def _after_last(self, position: int, last: int | None) -> date | None:
        """The first day that leaves the debtor the time between step `last` and this one."""
        if last is None:
            resumed = self.term.resumed_on
            return None if resumed is None else resumed + _DAY
        since = self._last_on()
        day = self._spaced(since, last, position)
        if self.term.resumed_on == since:
            day = max(day, since + _DAY)
        return day

    def _spaced(self, since: date, last: int, position: int) -> date:
        steps = self.scenario.steps
        when, before = steps[position].when, steps[last].when
        if when.anchor is Anchor.PREVIOUS and position == last + 1:
            return self._later(since, when)
        if when.anchor is before.anchor is Anchor.DUE and when.working == before.working:
            return self._later(since, Trigger(Anchor.DUE, when.days - before.days, when.working))
        return since + max(self.nominal(position) - self.nominal(last), timedelta())

    def _last_on(self) -> date:
        on = self.term.done[-1].on
        return on if self.term.resumed_on is None else max(on, self.term.resumed_on)

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
