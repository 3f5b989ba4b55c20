"""Set a bank line aside, take it back, and say whose payment it is not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.errors import LineTaken, ReasonMissing
from acquit.flows.material.money_in.again import look_again
from acquit.flows.material.money_in.keep import vanish
from acquit.flows.material.money_in.line import lock, take
from acquit.store.bank.models import BankLine, RefusedMatch


def set_aside(*, organisation_id: int, line_id: int, because: str, now: datetime, by: int | None) -> None:
    """Say that no debtor paid this line: it holds nobody and is proposed no more.

    Raises LineTaken, LineSetAside, ReasonMissing.
    """
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        take(organisation_id, line_id)
        BankLine.objects.filter(organisation_id=organisation_id, id=line_id).update(
            set_aside_at=now, set_aside_by_id=by, set_aside_because=because.strip()[:200]
        )
        vanish(organisation_id, [line_id], now=now)


def take_back(*, organisation_id: int, line_id: int, now: datetime, by: int | None) -> None:  # noqa: ARG001
    """Let a line that was set aside wait again, with new proposals. Raises LineTaken."""
    with transaction.atomic():
        line = lock(organisation_id, line_id)
        if line.matched >= line.amount:
            raise LineTaken
        BankLine.objects.filter(organisation_id=organisation_id, id=line_id).update(
            set_aside_at=None, set_aside_by_id=None, set_aside_because=""
        )
        look_again(organisation_id, [line_id], (), now=now)


def refuse_proposal(
    *, organisation_id: int, line_id: int, account_id: int, now: datetime, by: int | None
) -> None:  # fmt: skip
    """Say that a line is not this account's: it is never proposed for it again, nor holds it.

    Raises LineTaken, LineSetAside.
    """
    with transaction.atomic():
        take(organisation_id, line_id)
        RefusedMatch.objects.get_or_create(
            organisation_id=organisation_id, line_id=line_id, account_id=account_id,
            defaults={"refused_at": now, "refused_by_id": by},
        )  # fmt: skip
        look_again(organisation_id, [line_id], (), now=now)
