"""Figures that are kept, and the changes by which a reader knows that they are still those of now."""

from django.db import migrations, models
from django.db.models import functions

from acquit.store.schema import Tables, key, organisation

_TABLES = (
    "ledger_invoice",
    "ledger_term",
    "ledger_creditnote",
    "ledger_payment",
    "ledger_allocation",
    "cases_promise",
    "cases_promisedterm",
    "cases_dispute",
)

# Without transition tables, which a statement of a million rows would have to keep: the organisation at work
# is that of the rows. The owner, who works on all, touches all.
_FUNCTION = """
CREATE FUNCTION ledger_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint := nullif(current_setting('acquit.organisation', true), '')::bigint;
BEGIN
  IF asked IS NOT NULL THEN
    INSERT INTO ledger_change (organisation_id) VALUES (asked);
  ELSE
    INSERT INTO ledger_change (organisation_id) SELECT id FROM accounts_organisation;
  END IF;
  RETURN NULL;
END $$;
"""
_TRIGGERS = {
    table: f"CREATE TRIGGER changes_are_noted AFTER INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_note_change();"
    for table in _TABLES
}
FORWARD = "\n".join([_FUNCTION, *_TRIGGERS.values()])
BACKWARD = "DROP FUNCTION ledger_note_change() CASCADE"


class Migration(migrations.Migration):
    replaces = [("ledger", "0007_complete_lists")]
    dependencies = [("cases", "0002_cases"), ("ledger", "0002_balances")]
    operations = [
        Tables(
            migrations.CreateModel(
                "Change",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("at", models.DateTimeField(db_default=functions.Now())),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "id"], name="changes_of_an_organisation")
                    ]
                },
            ),
            migrations.CreateModel(
                "KeptFigures",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("key", models.CharField(help_text="which figures, of whom", max_length=200)),
                    ("day", models.DateField(help_text="the day that they are of")),
                    ("seen", models.CharField(help_text="the changes that were seen", max_length=60)),
                    ("value", models.JSONField()),
                    ("milliseconds", models.PositiveIntegerField(help_text="how long they took")),
                    ("kept_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("organisation", "key"), name="figures_are_kept_once")
                    ]
                },
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
