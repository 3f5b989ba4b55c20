"""What a new organisation begins with."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from acquit import shipped_scenarios
from acquit.flows.accounts.found_organisation import found_organisation
from acquit.store import tenancy
from acquit.store.cases.models import ScenarioVersion

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_it_has_every_shipped_scenario_once_however_often_it_is_founded(database):
    founded = found_organisation(name="Alpha", now=NOW)
    found_organisation(name="Alpha", now=NOW)
    with tenancy.organisation(founded.organisation_id):
        published = list(ScenarioVersion.objects.order_by("id").values_list("scenario__key", "number"))
        for version in ScenarioVersion.objects.select_related("scenario"):
            assert version.definition["key"] == version.scenario.key
    assert sorted(published) == sorted((path.stem, 1) for path in shipped_scenarios().glob("*.yaml"))


def test_it_takes_few_statements(database):
    with CaptureQueriesContext(connection) as said:
        found_organisation(name="Alpha", now=NOW, email="a@alpha.example", password="un mot de passe long")
    assert len(said) <= 25
