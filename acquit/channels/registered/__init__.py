"""Registered letters: on paper by hand or by a provider, or electronic by a qualified one.

Qualified electronic registered delivery has the effect of a registered letter on paper (art. 44 eIDAS, L100
CPCE). A contact is reached by his postal address, or by the one at which he receives electronic ones; that of
a consumer who gave no consent is none, which the store sees to.
"""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable
from acquit.channels.paper import freeze_document, postal_lines
from acquit.channels.provider import Listed, Provider

PROVIDERS = (
    "acquit.channels.registered.print",
    "acquit.channels.registered.maileva",
    "acquit.channels.registered.ar24",
)


class Registered:
    """A letter whose dispatch and arrival are proven."""

    key = "registered_letter"
    kind = Kind.BY_HAND
    icon = "certificate"
    label: Mapping[str, str] = {"fr": "Lettre recommandée", "en": "Registered letter"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the lines of the envelope, else the address of electronic registered letters."""
        return postal_lines(contact) or contact.registered_email.strip() or None

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the PDF as it will leave; raise MissingDocument before it is made."""
        return freeze_document(outgoing)


CHANNEL = Registered()
