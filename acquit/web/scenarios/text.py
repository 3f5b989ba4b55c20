"""A scenario as YAML: written for sharing, read back with its problems in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from django.utils.translation import get_language, gettext

import acquit.wording
from acquit import channels
from acquit.core.scenario import Problem, Scenario, ScenarioError, check, from_mapping, to_mapping
from acquit.web.formats import spoken
from acquit.wording.problems import say_problem

#: A scenario of a hundred steps is ten times smaller.
LARGEST = 100_000
LANGUAGES = ("fr", "en")


class Unreadable(ValueError):
    """The text is no scenario; `sentences` say why, in the language of the screen."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def written(scenario: Scenario) -> str:
    """Return the YAML of a scenario, which `read` takes back."""
    return str(yaml.safe_dump(to_mapping(scenario), allow_unicode=True, sort_keys=False, width=100))


def read(text: str) -> Scenario:
    """Return the scenario that `text` says. Raises Unreadable with every problem at once."""
    if len(text) > LARGEST:
        raise Unreadable(gettext("Ce texte est trop long pour un scénario."))
    mapping = _mapping(text)
    try:
        scenario = from_mapping(mapping)
    except ScenarioError as why:
        raise Unreadable(*map(_said, why.problems)) from why
    problems = (*check(scenario, channels=channels.every()), *_without_template(scenario))
    if problems:
        raise Unreadable(*map(_said, problems))
    return scenario


def _mapping(text: str) -> Mapping[str, object]:
    try:
        loaded = yaml.load(text, Loader=_NoAliases)  # noqa: S506  a SafeLoader that refuses aliases
    except (yaml.YAMLError, ValueError, RecursionError) as why:
        mark = getattr(why, "problem_mark", None)
        place = gettext("ligne %(line)s") % {"line": mark.line + 1} if mark else ""
        sentence = gettext("Ce texte n’est pas du YAML lisible.")
        raise Unreadable(f"{sentence} {place}".strip()) from why
    if not isinstance(loaded, dict):
        raise Unreadable(
            gettext("Un scénario s’écrit comme une liste de mots et de valeurs : key, name, steps.")
        )
    return loaded


class _NoAliases(yaml.SafeLoader):
    """Aliases make a small text huge."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


def _without_template(scenario: Scenario) -> list[Problem]:
    folder = Path(acquit.wording.__file__).parent
    return [
        Problem(
            "unknown_template",
            {"step": step.key, "template": step.template, "language": language},
            f"{step.key}: no template “{step.template}” in {language}",
        )
        for language in LANGUAGES
        for known in [{path.stem for path in (folder / language / "templates").glob("*.liquid")}]
        for step in scenario.steps
        if step.template not in known
    ]


def _said(problem: Problem) -> str:
    return say_problem(problem, spoken(get_language() or "fr"))
