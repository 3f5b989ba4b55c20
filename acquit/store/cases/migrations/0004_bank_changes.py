"""An account to pay that somebody contests is looked at by two persons."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_debtors_by_country"),
        ("cases", "0003_decisions_in_force"),
        ("ledger", "0004_vat_of_invoices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(help_text="network, reply or person", max_length=20)),
                ("claimed_iban", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                ("first_says", models.CharField(blank=True, help_text="ours or changed", max_length=10)),
                ("first_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="ours or changed", max_length=10
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.creditor",
                    ),
                ),
                (
                    "first_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="ledger.invoice",
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
                (
                    "second_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["organisation", "creditor", "account"],
                        name="bank_changes_open",
                    )
                ],
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
            },
        ),
    ]
