"""What was learned of how debtors pay, how good it was, and the profiles proposed from it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, Value

from acquit.store.accounts.models import Debtor, User
from acquit.store.owned import Owned, owned_index


class PayerModelFit(Owned):
    """One attempt to learn, and its quality beside the debtors' own past on the same unseen terms.

    `baseline` and `learned` hold a `core.payer.Quality`, `forecast` a `core.payer_forecast.CashError`;
    `weights` is empty where nothing was learned. The newest row is in force: by its weights if `kept`, else
    by the debtors' own past; the forecast of cash is made by it if `forecasts` too.
    """

    fitted_at = models.DateTimeField()
    split_on = models.DateField(null=True, help_text="terms issued from this day on were not learned from")
    terms = models.PositiveIntegerField(help_text="settled by money, and old enough to be judged")
    kept = models.BooleanField()
    because = models.CharField(max_length=40, help_text="better, not_better or too_few")
    baseline = models.JSONField(default=dict)
    learned = models.JSONField(default=dict)
    weights = models.JSONField(default=dict)
    forecast = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), encoder=DjangoJSONEncoder
    )
    forecasts = models.BooleanField(
        default=False, db_default=False, help_text="it is better at the cash of weeks, too"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kept=False) | ~Q(weights={}), name="a_kept_payer_model_has_weights"
            ),
            models.CheckConstraint(
                condition=Q(forecasts=False) | Q(kept=True), name="a_payer_model_that_forecasts_is_kept"
            ),
        ]
        indexes: ClassVar = [owned_index("fitted_at", name="payer_model_fits_by_time")]


class UsualDays(Owned):
    """The days after its due date on which a term is usually paid (`core.payer_days.UsualDays`).

    Of a debtor; or, where it names none, of a segment; or of everybody, where that is empty. A natural
    person has none of his own. All rows of an organisation are written at once, from what was paid before
    `known_on`; `fit` is the model that told them, and empty where the past itself does.
    """

    debtor = models.ForeignKey(Debtor, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    segment = models.CharField(max_length=40, blank=True, help_text="kind and country, as « business FR »")
    days = ArrayField(models.IntegerField())
    weight = models.PositiveIntegerField(help_text="how many terms they weigh as much as")
    known_on = models.DateField()
    fit = models.ForeignKey(
        PayerModelFit, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "debtor"], condition=Q(debtor__isnull=False),
                name="usual_days_of_a_debtor_are_kept_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "segment"], condition=Q(debtor__isnull=True),
                name="usual_days_of_a_segment_are_kept_once",
            ),
            models.CheckConstraint(condition=~Q(days=[]), name="usual_days_are_some"),
        ]  # fmt: skip


class ProfileProposal(Owned):
    """The profile that a debtor's payments speak for; a person accepts or refuses it.

    `reasons` is [[code, params], …] in the order of their weight.
    """

    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    profile = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "debtor"], condition=Q(answered_at__isnull=True),
                name="one_open_profile_proposal_per_debtor",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, accepted__isnull=True)
                | Q(answered_at__isnull=False, accepted__isnull=False),
                name="an_answered_proposal_says_how",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [owned_index("debtor", "answered_at", name="profile_proposals_of_a_debtor")]
