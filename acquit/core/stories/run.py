"""Running a story day by day, and telling where it differs from what it expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from acquit.core.calendar import Calendar
from acquit.core.decide import Regime, decide
from acquit.core.decision import Act, Decision
from acquit.core.money import Money
from acquit.core.stories.happening import happen
from acquit.core.stories.reading import StoryError
from acquit.core.stories.told import Shipped, Story, read_story
from acquit.core.stories.world import World

#: What a story may call by its general name.
_KINDS_OF = {"partly_disputed": "disputed", "too_many_contacts": "contact_gap"}
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
    shipped: Shipped,
    holidays: Holidays,
    regime: Regime | None = None,
) -> StoryResult:
    """Run the story that `told` tells and return what differs from its expectations.

    A story that cannot be understood fails with the place and the cause.
    """
    name = str(told.get("story", "?")) if isinstance(told, Mapping) else "?"
    try:
        story = read_story(told, shipped)
        differences = [*_differences(story, holidays, regime)]
    except StoryError as error:
        return StoryResult(name, passed=False, differences=(str(error),))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return StoryResult(name, passed=False, differences=(f"broke: {error!r}",))
    return StoryResult(story.name, not differences, tuple(differences), story.covers)


def _differences(story: Story, holidays: Holidays, regime: Regime | None) -> Iterator[str]:
    """Live the days of `story` and yield what goes otherwise than told."""
    years = range(story.first.year - 2, story.last.year + 3)
    calendar = Calendar(
        every_day=story.works == "every day",
        holidays=holidays(story.places, years) if story.works == "weekdays" else frozenset(),
    )
    world = World(story)
    open_tasks: frozenset[str] = frozenset()
    for day in _days(min([story.first, *story.events]), story.last):
        for event in story.events.get(day, ()):
            happen(world, event, day)
        if day < story.first:
            continue
        decision = decide(world.snapshot(day), world.scenario, regime, calendar, day)
        seen: list[dict[str, Any]] = []
        if story.runs is None or day in story.runs:
            seen = [{"task": task} for task in decision.tasks if task not in open_tasks]
            open_tasks = frozenset(decision.tasks)
            if isinstance(decision, Act):
                seen.append(_left(story, world, decision, day))
        yield from _compare(story, day, seen, decision)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _left(story: Story, world: World, act: Act, day: date) -> dict[str, Any]:
    if act.asks and story.person_absent:
        world.awaits(act)
    else:
        world.leaves(act, day)
    return {
        "step": act.step,
        "invoices": tuple(sorted(act.invoices)),
        "channel": act.channel,
        "total": {money.currency: money.amount for money in act.total},
        "asks": act.asks,
    }


def _compare(story: Story, day: date, seen: list[dict[str, Any]], decision: Decision) -> list[str]:
    left = list(seen)
    missing = []
    for wanted in story.expect.get(day, ()):
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
    codes = [reason.code for reason in decision.reasons]
    differences += [
        f"{day}: expected the reason {code}, the reasons are {', '.join(codes)}"
        for code in story.why.get(day, ())
        if code not in {*codes, *(_KINDS_OF.get(said) for said in codes)}
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
    parts = [f"{key} {_said(value)}" for key, value in details.items()]
    return f"({', '.join(parts)})" if parts else ""


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return " + ".join(str(Money(amount, currency)) for currency, amount in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "+".join(value) if isinstance(value, tuple) else str(value)
