"""What a creditor's mails look like, and who reads them too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_debtor_merges")]

    operations = [
        migrations.AddField(
            model_name="creditor",
            name="manager_email",
            field=models.CharField(
                blank=True, db_default="", help_text="read too, from the steps that say so", max_length=254
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="colour",
            field=models.CharField(
                blank=True, db_default="", help_text="#rrggbb, above a mail", max_length=7
            ),
        ),
        migrations.AddField(
            model_name="creditor",
            name="transfer_code",
            field=models.CharField(
                db_default="consumers",
                default="consumers",
                help_text="whose mails carry the QR code of the transfer: everybody, consumers or nobody",
                max_length=10,
            ),
        ),
    ]
