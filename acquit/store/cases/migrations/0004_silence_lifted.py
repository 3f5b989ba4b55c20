"""A person lets a silent number take SMS again, for a reason that is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_creditors_and_debtors"),
        ("cases", "0003_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="silentnumber",
            name="a_number_is_silent_once",
        ),
        migrations.AddField(
            model_name="silentnumber",
            name="lifted_at",
            field=models.DateTimeField(help_text="a person lets it take SMS again", null=True),
        ),
        migrations.AddField(
            model_name="silentnumber",
            name="lifted_because",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="silentnumber",
            name="lifted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="silentnumber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("organisation", "number"),
                name="a_number_is_silent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="silentnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True),
                    models.Q(("lifted_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="silence_is_lifted_for_a_reason",
            ),
        ),
    ]
