"""On which channels a contact can be reached: asked of the channels themselves.

The channels are found through the settings, as Django finds its apps; an address that failed is
shown to them as absent.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings

from acquit.store.accounts.models import Contact

_SMS = "sms"


class Reach(NamedTuple):
    """The addresses of one contact that may still be used; `country` is the debtor's where he has none."""

    email: str
    phone: str
    address: str
    postcode: str
    city: str
    country: str
    registered_email: str = ""


_FAILURES = {
    "email_bounced_on": "email", "phone_wrong_on": "phone", "letter_returned_on": "address",
    "registered_bounced_on": "registered_email",
}  # fmt: skip


def reach_of(contact: Contact) -> Reach:
    """Return the addresses of `contact` that have not failed."""
    return Reach(
        email="" if contact.email_bounced_on else contact.email,
        phone="" if contact.phone_wrong_on else contact.phone,
        address="" if contact.letter_returned_on else contact.address,
        postcode=contact.postcode,
        city=contact.city,
        country=contact.country or contact.debtor.country,
        registered_email=registered_email_of(contact, contact.debtor.kind),
    )


def registered_email_of(contact: Contact, kind: str) -> str:
    """Return where an electronic registered letter may go to `contact` of a debtor of this `kind`.

    Who is no professional must have agreed to it first (art. L100 and R53 CPCE): without his consent
    there is no such address.
    """
    agreed = kind != "consumer" or contact.consents_lre_on is not None
    return contact.registered_email if agreed and not contact.registered_bounced_on else ""


def channels_of(reaches: Iterable[Reach], *, sms: bool, silent: Container[str] = ()) -> frozenset[str]:
    """Return the keys of the channels on which one of `reaches` has an address.

    Without `sms` nobody carries one, and no number is looked at; `silent` are those that take no more.
    """
    found = set()
    for reach in reaches:
        for key, channel in _channels().items():
            if key not in found and (sms or key != _SMS):
                address = channel.address_of(reach)
                if address is not None and not (key == _SMS and address in silent):
                    found.add(key)
    return frozenset(found)


def address_on(contact: Contact, channel: str, silent: Container[str] = ()) -> str | None:
    """Return the address of `contact` on `channel`, if it has one that has not failed or is `silent`."""
    found = _channels().get(channel)
    if found is None:
        return None
    address: str | None = found.address_of(reach_of(contact))
    return None if channel == _SMS and address in silent else address


def failure_on(contact: Contact, channel: str) -> str:
    """Return the field of `contact` that says since when its address on `channel` fails.

    A channel is asked without which address it would use another one, or none. Raises LookupError for one
    that needs none.
    """
    asked, reach = _channels()[channel], reach_of(contact)
    used = asked.address_of(reach)
    for field, address in _FAILURES.items():
        if asked.address_of(reach._replace(**{address: ""})) != used:
            return field
    raise LookupError(channel)


def _channels() -> dict[str, Any]:
    return _found(tuple(settings.CHANNELS))


@cache
def _found(paths: tuple[str, ...]) -> dict[str, Any]:
    found = [import_module(path).CHANNEL for path in paths]
    return {channel.key: channel for channel in found}
