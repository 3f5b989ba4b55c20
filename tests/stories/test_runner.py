"""Stories that must fail do fail, and say where and why."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli import app
from acquit.core.stories import StoryResult, run_story

GOOD: dict[str, Any] = {
    "story": "a good one",
    "scenario": {
        "key": "polite",
        "steps": [
            {"key": "friendly", "when": "3 days after due", "do": "email"},
            {"key": "firm", "when": "8 days after previous step", "do": "email"},
        ],
    },
    "invoices": [{"number": "A", "amount": 1000.00, "due": date(2026, 3, 1)}],
    "from": date(2026, 3, 1),
    "until": date(2026, 3, 20),
    "expect": {
        date(2026, 3, 4): {"step": "friendly", "invoices": ["A"], "total": {"EUR": 1000.00}},
        date(2026, 3, 12): "firm",
    },
    "why": {date(2026, 3, 10): "not_yet"},
}


def run(**changes: Any) -> StoryResult:
    told = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    return run_story(told, shipped=lambda _: None, holidays=lambda *_: frozenset())


def test_the_good_one_passes() -> None:
    assert run() == StoryResult("a good one", passed=True, differences=())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # the wrong day: told twice, for the day expected and for the day seen
        ({"expect": {"2026-03-05": "friendly", "2026-03-12": "firm"}},
         ["saw friendly (invoices A, channel email, total 1000.00 EUR, asks no) (Act: step_reached)",
          "2026-03-05: expected friendly, saw nothing (Wait: not_yet)"]),
        # a message that was not expected
        ({"expect": {"2026-03-04": "friendly"}}, ["2026-03-12: expected nothing more, saw firm"]),
        # two expected, one seen
        ({"expect": {"2026-03-04": ["friendly", "firm"], "2026-03-12": "firm"}},
         ["2026-03-04: expected firm, saw nothing"]),
        ({"expect": {"2026-03-04": {"step": "friendly", "total": {"EUR": 999.99}},
                     "2026-03-12": "firm"}},
         ["2026-03-04: expected friendly (total 999.99 EUR), saw friendly"]),
        ({"expect": {"2026-03-04": {"step": "friendly", "invoices": ["B"]}, "2026-03-12": "firm"}},
         ["expected friendly (invoices B), saw friendly (invoices A,"]),
        ({"expect": {"2026-03-04": {"step": "friendly", "channel": "letter"}, "2026-03-12": "firm"}},
         ["expected friendly (channel letter)"]),
        ({"expect": {"2026-03-04": {"step": "friendly", "asks": True}, "2026-03-12": "firm"}},
         ["expected friendly (asks yes)"]),
        ({"expect": {"2026-03-04": "firm", "2026-03-12": "firm"}},
         ["2026-03-04: expected firm, saw friendly"]),
        ({"expect": {**GOOD["expect"], "2026-03-20": {"task": "no_address"}}},
         ["2026-03-20: expected the task no_address, saw nothing (Hold: scenario_over)"]),
        ({"why": {"2026-03-10": "promised"}},
         ["2026-03-10: expected the reason promised, the reasons are not_yet"]),
        ({"why": {"2026-03-10": ["not_yet", "disputed"]}}, ["expected the reason disputed"]),
    ],
)  # fmt: skip
def test_what_differs_is_told(changes: dict[str, Any], said: list[str]) -> None:
    result = run(**changes)
    assert not result.passed
    assert len(result.differences) == len(said)
    for difference, words in zip(result.differences, said, strict=True):
        assert words in difference


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"story": ""}, "a story needs a name"),
        ({"from": ...}, "a story needs “from: 2026-03-01”"),
        ({"from": "2026-02-30"}, "“2026-02-30” is not a day"),
        ({"until": "2026-02-01"}, "“until” 2026-02-01 lies before “from” 2026-03-01"),
        ({"debtors": {}}, "story: “debtors” means nothing here"),
        ({"creditor": {"contact_gab": 3}}, "creditor: “contact_gab” means nothing here"),
        ({"creditor": {"contact_gap": "three"}}, "contact_gap: “three” is not a number"),
        ({"creditor": {"works": "mondays"}}, "works: “mondays” is none of every day, weekdays"),
        ({"creditor": {"tolerance": "much"}}, "“much” is not an amount"),
        ({"debtor": {"chanels": ["email"]}}, "debtor: “chanels” means nothing here"),
        ({"debtor": "DUPONT"}, "“debtor” is not a mapping"),
        ({"person": "away"}, "person: “away” is none of absent, present"),
        ({"scenario": ...}, "a story needs a scenario"),
        ({"scenario": "unheard_of"}, "no shipped scenario is named “unheard_of”"),
        ({"scenario": {"key": "empty", "steps": []}}, "scenario: the scenario has no step"),
        ({"scenario": {"key": "k", "steps": [{"key": "a", "when": "soon", "do": "email"}]}},
         "scenario: “soon” is not a moment"),
        ({"scenario": {"key": "k", "steps": [{"key": "a", "when": "on due", "do": "pigeon"}]}},
         "scenario: a: “pigeon” is not a channel"),
        ({"scenario": {"key": "k", "steps": [{"key": "a", "when": "on due"}]}},
         "scenario: step 1 needs key, when and do"),
        ({"invoices": [{"amount": 1, "due": "2026-03-01"}]}, "an invoice needs a number"),
        ({"invoices": [{"number": "A", "amount": 1}]}, "invoice A: needs amount and due"),
        ({"invoices": [{"number": "A", "terms": [{"due": "2026-03-01"}]}]},
         "invoice A: needs amount and due"),
        ({"invoices": [{"number": "A", "amount": "NaN", "due": "2026-03-01"}]},
         "“NaN” is not an amount"),
        ({"invoices": [{"number": "A", "amount": 1, "due": "2026-03-01", "dew": 1}]},
         "invoice A: “dew” means nothing here"),
        ({"invoices": GOOD["invoices"] * 2}, "two invoices are numbered “A”"),
        ({"invoices": [{**GOOD["invoices"][0], "level": "hard"}]}, "invoice A: “hard” is not a step"),
        ({"events": {"2026-03-02": "sings"}}, "“sings” is not an event that stories know"),
        ({"events": {"2026-03-02": {"sings": {"loud": True}}}}, "“sings” is not an event"),
        ({"events": {"2026-03-02": {"pays": {"amuont": 5}}}}, "event pays: “amuont” means nothing"),
        ({"events": {"2026-03-02": {"disputes": {"amount": 5}}}}, "the event names no invoice"),
        ({"events": {"2026-03-02": {"promises": {"amount": 5}}}}, "“None” is not a day"),
        ({"events": {"2026-03-02": "pays Z"}}, "no invoice is numbered “Z”"),
        ({"events": {"2026-03-02": "status 213 on Z"}}, "no invoice is numbered “Z”"),
        ({"events": {"2026-03-02": "scenario becomes unheard_of"}}, "no shipped scenario is named"),
        ({"events": ["pays A"]}, "“events” is a mapping from days"),
        ({"events": {"someday": "pays A"}}, "“someday” is not a day"),
        ({"expect": {"2026-03-21": "friendly"}}, "expect: 2026-03-21 lies outside 2026-03-01"),
        ({"expect": {"2026-03-04": {"stage": "friendly"}}}, "expect: “stage” means nothing here"),
        ({"expect": {"2026-03-04": {"step": "friendly", "total": 1000}}},
         "expect: the total “1000” names no currency"),
        ({"expect": ["friendly"]}, "“expect” is not a mapping"),
        ({"why": {"2026-03-04": "payed"}}, "why: “payed” is not a reason"),
        ({"why": {"2026-02-28": "paid"}}, "why: 2026-02-28 lies outside"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told(changes: dict[str, Any], said: str) -> None:
    result = run(**changes)
    assert not result.passed
    assert len(result.differences) == 1
    assert said in result.differences[0]


@pytest.mark.parametrize("told", [None, "a story", 7, [], {}])
def test_what_is_no_story_fails(told: Any) -> None:
    result = run_story(told, shipped=lambda _: None, holidays=lambda *_: frozenset())
    assert not result.passed
    assert result.differences


def acquit_story(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["story", *words])
    return done.exit_code, done.stdout


STORY = """
- story: it {word}
  scenario: {{key: s, steps: [{{key: friendly, when: 3 days after due, do: email}}]}}
  invoices: [{{number: A, amount: 10.00, due: 2026-03-01}}]
  from: 2026-03-01
  until: 2026-03-05
  expect: {{{day}: friendly}}
"""


def test_the_command_ends_with_1_when_one_story_fails(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(STORY.format(word="passes", day="2026-03-04"))
    bad.write_text(STORY.format(word="fails", day="2026-03-05"))
    assert acquit_story(str(good))[0] == 0
    status, out = acquit_story(str(good), str(bad), "--json")
    assert status == 1
    stories = json.loads(out)["stories"]
    assert [(one["story"], one["passed"]) for one in stories] == [("it passes", True), ("it fails", False)]
    assert len(stories[1]["differences"]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- story: [", "cannot be read"),
        ("- story: a\n  from: 2026-02-30\n", "cannot be read"),
        ("", "tells no story"),
        ("just words", "a story is a mapping"),
        (STORY.format(word="runs", day="2026-03-04") * 2, "the same name"),
    ],
)
def test_a_file_that_tells_no_story_fails(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    status, out = acquit_story(str(file))
    assert status == 1
    assert said in out


def test_a_missing_file_is_a_misuse(tmp_path: Path) -> None:
    assert acquit_story(str(tmp_path / "none.yaml"))[0] == 2
