"""Creditors, their debtors, whom to write to, and the account of a debtor at a creditor.

A debtor's folded name is a column and not an expression: under row-level security PostgreSQL uses an index
only through functions that it knows to leak nothing, and lower() is not one of them.
"""

from decimal import Decimal
from django.db import migrations, models
from django.db.models import functions

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0002_initial"),
        ("accounts", "0003_debtors_by_name"),
        ("accounts", "0004_debtors_by_country"),
        ("accounts", "0005_matching_rules"),
        ("accounts", "0006_vanished_limit"),
        ("accounts", "0007_debtor_merges"),
        ("accounts", "0009_mail_of_a_creditor"),
        ("accounts", "0010_electronic_registered_letters"),
        ("accounts", "0011_contacts_by_any_spelling"),
        ("accounts", "0012_conditions_of_sale"),
    ]
    dependencies = [("accounts", "0001_organisations"), ("cases", "0001_scenarios")]
    operations = [
        Tables(
            migrations.CreateModel(
                "Creditor",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("key", models.SlugField(max_length=60)),
                    ("name", models.CharField(max_length=200)),
                    ("legal_form", models.CharField(blank=True, max_length=100)),
                    ("capital", models.CharField(blank=True, max_length=60)),
                    ("siren", models.CharField(blank=True, max_length=20)),
                    ("registry_city", models.CharField(blank=True, max_length=100)),
                    ("vat_number", models.CharField(blank=True, max_length=20)),
                    ("address", models.TextField(blank=True, help_text="lines of the postal address")),
                    ("postcode", models.CharField(blank=True, max_length=20)),
                    ("city", models.CharField(blank=True, max_length=100)),
                    ("country", models.CharField(default="FR", max_length=2)),
                    ("region", models.CharField(blank=True, max_length=10)),
                    ("timezone", models.CharField(default="Europe/Paris", max_length=60)),
                    ("language", models.CharField(default="fr", max_length=8)),
                    ("currency", models.CharField(default="EUR", max_length=3)),
                    ("iban", models.CharField(blank=True, max_length=40)),
                    ("bic", models.CharField(blank=True, max_length=20)),
                    ("sender_name", models.CharField(blank=True, max_length=200)),
                    ("sender_email", models.CharField(blank=True, max_length=254)),
                    ("sender_phone", models.CharField(blank=True, max_length=40)),
                    ("reply_domain", models.CharField(blank=True, max_length=200)),
                    (
                        "manager_email",
                        models.CharField(
                            blank=True,
                            db_default="",
                            help_text="read too, from the steps that say so",
                            max_length=254,
                        ),
                    ),
                    (
                        "colour",
                        models.CharField(
                            blank=True, db_default="", help_text="#rrggbb, above a mail", max_length=7
                        ),
                    ),
                    (
                        "transfer_code",
                        models.CharField(
                            db_default="consumers",
                            default="consumers",
                            help_text="whose mails carry the QR code of the transfer: everybody, consumers or nobody",
                            max_length=10,
                        ),
                    ),
                    ("signatory", models.CharField(blank=True, max_length=200)),
                    ("signatory_title", models.CharField(blank=True, max_length=200)),
                    (
                        "default_scenario",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="cases.scenario",
                        ),
                    ),
                    ("contact_gap", models.PositiveSmallIntegerField(default=3, help_text="working days")),
                    ("contacts_per_30_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "tolerance",
                        models.DecimalField(decimal_places=4, default=Decimal("1.00"), max_digits=18),
                    ),
                    (
                        "match_threshold",
                        models.PositiveSmallIntegerField(
                            db_default=95,
                            default=95,
                            help_text="score from which a bank line is matched alone, 1 to 100",
                        ),
                    ),
                    (
                        "match_alone",
                        models.BooleanField(
                            db_default=True, default=True, help_text="no: a person accepts every match"
                        ),
                    ),
                    ("promise_grace", models.PositiveSmallIntegerField(default=2, help_text="working days")),
                    (
                        "ask_above",
                        models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
                    ),
                    ("formal_notice_leaves_alone", models.BooleanField(default=False)),
                    ("works_every_day", models.BooleanField(default=False)),
                    ("window_opens", models.TimeField(default="08:00")),
                    ("window_closes", models.TimeField(default="19:00")),
                    (
                        "quiet_periods",
                        models.JSONField(default=list, help_text="[[first day, last day], …] as MM-DD"),
                    ),
                    ("payment_terms", models.CharField(default="30 jours", max_length=80)),
                    (
                        "fresh_days",
                        models.PositiveSmallIntegerField(
                            default=3, help_text="working days that the newest ledger or bank data may be old"
                        ),
                    ),
                    ("volume_limit", models.PositiveIntegerField(default=500, help_text="messages a day")),
                    (
                        "vanished_limit",
                        models.PositiveSmallIntegerField(
                            db_default=30,
                            help_text="percent of a complete list from which on what is missing is asked about",
                        ),
                    ),
                    (
                        "trade",
                        models.CharField(
                            db_default="general",
                            default="general",
                            help_text="a Trade of the French law of terms: general, perishable, livestock, alcohol, transport",
                            max_length=20,
                        ),
                    ),
                    (
                        "contract_rate",
                        models.DecimalField(
                            blank=True,
                            decimal_places=3,
                            help_text="percent of interest that the conditions of sale set between businesses; empty: the law's",
                            max_digits=6,
                            null=True,
                        ),
                    ),
                    (
                        "imputation",
                        models.CharField(
                            db_default="principal_first",
                            default="principal_first",
                            help_text="what a part payment settles: interest_first (the law's) or principal_first",
                            max_length=20,
                        ),
                    ),
                    (
                        "year_basis",
                        models.PositiveSmallIntegerField(
                            db_default=365,
                            default=365,
                            help_text="days that a yearly rate is divided by: 365 or 366",
                        ),
                    ),
                    (
                        "collects_for_others",
                        models.BooleanField(
                            db_default=False,
                            default=False,
                            help_text="chases debts of other firms: CPCE R124-1 to R124-7 apply to every message",
                        ),
                    ),
                    (
                        "collects_for",
                        models.CharField(
                            blank=True,
                            db_default="",
                            default="",
                            help_text="name and address of the firm whose debts they are",
                            max_length=300,
                        ),
                    ),
                    (
                        "watches_insolvency",
                        models.BooleanField(
                            db_default=True,
                            default=True,
                            help_text="ask the BODACC about debtors with a SIREN",
                        ),
                    ),
                    ("volume_confirmed_on", models.DateField(blank=True, null=True)),
                    ("list_accepted_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "provision_rule",
                        models.JSONField(
                            db_default=models.Value([], models.JSONField()),
                            default=list,
                            help_text="[[last day late, percent], …]: what is set aside by age; empty: our rule",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "key"), name="a_creditor_has_its_own_key"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "Debtor",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("name", models.CharField(max_length=300)),
                    ("kind", models.CharField(default="business", max_length=20)),
                    ("profile", models.CharField(default="regular", max_length=20)),
                    ("siren", models.CharField(blank=True, max_length=20)),
                    ("vat_number", models.CharField(blank=True, max_length=20)),
                    ("language", models.CharField(default="fr", max_length=8)),
                    ("country", models.CharField(default="FR", max_length=2)),
                    ("region", models.CharField(blank=True, max_length=10)),
                    ("timezone", models.CharField(blank=True, max_length=60)),
                    ("habit_days", models.SmallIntegerField(blank=True, null=True)),
                    ("away_until", models.DateField(blank=True, null=True)),
                    ("insolvent_on", models.DateField(blank=True, null=True)),
                    (
                        "stopped",
                        models.CharField(
                            blank=True, help_text="agency, written_off, erased; empty: none", max_length=20
                        ),
                    ),
                    (
                        "folded_name",
                        models.GeneratedField(
                            db_persist=True,
                            expression=models.Func(
                                functions.Lower("name"),
                                models.Value("àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’"),
                                models.Value("aaaaaaceeeeiiiinooooouuuuyy'"),
                                function="translate",
                            ),
                            output_field=models.CharField(db_collation="C", max_length=300),
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "folded_name", "id"], name="debtors_by_name"),
                        models.Index(fields=["organisation", "country"], name="debtors_by_country"),
                        models.Index(
                            condition=models.Q(("siren", ""), _negated=True),
                            fields=["organisation", "siren"],
                            name="debtors_by_siren",
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "Contact",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("debtor", link("accounts.debtor", models.CASCADE, related_name="contacts")),
                    ("name", models.CharField(blank=True, max_length=200)),
                    ("role", models.CharField(blank=True, max_length=40)),
                    ("email", models.CharField(blank=True, max_length=254)),
                    ("phone", models.CharField(blank=True, max_length=40)),
                    ("address", models.TextField(blank=True, help_text="lines of the postal address")),
                    ("postcode", models.CharField(blank=True, max_length=20)),
                    ("city", models.CharField(blank=True, max_length=100)),
                    ("country", models.CharField(blank=True, max_length=2)),
                    ("is_main", models.BooleanField(default=False)),
                    (
                        "registered_email",
                        models.CharField(
                            blank=True,
                            db_default="",
                            help_text="where electronic registered letters go",
                            max_length=254,
                        ),
                    ),
                    (
                        "consents_lre_on",
                        models.DateField(
                            blank=True,
                            help_text="when a consumer agreed to them, as he must first (L100 CPCE)",
                            null=True,
                        ),
                    ),
                    ("email_bounced_on", models.DateField(blank=True, null=True)),
                    ("phone_wrong_on", models.DateField(blank=True, null=True)),
                    ("letter_returned_on", models.DateField(blank=True, null=True)),
                    ("registered_bounced_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "debtor"], name="contacts_of_a_debtor"),
                        models.Index(
                            condition=models.Q(("email", ""), _negated=True),
                            fields=["organisation", "email"],
                            name="contacts_by_email",
                        ),
                        models.Index(
                            models.F("organisation"),
                            functions.Lower("email"),
                            condition=models.Q(("email", ""), _negated=True),
                            name="contacts_by_any_spelling",
                        ),
                        models.Index(
                            models.F("organisation"),
                            models.Func(
                                functions.Lower("email"),
                                models.Value("@"),
                                models.Value(2),
                                function="split_part",
                            ),
                            condition=models.Q(("email", ""), _negated=True),
                            name="contacts_by_domain",
                        ),
                        models.Index(
                            models.F("organisation"),
                            functions.Right(
                                models.Func(
                                    "phone",
                                    models.Value("\\D"),
                                    models.Value(""),
                                    models.Value("g"),
                                    function="regexp_replace",
                                    output_field=models.CharField(),
                                ),
                                9,
                            ),
                            condition=models.Q(("phone", ""), _negated=True),
                            name="contacts_by_number",
                        ),
                    ]
                },
            ),
            migrations.CreateModel(
                "Account",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("debtor", link("accounts.debtor", models.PROTECT, related_name="accounts")),
                    ("external_id", models.CharField(max_length=100)),
                    ("look_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "scenario",
                        link(
                            "cases.scenario",
                            models.PROTECT,
                            blank=True,
                            null=True,
                            help_text="chosen by a person; a rule never overwrites it",
                        ),
                    ),
                    ("payment_terms", models.CharField(blank=True, max_length=80)),
                    ("owner", person(blank=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "external_id"),
                            name="a_ledger_code_names_one_account",
                        )
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "debtor"], name="accounts_of_a_debtor"),
                        models.Index(
                            condition=models.Q(("look_at__isnull", False)),
                            fields=["organisation", "look_at"],
                            name="accounts_to_look_at",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "DebtorMerge",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("keep", link("accounts.debtor", models.PROTECT)),
                    ("other", link("accounts.debtor", models.PROTECT)),
                    ("moved", models.JSONField(default=dict)),
                    ("before", models.JSONField(default=dict)),
                    ("merged_at", models.DateTimeField()),
                    ("merged_by", person()),
                    ("undone_at", models.DateTimeField(null=True)),
                    ("undone_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("undone_at__isnull", True)),
                            fields=("organisation", "other"),
                            name="a_debtor_is_merged_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("keep", models.F("other")), _negated=True),
                            name="a_debtor_is_not_merged_with_itself",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("undone_at__isnull", True)),
                            fields=["organisation", "keep"],
                            name="merges_of_a_debtor",
                        )
                    ],
                },
            ),
        ),
    ]
