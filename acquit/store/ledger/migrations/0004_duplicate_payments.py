"""The same money told by two sources under two keys, and the header by which a source is known again."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_creditors_and_debtors"), ("ledger", "0003_kept_figures")]
    operations = [
        migrations.AddField(
            "sourcefile",
            "header",
            models.CharField(
                blank=True,
                db_default="",
                help_text="SHA-256 of the header line; empty where there is none",
                max_length=64,
            ),
        ),
        Tables(
            migrations.CreateModel(
                "DuplicatePayment",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT)),
                    ("payment", link("ledger.payment", models.CASCADE)),
                    ("external_key", models.CharField(max_length=200)),
                    ("other", link("ledger.payment", models.CASCADE, null=True)),
                    ("file", link("ledger.sourcefile", models.SET_NULL, null=True)),
                    ("found_at", models.DateTimeField()),
                    ("is_same", models.BooleanField(null=True)),
                    (
                        "moved",
                        models.JSONField(
                            default=list, help_text="allocations that went from the other to the payment"
                        ),
                    ),
                    ("answered_at", models.DateTimeField(null=True)),
                    ("answered_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=["organisation", "account", "external_key"],
                            name="a_duplicate_is_known_once",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(is_same__isnull=True),
                            fields=["organisation", "found_at"],
                            name="duplicates_to_judge",
                        )
                    ],
                },
            )
        ),
    ]
