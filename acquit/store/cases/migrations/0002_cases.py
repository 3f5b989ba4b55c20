"""Where each debtor's case stands: what was decided, promised, disputed, held, said and done."""

from django.db import migrations, models
from django.db.models.fields import json

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    replaces = [
        ("cases", "0002_initial"),
        ("cases", "0003_decisions_in_force"),
        ("cases", "0004_bank_changes"),
    ]
    dependencies = [
        ("accounts", "0002_creditors_and_debtors"),
        ("cases", "0001_scenarios"),
        ("ledger", "0001_ledger"),
        ("outbox", "0001_outbox"),
    ]
    operations = [
        Tables(
            migrations.CreateModel(
                "ScenarioRule",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("position", models.PositiveIntegerField()),
                    ("scenario", link("cases.scenario", models.PROTECT)),
                    ("kind", models.CharField(blank=True, max_length=20)),
                    ("profile", models.CharField(blank=True, max_length=20)),
                    (
                        "country",
                        models.CharField(
                            blank=True, help_text="ISO code, or «abroad»: not the creditor's", max_length=10
                        ),
                    ),
                    (
                        "balance_from",
                        models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "position"), name="a_rule_has_its_place"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Round",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("term", link("ledger.term", models.CASCADE, related_name="rounds")),
                    ("number", models.PositiveSmallIntegerField(default=1)),
                    ("version", link("cases.scenarioversion", models.PROTECT, null=True)),
                    ("started_on", models.DateField()),
                    ("resumed_on", models.DateField(null=True)),
                    ("ended_on", models.DateField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "term", "number"), name="a_round_has_its_own_number"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("ended_on__isnull", True)),
                            fields=("organisation", "term"),
                            name="one_open_round_per_term",
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "StepClaim",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("term", link("ledger.term", models.CASCADE, related_name="claims")),
                    ("round", models.PositiveSmallIntegerField(default=1)),
                    ("step", models.CharField(max_length=60)),
                    ("repetition", models.PositiveSmallIntegerField(default=0)),
                    (
                        "state",
                        models.CharField(
                            default="planned", help_text="planned, done, skipped", max_length=10
                        ),
                    ),
                    ("on", models.DateField()),
                    ("message", link("outbox.message", models.PROTECT, null=True, related_name="claims")),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "term", "round", "step", "repetition"),
                            name="a_step_is_done_once_per_term_and_round",
                        )
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "account"], name="claims_of_an_account"),
                        models.Index(fields=["organisation", "message"], name="claims_of_a_message"),
                    ],
                },
            ),
            migrations.CreateModel(
                "Decision",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE, related_name="decisions")),
                    ("on", models.DateField()),
                    ("decided_at", models.DateTimeField()),
                    ("kind", models.CharField(help_text="act, wait, hold or stop", max_length=10)),
                    ("step", models.CharField(blank=True, max_length=60)),
                    ("channel", models.CharField(blank=True, max_length=20)),
                    ("until", models.DateField(null=True)),
                    ("reasons", models.JSONField(help_text="[[code, params], …], the decisive one first")),
                    ("total", models.JSONField(default=list, help_text="[[amount, currency], …]")),
                    ("tasks", models.JSONField(default=list)),
                    ("version", link("cases.scenarioversion", models.PROTECT, null=True)),
                    ("is_current", models.BooleanField(default=True)),
                    (
                        "because",
                        models.GeneratedField(
                            db_persist=True,
                            expression=json.KeyTextTransform(0, json.KeyTransform(0, "reasons")),
                            output_field=models.CharField(max_length=60),
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("is_current", True)),
                            fields=("organisation", "account"),
                            name="one_current_decision_per_account",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            fields=["organisation", "account", "decided_at"], name="decisions_of_an_account"
                        ),
                        models.Index(
                            condition=models.Q(("is_current", True)),
                            fields=["organisation", "kind", "because", "account"],
                            name="decisions_in_force",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Promise",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE, related_name="promises")),
                    ("until", models.DateField()),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                    ("currency", models.CharField(default="EUR", max_length=3)),
                    ("made_on", models.DateField()),
                    ("note", models.TextField(blank=True)),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                    ("cancelled_at", models.DateTimeField(null=True)),
                    (
                        "terms",
                        models.ManyToManyField(
                            related_name="promises", through="cases.PromisedTerm", to="ledger.term"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "account"], name="promises_of_an_account")
                    ]
                },
            ),
            migrations.CreateModel(
                "PromisedTerm",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "promise",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="cases.promise"),
                    ),
                    ("term", link("ledger.term", models.CASCADE)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "term", "promise"), name="a_promise_names_a_term_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Dispute",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE, related_name="disputes")),
                    ("invoice", link("ledger.invoice", models.CASCADE, related_name="disputes")),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                    ("category", models.CharField(blank=True, max_length=40)),
                    ("note", models.TextField(blank=True)),
                    ("owner", person()),
                    ("opened_on", models.DateField()),
                    ("recorded_at", models.DateTimeField()),
                    ("resolved_on", models.DateField(null=True)),
                    ("resolution", models.TextField(blank=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("resolved_on__isnull", True)),
                            fields=("organisation", "invoice"),
                            name="one_open_dispute_per_invoice",
                        )
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "account"], name="disputes_of_an_account")
                    ],
                },
            ),
            migrations.CreateModel(
                "Hold",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE, related_name="holds")),
                    ("invoice", link("ledger.invoice", models.CASCADE, null=True, related_name="holds")),
                    (
                        "until",
                        models.DateField(help_text="the last day of the hold; empty: no end", null=True),
                    ),
                    ("reason", models.TextField()),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                    ("released_at", models.DateTimeField(null=True)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("released_at__isnull", True)),
                            fields=["organisation", "account"],
                            name="holds_of_an_account",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "BankChange",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("account", link("accounts.account", models.CASCADE, null=True)),
                    ("invoice", link("ledger.invoice", models.CASCADE, null=True)),
                    ("source", models.CharField(help_text="network, reply or person", max_length=20)),
                    ("claimed_iban", models.CharField(blank=True, max_length=40)),
                    ("note", models.TextField(blank=True)),
                    ("opened_at", models.DateTimeField()),
                    ("first_says", models.CharField(blank=True, help_text="ours or changed", max_length=10)),
                    ("first_by", person(models.PROTECT, null=True)),
                    ("first_at", models.DateTimeField(null=True)),
                    ("second_by", person(models.PROTECT, null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    (
                        "outcome",
                        models.CharField(
                            blank=True, db_default="", default="", help_text="ours or changed", max_length=10
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("ended_at__isnull", True), ("outcome", ""), ("second_by__isnull", True)
                                ),
                                models.Q(
                                    ("ended_at__isnull", False),
                                    ("first_by__isnull", False),
                                    ("second_by__isnull", False),
                                    ("outcome", models.F("first_says")),
                                    ("outcome__in", ("ours", "changed")),
                                    models.Q(("second_by", models.F("first_by")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_bank_change_is_confirmed_by_two_persons",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("account__isnull", False), ("ended_at__isnull", True)),
                            fields=("organisation", "account"),
                            name="one_open_bank_change_per_account",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("account__isnull", True), ("ended_at__isnull", True)),
                            fields=("organisation", "creditor"),
                            name="one_open_bank_change_per_creditor",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=["organisation", "creditor", "account"],
                            name="bank_changes_open",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                "ManualContact",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("on", models.DateField()),
                    ("channel", models.CharField(max_length=20)),
                    ("outcome", models.CharField(blank=True, max_length=40)),
                    ("note", models.TextField(blank=True)),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["organisation", "debtor", "on"], name="manual_contacts_of_a_debtor"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "CallAttempt",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("message", link("outbox.message", models.CASCADE, related_name="calls")),
                    ("number", models.PositiveSmallIntegerField()),
                    ("step", models.CharField(max_length=60)),
                    ("on", models.DateField()),
                    ("outcome", models.CharField(max_length=40)),
                    ("gave_up", models.BooleanField(default=False)),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "message", "number"), name="a_try_to_call_is_counted_once"
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("gave_up", True)),
                            fields=["organisation", "account", "on"],
                            name="calls_given_up",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                "SilentNumber",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("number", models.CharField(max_length=20)),
                    (
                        "because",
                        models.CharField(
                            help_text="the news that told it: complained or bounced", max_length=40
                        ),
                    ),
                    ("since", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "number"), name="a_number_is_silent_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Note",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE, related_name="notes")),
                    ("text", models.TextField()),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                ],
                options={
                    "indexes": [models.Index(fields=["organisation", "account"], name="notes_of_an_account")]
                },
            ),
            migrations.CreateModel(
                "Task",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("account", link("accounts.account", models.CASCADE, null=True, related_name="tasks")),
                    ("kind", models.CharField(max_length=40)),
                    ("params", models.JSONField(default=dict)),
                    ("opened_at", models.DateTimeField()),
                    ("closed_at", models.DateTimeField(null=True)),
                    ("closed_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("closed_at__isnull", True)),
                            fields=("organisation", "account", "kind"),
                            name="one_open_task_of_a_kind_per_account",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("account__isnull", True), ("closed_at__isnull", True)),
                            fields=("organisation", "creditor", "kind"),
                            name="one_open_alert_of_a_kind_per_creditor",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("closed_at__isnull", True)),
                            fields=["organisation", "opened_at"],
                            name="tasks_open",
                        )
                    ],
                },
            ),
        ),
    ]
