"""Who works on what, and what the people of a team say about it."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    replaces = [("cases", "0005_work")]
    dependencies = [("accounts", "0002_creditors_and_debtors"), ("cases", "0002_cases")]
    operations = [
        Tables(
            migrations.CreateModel(
                "WorkState",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("kind", models.CharField(help_text="message, task or answer", max_length=12)),
                    ("item", models.BigIntegerField(help_text="id of the message, the task or the answer")),
                    ("assigned_to", person()),
                    ("assigned_at", models.DateTimeField(null=True)),
                    ("assigned_by", person()),
                    (
                        "snoozed_until",
                        models.DateField(help_text="the day on which it comes back", null=True),
                    ),
                    (
                        "snoozed_at",
                        models.DateTimeField(
                            help_text="an answer that came later wakes it at once", null=True
                        ),
                    ),
                    ("snoozed_by", person()),
                    ("claimed_by", person()),
                    ("claimed_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "kind", "item"), name="a_piece_of_work_has_one_state"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("snoozed_until__isnull", True),
                                ("snoozed_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_rest_says_since_when",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("claimed_by__isnull", False)),
                            fields=["organisation", "claimed_by"],
                            name="work_claimed",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                "Comment",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("kind", models.CharField(help_text="message, task or answer", max_length=12)),
                    ("item", models.BigIntegerField(help_text="id of the message, the task or the answer")),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("account", link("accounts.account", models.CASCADE, null=True)),
                    ("text", models.TextField()),
                    ("written_at", models.DateTimeField()),
                    ("written_by", person()),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "kind", "item"], name="comments_of_work")
                    ]
                },
            ),
            migrations.CreateModel(
                "Mention",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("comment", link("cases.comment", models.CASCADE, related_name="mentions")),
                    ("person", person(models.CASCADE)),
                    ("seen_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "comment", "person"), name="a_comment_names_a_person_once"
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("seen_at__isnull", True)),
                            fields=["organisation", "person"],
                            name="mentions_unseen",
                        )
                    ],
                },
            ),
        ),
    ]
