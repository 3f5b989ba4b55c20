"""What the law is asked about: legal rates, what interrupts a prescription, insolvencies, late charges."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("law", "0001_initial")]
    dependencies = [("accounts", "0002_creditors_and_debtors"), ("ledger", "0001_ledger")]
    operations = [
        Tables(
            migrations.CreateModel(
                "LegalRate",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "series",
                        models.CharField(help_text="a key of acquit.core.regimes.SERIES", max_length=40),
                    ),
                    ("year", models.PositiveSmallIntegerField()),
                    ("half", models.PositiveSmallIntegerField(help_text="1 from January, 2 from July")),
                    ("percent", models.DecimalField(decimal_places=4, max_digits=7)),
                    ("source", models.CharField(max_length=300)),
                    ("read_on", models.DateField()),
                    ("replaces", models.BooleanField(default=False)),
                    ("entered_at", models.DateTimeField()),
                    ("entered_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "series", "year", "half"),
                            name="a_rate_is_fixed_once_a_semester",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("half__in", (1, 2))), name="a_year_has_two_semesters"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("source", ""), _negated=True), name="a_rate_has_a_source"
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "Interruption",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("invoice", link("ledger.invoice", models.CASCADE, null=True)),
                    ("kind", models.CharField(max_length=30)),
                    ("on", models.DateField()),
                    ("until", models.DateField(null=True)),
                    ("note", models.TextField(blank=True)),
                    ("recorded_at", models.DateTimeField()),
                    ("recorded_by", person()),
                    ("cancelled_at", models.DateTimeField(null=True)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["organisation", "account", "on"], name="interruptions_of_an_account"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "InsolvencyNotice",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("source", models.CharField(help_text="bodacc, file or person", max_length=20)),
                    ("external_id", models.CharField(max_length=100)),
                    ("siren", models.CharField(blank=True, max_length=9)),
                    ("name", models.CharField(blank=True, max_length=300)),
                    ("opening", models.BooleanField(help_text="a judgment that opens a procedure")),
                    (
                        "procedure",
                        models.CharField(
                            help_text="safeguard, recovery, liquidation or other", max_length=30
                        ),
                    ),
                    (
                        "nature",
                        models.CharField(
                            blank=True, help_text="the announcement's own words", max_length=300
                        ),
                    ),
                    ("judged_on", models.DateField()),
                    ("published_on", models.DateField(null=True)),
                    ("court", models.CharField(blank=True, max_length=200)),
                    (
                        "officer",
                        models.TextField(blank=True, help_text="to whom claims are declared, as announced"),
                    ),
                    ("url", models.CharField(blank=True, max_length=500)),
                    ("state", models.CharField(help_text="proposed, confirmed or refused", max_length=10)),
                    ("recorded_at", models.DateTimeField()),
                    ("settled_at", models.DateTimeField(null=True)),
                    ("settled_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "debtor", "external_id"),
                            name="an_announcement_is_known_once",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "InsolvencyLook",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("looked_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "debtor"), name="a_debtor_is_looked_up_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "LateCharge",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("invoice", link("ledger.invoice", models.CASCADE)),
                    ("term", link("ledger.term", models.CASCADE, null=True)),
                    ("kind", models.CharField(help_text="interest or fixed_sum", max_length=10)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    (
                        "from_on",
                        models.DateField(
                            help_text="the first day that bears interest, or the day after the due date"
                        ),
                    ),
                    ("to_on", models.DateField(help_text="the last day that it covers")),
                    ("lines", models.JSONField(default=list)),
                    ("article", models.CharField(blank=True, max_length=200)),
                    ("final", models.BooleanField(default=False)),
                    (
                        "claimed_on",
                        models.DateField(help_text="when a message first asked for it, or a person did"),
                    ),
                    ("paid", models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                    ("paid_on", models.DateField(null=True)),
                    ("waived_on", models.DateField(null=True)),
                    ("waived_by", person()),
                    (
                        "waived_because",
                        models.CharField(blank=True, db_default="", default="", max_length=300),
                    ),
                    (
                        "exported_at",
                        models.DateTimeField(help_text="when the accountant was first given it", null=True),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "fixed_sum")),
                            fields=("organisation", "invoice"),
                            name="a_fixed_sum_is_due_once_per_invoice",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "interest")),
                            fields=("organisation", "term"),
                            name="interest_is_kept_once_per_term",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("paid__gte", 0), ("paid__lte", models.F("amount"))),
                            name="a_charge_is_not_paid_twice",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("waived_because", ""), ("waived_on__isnull", True)),
                                models.Q(
                                    ("waived_on__isnull", False),
                                    models.Q(("waived_because", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_waiver_has_its_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", "interest"), ("term__isnull", True), _negated=True),
                            name="interest_is_that_of_a_term",
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "account"], name="charges_of_an_account")
                    ],
                },
            ),
        ),
    ]
