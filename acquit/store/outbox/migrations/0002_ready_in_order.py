"""Workers take the ready messages in their order without sorting all that wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [
        migrations.RemoveIndex("message", "messages_ready_to_leave"),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["organisation", "not_before", "id"],
                name="messages_ready_to_leave",
                condition=models.Q(state="ready"),
            ),
        ),
    ]
