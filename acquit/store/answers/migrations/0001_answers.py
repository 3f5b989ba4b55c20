"""What debtors answer, where it is read, and what it was taken for."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("answers", "0001_initial"), ("answers", "0002_messages_by_token")]
    dependencies = [
        ("accounts", "0002_creditors_and_debtors"),
        ("cases", "0002_cases"),
        ("outbox", "0001_outbox"),
    ]
    operations = [
        Tables(
            migrations.CreateModel(
                "Mailbox",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "creditor",
                        link(
                            "accounts.creditor",
                            models.PROTECT,
                            null=True,
                            help_text="whose debtors write here; empty: all of them",
                        ),
                    ),
                    ("name", models.CharField(max_length=100)),
                    ("host", models.CharField(max_length=253)),
                    ("port", models.PositiveIntegerField(default=993)),
                    (
                        "security",
                        models.CharField(default="ssl", help_text="ssl, starttls or none", max_length=10),
                    ),
                    ("user", models.CharField(max_length=254)),
                    (
                        "login",
                        models.CharField(
                            default="password", help_text="password, microsoft or google", max_length=12
                        ),
                    ),
                    ("sealed", models.TextField(blank=True)),
                    ("client_id", models.CharField(blank=True, max_length=200)),
                    (
                        "tenant",
                        models.CharField(
                            blank=True, help_text="of Microsoft; empty: any of theirs", max_length=100
                        ),
                    ),
                    ("access_until", models.DateTimeField(null=True)),
                    ("folder", models.CharField(default="INBOX", max_length=200)),
                    (
                        "move_to",
                        models.CharField(
                            blank=True, help_text="where what was read goes; empty: stays", max_length=200
                        ),
                    ),
                    ("since", models.DateField(help_text="older mails are left alone")),
                    ("is_active", models.BooleanField(default=True)),
                    ("uid_validity", models.BigIntegerField(null=True)),
                    ("last_uid", models.BigIntegerField(default=0)),
                    (
                        "read_through",
                        models.DateTimeField(help_text="when it was last read to its end", null=True),
                    ),
                    ("failures", models.PositiveIntegerField(default=0, help_text="in a row")),
                    ("failing_since", models.DateTimeField(null=True)),
                    ("trouble", models.TextField(blank=True, help_text="what went wrong last")),
                    ("next_try_at", models.DateTimeField(null=True)),
                    ("created_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "host", "user", "folder"), name="a_mailbox_is_read_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Answer",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "creditor",
                        link(
                            "accounts.creditor",
                            models.PROTECT,
                            null=True,
                            help_text="to whom it was written, where that is known",
                        ),
                    ),
                    ("channel", models.CharField(default="email", max_length=20)),
                    ("mailbox", link("answers.mailbox", models.SET_NULL, null=True)),
                    ("uid_validity", models.BigIntegerField(null=True)),
                    ("uid", models.BigIntegerField(null=True)),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("sha256", models.CharField(max_length=64)),
                    (
                        "content",
                        models.BinaryField(
                            help_text="as it came; only its beginning where it is not complete"
                        ),
                    ),
                    ("complete", models.BooleanField(default=True)),
                    ("received_at", models.DateTimeField()),
                    ("kept_at", models.DateTimeField()),
                    (
                        "mail_id",
                        models.CharField(
                            blank=True, help_text="the Message-ID that it bears", max_length=400
                        ),
                    ),
                    ("sender", models.CharField(blank=True, help_text="mailbox or number", max_length=254)),
                    ("sender_name", models.CharField(blank=True, max_length=120)),
                    ("subject", models.TextField(blank=True)),
                    ("said", models.TextField(blank=True, help_text="without quotes and signature")),
                    ("text", models.TextField(blank=True, help_text="all of it")),
                    ("kind", models.CharField(max_length=20)),
                    ("score", models.FloatField(default=0)),
                    ("reasons", models.JSONField(default=list, help_text="[[code, params], …]")),
                    ("day", models.DateField(null=True)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                    ("currency", models.CharField(blank=True, max_length=3)),
                    ("numbers", models.JSONField(default=list, help_text="what looks like invoice numbers")),
                    ("category", models.CharField(blank=True, help_text="of a dispute", max_length=40)),
                    (
                        "address",
                        models.CharField(blank=True, help_text="whom to write to instead", max_length=254),
                    ),
                    ("fraud_guard", models.BooleanField(default=False)),
                    (
                        "tie",
                        models.CharField(
                            blank=True, help_text="how it was tied; empty: to identify", max_length=10
                        ),
                    ),
                    (
                        "message",
                        link("outbox.message", models.SET_NULL, null=True, help_text="ours, that it answers"),
                    ),
                    ("account", link("accounts.account", models.PROTECT, null=True, related_name="answers")),
                    ("debtor", link("accounts.debtor", models.PROTECT, null=True)),
                    ("contact", link("accounts.contact", models.SET_NULL, null=True)),
                    ("state", models.CharField(default="unread", max_length=10)),
                    ("outcome", models.CharField(blank=True, max_length=20)),
                    ("handled_at", models.DateTimeField(null=True)),
                    ("handled_by", person()),
                    ("note", models.TextField(blank=True)),
                    ("promise", link("cases.promise", models.SET_NULL, null=True)),
                    ("bank_change", link("cases.bankchange", models.SET_NULL, null=True)),
                    (
                        "disputes",
                        models.ManyToManyField(
                            related_name="+", through="answers.AnswerDispute", to="cases.dispute"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "fingerprint"), name="an_answer_is_kept_once"
                        ),
                        models.UniqueConstraint(
                            fields=("organisation", "mailbox", "uid_validity", "uid"),
                            name="a_mail_of_a_mailbox_is_kept_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("account__isnull", True), ("debtor__isnull", False), _connector="OR"
                            ),
                            name="an_answer_of_an_account_knows_its_debtor",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            fields=["organisation", "debtor", "received_at"], name="answers_of_a_debtor"
                        ),
                        models.Index(
                            fields=["organisation", "account", "received_at"], name="answers_of_an_account"
                        ),
                        models.Index(
                            condition=models.Q(("state", "unread")),
                            fields=["organisation", "debtor"],
                            name="answers_that_hold",
                        ),
                        models.Index(
                            fields=["organisation", "state", "received_at", "id"], name="answers_by_state"
                        ),
                        models.Index(fields=["organisation", "sender"], name="answers_of_a_sender"),
                    ],
                },
            ),
            migrations.CreateModel(
                "AnswerCandidate",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("answer", link("answers.answer", models.CASCADE, related_name="candidates")),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("because", models.CharField(help_text="shared, domain, invoice", max_length=20)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "answer", "debtor"), name="a_candidate_is_named_once"
                        )
                    ],
                    "indexes": [models.Index(fields=["organisation", "debtor"], name="candidates_by_debtor")],
                },
            ),
            migrations.CreateModel(
                "AnswerDispute",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("answer", link("answers.answer", models.CASCADE)),
                    ("dispute", link("cases.dispute", models.CASCADE)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "answer", "dispute"),
                            name="an_answer_leads_to_a_dispute_once",
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "AnswerFile",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("answer", link("answers.answer", models.CASCADE, related_name="files")),
                    ("position", models.PositiveSmallIntegerField()),
                    ("name", models.CharField(blank=True, max_length=120)),
                    ("claims", models.CharField(blank=True, max_length=100)),
                    ("media_type", models.CharField(max_length=100)),
                    ("size", models.BigIntegerField()),
                    ("sha256", models.CharField(max_length=64)),
                    (
                        "scan",
                        models.CharField(
                            default="not_scanned", help_text="clean, infected or not_scanned", max_length=12
                        ),
                    ),
                    (
                        "found",
                        models.CharField(blank=True, help_text="the name of what infects it", max_length=200),
                    ),
                    ("scanned_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "answer", "position"),
                            name="a_file_has_its_place_in_an_answer",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("scan", "not_scanned")),
                            fields=["organisation", "id"],
                            name="files_to_scan",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                "SenderRule",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "sender",
                        models.CharField(
                            help_text="a mailbox, or @ and a domain; in lower case", max_length=254
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    ("made_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "sender"), name="a_sender_is_dismissed_by_one_rule"
                        )
                    ]
                },
            ),
        ),
        # Our message is found by the token that its answer carries, among millions.
        migrations.RunSQL(
            "CREATE INDEX messages_by_reply_token ON outbox_message (organisation_id, reply_token)"
            " WHERE reply_token <> ''",
            "DROP INDEX messages_by_reply_token",
        ),
    ]
