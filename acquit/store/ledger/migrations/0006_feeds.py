"""What a creditor learns from is a row, so that each place has its own age.

The files received so far make the feeds. A ledger or a list of payments is as old as the newest day of
the rows it brought, a list of invoices as its arrival.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MAKE_FEEDS = """
INSERT INTO ledger_feed (organisation_id, creditor_id, kind, bank_account, holds, by_arrival, newest_at,
  newest_on, retired_because)
SELECT f.organisation_id, f.creditor_id, f.kind, '', true, f.kind = 'invoices', f.newest_at,
  CASE WHEN f.kind <> 'invoices' THEN least((f.newest_at AT TIME ZONE c.timezone)::date, (
    SELECT max(said.day) FROM ledger_sourcefile s JOIN (
      SELECT file_id, organisation_id, issued_on AS day FROM ledger_invoice
      UNION ALL SELECT file_id, organisation_id, issued_on FROM ledger_creditnote
      UNION ALL SELECT file_id, organisation_id, received_on FROM ledger_payment) said
      ON said.file_id = s.id AND said.organisation_id = s.organisation_id
    WHERE s.organisation_id = f.organisation_id AND s.creditor_id = f.creditor_id AND s.kind = f.kind))
  END, ''
FROM (
  SELECT organisation_id, creditor_id, kind, max(received_at) AS newest_at FROM ledger_sourcefile
  WHERE kind IN ('fec', 'invoices', 'payments') GROUP BY organisation_id, creditor_id, kind) f
JOIN accounts_creditor c ON c.id = f.creditor_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_where_an_invoice_is_paid"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcefile",
            name="covers",
            field=models.JSONField(
                help_text='bank account ("" where it is no bank\'s) → the newest day that it covers, or null',
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="fec, invoices, payments, bank, einvoices, network…", max_length=40
                    ),
                ),
                (
                    "bank_account",
                    models.CharField(
                        blank=True, help_text="whose statements; empty: no bank's", max_length=40
                    ),
                ),
                (
                    "fresh_days",
                    models.PositiveSmallIntegerField(
                        help_text="working days that it may be old (a connector's: 1); empty: the creditor's",
                        null=True,
                    ),
                ),
                (
                    "holds",
                    models.BooleanField(default=True, help_text="whether its silence holds what would leave"),
                ),
                (
                    "by_arrival",
                    models.BooleanField(
                        default=False,
                        help_text="its age counts from the arrival of a file, not from its content",
                    ),
                ),
                (
                    "newest_on",
                    models.DateField(
                        help_text="the newest day that its content covers, if it tells", null=True
                    ),
                ),
                ("newest_at", models.DateTimeField(help_text="when it last brought something")),
                ("retired_at", models.DateTimeField(null=True)),
                ("retired_because", models.CharField(blank=True, max_length=200)),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feeds",
                        to="accounts.creditor",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "retired_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "creditor", "kind", "bank_account"),
                        name="a_feed_is_known_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(MAKE_FEEDS, migrations.RunSQL.noop, elidable=True),
    ]
