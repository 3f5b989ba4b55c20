"""Scenarios, of which every version that was ever in use is kept."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("cases", "0001_initial"), ("cases", "0006_calls_and_silent_numbers")]
    dependencies = [("accounts", "0001_organisations")]
    operations = [
        Tables(
            migrations.CreateModel(
                "Scenario",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("key", models.SlugField(max_length=60)),
                    ("archived_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "key"), name="a_scenario_has_its_own_key"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "ScenarioVersion",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("scenario", link("cases.scenario", models.PROTECT, related_name="versions")),
                    ("number", models.PositiveIntegerField()),
                    ("definition", models.JSONField(help_text="the mapping that core.scenario reads")),
                    ("created_at", models.DateTimeField()),
                    ("created_by", person()),
                    ("published_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "scenario", "number"), name="a_version_has_its_own_number"
                        )
                    ]
                },
            ),
        ),
    ]
