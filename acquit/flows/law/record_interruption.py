"""Record what moves the day on which a claim lapses, and take it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from acquit.core.regimes import applicable
from acquit.core.regimes.fr.routes import is_french
from acquit.core.regimes.limitation import AGREED, KINDS, Kind, may_be_agreed
from acquit.flows.material.errors import DaysOutOfOrder, MovesNothing, NotAgreed
from acquit.flows.material.orders import tell_orders
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account
from acquit.store.law.models import Interruption, PaymentOrder


def record_interruption(
    *,
    organisation_id: int,
    account_id: int,
    kind: str,
    on: date,
    today: date,
    now: datetime,
    invoice_id: int | None = None,
    until: date | None = None,
    years: int | None = None,
    note: str = "",
    by: int | None = None,
) -> int:
    """Record a fact of `acquit.core.regimes.limitation.KINDS` that happened on `on`; return its id.

    Without an invoice it is about all that the account owed. `years` is the limitation on which
    businesses agreed. Raises MovesNothing for a reminder, a notice or a letter, and for what counts
    against another kind of debtor; NotAgreed; DaysOutOfOrder for a day to come or an end before the
    beginning.
    """
    account = Account.objects.select_related("creditor", "debtor").get(
        organisation_id=organisation_id, id=account_id
    )
    if kind == AGREED and not _may_agree(account, years):
        raise NotAgreed
    if kind not in KINDS or not _counts_here(account, KINDS[kind]):
        raise MovesNothing
    if on > today or (until is not None and until < on):
        raise DaysOutOfOrder
    with transaction.atomic():
        kept = Interruption.objects.create(
            organisation_id=organisation_id, account_id=account_id, invoice_id=invoice_id, kind=kind,
            on=on, until=until, years=years if kind == AGREED else None, note=note.strip(),
            recorded_at=now, recorded_by_id=by,
        )  # fmt: skip
        poke(organisation_id, [account_id], now=now)
    return kept.pk


def _may_agree(account: Account, years: int | None) -> bool:
    """Tell whether the parties may agree on a limitation of `years`."""
    return years is not None and may_be_agreed(years) and _counts_here(account, KINDS[AGREED])


def _counts_here(account: Account, kind: Kind) -> bool:
    """Tell whether a fact of `kind` counts: what only one kind of debtor knows is of French law."""
    debtor = account.debtor
    law = applicable(account.creditor.country, debtor.country, debtor.kind)
    return not kind.only or (kind.only == debtor.kind and is_french(law))


def cancel_interruption(*, organisation_id: int, interruption_id: int, now: datetime) -> bool:
    """Take the fact back; false if it was taken back before."""
    with transaction.atomic():
        row = Interruption.objects.get(organisation_id=organisation_id, id=interruption_id)
        done = Interruption.objects.filter(id=row.pk, cancelled_at=None).update(cancelled_at=now)
        if row.order_id is not None:
            PaymentOrder.objects.filter(id=row.order_id).update(opposed_on=None)
            tell_orders(organisation_id, now=now, account_ids=[row.account_id])
        poke(organisation_id, [row.account_id], now=now)
    return bool(done)
