"""Bank accounts, statements and lines, and what they pay."""

from decimal import Decimal
from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person

# Whoever writes matches, the check «a bank line is not spent twice» refuses the second of two people who match
# one line.
FOLLOW_MATCHES = """
CREATE FUNCTION bank_follow_matches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.undone_at IS NULL THEN
    UPDATE bank_bankline SET matched = matched - OLD.amount WHERE id = OLD.line_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.undone_at IS NULL THEN
    UPDATE bank_bankline SET matched = matched + NEW.amount WHERE id = NEW.line_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matches_followed AFTER INSERT OR UPDATE OR DELETE ON bank_bankmatch
  FOR EACH ROW EXECUTE FUNCTION bank_follow_matches();
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("bank", "0001_initial"),
        ("bank", "0002_matches_keep_lines"),
        ("bank", "0003_what_matches_tie"),
    ]
    dependencies = [("accounts", "0002_creditors_and_debtors"), ("ledger", "0001_ledger")]
    operations = [
        Tables(
            migrations.CreateModel(
                "BankAccount",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    (
                        "number",
                        models.CharField(
                            help_text="IBAN without spaces, or the bank's own number", max_length=40
                        ),
                    ),
                    ("currency", models.CharField(max_length=3)),
                    ("name", models.CharField(blank=True, max_length=200)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "number", "currency"), name="a_bank_account_is_known_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "BankStatement",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("bank_account", link("bank.bankaccount", models.CASCADE, related_name="statements")),
                    ("external_key", models.CharField(max_length=200)),
                    ("number", models.CharField(blank=True, max_length=100)),
                    ("from_on", models.DateField(null=True)),
                    ("to_on", models.DateField(null=True)),
                    ("opening", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                    ("closing", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "bank_account", "external_key"),
                            name="a_statement_is_known_once",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            fields=["organisation", "bank_account", "to_on"], name="statements_of_an_account"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                "BankLine",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.PROTECT)),
                    ("bank_account", link("bank.bankaccount", models.PROTECT, related_name="lines")),
                    (
                        "statement",
                        link("bank.bankstatement", models.SET_NULL, null=True, related_name="lines"),
                    ),
                    ("external_key", models.CharField(max_length=200)),
                    (
                        "other_keys",
                        models.JSONField(
                            db_default=models.Value({}, models.JSONField()),
                            default=dict,
                            help_text="its keys in files of other kinds: {kind: key}",
                        ),
                    ),
                    ("booked_on", models.DateField()),
                    ("value_on", models.DateField()),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    ("currency", models.CharField(max_length=3)),
                    ("direction", models.CharField(help_text="credit or debit", max_length=6)),
                    ("is_return", models.BooleanField(default=False)),
                    ("return_reason", models.CharField(blank=True, max_length=200)),
                    ("counterparty_name", models.CharField(blank=True, max_length=200)),
                    ("counterparty_iban", models.CharField(blank=True, max_length=40)),
                    ("label", models.TextField(blank=True)),
                    (
                        "reference",
                        models.CharField(
                            blank=True, help_text="the creditor reference, structured", max_length=200
                        ),
                    ),
                    ("end_to_end", models.CharField(blank=True, max_length=200)),
                    ("bank_reference", models.CharField(blank=True, max_length=200)),
                    (
                        "code",
                        models.CharField(
                            blank=True, help_text="the bank's code of the kind of movement", max_length=40
                        ),
                    ),
                    ("method", models.CharField(blank=True, max_length=20)),
                    (
                        "charges",
                        models.DecimalField(
                            decimal_places=4, help_text="kept by banks on the way", max_digits=18, null=True
                        ),
                    ),
                    ("matched", models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=18)),
                    ("set_aside_at", models.DateTimeField(null=True)),
                    ("set_aside_by", person()),
                    ("set_aside_because", models.CharField(blank=True, max_length=200)),
                    ("known_on", models.DateField()),
                    ("file", link("ledger.sourcefile", models.PROTECT, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "bank_account", "external_key"),
                            name="a_bank_line_counts_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="a_bank_line_moves_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("matched__gte", 0), ("matched__lte", models.F("amount"))),
                            name="a_bank_line_is_not_spent_twice",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(
                                ("matched__lt", models.F("amount")), ("set_aside_at__isnull", True)
                            ),
                            fields=["organisation", "creditor", "booked_on"],
                            name="bank_lines_to_match",
                        ),
                        models.Index(
                            fields=["organisation", "bank_account", "booked_on"],
                            name="bank_lines_of_an_account",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                "BankMatch",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("line", link("bank.bankline", models.PROTECT, related_name="matches")),
                    ("payment", link("ledger.payment", models.PROTECT)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                    (
                        "score",
                        models.PositiveSmallIntegerField(help_text="0 to 100, of the proposal", null=True),
                    ),
                    ("reasons", models.JSONField(default=list, help_text="[[code, params], …]")),
                    (
                        "made_payment",
                        models.BooleanField(
                            default=True, help_text="false: the ledger knew the payment before"
                        ),
                    ),
                    (
                        "allocations",
                        models.JSONField(
                            db_default=models.Value([], models.JSONField()),
                            default=list,
                            help_text="ids of the allocations that it made or, of a return, undid",
                        ),
                    ),
                    ("matched_at", models.DateTimeField()),
                    ("matched_by", person()),
                    ("undone_at", models.DateTimeField(null=True)),
                    ("undone_by", person()),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="a_bank_match_is_positive"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("undone_at__isnull", True)),
                            fields=("organisation", "line", "payment"),
                            name="a_line_is_a_payment_once",
                        ),
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "line"], name="matches_of_a_bank_line"),
                        models.Index(fields=["organisation", "payment"], name="bank_matches_of_a_payment"),
                    ],
                },
            ),
            migrations.CreateModel(
                "MatchProposal",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("line", link("bank.bankline", models.CASCADE, related_name="proposals")),
                    ("rank", models.PositiveSmallIntegerField()),
                    ("score", models.PositiveSmallIntegerField(help_text="0 to 100")),
                    (
                        "is_sure",
                        models.BooleanField(default=False, help_text="could be applied alone at its score"),
                    ),
                    ("reasons", models.JSONField(default=list, help_text="[[code, params], …]")),
                    (
                        "difference",
                        models.DecimalField(
                            decimal_places=4,
                            default=Decimal("0"),
                            help_text="what the terms owe above what came; below zero: overpaid",
                            max_digits=18,
                        ),
                    ),
                    (
                        "difference_kind",
                        models.CharField(
                            blank=True,
                            help_text="charges, discount, rounding, part, on_account, or empty",
                            max_length=20,
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "line", "rank"), name="a_proposal_has_its_rank"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "ProposedPart",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("proposal", link("bank.matchproposal", models.CASCADE, related_name="parts")),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("term", link("ledger.term", models.CASCADE, null=True)),
                    ("credit_note", link("ledger.creditnote", models.CASCADE, null=True)),
                    ("payment", link("ledger.payment", models.CASCADE, null=True)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["organisation", "proposal"], name="parts_of_a_proposal"),
                        models.Index(fields=["organisation", "account"], name="proposals_of_an_account"),
                    ]
                },
            ),
            migrations.CreateModel(
                "RefusedMatch",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("line", link("bank.bankline", models.CASCADE, related_name="refusals")),
                    ("account", link("accounts.account", models.CASCADE)),
                    ("refused_at", models.DateTimeField()),
                    ("refused_by", person()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "line", "account"), name="a_match_is_refused_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "LearnedPayer",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("creditor", link("accounts.creditor", models.CASCADE)),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("iban", models.CharField(max_length=40)),
                    (
                        "name",
                        models.CharField(
                            blank=True, help_text="as the bank writes the payer", max_length=200
                        ),
                    ),
                    ("times", models.PositiveIntegerField(default=1)),
                    ("learned_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "creditor", "iban", "name", "debtor"),
                            name="a_payer_is_learned_once_per_debtor",
                        )
                    ],
                    "indexes": [models.Index(fields=["organisation", "debtor"], name="payers_of_a_debtor")],
                },
            ),
        ),
        migrations.RunSQL(FOLLOW_MATCHES, "DROP FUNCTION bank_follow_matches() CASCADE"),
    ]
