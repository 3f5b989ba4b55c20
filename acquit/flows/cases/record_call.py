"""Record what came of a call that a scenario asked for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.channels.phone import REACHED, CallOutcome
from acquit.flows.material.decided import withdraw
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import day_of, mark_sent
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import ManualContact
from acquit.store.outbox.models import Message


def record_call(
    *,
    organisation_id: int,
    message_id: int,
    outcome: CallOutcome,
    now: datetime,
    note: str = "",
    by: int | None = None,
) -> None:
    """Record the outcome of a call to make. Raises AlreadyGone.

    The step is done when somebody was reached or a message was left; without an answer the call
    stays to be made; a wrong number is marked, and the next plan finds another way.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .filter(
                organisation_id=organisation_id, id=message_id, channel="phone",
                state="handed_over",
            )
            .first()
        )  # fmt: skip
        if message is None:
            raise AlreadyGone
        on = day_of(message.creditor_id, now)
        ManualContact.objects.create(
            organisation_id=organisation_id, debtor_id=message.debtor_id,
            account_id=message.account_id, on=on, channel="phone", outcome=outcome, note=note,
            recorded_at=now, recorded_by_id=by,
        )  # fmt: skip
        if outcome is CallOutcome.WRONG_NUMBER and message.contact_id is not None:
            Contact.objects.filter(organisation_id=organisation_id, id=message.contact_id).update(
                phone_wrong_on=on
            )
        if outcome is CallOutcome.WRONG_NUMBER:
            withdraw(message.id, because=outcome, states=("handed_over",))
        elif outcome in REACHED or outcome is CallOutcome.OTHER:
            mark_sent(message, now=now)
        poke(organisation_id, [message.account_id], now=now)
