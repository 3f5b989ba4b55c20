"""What is wrong with a scenario, in words: the sentence of each problem code of `core.scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from acquit.core.scenario import Problem


def sentences(language: str) -> Mapping[str, str]:
    """Return the sentences of `language` by problem code; none where it has none."""
    name = f"acquit.wording.{language}.problems"
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None or find_spec(name) is None:
        return {}
    return cast("Mapping[str, str]", import_module(name).SENTENCES)


def say_problem(problem: Problem, language: str) -> str:
    """Return the sentence of one problem; without one, the author's English words."""
    sentence = sentences(language).get(problem.code)
    return sentence.format_map(problem.params) if sentence else problem.words
