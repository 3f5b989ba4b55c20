"""On which channels a contact can be reached: asked of the channels themselves.

The channels are found through the settings, as Django finds its apps; an address that failed is
shown to them as absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings

from acquit.store.accounts.models import Contact


class Reach(NamedTuple):
    """The addresses of one contact that may still be used."""

    email: str
    phone: str
    address: str
    postcode: str
    city: str
    country: str


_FAILURES = {"email_bounced_on": "email", "phone_wrong_on": "phone", "letter_returned_on": "address"}


def reach_of(contact: Contact) -> Reach:
    """Return the addresses of `contact` that have not failed."""
    return Reach(
        email="" if contact.email_bounced_on else contact.email,
        phone="" if contact.phone_wrong_on else contact.phone,
        address="" if contact.letter_returned_on else contact.address,
        postcode=contact.postcode,
        city=contact.city,
        country=contact.country,
    )


def channels_of(reaches: Iterable[Reach]) -> frozenset[str]:
    """Return the keys of the channels on which one of `reaches` has an address."""
    found = set()
    for reach in reaches:
        for key, channel in _channels().items():
            if key not in found and channel.address_of(reach) is not None:
                found.add(key)
    return frozenset(found)


def address_on(contact: Contact, channel: str) -> str | None:
    """Return the address of `contact` on `channel`, if it has one that has not failed."""
    found = _channels().get(channel)
    if found is None:
        return None
    address: str | None = found.address_of(reach_of(contact))
    return address


def failure_on(contact: Contact, channel: str) -> str:
    """Return the field of `contact` that says since when its address on `channel` fails.

    A channel is asked which address it cannot do without. Raises LookupError for one that needs none.
    """
    asked, reach = _channels()[channel], reach_of(contact)
    for field, address in _FAILURES.items():
        if asked.address_of(reach._replace(**{address: ""})) is None:
            return field
    raise LookupError(channel)


def _channels() -> dict[str, Any]:
    return _found(tuple(settings.CHANNELS))


@cache
def _found(paths: tuple[str, ...]) -> dict[str, Any]:
    found = [import_module(path).CHANNEL for path in paths]
    return {channel.key: channel for channel in found}
