"""A scenario is read in its author's words, and refused in them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.scenario import (
    Scenario,
    ScenarioError,
    Step,
    check,
    from_mapping,
    parse_trigger,
    to_mapping,
)
from tests.core.cases import BY_AGE, EARLY, POLITE, SHIPPED, searched

FRIENDLY = {"key": "friendly", "when": "3 days after due", "do": "email"}


@pytest.mark.parametrize(
    "words",
    [
        "3 days before due", "1 day before due", "on due", "1 day after due",
        "10 working days after due", "45 days after invoice", "8 days after previous step",
        "5 working days after previous step", "end of month after due",
        "every 7 days after previous step", "every 2 working days after previous step",
    ],
)  # fmt: skip
def test_a_moment_is_read_and_written_alike(words: str) -> None:
    assert str(parse_trigger(words)) == words


def test_f13_before_and_after_have_opposite_signs() -> None:
    assert parse_trigger("3 days before due").days == -3
    assert parse_trigger("3 days after due").days == 3


@pytest.mark.parametrize(
    "words",
    ["", "soon", "-3 days after due", "3 days after dew", "3 days before invoice", "3 weeks after due",
     "3 days before previous step", "every 3 days after due", "99999 days after due", "3.5 days after due"],
)  # fmt: skip
def test_other_moments_are_refused(words: str) -> None:
    with pytest.raises(ScenarioError, match=r"moment|repeats"):
        parse_trigger(words)


@pytest.mark.parametrize("plan", [POLITE, BY_AGE, EARLY, *SHIPPED], ids=lambda plan: plan.key)
def test_a_scenario_is_read_and_written_alike(plan: Scenario) -> None:
    assert from_mapping(to_mapping(plan)) == plan


@pytest.mark.parametrize("plan", SHIPPED, ids=lambda plan: plan.key)
def test_the_shipped_ones_have_no_problem(plan: Scenario) -> None:
    assert check(plan) == ()


def test_a_scenario_knows_its_steps_however_it_was_made() -> None:
    step = Step(key="a", when=parse_trigger("on due"), channel="email")
    plan = Scenario(key="made", steps=(step,))
    assert plan.step("a") is step
    assert plan.step("b") is None


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"colour": "red", "steps": [FRIENDLY]}, "unknown_key"),
        ({"start": "boldly", "steps": [FRIENDLY]}, "unknown_start"),
        ({"minimum": "ten", "steps": [FRIENDLY]}, "not_an_amount"),
        ({"minimum": -1, "steps": [FRIENDLY]}, "not_an_amount"),
        ({"minimum": "Infinity", "steps": [FRIENDLY]}, "not_an_amount"),
        ({"respect_habit": "perhaps", "steps": [FRIENDLY]}, "not_yes_or_no"),
        ({"steps": ["friendly"]}, "step_incomplete"),
        ({"steps": "friendly"}, "step_incomplete"),
        ({"steps": [{**FRIENDLY, "color": "red"}]}, "unknown_key"),
        ({"steps": [{**FRIENDLY, "stage": "threat"}]}, "unknown_stage"),
        ({"steps": [{**FRIENDLY, "stage": "thanks"}]}, "unknown_stage"),
        ({"steps": [{**FRIENDLY, "ask": "nobody"}]}, "unknown_ask"),
        ({"steps": [{**FRIENDLY, "at most": "often"}]}, "not_a_number"),
        ({"steps": [{**FRIENDLY, "tone": "grave"}]}, "not_a_number"),
        ({"steps": [{**FRIENDLY, "together": "maybe"}]}, "not_yes_or_no"),
        ({"steps": [{**FRIENDLY, "when": "soon"}]}, "unknown_when"),
        ({"steps": [{**FRIENDLY, "when": "every 3 days after due"}]}, "every_needs_previous"),
    ],
)
def test_what_cannot_be_read_is_told(mapping: dict[str, Any], code: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        from_mapping({"key": "k", **mapping})
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"steps": []}, "no_steps"),
        ({"key": "", "steps": [FRIENDLY]}, "no_key"),
        ({"thank": "pigeon", "steps": [FRIENDLY]}, "unknown_channel"),
        ({"start": "at noon", "steps": [FRIENDLY]}, "start_not_a_step"),
        ({"steps": [FRIENDLY, {**FRIENDLY, "when": "9 days after due"}]}, "same_key"),
        ({"steps": [{**FRIENDLY, "key": "thanks"}]}, "reserved_key"),
        ({"steps": [{**FRIENDLY, "do": "pigeon"}]}, "unknown_channel"),
        ({"steps": [{**FRIENDLY, "otherwise": "pigeon"}]}, "unknown_channel"),
        ({"steps": [{**FRIENDLY, "only for": "giants"}]}, "unknown_kind"),
        ({"steps": [{**FRIENDLY, "when": "3 days after previous step"}]}, "first_counts_from_previous"),
        ({"steps": [FRIENDLY, {"key": "again", "when": "every 3 days after previous step", "do": "email"},
                    {"key": "last", "when": "3 days after previous step", "do": "email"}]},
         "repeats_too_soon"),
        ({"steps": [FRIENDLY, {"key": "again", "when": "every 0 days after previous step", "do": "email"}]},
         "repeats_without_pause"),
        ({"steps": [{**FRIENDLY, "at most": 2}]}, "at_most_without_every"),
        ({"steps": [{**FRIENDLY, "stage": "courtesy"}]}, "courtesy_too_late"),
        ({"steps": [{**FRIENDLY, "stage": "formal notice"}]}, "formal_notice_first"),
        ({"steps": [FRIENDLY, {**FRIENDLY, "key": "b", "when": "2 days after due"}]}, "out_of_order"),
    ],
)  # fmt: skip
def test_what_may_not_be_used_is_told(mapping: dict[str, Any], code: str) -> None:
    problems = check(from_mapping({"key": "k", **mapping}))
    assert [problem.code for problem in problems] == [code]
    assert all(problem.words for problem in problems)


def test_words_with_spaces_and_quoted_values_are_understood() -> None:
    step = {**FRIENDLY, "do": "registered letter", "only for": ["at risk"], "together": "false",
            "minimum": "12.50", "at most": "3"}  # fmt: skip
    plan = from_mapping({"key": "k", "for": "business", "thank": "absent", "steps": [step]})
    read = plan.steps[0]
    assert (read.channel, read.together, read.at_most) == ("registered_letter", False, 3)
    assert (read.only_for, read.minimum) == (frozenset({"at_risk"}), Decimal("12.50"))
    assert (plan.for_kinds, plan.thank) == (frozenset({"business"}), None)


_JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_KEYS = st.sampled_from(("key", "steps", "start", "minimum", "thank", "for", "name", "respect_habit"))
_STEP = st.dictionaries(
    st.sampled_from(("key", "when", "do", "otherwise", "stage", "ask", "minimum", "only for", "together",
                     "at most", "tone", "name")), _JUNK, max_size=6,
)  # fmt: skip


@searched
@given(st.dictionaries(_KEYS, _JUNK), st.lists(_STEP, max_size=2))
def test_nonsense_is_refused_and_never_crashes(mapping: dict[str, Any], steps: list[Any]) -> None:
    with suppress(ScenarioError):
        check(from_mapping({**mapping, "steps": steps or mapping.get("steps")}))


def test_who_reads_too_and_what_goes_with_it_are_of_a_closed_vocabulary() -> None:
    def plan(**more: Any) -> Scenario:
        return from_mapping({"key": "p", "steps": [FRIENDLY | more]})

    good = plan(**{"copy to": ["owner", "manager"], "attach": "statement"})
    assert good.steps[0].copy_to == {"owner", "manager"}
    assert check(good) == ()
    assert from_mapping(to_mapping(good)) == good
    assert [p.code for p in check(plan(**{"copy to": "everybody"}))] == ["unknown_copy"]
    assert [p.code for p in check(plan(attach="virus"))] == ["unknown_attachment"]
    assert [p.code for p in check(plan(do="letter", attach="statement"))] == ["goes_with_no_mail"]
