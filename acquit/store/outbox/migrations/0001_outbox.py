"""What leaves: messages, how they were carried, what proves it; letters printed; calls to other programs."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("outbox", "0001_initial"),
        ("outbox", "0002_ready_in_order"),
        ("outbox", "0003_carriers_and_news"),
        ("outbox", "0004_identities"),
        ("outbox", "0007_print_batches"),
        ("outbox", "0008_digests"),
        ("outbox", "0009_subscriptions"),
    ]
    dependencies = [("accounts", "0002_creditors_and_debtors")]
    operations = [
        Tables(
            migrations.CreateModel(
                "Carrier",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT, null=True)),
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
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("token",), name="news_of_a_carrier_has_its_own_address"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("active", True), ("creditor__isnull", False)),
                            fields=("organisation", "creditor", "channel"),
                            name="one_carrier_per_creditor_and_channel",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("active", True), ("creditor__isnull", True)),
                            fields=("organisation", "channel"),
                            name="one_carrier_per_channel_for_all_creditors",
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "Identity",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("stage", models.CharField(blank=True, max_length=20)),
                    ("name", models.CharField(max_length=200)),
                    ("email", models.CharField(max_length=254)),
                    ("phone", models.CharField(blank=True, max_length=40)),
                    ("reply_to", models.CharField(blank=True, max_length=254)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "stage"),
                            name="one_identity_per_creditor_and_stage",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Message",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("debtor", link("accounts.debtor", models.PROTECT)),
                    ("account", link("accounts.account", models.PROTECT, related_name="messages")),
                    ("contact", link("accounts.contact", models.SET_NULL, null=True)),
                    ("channel", models.CharField(max_length=20)),
                    ("scenario", models.CharField(max_length=60)),
                    ("step", models.CharField(max_length=60)),
                    ("stage", models.CharField(max_length=20)),
                    ("state", models.CharField(max_length=12)),
                    ("listed", models.JSONField(default=list)),
                    ("total", models.JSONField(default=list)),
                    ("reasons", models.JSONField(default=list)),
                    (
                        "asks",
                        models.BooleanField(default=False, help_text="a person approves before it leaves"),
                    ),
                    ("planned_on", models.DateField()),
                    (
                        "not_before",
                        models.DateTimeField(help_text="postponed, or outside the sending window"),
                    ),
                    ("recipient", models.CharField(blank=True, max_length=300)),
                    ("subject", models.TextField(blank=True)),
                    ("body", models.TextField(blank=True)),
                    ("edited", models.BooleanField(default=False)),
                    ("approved_at", models.DateTimeField(null=True)),
                    ("approved_by", person()),
                    ("claimed_at", models.DateTimeField(null=True)),
                    ("claimed_by", models.CharField(blank=True, max_length=100)),
                    ("sent_at", models.DateTimeField(null=True)),
                    ("delivered_at", models.DateTimeField(null=True)),
                    ("opened_at", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    (
                        "because",
                        models.TextField(blank=True, help_text="why it failed, was withdrawn or skipped"),
                    ),
                    ("message_id", models.CharField(blank=True, max_length=200)),
                    ("reply_token", models.CharField(blank=True, max_length=40)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ("planned", "to_approve", "ready", "sending", "handed_over", "failed"),
                                )
                            ),
                            fields=("organisation", "account"),
                            name="one_live_message_per_account",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state", "ready")),
                            fields=["organisation", "not_before", "id"],
                            name="messages_ready_to_leave",
                        ),
                        models.Index(
                            fields=["organisation", "state", "planned_on"], name="messages_by_state"
                        ),
                        models.Index(fields=["organisation", "account"], name="messages_of_an_account"),
                        models.Index(
                            fields=["organisation", "debtor", "sent_at"], name="messages_sent_to_a_debtor"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Delivery",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("message", link("outbox.message", models.CASCADE, related_name="deliveries")),
                    ("attempt", models.PositiveSmallIntegerField()),
                    ("began_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(null=True)),
                    (
                        "outcome",
                        models.CharField(
                            blank=True, help_text="accepted, refused, unknown, handed_over", max_length=20
                        ),
                    ),
                    ("permanent", models.BooleanField(default=False)),
                    ("provider_ref", models.CharField(blank=True, max_length=300)),
                    ("detail", models.TextField(blank=True)),
                    (
                        "carrier",
                        link(
                            "outbox.carrier",
                            models.PROTECT,
                            null=True,
                            help_text="empty: the server of the environment, or a person",
                        ),
                    ),
                    ("idempotency_key", models.CharField(blank=True, max_length=100)),
                    (
                        "asked_at",
                        models.DateTimeField(
                            help_text="when the provider was last asked for news", null=True
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "message", "attempt"), name="an_attempt_is_made_once"
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("carrier__isnull", False)),
                            fields=["organisation", "carrier", "provider_ref"],
                            name="deliveries_by_reference",
                        ),
                        models.Index(
                            condition=models.Q(("carrier__isnull", False)),
                            fields=["organisation", "carrier", "began_at"],
                            name="deliveries_of_a_carrier",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Evidence",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("message", link("outbox.message", models.PROTECT, related_name="evidence")),
                    ("sha256", models.CharField(max_length=64)),
                    ("media_type", models.CharField(max_length=100)),
                    ("content", models.BinaryField()),
                    ("frozen_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "message", "sha256"), name="the_same_bytes_are_kept_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "ProviderEvent",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "carrier",
                        link(
                            "outbox.carrier",
                            models.PROTECT,
                            null=True,
                            help_text="empty: a person told it",
                            related_name="events",
                        ),
                    ),
                    ("message", link("outbox.message", models.CASCADE, null=True, related_name="events")),
                    ("delivery", link("outbox.delivery", models.CASCADE, null=True)),
                    ("event", models.CharField(max_length=20)),
                    ("event_id", models.CharField(max_length=300)),
                    ("provider_ref", models.CharField(blank=True, max_length=300)),
                    ("at", models.DateTimeField()),
                    ("received_at", models.DateTimeField()),
                    ("address", models.CharField(blank=True, max_length=300)),
                    ("permanent", models.BooleanField(default=False)),
                    ("detail", models.TextField(blank=True)),
                    ("raw", models.BinaryField(null=True)),
                    (
                        "evidence",
                        link(
                            "outbox.evidence",
                            models.PROTECT,
                            null=True,
                            help_text="the proof that came with it",
                            related_name="proves",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "carrier", "event_id"), name="news_is_recorded_once"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("carrier__isnull", True)),
                            fields=("organisation", "event_id"),
                            name="what_a_person_tells_is_recorded_once",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("message__isnull", False)),
                            fields=["organisation", "message", "at"],
                            name="news_of_a_message",
                        ),
                        models.Index(
                            condition=models.Q(("message__isnull", True)),
                            fields=["organisation", "received_at"],
                            name="news_tied_to_nothing",
                        ),
                        models.Index(
                            fields=["organisation", "carrier", "received_at"], name="news_of_a_carrier"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "PrintBatch",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("printed_on", models.DateField(help_text="the day on its cover list")),
                    ("opened_at", models.DateTimeField()),
                    ("opened_by", person()),
                    ("language", models.CharField(default="fr", max_length=8)),
                    ("sha256", models.CharField(max_length=64)),
                    ("closed_at", models.DateTimeField(null=True)),
                    ("closed_by", person()),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["organisation", "creditor", "-opened_at"],
                            name="print_batches_of_a_creditor",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "PrintedLetter",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("batch", link("outbox.printbatch", models.CASCADE, related_name="letters")),
                    ("message", link("outbox.message", models.PROTECT)),
                    ("evidence", link("outbox.evidence", models.PROTECT)),
                    ("number", models.PositiveIntegerField(help_text="its place in the batch, from 1")),
                    ("pages", models.PositiveIntegerField()),
                    ("outcome", models.CharField(blank=True, max_length=10)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("outcome", "")),
                            fields=("organisation", "message"),
                            name="a_letter_is_in_one_open_batch",
                        ),
                        models.UniqueConstraint(
                            fields=("organisation", "batch", "number"),
                            name="a_batch_has_one_letter_at_each_place",
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "message"], name="print_batches_of_a_letter")
                    ],
                },
            ),
            migrations.CreateModel(
                "Digest",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("user", person(models.CASCADE)),
                    ("kind", models.CharField(help_text="daily or weekly", max_length=10)),
                    ("day", models.DateField()),
                    ("claimed_at", models.DateTimeField()),
                    ("sent_at", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=1)),
                    ("because", models.TextField(blank=True, help_text="why the server did not take it")),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "user", "kind", "day"), name="a_digest_leaves_once_a_day"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Subscription",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE, null=True)),
                    ("kind", models.CharField(help_text="json, slack, teams or mattermost", max_length=20)),
                    ("name", models.CharField(max_length=100)),
                    ("host", models.CharField(max_length=255)),
                    ("sealed", models.TextField()),
                    ("events", models.JSONField(default=list)),
                    ("active", models.BooleanField(default=True)),
                    ("made_at", models.DateTimeField()),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("active", True)),
                            fields=["organisation", "id"],
                            name="subscriptions_in_use",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "SubscriptionCall",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("subscription", link("outbox.subscription", models.CASCADE, related_name="calls")),
                    ("event", models.CharField(max_length=40)),
                    ("fact", models.CharField(help_text="what it is about: told once", max_length=100)),
                    ("said", models.JSONField(default=dict)),
                    ("recorded_at", models.DateTimeField()),
                    ("next_at", models.DateTimeField(help_text="when it is tried; empty: over", null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("outcome", models.CharField(blank=True, help_text="taken or given_up", max_length=10)),
                    ("detail", models.CharField(blank=True, max_length=300)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "subscription", "fact"),
                            name="a_subscription_is_told_once_of_a_fact",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("next_at__isnull", False)),
                            fields=["organisation", "next_at", "id"],
                            name="calls_to_make",
                        ),
                        models.Index(
                            fields=["organisation", "subscription", "id"], name="calls_of_a_subscription"
                        ),
                    ],
                },
            ),
        ),
    ]
