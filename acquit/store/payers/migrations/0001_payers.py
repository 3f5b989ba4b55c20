"""How debtors pay: the fitted model, and the profiles that it proposes."""

from django.db import migrations, models

from acquit.store.schema import Tables, key, link, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("payers", "0001_initial")]
    dependencies = [("accounts", "0002_creditors_and_debtors")]
    operations = [
        Tables(
            migrations.CreateModel(
                "PayerModelFit",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("fitted_at", models.DateTimeField()),
                    (
                        "split_on",
                        models.DateField(
                            help_text="terms issued from this day on were not learned from", null=True
                        ),
                    ),
                    (
                        "terms",
                        models.PositiveIntegerField(
                            help_text="settled by money, and old enough to be judged"
                        ),
                    ),
                    ("kept", models.BooleanField()),
                    ("because", models.CharField(help_text="better, not_better or too_few", max_length=40)),
                    ("baseline", models.JSONField(default=dict)),
                    ("learned", models.JSONField(default=dict)),
                    ("weights", models.JSONField(default=dict)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kept", False), models.Q(("weights", {}), _negated=True), _connector="OR"
                            ),
                            name="a_kept_payer_model_has_weights",
                        )
                    ],
                    "indexes": [
                        models.Index(fields=["organisation", "fitted_at"], name="payer_model_fits_by_time")
                    ],
                },
            ),
            migrations.CreateModel(
                "ProfileProposal",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("debtor", link("accounts.debtor", models.CASCADE)),
                    ("profile", models.CharField(max_length=20)),
                    ("reasons", models.JSONField(default=list)),
                    ("proposed_at", models.DateTimeField()),
                    ("answered_at", models.DateTimeField(null=True)),
                    ("answered_by", person()),
                    ("accepted", models.BooleanField(null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("answered_at__isnull", True)),
                            fields=("organisation", "debtor"),
                            name="one_open_profile_proposal_per_debtor",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("accepted__isnull", True), ("answered_at__isnull", True)),
                                models.Q(("accepted__isnull", False), ("answered_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="an_answered_proposal_says_how",
                        ),
                    ],
                    "indexes": [
                        models.Index(
                            fields=["organisation", "debtor", "answered_at"],
                            name="profile_proposals_of_a_debtor",
                        )
                    ],
                },
            ),
        ),
    ]
