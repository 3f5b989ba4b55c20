"""What channels that end in an envelope share: the address, the frozen PDF, a person with a printer."""

from __future__ import annotations

from acquit.channels.base import Frozen, Outgoing, Reachable, frozen
from acquit.channels.by_hand import ByHand


class MissingDocument(ValueError):
    """A letter cannot be frozen before its PDF is made."""


def postal_lines(contact: Reachable) -> str | None:
    """Return the lines of the envelope, postcode and city last; None if they miss.

    Without a street the city alone would reach nobody.
    """
    lines = [line.strip() for line in contact.address.splitlines() if line.strip()]
    last = " ".join(filter(None, (contact.postcode.strip(), contact.city.strip())))
    if last and last.casefold() not in (line.casefold() for line in lines):
        lines.append(last)
    return "\n".join(lines) if len(lines) > 1 else None


def freeze_document(outgoing: Outgoing) -> Frozen:
    """Return the PDF as it will be printed; raise MissingDocument before it is made."""
    if outgoing.document is None:
        raise MissingDocument(outgoing.message_key)
    return frozen(outgoing.document, "application/pdf")


PRINT = "print"
#: The creditor's own printer, stamps and legs.
PRINTING = ByHand(key="print", label="Print", done=PRINT, lacks="no postal address")
