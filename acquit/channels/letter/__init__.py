"""Letters: a finished PDF that a person prints and posts."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from acquit.channels.base import (
    NO_ADDRESS,
    Envelope,
    Frozen,
    HandedOver,
    Kind,
    Outcome,
    Outgoing,
    Reachable,
    Refused,
    frozen,
)

PRINT = "print"


class MissingDocument(ValueError):
    """A letter cannot be frozen before its PDF is made."""


class LetterSession:
    """Letters wait for a person: handing them over is all that a machine can do."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:  # noqa: ARG002
        """Hand the PDF over to be printed, when an address stands on the envelope."""
        if not any(recipient.strip() for recipient in envelope.recipients[:1]):
            return Refused(permanent=True, because="no postal address", code=NO_ADDRESS, blames_address=True)
        return HandedOver(to=PRINT)


class Letter:
    """Paper through the post, printed in a batch with its cover list."""

    key = "letter"
    kind = Kind.BY_HAND
    icon = "mailbox"
    label: Mapping[str, str] = {"fr": "Lettre", "en": "Letter"}

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

    def open(self, config: object = None) -> LetterSession:  # noqa: ARG002
        """Return a session; printing needs no configuration."""
        return LetterSession()


CHANNEL = Letter()
