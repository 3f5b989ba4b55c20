"""Our message is found by the token that its answer carries, among millions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial"), ("outbox", "0002_ready_in_order")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX messages_by_reply_token ON outbox_message (organisation_id, reply_token)"
            " WHERE reply_token <> ''",
            "DROP INDEX messages_by_reply_token",
        )
    ]
