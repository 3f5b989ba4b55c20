"""Publish a version of a scenario: from now on it is what new rounds begin with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from acquit import channels
from acquit.core.scenario import Problem, ScenarioError, check, from_mapping
from acquit.flows.material.scenarios import add_version
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import ScenarioVersion


class UnusableScenario(ValueError):
    """The scenario has faults and was not published."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def publish_scenario(
    *,
    organisation_id: int,
    definition: Mapping[str, Any],
    now: datetime,
    by: int | None = None,
) -> ScenarioVersion:
    """Publish `definition` under its key, as a new version unless it says what is in force.

    Rounds under way end under the version that they began with. Accounts are looked at again.
    Raises UnusableScenario with what is wrong in the author's words.
    """
    try:
        scenario = from_mapping(definition)
    except ScenarioError as error:
        raise UnusableScenario(error.problems) from error
    problems = check(scenario, channels=channels.every())
    if problems:
        raise UnusableScenario(problems)
    with transaction.atomic():
        version = add_version(organisation_id, definition, now=now, by=by)
        Account.objects.filter(organisation_id=organisation_id).update(look_at=now)
    return version


def choose_scenario(*, organisation_id: int, scenario_id: int | None, account_id: int, now: datetime) -> None:
    """Give an account a scenario by hand, or leave it to the rules again with None."""
    Account.objects.filter(organisation_id=organisation_id, id=account_id).update(
        scenario_id=scenario_id, look_at=now
    )


def choose_default(*, organisation_id: int, scenario_id: int, creditor_id: int, now: datetime) -> None:
    """Make a scenario the one that a creditor's accounts follow when nothing else is said."""
    with transaction.atomic():
        Creditor.objects.filter(organisation_id=organisation_id, id=creditor_id).update(
            default_scenario_id=scenario_id
        )
        Account.objects.filter(organisation_id=organisation_id, creditor_id=creditor_id).update(look_at=now)
