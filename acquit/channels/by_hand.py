"""What providers share at which a person does the work: no connection, no keys, no news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from acquit.channels.base import NO_ADDRESS, Closing, Envelope, Frozen, HandedOver, Outcome, Refused
from acquit.channels.provider import News, Received, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand(Closing):
    """A person prints or calls, and tells on the screen what came of it.

    `done` is what is left to do once it is handed over, and `lacks` what an envelope without a recipient
    whom `reaches` accepts is refused for.
    """

    key: str
    label: str
    done: str
    lacks: str
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = ()

    def reaches(self, recipient: str) -> bool:
        """Whether a person can do something with this address or number."""
        return bool(recipient.strip())

    def open(self, settings: Mapping[str, str]) -> Self:  # noqa: ARG002
        """Return a session, which is itself; nothing needs settings."""
        return self

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:  # noqa: ARG002
        """Hand it over to a person, if it can reach somebody: that is all that a machine can do."""
        if not any(self.reaches(recipient) for recipient in envelope.recipients[:1]):
            return Refused(permanent=True, because=self.lacks, code=NO_ADDRESS, blames_address=True)
        return HandedOver(to=self.done)

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a person tells on the screen."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: a person is asked on the screen."""
        return None
