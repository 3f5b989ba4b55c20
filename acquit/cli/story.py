"""`acquit story`: what should happen on which day, told in a file and tried. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from acquit import shipped_scenarios
from acquit.cli.answer import AsJson, say
from acquit.core.stories import StoryResult, run_story
from acquit.store.calendars import holidays_of


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Stories, as YAML."),
    ],
    as_json: AsJson = False,
) -> None:
    """Run stories and tell, day by day, what differs from what they expect.

    Ends with status 1 when a story fails.

    Example: acquit story tests/stories/promises.yaml
    """
    results = [(path, result) for path in files for result in run_file(path)]
    document = {
        "stories": [
            {
                "story": result.story,
                "file": str(path),
                "passed": result.passed,
                "differences": list(result.differences),
                "covers": list(result.covers),
            }
            for path, result in results
        ]
    }
    say(document, _lines(results), as_json=as_json)
    if not all(result.passed for _, result in results):
        raise typer.Exit(1)


def run_file(path: Path) -> Iterator[StoryResult]:
    """Yield how each story of a file goes; a file that cannot be read is one that fails."""
    try:
        told = [story for page in yaml.safe_load_all(path.read_bytes()) for story in _stories(page)]
    except (yaml.YAMLError, ValueError, UnicodeDecodeError, OSError) as error:
        yield StoryResult(path.name, passed=False, differences=(f"cannot be read: {error}",))
        return
    if not told:
        yield StoryResult(path.name, passed=False, differences=("tells no story",))
    seen: set[str] = set()
    for story in told:
        result = run_story(story, shipped=shipped, holidays=holidays_of)
        if result.story in seen:
            twice = "another story of this file has the same name"
            result = StoryResult(result.story, passed=False, differences=(twice,))
        seen.add(result.story)
        yield result


@cache
def shipped(key: str) -> Mapping[str, Any] | None:
    """Return the shipped scenario named `key`."""
    for path in sorted(shipped_scenarios().glob("*.yaml")):
        scenario = yaml.safe_load(path.read_bytes())
        if isinstance(scenario, Mapping) and scenario.get("key") == key:
            return scenario
    return None


def _stories(page: Any) -> list[Any]:
    if page is None:
        return []
    return page if isinstance(page, list) else [page]


def _lines(results: list[tuple[Path, StoryResult]]) -> Iterator[str]:
    for _, result in results:
        yield f"{'✓' if result.passed else '✗'} {result.story}"
        for difference in result.differences:
            yield f"    {difference}"
    failed = sum(1 for _, result in results if not result.passed)
    yield f"{len(results)} stories, {failed} failed"
