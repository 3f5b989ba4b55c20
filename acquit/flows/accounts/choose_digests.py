"""Choose which mails about the work one receives."""

from __future__ import annotations

from acquit.store.accounts.models import DigestChoice


def choose_digests(*, organisation_id: int, user_id: int, daily: bool, weekly: bool) -> None:
    """Keep the person's choice in place of the one before; without any, nothing is sent."""
    DigestChoice.objects.update_or_create(
        organisation_id=organisation_id, user_id=user_id, defaults={"daily": daily, "weekly": weekly}
    )
