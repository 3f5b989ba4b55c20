"""A person ties news that named no message of ours, or sets it aside."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_creditors_and_debtors"),
        ("outbox", "0001_outbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="providerevent",
            name="news_tied_to_nothing",
        ),
        migrations.AddField(
            model_name="providerevent",
            name="looked_at",
            field=models.DateTimeField(help_text="when a person tied it or set it aside", null=True),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="looked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="set_aside_because",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="tried",
            field=models.JSONField(
                default=list, help_text="[[reference, key, message_id or number, value], …]"
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("looked_at__isnull", True), ("message__isnull", True)),
                fields=["organisation", "received_at"],
                name="news_tied_to_nothing",
            ),
        ),
    ]
