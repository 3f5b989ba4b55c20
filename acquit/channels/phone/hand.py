"""Calls that a person makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from acquit.channels.base import NO_ADDRESS, Envelope, Frozen, HandedOver, Outcome, Refused
from acquit.channels.phone.number import could_be_dialled
from acquit.channels.provider import News, Received, Setting

CALL = "call"


class PhoneSession:
    """Calls wait for a person: the machine only puts the script before him."""

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
        """Hand the script over to be called, when there is a number to dial."""
        if not any(could_be_dialled(number) for number in envelope.recipients[:1]):
            return Refused(permanent=True, because="no phone number", code=NO_ADDRESS, blames_address=True)
        return HandedOver(to=CALL)


class ByHand:
    """A person at a telephone."""

    key = "hand"
    label = "Call"
    keeps_keys = False
    fields: tuple[Setting, ...] = ()

    def open(self, settings: Mapping[str, str]) -> PhoneSession:  # noqa: ARG002
        """Return a session; calling needs no settings."""
        return PhoneSession()

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: a person is asked on the screen."""
        return None


PROVIDER = ByHand()
