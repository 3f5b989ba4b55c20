"""The table of failures names what exists, and all that bears a number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
ROWS = {
    row[1]: set(re.findall(r"`([^`]+)`", row[3]))
    for row in re.finditer(r"^\| (F-\d\d) \| ([^|]+) \| (.+) \|$", TABLE, re.MULTILINE)
}
LATER = {number for number, shown in ROWS.items() if not shown}
SHARED = ROOT.parent / "shared" / "FAILURES.md"


def stories() -> dict[str, set[str]]:
    """Return the numbers that each story covers."""
    return {
        f"{path.name}: {story['story']}": set(_listed(story.get("covers")))
        for path in (ROOT / "tests" / "stories").glob("*.yaml")
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))
    }


def _listed(covers: object) -> list[str]:
    return [covers] if isinstance(covers, str) else list(covers or ())  # type: ignore[call-overload]


def every_test() -> set[str]:
    """Return every test of the tree as `file::test`."""
    return {
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for folder in ("tests", "acquit")
        for path in (ROOT / folder).rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_all_that_is_named_exists() -> None:
    named = set().union(*ROWS.values())
    assert named - every_test() - set(stories()) == set()


def test_all_that_bears_a_number_is_named() -> None:
    borne = {(number, story) for story, numbers in stories().items() for number in numbers}
    borne |= {(f"F-{number}", test) for test in every_test() for number in re.findall(r"_f(\d\d)_", test)}
    assert sorted(pair for pair in borne if pair[1] not in ROWS.get(pair[0], ())) == []


def test_what_is_not_shown_yet_is_known() -> None:
    assert sorted(LATER) == ["F-67"]


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared list is not beside this checkout")
def test_every_number_of_the_shared_list_has_its_row() -> None:
    numbers = re.findall(r"^- \*\*(F-\d\d)", SHARED.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(ROWS) == sorted(numbers)
