"""A message that reached nobody: its address is left alone, and its step is still to be done."""

from __future__ import annotations

import re
from datetime import datetime

from acquit.flows.material.sent import day_of
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import StepClaim
from acquit.store.outbox.models import Message
from acquit.store.reach import address_on, failure_on

#: Of two writings of one number the last digits agree: 06 12 34 56 78 is +33 6 12 34 56 78.
_LAST_DIGITS = 9


def stop_address(message: Message, address: str, *, now: datetime) -> bool:
    """Stop writing to the contacts of the debtor who have `address`, and to no others (F-45).

    An empty address is that of the message. Return whether it was the addressee's, not a copy's.
    """
    dead = address or message.recipient
    contacts = Contact.objects.filter(
        organisation_id=message.organisation_id, debtor_id=message.debtor_id
    ).order_by("id")
    for contact in contacts:
        if _same(address_on(contact, message.channel) or "", dead):
            stop_contact(message, contact, now=now)
    return _same(message.recipient, dead)


def stop_contact(message: Message, contact: Contact, *, now: datetime) -> None:
    """Mark the address of `contact` to which `message` goes as one that does not work."""
    column = failure_on(contact, message.channel)
    Contact.objects.filter(id=contact.id).update(**{column: day_of(message.creditor_id, now)})


def take_step_back(message: Message, *, because: str) -> None:
    """Free the steps of a message that came back unread, unless it was read or another followed it.

    Then the next plan does the step again by another contact or on another channel.
    """
    since = Message.objects.filter(
        organisation_id=message.organisation_id, account_id=message.account_id, id__gt=message.id
    ).exclude(state__in=("withdrawn", "skipped"))
    if since.exists():
        return
    undone = Message.objects.filter(id=message.id, state="sent", delivered_at=None, opened_at=None).update(
        state="withdrawn", because=because[:500]
    )
    if undone:
        StepClaim.objects.filter(organisation_id=message.organisation_id, message=message).delete()


def _same(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if "@" in one or "@" in other:
        return one.strip().casefold() == other.strip().casefold()
    left, right = re.sub(r"\D", "", one), re.sub(r"\D", "", other)
    if re.search(r"[^\W\d_]", one + other):
        return (
            " ".join(one.replace(",", " ").split()).casefold()
            == " ".join(other.replace(",", " ").split()).casefold()
        )
    return left[-_LAST_DIGITS:] == right[-_LAST_DIGITS:]
