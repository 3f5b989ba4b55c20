"""Own systems and chat rooms are told what happens, from rows written with the facts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_digests"),
        ("outbox", "0008_digests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="json, slack, teams or mattermost", max_length=20)),
                ("name", models.CharField(max_length=100)),
                ("host", models.CharField(max_length=255)),
                ("sealed", models.TextField()),
                ("events", models.JSONField(default=list)),
                ("active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.creditor",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SubscriptionCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=40)),
                ("fact", models.CharField(help_text="what it is about: told once", max_length=100)),
                ("said", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(help_text="when it is tried; empty: over", null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, help_text="taken or given_up", max_length=10)),
                ("detail", models.CharField(blank=True, max_length=300)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="outbox.subscription",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="subscriptioncall",
            constraint=models.UniqueConstraint(
                fields=("organisation", "subscription", "fact"), name="a_subscription_is_told_once_of_a_fact"
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("active", True)),
                fields=["organisation", "id"],
                name="subscriptions_in_use",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptioncall",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["organisation", "next_at", "id"],
                name="calls_to_make",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptioncall",
            index=models.Index(fields=["organisation", "subscription", "id"], name="calls_of_a_subscription"),
        ),
    ]
