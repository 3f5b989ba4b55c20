"""Enter the legal rate of a semester; one that the shipped value contradicts asks first."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.core.regimes.entered import Contradiction, Entry, NotARate, check
from acquit.flows.material.errors import RateContradicts, RateUnreadable
from acquit.flows.material.poke import poke_creditor
from acquit.store.accounts.models import Creditor
from acquit.store.law.models import LegalRate


def enter_rate(
    *,
    organisation_id: int,
    entry: Entry,
    now: datetime,
    by: int | None = None,
    confirmed: bool = False,
) -> Contradiction | None:
    """Keep `entry`, in place of what was entered before; return what it contradicts, if it was confirmed.

    Raises RateUnreadable, and RateContradicts where the shipped value is another and nobody said that
    this one holds.
    """
    try:
        contradicted = check(entry)
    except NotARate as why:
        raise RateUnreadable from why
    if contradicted is not None and not confirmed:
        raise RateContradicts
    with transaction.atomic():
        LegalRate.objects.update_or_create(
            organisation_id=organisation_id,
            series=entry.series,
            year=entry.half_year.year,
            half=entry.half_year.half,
            defaults={
                "percent": entry.percent, "source": entry.source.strip(), "read_on": entry.read_on,
                "replaces": contradicted is not None, "entered_at": now, "entered_by_id": by,
            },
        )  # fmt: skip
        for creditor_id in Creditor.objects.filter(organisation_id=organisation_id).values_list(
            "id", flat=True
        ):
            poke_creditor(organisation_id, creditor_id, now=now)
    return contradicted


def remove_rate(*, organisation_id: int, rate_id: int) -> bool:
    """Take back an entered rate: the shipped one holds again; false if it was gone."""
    deleted, _ = LegalRate.objects.filter(organisation_id=organisation_id, id=rate_id).delete()
    return bool(deleted)
