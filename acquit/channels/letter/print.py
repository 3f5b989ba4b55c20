"""Letters that a person prints and posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from acquit.channels.base import NO_ADDRESS, Envelope, Frozen, HandedOver, Outcome, Refused
from acquit.channels.provider import News, Received, Setting

PRINT = "print"


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


class Printing:
    """The creditor's own printer, stamps and legs."""

    key = "print"
    label = "Print"
    keeps_keys = False
    fields: tuple[Setting, ...] = ()

    def open(self, settings: Mapping[str, str]) -> LetterSession:  # noqa: ARG002
        """Return a session; printing needs no settings."""
        return LetterSession()

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: a person is asked on the screen."""
        return None


PROVIDER = Printing()
