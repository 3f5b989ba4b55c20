"""Propose anew what a creditor's bank lines may be, and apply what may be applied alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.money_in.propose import Proposed, propose_anew

__all__ = ["Proposed", "propose_matches"]


def propose_matches(*, organisation_id: int, creditor_id: int, now: datetime, apply: bool) -> Proposed:
    """Make the proposals of every open line anew; with `apply`, match by rule as an import does."""
    with transaction.atomic():
        return propose_anew(organisation_id, creditor_id, now=now, alone=apply)
