"""The countries of an organisation's debtors are listed without reading every debtor."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_debtors_by_name")]
    operations = [
        migrations.AddIndex(
            "debtor",
            models.Index(fields=["organisation", "country"], name="debtors_by_country"),
        ),
    ]
