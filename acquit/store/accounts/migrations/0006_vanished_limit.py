"""How much may be missing from a complete list before a person is asked about it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_matching_rules")]

    operations = [
        migrations.AddField(
            model_name="creditor",
            name="vanished_limit",
            field=models.PositiveSmallIntegerField(
                db_default=30,
                help_text="percent of a complete list from which on what is missing is asked about",
            ),
        ),
    ]
