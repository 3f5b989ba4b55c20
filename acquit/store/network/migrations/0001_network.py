"""What the networks of electronic invoices said of an invoice, and what is declared to them."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("network", "0001_initial")]
    dependencies = [
        ("accounts", "0002_creditors_and_debtors"),
        ("cases", "0002_cases"),
        ("ledger", "0001_ledger"),
    ]
    operations = [
        Tables(
            migrations.CreateModel(
                "NetworkStatus",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("account", link("accounts.account", models.CASCADE, null=True)),
                    ("invoice", link("ledger.invoice", models.CASCADE, null=True, related_name="statuses")),
                    ("external_key", models.CharField(max_length=200)),
                    ("invoice_number", models.CharField(max_length=100)),
                    ("invoice_issued_on", models.DateField(null=True)),
                    ("seller", models.CharField(blank=True, help_text="SIREN", max_length=20)),
                    ("buyer", models.CharField(blank=True, help_text="SIREN", max_length=20)),
                    ("code", models.IntegerField()),
                    ("label", models.CharField(blank=True, max_length=100)),
                    ("at", models.DateTimeField(help_text="its own moment, not that of its arrival")),
                    ("on", models.DateField(help_text="the creditor's day of that moment")),
                    ("issuer_role", models.CharField(blank=True, help_text="SE, BY, WK, DL…", max_length=10)),
                    ("reasons", models.TextField(blank=True, help_text="codes separated by spaces")),
                    ("note", models.TextField(blank=True)),
                    ("amounts", models.JSONField(default=list)),
                    (
                        "amount",
                        models.DecimalField(
                            decimal_places=4,
                            help_text="with VAT: approved (206), announced (211) or collected (212)",
                            max_digits=18,
                            null=True,
                        ),
                    ),
                    ("received_at", models.DateTimeField()),
                    (
                        "followed_at",
                        models.DateTimeField(help_text="when what it asks of people was opened", null=True),
                    ),
                    ("noted_by", person()),
                    ("dispute", link("cases.dispute", models.SET_NULL, null=True)),
                    ("bank_change", link("cases.bankchange", models.SET_NULL, null=True)),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "external_key"), name="a_status_is_kept_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("account__isnull", True), ("invoice__isnull", True)),
                                models.Q(("account__isnull", False), ("invoice__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_status_knows_its_invoice_and_account",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("account__isnull", False)),
                            fields=["organisation", "account"],
                            name="statuses_of_an_account",
                        ),
                        models.Index(
                            condition=models.Q(("invoice__isnull", False)),
                            fields=["organisation", "invoice"],
                            name="statuses_of_an_invoice",
                        ),
                        models.Index(
                            condition=models.Q(("invoice__isnull", True)),
                            fields=["organisation", "creditor", "invoice_number"],
                            name="statuses_to_tie",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Declaration",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("account", link("accounts.account", models.PROTECT)),
                    ("invoice", link("ledger.invoice", models.PROTECT, related_name="declarations")),
                    ("number", models.PositiveIntegerField(help_text="1 is the first of the invoice")),
                    ("on", models.DateField(help_text="the day the money came in")),
                    ("amounts", models.JSONField(help_text="[[rate, amount with VAT], …]")),
                    ("total", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("made_at", models.DateTimeField()),
                    ("made_by", person()),
                    ("message_id", models.CharField(help_text="MDT-4", max_length=200)),
                    ("content", models.BinaryField(help_text="the CDAR message")),
                    ("sha256", models.CharField(max_length=64)),
                    ("handed_over_at", models.DateTimeField(null=True)),
                    ("handed_over_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "invoice", "number"), name="a_collection_is_declared_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("total", 0), _negated=True),
                            name="a_declaration_says_something",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("handed_over_at__isnull", True)),
                            fields=["organisation", "creditor"],
                            name="declarations_to_hand_over",
                        )
                    ],
                },
            ),
        ),
    ]
