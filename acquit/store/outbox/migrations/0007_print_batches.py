"""Print batches; what a person tells of a letter, and the proof that comes with news."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_electronic_registered_letters"),
        ("outbox", "0004_identities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrintBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("printed_on", models.DateField(help_text="the day on its cover list")),
                ("opened_at", models.DateTimeField()),
                ("language", models.CharField(default="fr", max_length=8)),
                ("sha256", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.creditor",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
        ),
        migrations.CreateModel(
            name="PrintedLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="its place in the batch, from 1")),
                ("pages", models.PositiveIntegerField()),
                ("outcome", models.CharField(blank=True, max_length=10)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="outbox.printbatch",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.evidence",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.message",
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
            ],
        ),
        migrations.AddIndex(
            model_name="printbatch",
            index=models.Index(
                fields=["organisation", "creditor", "-opened_at"], name="print_batches_of_a_creditor"
            ),
        ),
        migrations.AddIndex(
            model_name="printedletter",
            index=models.Index(fields=["organisation", "message"], name="print_batches_of_a_letter"),
        ),
        migrations.AddConstraint(
            model_name="printedletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("organisation", "message"),
                name="a_letter_is_in_one_open_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="printedletter",
            constraint=models.UniqueConstraint(
                fields=("organisation", "batch", "number"), name="a_batch_has_one_letter_at_each_place"
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="evidence",
            field=models.ForeignKey(
                db_index=False,
                help_text="the proof that came with it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proves",
                to="outbox.evidence",
            ),
        ),
        migrations.AlterField(
            model_name="providerevent",
            name="carrier",
            field=models.ForeignKey(
                db_index=False,
                help_text="empty: a person told it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="outbox.carrier",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("carrier__isnull", True)),
                fields=("organisation", "event_id"),
                name="what_a_person_tells_is_recorded_once",
            ),
        ),
    ]
