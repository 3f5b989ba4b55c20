"""Add a contact of a debtor or change one, and say which of its addresses no longer work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from acquit.flows.material.errors import NoWayToReach
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account, Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A contact as a person writes it down. What bounced, was wrong or returned says what came back."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    registered_email: str = ""
    consents_lre_on: date | None = None
    is_main: bool = False
    email_bounced: bool = False
    phone_wrong: bool = False
    letter_returned: bool = False
    registered_bounced: bool = False


def keep_contact(
    *,
    organisation_id: int,
    debtor_id: int,
    reach: Reach,
    today: date,
    now: datetime,
    contact_id: int | None = None,
) -> int:
    """Add the contact, or change the one of `contact_id`; return its id. Raises NoWayToReach.

    A debtor has one main contact: naming another takes it from the first. An address that has
    changed is believed to work until it comes back. All the debtor's accounts are looked at
    again: one that waited for an address may go on.
    """
    if not (reach.email or reach.phone or reach.address or reach.registered_email):
        raise NoWayToReach
    with transaction.atomic():
        contacts = Contact.objects.filter(organisation_id=organisation_id, debtor_id=debtor_id)
        before = None if contact_id is None else contacts.get(id=contact_id)
        contact = before or Contact(organisation_id=organisation_id, debtor_id=debtor_id)
        _write(contact, reach, today)
        if reach.is_main:
            contacts.exclude(id=contact.pk).update(is_main=False)
        contact.save()
        accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id=debtor_id)
        poke(organisation_id, accounts.values_list("id", flat=True), now=now)
    return contact.pk


def _write(contact: Contact, reach: Reach, today: date) -> None:
    marks = ("email_bounced_on", "phone_wrong_on", "letter_returned_on", "registered_bounced_on")
    failed_before = [getattr(contact, mark) for mark in marks]
    same = (
        contact.email == reach.email,
        contact.phone == reach.phone,
        (contact.address, contact.postcode, contact.city) == (reach.address, reach.postcode, reach.city),
        contact.registered_email == reach.registered_email,
    )
    for field in (
        "name", "role", "email", "phone", "address", "postcode", "city", "country", "registered_email",
        "consents_lre_on",
    ):  # fmt: skip
        setattr(contact, field, getattr(reach, field))
    contact.is_main = reach.is_main
    said = (reach.email_bounced, reach.phone_wrong, reach.letter_returned, reach.registered_bounced)
    for mark, day, fails, unchanged in zip(marks, failed_before, said, same, strict=True):
        setattr(contact, mark, (day or today) if fails and unchanged else None)
