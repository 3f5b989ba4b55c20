"""A debtor is found and sorted by his name without accents.

The folded name is a column and not an expression: under row-level security PostgreSQL uses an index only
through functions that it knows to leak nothing, and lower() is not one of them.
"""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]
    operations = [
        migrations.AddField(
            "debtor",
            "folded_name",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    django.db.models.functions.text.Lower("name"),
                    models.Value("àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’"),
                    models.Value("aaaaaaceeeeiiiinooooouuuuyy'"),
                    function="translate",
                ),
                output_field=models.CharField(db_collation="C", max_length=300),
            ),
        ),
        migrations.AddIndex(
            "debtor",
            models.Index(fields=["organisation", "folded_name", "id"], name="debtors_by_name"),
        ),
    ]
