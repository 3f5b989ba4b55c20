"""The decisions in force are counted and listed by what decided them."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]
    operations = [
        migrations.AddField(
            "decision",
            "because",
            models.GeneratedField(
                db_persist=True,
                expression=django.db.models.fields.json.KeyTextTransform(
                    0, django.db.models.fields.json.KeyTransform(0, "reasons")
                ),
                output_field=models.CharField(max_length=60),
            ),
        ),
        migrations.AddIndex(
            "decision",
            models.Index(
                fields=["organisation", "kind", "because", "account"],
                condition=models.Q(("is_current", True)),
                name="decisions_in_force",
            ),
        ),
    ]
