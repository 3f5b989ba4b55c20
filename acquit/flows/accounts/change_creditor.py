"""Change what a creditor says of himself and the rules under which he writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from acquit.flows.material.poke import poke_creditor
from acquit.flows.material.scenarios import recover_for_oneself, recover_for_others
from acquit.store.accounts.models import Creditor

#: Fields that decide what leaves and when: with a new value every account is looked at again.
RULES = frozenset({
    "contact_gap", "contacts_per_30_days", "tolerance", "promise_grace", "ask_above", "works_every_day",
    "formal_notice_leaves_alone", "window_opens", "window_closes", "quiet_periods", "fresh_days",
    "volume_limit", "country", "timezone", "default_scenario", "collects_for_others", "collects_for",
})  # fmt: skip


def change_creditor(
    *, organisation_id: int, creditor_id: int, fields: Mapping[str, Any], now: datetime
) -> frozenset[str]:
    """Give the creditor the values of `fields`; return the names of those that changed."""
    with transaction.atomic():
        creditor = Creditor.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=creditor_id
        )
        changed = frozenset(name for name, value in fields.items() if getattr(creditor, name) != value)
        for name in changed:
            setattr(creditor, name, fields[name])
        if changed:
            creditor.save(update_fields=sorted(changed))
        if "collects_for_others" in changed:
            _choose_scenario(creditor, now=now)
        if changed & RULES:
            poke_creditor(organisation_id, creditor_id, now=now)
    return changed


def _choose_scenario(creditor: Creditor, *, now: datetime) -> None:
    if creditor.collects_for_others:
        recover_for_others(creditor, now=now)
    else:
        recover_for_oneself(creditor)
