"""Figures that are kept, and the changes by which a reader knows that they are still those of now."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

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
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER changes_are_noted ON {table};" for table in _TABLES),
        "DROP FUNCTION ledger_note_change();",
    ]
)


def _key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _organisation():
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.organisation",
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_days_of_balances"), ("cases", "0004_bank_changes")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", _key()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("organisation", _organisation()),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "id"], name="changes_of_an_organisation")]
            },
        ),
        migrations.CreateModel(
            name="KeptFigures",
            fields=[
                ("id", _key()),
                ("key", models.CharField(help_text="which figures, of whom", max_length=200)),
                ("day", models.DateField(help_text="the day that they are of")),
                ("seen", models.CharField(help_text="the changes that were seen", max_length=60)),
                ("value", models.JSONField()),
                ("milliseconds", models.PositiveIntegerField(help_text="how long they took")),
                ("kept_at", models.DateTimeField()),
                ("organisation", _organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "key"), name="figures_are_kept_once")
                ]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
