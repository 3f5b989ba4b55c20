"""Every story of this folder, and of the shared one where it is there, one test each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from acquit.cli.story import shipped
from acquit.core.decision import REASON_CODES
from acquit.core.stories import run_story
from acquit.core.stories.event import VERBS
from acquit.store.calendars import holidays_of

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "stories"


def told_in(folder: Path) -> list[Any]:
    return [
        pytest.param(story, id=f"{path.stem}: {story['story']}")
        for path in sorted(folder.glob("*.yaml"))
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


OURS = told_in(HERE)


@pytest.mark.parametrize("told", OURS)
def test_story(told: dict[str, Any]) -> None:
    result = run_story(told, shipped=shipped, holidays=holidays_of)
    assert result.passed, "\n".join(result.differences)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared stories are not beside this checkout")
@pytest.mark.parametrize("told", told_in(SHARED))
def test_shared_story(told: dict[str, Any]) -> None:
    result = run_story(told, shipped=shipped, holidays=holidays_of)
    assert result.passed, "\n".join(result.differences)


def test_the_names_are_unique() -> None:
    names = [param.id for param in OURS]
    assert len(names) == len(set(names)) >= 60


def test_every_reason_is_told_by_some_story() -> None:
    """`in_flight`, `time_barred`, `no_scenario` and `missing_from_list` need facts that no story can tell."""
    untold = {"in_flight", "time_barred", "no_scenario", "step_reached", "missing_from_list"}
    told = {
        code
        for param in OURS
        for codes in (param.values[0].get("why") or {}).values()
        for code in ([codes] if isinstance(codes, str) else codes)
    }
    assert REASON_CODES - told == untold


def test_every_verb_happens_in_some_story() -> None:
    happened = {_verb(event) for param in OURS for event in _events(param.values[0])}
    assert happened == VERBS


def test_every_shipped_scenario_has_a_story() -> None:
    folder = HERE.parents[1] / "scenarios"
    keys = {yaml.safe_load(path.read_bytes())["key"] for path in folder.glob("*.yaml")}
    assert keys == {
        param.values[0]["scenario"] for param in OURS if isinstance(param.values[0]["scenario"], str)
    }


def _events(told: dict[str, Any]) -> list[Any]:
    return [
        event
        for events in (told.get("events") or {}).values()
        for event in (events if isinstance(events, list) else [events])
    ]


def _verb(event: Any) -> str:
    said = next(iter(event)) if isinstance(event, dict) else str(event)
    return max((verb for verb in VERBS if said.startswith(verb)), key=len)
