"""Which contact of a debtor a message goes to."""

from __future__ import annotations

from collections.abc import Iterable

from acquit.store.accounts.models import Contact
from acquit.store.reach import address_on

#: Roles in the order in which they are written to.
_ROLES = ("accounts_payable", "accounting", "", "manager", "buyer", "legal")


def contacts_for(organisation_id: int, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Contact]:
    """Return the contact to use for each (debtor id, channel): the main one that is reachable."""
    pairs = set(wanted)
    found: dict[tuple[int, str], Contact] = {}
    contacts = Contact.objects.filter(
        organisation_id=organisation_id, debtor_id__in={debtor for debtor, _ in pairs}
    ).order_by("id")
    ranked = sorted(contacts, key=_rank)
    for debtor_id, channel in pairs:
        usable = (c for c in ranked if c.debtor_id == debtor_id and address_on(c, channel))
        contact = next(usable, None)
        if contact is not None:
            found[debtor_id, channel] = contact
    return found


def _rank(contact: Contact) -> tuple[bool, int, int]:
    role = _ROLES.index(contact.role) if contact.role in _ROLES else len(_ROLES)
    return not contact.is_main, role, contact.id
