"""What was received, and what it says: invoices and their terms, credit notes, payments, and which pays which."""

from decimal import Decimal
from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0003_files_that_wait"),
        ("ledger", "0004_vat_of_invoices"),
        ("ledger", "0005_where_an_invoice_is_paid"),
        ("ledger", "0006_feeds"),
        ("ledger", "0011_kept_figures"),
    ]
    dependencies = [("accounts", "0002_creditors_and_debtors"), ("cases", "0001_scenarios")]
    operations = [
        Tables(
            migrations.CreateModel(
                "SourceFile",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("kind", models.CharField(max_length=40)),
                    ("name", models.CharField(max_length=300)),
                    ("sha256", models.CharField(max_length=64)),
                    ("content", models.BinaryField()),
                    ("size", models.BigIntegerField()),
                    ("received_at", models.DateTimeField()),
                    ("received_by", person()),
                    ("options", models.JSONField(default=dict)),
                    ("counts", models.JSONField(default=dict)),
                    (
                        "covers",
                        models.JSONField(
                            help_text='bank account ("" where it is no bank\'s) → the newest day that it covers, or null',
                            null=True,
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["organisation", "creditor", "received_at"], name="files_of_a_creditor"
                        ),
                        models.Index(fields=["organisation", "sha256"], name="files_by_hash"),
                    ]
                },
            ),
            migrations.CreateModel(
                "WaitingFile",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("name", models.CharField(max_length=300)),
                    ("content", models.BinaryField()),
                    ("size", models.BigIntegerField()),
                    ("options", models.JSONField(default=dict)),
                    ("report", models.JSONField(default=dict)),
                    ("received_at", models.DateTimeField()),
                    ("received_by", person()),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["organisation", "creditor", "received_at"], name="files_that_wait"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "QuarantinedRow",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("file", link("ledger.sourcefile", models.CASCADE, related_name="quarantined")),
                    ("line", models.IntegerField(null=True)),
                    ("field", models.CharField(blank=True, max_length=60)),
                    ("code", models.CharField(max_length=60)),
                    ("params", models.JSONField(default=dict)),
                    ("value", models.TextField(blank=True)),
                    ("row", models.JSONField(default=dict, help_text="the row's cells by column name")),
                    ("resolved_at", models.DateTimeField(null=True)),
                    (
                        "resolution",
                        models.CharField(blank=True, help_text="corrected or dropped", max_length=20),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["organisation", "file"], name="quarantine_of_a_file")]
                },
            ),
            migrations.CreateModel(
                "ColumnMapping",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("kind", models.CharField(max_length=40)),
                    ("header", models.CharField(help_text="SHA-256 of the header line", max_length=64)),
                    ("columns", models.JSONField(default=dict)),
                    ("answers", models.JSONField(default=dict, help_text="answers to what was ambiguous")),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "kind", "header"),
                            name="a_header_is_mapped_once",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Feed",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT, related_name="feeds")),
                    (
                        "kind",
                        models.CharField(
                            help_text="fec, invoices, payments, bank, einvoices, network…", max_length=40
                        ),
                    ),
                    (
                        "bank_account",
                        models.CharField(
                            blank=True, help_text="whose statements; empty: no bank's", max_length=40
                        ),
                    ),
                    (
                        "fresh_days",
                        models.PositiveSmallIntegerField(
                            help_text="working days that it may be old (a connector's: 1); empty: the creditor's",
                            null=True,
                        ),
                    ),
                    (
                        "holds",
                        models.BooleanField(
                            default=True, help_text="whether its silence holds what would leave"
                        ),
                    ),
                    (
                        "by_arrival",
                        models.BooleanField(
                            default=False,
                            help_text="its age counts from the arrival of a file, not from its content",
                        ),
                    ),
                    (
                        "newest_on",
                        models.DateField(
                            help_text="the newest day that its content covers, if it tells", null=True
                        ),
                    ),
                    ("newest_at", models.DateTimeField(help_text="when it last brought something")),
                    ("retired_at", models.DateTimeField(null=True)),
                    ("retired_by", person()),
                    ("retired_because", models.CharField(blank=True, max_length=200)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "kind", "bank_account"),
                            name="a_feed_is_known_once",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Invoice",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT, related_name="invoices")),
                    ("number", models.CharField(max_length=100)),
                    ("external_key", models.CharField(max_length=200)),
                    (
                        "kind",
                        models.CharField(
                            default="invoice",
                            help_text="invoice, opening, returned_payment, refund, adjustment or retention",
                            max_length=20,
                        ),
                    ),
                    ("issued_on", models.DateField()),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("label", models.CharField(blank=True, max_length=300)),
                    (
                        "paid_by",
                        models.CharField(blank=True, help_text="direct_debit, or empty", max_length=20),
                    ),
                    ("factored", models.BooleanField(default=False)),
                    ("known_on", models.DateField()),
                    ("scenario", link("cases.scenario", models.PROTECT, blank=True, null=True)),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                    ("document", models.BinaryField(help_text="the invoice as PDF", null=True)),
                    (
                        "payee_iban",
                        models.CharField(
                            blank=True,
                            db_default="",
                            help_text="the account that the invoice asks to pay to",
                            max_length=34,
                        ),
                    ),
                    (
                        "listed_in",
                        link(
                            "ledger.sourcefile",
                            models.SET_NULL,
                            null=True,
                            help_text="the newest list of all that is open that held it",
                        ),
                    ),
                    (
                        "missing_since",
                        models.DateField(
                            help_text="missing from such a list, of which a person has not said yet whether it was whole",
                            null=True,
                        ),
                    ),
                    (
                        "vat_on_receipt",
                        models.BooleanField(
                            db_default=False,
                            help_text="VAT is due when money comes in: the network is told (status 212)",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "account", "external_key"),
                            name="an_invoice_is_known_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="an_invoice_asks_for_something"
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "number"], name="invoices_by_number"),
                        models.Index(
                            condition=models.Q(("missing_since__isnull", False)),
                            fields=["organisation", "account"],
                            name="invoices_missing",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Term",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT, related_name="terms")),
                    ("invoice", link("ledger.invoice", models.CASCADE, related_name="terms")),
                    ("position", models.SmallIntegerField(default=1)),
                    ("due_on", models.DateField()),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("allocated", models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=18)),
                    ("settled_on", models.DateField(null=True)),
                    (
                        "issued_on",
                        models.DateField(editable=False, help_text="that of its invoice", null=True),
                    ),
                    (
                        "touched_on",
                        models.DateField(
                            editable=False, help_text="before it no allocation counts", null=True
                        ),
                    ),
                    (
                        "closed_on",
                        models.DateField(
                            editable=False, help_text="from it on nothing is owed, for good", null=True
                        ),
                    ),
                    ("written_off_on", models.DateField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "invoice", "position"), name="a_term_has_its_place"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("allocated__gte", 0), ("allocated__lte", models.F("amount"))),
                            name="an_allocation_never_exceeds_the_term",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("allocated__lt", models.F("amount"))),
                            fields=["organisation", "account", "due_on"],
                            name="terms_still_owed",
                        ),
                        models.Index(
                            condition=models.Q(("settled_on__isnull", False)),
                            fields=["organisation", "settled_on"],
                            name="terms_settled_lately",
                        ),
                        models.Index(fields=["organisation", "account"], name="terms_of_an_account"),
                        models.Index(
                            condition=models.Q(
                                ("touched_on__isnull", False),
                                models.Q(
                                    ("closed_on__isnull", True),
                                    ("closed_on__gt", models.F("touched_on")),
                                    _connector="OR",
                                ),
                            ),
                            fields=["organisation", "touched_on"],
                            name="terms_paid_in_parts",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "InvoiceVat",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("invoice", link("ledger.invoice", models.CASCADE, related_name="vat")),
                    (
                        "category",
                        models.CharField(help_text="UNCL 5305: S, Z, E, AE, K, G, O…", max_length=4),
                    ),
                    ("rate", models.DecimalField(decimal_places=4, help_text="in percent", max_digits=7)),
                    ("base", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("tax", models.DecimalField(decimal_places=4, max_digits=18)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "invoice", "category", "rate"),
                            name="a_rate_stands_once_on_an_invoice",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "CreditNote",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT, related_name="%(class)ss")),
                    ("external_key", models.CharField(max_length=200)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("label", models.CharField(blank=True, max_length=300)),
                    ("allocated", models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=18)),
                    (
                        "spent_on",
                        models.DateField(
                            editable=False, help_text="from it on nothing is left, for good", null=True
                        ),
                    ),
                    ("known_on", models.DateField()),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                    ("number", models.CharField(max_length=100)),
                    ("issued_on", models.DateField()),
                    ("cancelled_on", models.DateField(null=True)),
                    (
                        "listed_in",
                        link(
                            "ledger.sourcefile",
                            models.SET_NULL,
                            null=True,
                            help_text="the newest list of all that is open that held it",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "account", "external_key"),
                            name="a_credit_note_is_known_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("allocated__gte", 0), ("allocated__lte", models.F("amount"))),
                            name="an_allocation_never_exceeds_the_credit_note",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(
                                ("allocated__lt", models.F("amount")), ("cancelled_on__isnull", True)
                            ),
                            fields=["organisation", "account"],
                            name="credit_notes_unallocated",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("spent_on__isnull", True),
                                ("spent_on__gt", models.F("issued_on")),
                                _connector="OR",
                            ),
                            fields=["organisation", "issued_on"],
                            name="credit_notes_once_left_over",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Payment",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT, related_name="%(class)ss")),
                    ("external_key", models.CharField(max_length=200)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("label", models.CharField(blank=True, max_length=300)),
                    ("allocated", models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=18)),
                    (
                        "spent_on",
                        models.DateField(
                            editable=False, help_text="from it on nothing is left, for good", null=True
                        ),
                    ),
                    ("known_on", models.DateField()),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                    (
                        "kind",
                        models.CharField(
                            default="payment",
                            help_text="payment, already_paid, opening, bill, doubtful, write_off, discount, exchange, adjustment or vanished (missing from a complete list of what is open); only «payment» proves that money came in",
                            max_length=20,
                        ),
                    ),
                    ("reference", models.CharField(blank=True, max_length=200)),
                    ("method", models.CharField(blank=True, max_length=40)),
                    ("received_on", models.DateField()),
                    ("returned_on", models.DateField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "account", "external_key"), name="a_payment_is_known_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("allocated__gte", 0), ("allocated__lte", models.F("amount"))),
                            name="an_allocation_never_exceeds_the_payment",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(
                                ("allocated__lt", models.F("amount")), ("returned_on__isnull", True)
                            ),
                            fields=["organisation", "account"],
                            name="payments_unallocated",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("spent_on__isnull", True),
                                ("spent_on__gt", models.F("received_on")),
                                _connector="OR",
                            ),
                            fields=["organisation", "received_on"],
                            name="payments_once_left_over",
                        ),
                        models.Index(
                            condition=models.Q(("kind", "vanished"), ("returned_on__isnull", True)),
                            fields=["organisation", "account"],
                            name="payments_inferred",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "Allocation",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("account", link("accounts.account", models.PROTECT)),
                    ("term", link("ledger.term", models.CASCADE, related_name="allocations")),
                    (
                        "payment",
                        link("ledger.payment", models.CASCADE, null=True, related_name="allocations"),
                    ),
                    (
                        "credit_note",
                        link("ledger.creditnote", models.CASCADE, null=True, related_name="allocations"),
                    ),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("effective_on", models.DateField()),
                    ("recorded_at", models.DateTimeField()),
                    ("undone_on", models.DateField(null=True)),
                    ("made_by", person()),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="an_allocation_is_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("payment__isnull", True), ("credit_note__isnull", True), _connector="XOR"
                            ),
                            name="an_allocation_has_one_source",
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "term"], name="allocations_of_a_term"),
                        models.Index(
                            condition=models.Q(("payment__isnull", False)),
                            fields=["organisation", "payment"],
                            name="allocations_of_a_payment",
                        ),
                        models.Index(
                            condition=models.Q(("credit_note__isnull", False)),
                            fields=["organisation", "credit_note"],
                            name="allocations_of_a_credit_note",
                        ),
                        models.Index(
                            fields=["organisation", "account", "effective_on"],
                            name="allocations_of_an_account",
                        ),
                    ],
                },
            ),
        ),
    ]
