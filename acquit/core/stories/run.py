"""Running a story day by day, and telling where it differs from what it expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from acquit.core.calendar import Calendar
from acquit.core.decide import Regime, decide
from acquit.core.decision import Act, Decision
from acquit.core.stories.told import Story, StoryError, read_story
from acquit.core.stories.world import World

#: Gives the public holidays of places (country, region) over a span of years.
Holidays = Callable[[tuple[tuple[str, str | None], ...], range], frozenset[date]]


@dataclass(frozen=True, slots=True)
class StoryResult:
    """How a story went: `differences` has one line a day that went otherwise than told."""

    story: str
    passed: bool
    differences: tuple[str, ...]
    covers: tuple[str, ...] = ()


def run_story(
    told: Any,
    *,
    shipped: Callable[[str], Mapping[str, Any] | None],
    holidays: Holidays,
    regime: Regime | None = None,
) -> StoryResult:
    """Run the story that `told` tells and return what differs from its expectations.

    A story that cannot be understood fails with the place and the cause.
    """
    name = str(told.get("story", "?")) if isinstance(told, Mapping) else "?"
    try:
        story = read_story(told, shipped)
        differences = _run(story, shipped, holidays, regime)
    except StoryError as error:
        return StoryResult(name, passed=False, differences=(str(error),))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return StoryResult(name, passed=False, differences=(f"cannot be read: {error!r}",))
    return StoryResult(story.name, not differences, tuple(differences), story.covers)


def _run(
    story: Story,
    shipped: Callable[[str], Mapping[str, Any] | None],
    holidays: Holidays,
    regime: Regime | None,
) -> list[str]:
    years = range(story.first.year - 2, story.last.year + 3)
    calendar = Calendar(
        every_day=story.works == "every day",
        holidays=holidays(story.places, years) if story.works == "weekdays" else frozenset(),
    )
    world = World(story, calendar, shipped)
    differences: list[str] = []
    open_tasks: frozenset[str] = frozenset()
    asked: set[tuple[str, int]] = set()
    for day in _days(min([story.first, *story.events]), story.last):
        for event in story.events.get(day, ()):
            world.happens(event, day)
        if day < story.first:
            continue
        decision = decide(world.snapshot(day), world.scenario, regime, calendar, day)
        seen: list[dict[str, Any]] = []
        if story.runs is None or day in story.runs:
            seen = [{"task": task} for task in decision.tasks if task not in open_tasks]
            open_tasks = frozenset(decision.tasks)
            if isinstance(decision, Act):
                seen += _left(story, world, decision, day, asked)
        differences += _compare(story, day, seen, decision)
    return differences


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _left(
    story: Story, world: World, act: Act, day: date, asked: set[tuple[str, int]]
) -> list[dict[str, Any]]:
    shown = {
        "step": act.step,
        "invoices": tuple(sorted(act.invoices)),
        "channel": act.channel,
        "total": {money.currency: money.amount for money in act.total},
        "asks": act.asks,
    }
    if act.asks and story.person_absent:
        first_asked = (act.step, act.claims[0].repetition)
        if first_asked in asked:
            return []
        asked.add(first_asked)
        return [shown]
    world.leaves(act, day)
    return [shown]


def _compare(story: Story, day: date, seen: list[dict[str, Any]], decision: Decision) -> list[str]:
    expected = list(story.expect.get(day, ()))
    left = list(seen)
    missing = []
    for wanted in expected:
        found = next((s for s in left if _fits(wanted, s)), None)
        if found is None:
            missing.append(wanted)
        else:
            left.remove(found)
    left = [s for s in left if "task" not in s]
    differences = []
    if missing or left:
        reasons = ", ".join(reason.code for reason in decision.reasons)
        told = " and ".join(map(_words, missing)) or "nothing more"
        happened = " and ".join(map(_words, left)) or "nothing"
        kind = type(decision).__name__
        differences.append(f"{day}: expected {told}, saw {happened} ({kind}: {reasons})")
    codes = {reason.code for reason in decision.reasons}
    differences += [
        f"{day}: expected the reason {code}, the reasons are {', '.join(sorted(codes))}"
        for code in story.why.get(day, ())
        if code not in codes
    ]
    return differences


def _fits(wanted: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    return all(key in seen and seen[key] == value for key, value in wanted.items())


def _words(shown: Mapping[str, Any]) -> str:
    if "task" in shown:
        return f"the task {shown['task']}"
    details = {key: value for key, value in shown.items() if key != "step"}
    return f"{shown.get('step', 'a message')} {_plain(details)}".strip()


def _plain(details: Mapping[str, Any]) -> str:
    parts = []
    for key, value in details.items():
        if isinstance(value, dict):
            value = " + ".join(f"{Decimal(a)} {c}" for c, a in value.items())
        elif isinstance(value, tuple):
            value = "+".join(value)
        parts.append(f"{key} {value}")
    return f"({', '.join(parts)})" if parts else ""
