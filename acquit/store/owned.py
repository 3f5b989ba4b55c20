"""What every row that belongs to one organisation shares."""

from __future__ import annotations

from django.db import models


class Owned(models.Model):
    """A row of exactly one organisation; row-level security shows it to no other.

    The organisation's own index is left out: every index of these tables begins with it.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


def owned_index(*fields: str, name: str, condition: models.Q | None = None) -> models.Index:
    """Return an index that leads with the organisation, as every key of this schema does."""
    return models.Index(fields=["organisation", *fields], name=name, condition=condition)
