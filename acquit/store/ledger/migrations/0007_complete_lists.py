"""What stood on a list of all that is open, so that what is missing from the next one can be told."""

import django.db.models.deletion
from django.db import migrations, models


def listed_in():
    return models.ForeignKey(
        db_index=False,
        help_text="the newest list of all that is open that held it",
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="ledger.sourcefile",
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_feeds")]

    operations = [
        migrations.AddField(model_name="invoice", name="listed_in", field=listed_in()),
        migrations.AddField(model_name="creditnote", name="listed_in", field=listed_in()),
        migrations.AddField(
            model_name="invoice",
            name="missing_since",
            field=models.DateField(
                help_text="missing from such a list, of which a person has not said yet whether it was whole",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("missing_since__isnull", False)),
                fields=["organisation", "account"],
                name="invoices_missing",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="kind",
            field=models.CharField(
                default="payment",
                help_text="payment, already_paid, opening, bill, doubtful, write_off, discount, exchange, adjustment or vanished (missing from a complete list of what is open); only «payment» proves that money came in",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("kind", "vanished"), ("returned_on__isnull", True)),
                fields=["organisation", "account"],
                name="payments_inferred",
            ),
        ),
    ]
