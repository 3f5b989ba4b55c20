"""What was learned of how debtors pay, how good it was, and the profiles proposed from it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from acquit.store.accounts.models import Debtor, User
from acquit.store.owned import Owned, owned_index


class PayerModelFit(Owned):
    """One attempt to learn, and its quality beside the debtors' own past on the same unseen terms.

    `baseline` and `learned` hold a `core.payer.Quality`; `weights` is empty where nothing was learned. The
    newest row is in force: by its weights if `kept`, else by the debtors' own past.
    """

    fitted_at = models.DateTimeField()
    split_on = models.DateField(null=True, help_text="terms issued from this day on were not learned from")
    terms = models.PositiveIntegerField(help_text="settled by money, and old enough to be judged")
    kept = models.BooleanField()
    because = models.CharField(max_length=40, help_text="better, not_better or too_few")
    baseline = models.JSONField(default=dict)
    learned = models.JSONField(default=dict)
    weights = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kept=False) | ~Q(weights={}), name="a_kept_payer_model_has_weights"
            )
        ]
        indexes: ClassVar = [owned_index("fitted_at", name="payer_model_fits_by_time")]


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
