"""Which contact of a debtor a message goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from acquit.store.accounts.models import Contact
from acquit.store.cases.models import SilentNumber
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
    silent = silent_numbers(organisation_id) if any(channel == "sms" for _, channel in pairs) else frozenset()
    ranked = defaultdict(list)
    for contact in sorted(contacts, key=_rank):
        ranked[contact.debtor_id].append(contact)
    for debtor_id, channel in pairs:
        usable = next((c for c in ranked[debtor_id] if address_on(c, channel, silent)), None)
        if usable is not None:
            found[debtor_id, channel] = usable
    return found


def silent_numbers(organisation_id: int) -> frozenset[str]:
    """Return the numbers that take no more SMS."""
    found = SilentNumber.objects.filter(organisation_id=organisation_id, lifted_at=None)
    return frozenset(found.values_list("number", flat=True))


def silence(organisation_id: int, number: str, *, because: str, now: datetime) -> None:
    """Send no more SMS to `number`, whoever has it; calling it stays possible."""
    SilentNumber.objects.bulk_create(
        [SilentNumber(organisation_id=organisation_id, number=number, because=because, since=now)],
        ignore_conflicts=True,
    )


def _rank(contact: Contact) -> tuple[bool, int, int]:
    role = _ROLES.index(contact.role) if contact.role in _ROLES else len(_ROLES)
    return not contact.is_main, role, contact.id
