"""What a creditor's conditions of sale say of lateness, and for whom he collects."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_contacts_by_any_spelling"),
    ]

    operations = [
        migrations.AddField(
            model_name="creditor",
            name="collects_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="name and address of the firm whose debts they are",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="collects_for_others",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="chases debts of other firms: CPCE R124-1 to R124-7 apply to every message",
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="contract_rate",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="percent of interest that the conditions of sale set between businesses; empty: the law's",
                max_digits=6,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="imputation",
            field=models.CharField(
                db_default="principal_first",
                default="principal_first",
                help_text="what a part payment settles: interest_first (the law's) or principal_first",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="trade",
            field=models.CharField(
                db_default="general",
                default="general",
                help_text="a Trade of the French law of terms: general, perishable, livestock, alcohol, transport",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="watches_insolvency",
            field=models.BooleanField(
                db_default=True, default=True, help_text="ask the BODACC about debtors with a SIREN"
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="year_basis",
            field=models.PositiveSmallIntegerField(
                db_default=365, default=365, help_text="days that a yearly rate is divided by: 365 or 366"
            ),
        ),
    ]
