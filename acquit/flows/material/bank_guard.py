"""The guard of the account to pay: while it is contested, no message that names it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acquit.flows.material.poke import poke, poke_creditor
from acquit.store.cases.models import BankChange, Task

TASK = "bank_change"
NETWORK, REPLY, PERSON = SOURCES = ("network", "reply", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who contests the account to pay, and what is said. Without an account: the whole creditor's."""

    creditor_id: int
    account_id: int | None = None
    invoice_id: int | None = None
    source: str = PERSON
    claimed_iban: str = ""
    note: str = ""


def raise_guard(organisation_id: int, claim: Claim, *, now: datetime) -> BankChange:
    """Open the guard with its task and wake what it holds.

    Where one is open already the claim joins it, and whoever had confirmed looks again.
    """
    guard, opened = BankChange.objects.select_for_update(of=("self",)).get_or_create(
        organisation_id=organisation_id, creditor_id=claim.creditor_id, ended_at=None,
        **({"account_id": claim.account_id} if claim.account_id else {"account__isnull": True}),
        defaults={
            "invoice_id": claim.invoice_id, "source": claim.source, "claimed_iban": claim.claimed_iban[:40],
            "note": claim.note, "opened_at": now,
        },
    )  # fmt: skip
    if not opened:
        said = "\n".join(filter(None, (guard.note, claim.claimed_iban, claim.note)))
        BankChange.objects.filter(id=guard.id).update(note=said, first_by=None, first_at=None, first_says="")
    Task.objects.bulk_create(
        [
            Task(
                organisation_id=organisation_id, creditor_id=claim.creditor_id,
                account_id=claim.account_id, kind=TASK, opened_at=now,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    wake(guard, now=now)
    return guard


def wake(guard: BankChange, *, now: datetime) -> None:
    """Have the accounts looked at that the guard holds or held; what is on its way to them too."""
    if guard.account_id is None:
        poke_creditor(guard.organisation_id, guard.creditor_id, now=now)
    else:
        poke(guard.organisation_id, [guard.account_id], now=now)
