"""The daily look at the law: claims that lapse, orders to serve, published judgments, final charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from django.conf import settings
from django.db.models import F, Q

from acquit.flows.law.record_insolvency import note_look, record_insolvency
from acquit.flows.law.settle_charges import settle_charges
from acquit.flows.law.watch_limitation import watch_limitation
from acquit.flows.law.watch_orders import watch_orders
from acquit.flows.law.watch_pass_on import watch_pass_on
from acquit.sources.bodacc.client import Unavailable, announcements
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor, Debtor
from acquit.store.law.models import InsolvencyLook
from acquit.store.ledger.models import Term

#: A debtor is asked about once a week.
_AGAIN_AFTER = timedelta(days=7)
#: Debtors that one run asks about; those that owe and were never looked up come first.
MOST_LOOKS = 500
#: Failures in a row after which the run asks no more: the portal is down.
_GIVE_UP_AFTER = 3


@dataclass(slots=True)
class Looked:
    """How many debtors were asked about, what was new, and why it stopped early."""

    debtors: int = 0
    confirmed: int = 0
    proposed: int = 0
    because: str = ""


def watch_law(organisation_id: int, client: httpx.Client | None = None) -> Looked:
    """Do the daily look of one organisation."""
    with tenancy.organisation(organisation_id):
        now = datetime.now(UTC)
        watch_limitation(organisation_id=organisation_id, now=now)
        watch_orders(organisation_id=organisation_id, now=now)
        watch_pass_on(organisation_id=organisation_id, now=now)
        settle_charges(organisation_id=organisation_id, now=now)
        return look_up_insolvencies(organisation_id, now=now, client=client)


def look_up_insolvencies(
    organisation_id: int, *, now: datetime, client: httpx.Client | None = None, most: int = MOST_LOOKS
) -> Looked:
    """Ask the BODACC about the French debtors that owe, have a SIREN and were not asked about this week."""
    looked = Looked()
    if not settings.ACQUIT_BODACC_URL:
        return looked
    with client or httpx.Client() as asking:
        failures = 0
        for key, siren in _to_look_up(organisation_id, now, most):
            try:
                found = announcements(asking, siren, settings.ACQUIT_BODACC_URL)
            except Unavailable as why:
                failures, looked.because = failures + 1, str(why)
                if failures == _GIVE_UP_AFTER:
                    break
                continue
            failures = 0
            kept = record_insolvency(organisation_id=organisation_id, announced=found, now=now)
            note_look(organisation_id=organisation_id, debtor_id=key, now=now)
            looked.debtors += 1
            looked.confirmed += kept.confirmed
            looked.proposed += kept.proposed
    return looked


def _to_look_up(organisation_id: int, now: datetime, most: int) -> list[tuple[int, str]]:
    watching = Creditor.objects.filter(organisation_id=organisation_id, watches_insolvency=True)
    owing = Term.objects.filter(
        organisation_id=organisation_id, allocated__lt=F("amount"), account__creditor__in=watching
    )
    recent = InsolvencyLook.objects.filter(organisation_id=organisation_id, looked_at__gt=now - _AGAIN_AFTER)
    debtors = Debtor.objects.filter(
        ~Q(siren=""), organisation_id=organisation_id, country="FR", stopped="",
        id__in=owing.values("account__debtor_id"),
    )  # fmt: skip
    return list(
        debtors.exclude(id__in=recent.values("debtor_id")).order_by("id").values_list("id", "siren")[:most]
    )
