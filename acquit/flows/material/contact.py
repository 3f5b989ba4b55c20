"""Which contact of a debtor a message goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from acquit.store.accounts.models import Contact
from acquit.store.reach import address_on

#: Roles in the order in which they are written to.
_ROLES = ("accounts_payable", "accounting", "", "manager", "buyer", "legal")


def contacts_for(organisation_id: int, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Contact]:
    """Return the contact to use for each (debtor id, channel): the main one that is reachable."""
    pairs = set(wanted)
    found: dict[tuple[int, str], Contact] = {}
    contacts = (
        Contact.objects.filter(organisation_id=organisation_id, debtor_id__in={debtor for debtor, _ in pairs})
        .select_related("debtor")
        .order_by("id")
    )
    ranked = defaultdict(list)
    for contact in sorted(contacts, key=_rank):
        ranked[contact.debtor_id].append(contact)
    for debtor_id, channel in pairs:
        usable = next((c for c in ranked[debtor_id] if address_on(c, channel)), None)
        if usable is not None:
            found[debtor_id, channel] = usable
    return found


def _rank(contact: Contact) -> tuple[bool, int, int]:
    role = _ROLES.index(contact.role) if contact.role in _ROLES else len(_ROLES)
    return not contact.is_main, role, contact.id
