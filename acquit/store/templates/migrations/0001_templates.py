"""The texts of messages, of which every version is kept, and the trials of one against another."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("templates", "0001_initial")]
    dependencies = [("accounts", "0001_organisations")]
    operations = [
        Tables(
            migrations.CreateModel(
                "TemplateVersion",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("key", models.CharField(max_length=60)),
                    ("language", models.CharField(max_length=8)),
                    ("number", models.PositiveIntegerField()),
                    ("subject", models.TextField()),
                    ("body", models.TextField()),
                    ("in_force", models.BooleanField()),
                    ("written_at", models.DateTimeField()),
                    ("written_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "key", "language", "number"),
                            name="a_version_of_a_template_has_its_number",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("in_force", True)),
                            fields=("organisation", "key", "language"),
                            name="one_version_of_a_template_is_in_force",
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "Experiment",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("key", models.CharField(max_length=60)),
                    ("language", models.CharField(max_length=8)),
                    ("challenger", link("templates.templateversion", models.PROTECT)),
                    (
                        "within_days",
                        models.PositiveSmallIntegerField(
                            default=14, help_text="days after the message within which a payment counts"
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("started_by", person()),
                    ("ended_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("organisation", "key", "language"),
                            name="one_experiment_at_a_time_on_a_template",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ended_at__isnull", True),
                                ("ended_at__gte", models.F("started_at")),
                                _connector="OR",
                            ),
                            name="an_experiment_ends_after_its_start",
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "started_at"], name="experiments_by_time")
                    ],
                },
            ),
        ),
    ]
