"""Letters: a finished PDF that a person prints and posts, or that a provider does."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable
from acquit.channels.paper import freeze_document, postal_lines
from acquit.channels.provider import Listed, Provider

PROVIDERS = ("acquit.channels.letter.print", "acquit.channels.letter.maileva")


class Letter:
    """Paper through the post, printed in a batch with its cover list."""

    key = "letter"
    kind = Kind.BY_HAND
    icon = "mailbox"
    label: Mapping[str, str] = {"fr": "Lettre", "en": "Letter"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the lines of the envelope, postcode and city last; None if they miss."""
        return postal_lines(contact)

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the PDF as it will be printed; raise MissingDocument before it is made."""
        return freeze_document(outgoing)


CHANNEL = Letter()
