"""What channels that end in an envelope share: the address, the frozen PDF, a person with a printer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from acquit.channels.base import (
    NO_ADDRESS,
    Envelope,
    Frozen,
    HandedOver,
    Outcome,
    Outgoing,
    Reachable,
    Refused,
    frozen,
)
from acquit.channels.provider import News, Received, Setting

PRINT = "print"


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


class PrintSession:
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


class Printing:
    """The creditor's own printer, stamps and legs."""

    key = "print"
    label = "Print"
    keeps_keys = False
    fields: tuple[Setting, ...] = ()

    def open(self, settings: Mapping[str, str]) -> PrintSession:  # noqa: ARG002
        """Return a session; printing needs no settings."""
        return PrintSession()

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: a person is asked on the screen."""
        return None
