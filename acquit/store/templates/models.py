"""An organisation's own texts, version by version, and the comparison of two of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from acquit.store.accounts.models import User
from acquit.store.owned import Owned, owned_index


class TemplateVersion(Owned):
    """A text as a person wrote it; it never changes. Without one in force the shipped text is used."""

    key = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    subject = models.TextField()
    body = models.TextField()
    in_force = models.BooleanField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "key", "language", "number"],
                name="a_version_of_a_template_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["organisation", "key", "language"], condition=Q(in_force=True),
                name="one_version_of_a_template_is_in_force",
            ),
        ]  # fmt: skip


class Experiment(Owned):
    """Two texts of one template, each for half of the debtors: the one in force (A), and `challenger` (B).

    Who gets which is reckoned from the debtor (`core.experiment`); it never changes while this runs.
    """

    key = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    challenger = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    within_days = models.PositiveSmallIntegerField(
        default=14, help_text="days after the message within which a payment counts"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "key", "language"], condition=Q(ended_at__isnull=True),
                name="one_experiment_at_a_time_on_a_template",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="an_experiment_ends_after_its_start",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [owned_index("started_at", name="experiments_by_time")]
