"""Who carries the messages of a creditor, and what he tells of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_debtor_merges"),
        ("outbox", "0002_ready_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=300)),
                ("provider_ref", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("address", models.CharField(blank=True, max_length=300)),
                ("permanent", models.BooleanField(default=False)),
                ("detail", models.TextField(blank=True)),
                ("raw", models.BinaryField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="asked_at",
            field=models.DateTimeField(help_text="when the provider was last asked for news", null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="idempotency_key",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="message",
            name="delivered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="opened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Carrier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=20)),
                ("provider", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("settings", models.JSONField(default=dict)),
                ("secrets", models.TextField(blank=True)),
                ("token", models.CharField(max_length=64)),
                ("active", models.BooleanField(default=True)),
                ("paused_until", models.DateTimeField(null=True)),
                ("paused_because", models.TextField(blank=True)),
                (
                    "per_minute",
                    models.PositiveIntegerField(help_text="messages at most; empty: no limit", null=True),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(help_text="messages at most; empty: no limit", null=True),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
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
        migrations.AddField(
            model_name="delivery",
            name="carrier",
            field=models.ForeignKey(
                db_index=False,
                help_text="empty: the server of the environment, or a person",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outbox.carrier",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("carrier__isnull", False)),
                fields=["organisation", "carrier", "provider_ref"],
                name="deliveries_by_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("carrier__isnull", False)),
                fields=["organisation", "carrier", "began_at"],
                name="deliveries_of_a_carrier",
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="carrier",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="outbox.carrier",
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="outbox.delivery",
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="outbox.message",
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrier",
            constraint=models.UniqueConstraint(
                fields=("token",), name="news_of_a_carrier_has_its_own_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="carrier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True), ("creditor__isnull", False)),
                fields=("organisation", "creditor", "channel"),
                name="one_carrier_per_creditor_and_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True), ("creditor__isnull", True)),
                fields=("organisation", "channel"),
                name="one_carrier_per_channel_for_all_creditors",
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("message__isnull", False)),
                fields=["organisation", "message", "at"],
                name="news_of_a_message",
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("message__isnull", True)),
                fields=["organisation", "received_at"],
                name="news_tied_to_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(fields=["organisation", "carrier", "received_at"], name="news_of_a_carrier"),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(
                fields=("organisation", "carrier", "event_id"), name="news_is_recorded_once"
            ),
        ),
    ]
