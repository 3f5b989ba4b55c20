"""Letters: a finished PDF that a person prints and posts, or that a provider does."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable, frozen
from acquit.channels.provider import Listed, Provider

PROVIDERS = ("acquit.channels.letter.print",)


class MissingDocument(ValueError):
    """A letter cannot be frozen before its PDF is made."""


class Letter:
    """Paper through the post, printed in a batch with its cover list."""

    key = "letter"
    kind = Kind.BY_HAND
    icon = "mailbox"
    label: Mapping[str, str] = {"fr": "Lettre", "en": "Letter"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the lines of the envelope, postcode and city last; None if they miss.

        Without a street the city alone would reach nobody.
        """
        lines = [line.strip() for line in contact.address.splitlines() if line.strip()]
        last = " ".join(filter(None, (contact.postcode.strip(), contact.city.strip())))
        if last and last.casefold() not in (line.casefold() for line in lines):
            lines.append(last)
        return "\n".join(lines) if len(lines) > 1 else None

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the PDF as it will be printed; raise MissingDocument before it is made."""
        if outgoing.document is None:
            raise MissingDocument(outgoing.message_key)
        return frozen(outgoing.document, "application/pdf")


CHANNEL = Letter()
