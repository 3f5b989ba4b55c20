"""A message that reached nobody: its address is left alone, and its step is still to be done."""

from __future__ import annotations

import re
from datetime import datetime

from acquit.flows.material.contact import silence
from acquit.flows.material.sent import day_of
from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import StepClaim
from acquit.store.outbox.models import PAPER, Message
from acquit.store.reach import address_on, failure_on
from acquit.wording.postal import AddressDoesNotFit, window_address

#: Of two writings of one number the last digits agree: 06 12 34 56 78 is +33 6 12 34 56 78.
_LAST_DIGITS = 9


def stop_address(message: Message, address: str, *, now: datetime) -> bool:
    """Stop writing to the contacts of the debtor who have `address`, and to no others (F-45).

    An empty address is that of the message. Return whether it was the addressee's, not a copy's.
    A number that takes no SMS may still be called.
    """
    dead = address or message.recipient
    contacts = (
        Contact.objects.filter(organisation_id=message.organisation_id, debtor_id=message.debtor_id)
        .select_related("debtor")
        .order_by("id")
    )
    electronic = message.channel in PAPER and "@" in dead
    found = False
    for contact in contacts:
        if electronic and _same(contact.registered_email, dead):
            found = True
            day = day_of(message.creditor_id, now)
            Contact.objects.filter(id=contact.id).update(registered_bounced_on=day)
            _tell(message, now)
        elif _goes_to(message, contact, dead):
            stop_contact(message, contact, now=now)
    return found or _same(message.recipient, dead)


def stop_contact(message: Message, contact: Contact, *, now: datetime) -> None:
    """Mark the address of `contact` to which `message` goes as one that does not work."""
    _tell(message, now)
    if message.channel == "sms":
        number = address_on(contact, message.channel)
        if number is not None:
            silence(message.organisation_id, number, because="bounced", now=now)
        return
    column = failure_on(contact, message.channel)
    Contact.objects.filter(id=contact.id).update(**{column: day_of(message.creditor_id, now)})


def _tell(message: Message, now: datetime) -> None:
    tell_subscribers(
        "bounce", f"bounce {message.pk}", organisation_id=message.organisation_id,
        creditor_id=message.creditor_id, account_id=message.account_id, now=now, message=message.pk,
        channel=message.channel,
    )  # fmt: skip


def _goes_to(message: Message, contact: Contact, dead: str) -> bool:
    """Tell whether `dead` is where `message` reaches `contact`; an envelope is compared as it is printed."""
    address = address_on(contact, message.channel) or ""
    if message.channel not in PAPER or "@" in address:
        return _same(address, dead)
    country = contact.country or contact.debtor.country
    try:
        lines = [contact.debtor.name, *address.splitlines()]
        printed = ", ".join(window_address(lines, country, sent_from=country))
    except AddressDoesNotFit:
        return False
    return f"{dead}, ".startswith(f"{printed}, ")


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
