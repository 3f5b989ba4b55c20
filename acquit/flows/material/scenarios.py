"""Versions of scenarios, and the shipped ones that every organisation begins with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import yaml
from django.db.models import Max

from acquit import shipped_scenarios
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Scenario, ScenarioRule, ScenarioVersion

DEFAULT = "standard"
#: For who recovers for others: its texts alone bear what the law wants of him.
FOR_OTHERS = "collector"
#: Which shipped scenario fits whom, the first that fits deciding: (scenario, what it asks for).
RULES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("consumer", {"kind": "consumer"}),
    ("public_body", {"kind": "public"}),
    ("vip", {"profile": "vip"}),
    ("bad_payer", {"profile": "bad"}),
    ("good_payer", {"profile": "good"}),
    ("export", {"country": "abroad"}),
)


def add_version(
    organisation_id: int, definition: Mapping[str, Any], *, now: datetime, by: int | None = None
) -> ScenarioVersion:
    """Publish `definition` as the next version of its key, unless it says what is in force."""
    scenario, _ = Scenario.objects.get_or_create(organisation_id=organisation_id, key=definition["key"])
    versions = ScenarioVersion.objects.filter(organisation_id=organisation_id, scenario=scenario)
    newest = versions.order_by("-number").first()
    if newest is not None and newest.definition == dict(definition):
        return newest
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return ScenarioVersion.objects.create(
        organisation_id=organisation_id, scenario=scenario, number=number,
        definition=dict(definition), created_at=now, created_by_id=by, published_at=now,
    )  # fmt: skip


def add_shipped(organisation_id: int, *, now: datetime) -> None:
    """Publish the shipped scenarios that the organisation does not have yet.

    All at once, and leaving alone what somebody else who founds it at the same time has written.
    """
    have = set(Scenario.objects.filter(organisation_id=organisation_id).values_list("key", flat=True))
    fresh = {key: definition for key, definition in _shipped().items() if key not in have}
    Scenario.objects.bulk_create(
        (Scenario(organisation_id=organisation_id, key=key) for key in fresh), ignore_conflicts=True
    )
    ScenarioVersion.objects.bulk_create(
        (
            ScenarioVersion(
                organisation_id=organisation_id, scenario=scenario, number=1,
                definition=fresh[scenario.key], created_at=now, published_at=now,
            )
            for scenario in Scenario.objects.filter(organisation_id=organisation_id, key__in=fresh)
        ),
        ignore_conflicts=True,
    )  # fmt: skip


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    """Return the shipped scenarios by their keys; they are read once."""
    paths = sorted(shipped_scenarios().glob("*.yaml"))
    definitions = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)
    return {definition["key"]: definition for definition in definitions}


def recover_for_others(creditor: Creditor, *, now: datetime) -> None:
    """Let the one scenario whose texts bear the mentions of CPCE R124-4 serve every debtor of a creditor.

    The shipped rules would choose texts without them, whose every message would be held.
    """
    add_shipped(creditor.organisation_id, now=now)
    mine = {"organisation_id": creditor.organisation_id}
    found = Scenario.objects.get(**mine, key=FOR_OTHERS)
    Creditor.objects.filter(id=creditor.pk).update(default_scenario=found)
    shipped = [key for key, _ in RULES]
    ScenarioRule.objects.filter(**mine, creditor=creditor, scenario__key__in=shipped).delete()


def recover_for_oneself(creditor: Creditor) -> None:
    """Give a creditor who recovers for nobody any more the default scenario and the rules of a new one."""
    mine = {"organisation_id": creditor.organisation_id}
    Creditor.objects.filter(id=creditor.pk, default_scenario__key=FOR_OTHERS).update(
        default_scenario=Scenario.objects.filter(**mine, key=DEFAULT).first()
    )
    give_rules(creditor)


def give_rules(creditor: Creditor) -> None:
    """Give a new creditor the default scenario and the rules that choose among the shipped ones."""
    scenarios = {
        scenario.key: scenario
        for scenario in Scenario.objects.filter(organisation_id=creditor.organisation_id)
    }
    Creditor.objects.filter(id=creditor.id, default_scenario=None).update(
        default_scenario=scenarios.get(DEFAULT)
    )
    if ScenarioRule.objects.filter(organisation_id=creditor.organisation_id, creditor=creditor).exists():
        return
    ScenarioRule.objects.bulk_create(
        ScenarioRule(
            organisation_id=creditor.organisation_id, creditor=creditor, position=position,
            scenario=scenarios[key], **asked,
        )
        for position, (key, asked) in enumerate(RULES, start=1)
        if key in scenarios
    )  # fmt: skip
