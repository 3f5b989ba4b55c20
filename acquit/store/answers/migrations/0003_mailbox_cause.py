"""What keeps a mailbox from being read, told apart so that the screens can say what to do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0002_silent_mailboxes")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="cause",
            field=models.CharField(
                blank=True, db_default="", help_text="of trouble: imap.CAUSES", max_length=20
            ),
        ),
        migrations.AlterField(
            model_name="mailbox",
            name="trouble",
            field=models.TextField(blank=True, help_text="what went wrong last, as it was told"),
        ),
    ]
