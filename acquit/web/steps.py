"""What the steps of a scenario are called on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, gettext

from acquit.core.decision import THANKS
from acquit.core.scenario import Scenario, Step
from acquit.web.formats import spoken


class StepNames:
    """The names of the steps of the scenarios at hand; a step that none of them has is named by its key."""

    def __init__(self, scenarios: Iterable[Scenario]) -> None:
        self._steps: dict[tuple[str, str], Step] = {}
        for scenario in scenarios:
            for step in scenario.steps:
                self._steps[scenario.key, step.key] = step
                self._steps.setdefault(("", step.key), step)

    def name(self, scenario: str, step: str) -> str:
        """Return what a step is called."""
        if step == THANKS:
            return gettext("Remerciement")
        found = self._steps.get((scenario, step)) or self._steps.get(("", step))
        return step_name(found) if found else step.replace("_", " ").capitalize()


def step_name(step: Step) -> str:
    """Return a step's name in the language of the screen."""
    return _named(step.names) or step.key.replace("_", " ").capitalize()


def scenario_name(scenario: Scenario) -> str:
    """Return a scenario's name in the language of the screen."""
    return _named(scenario.names) or scenario.key


def _named(names: Mapping[str, str]) -> str:
    tongue = spoken(get_language() or "fr")
    return names.get(tongue) or next(iter(names.values()), "")
