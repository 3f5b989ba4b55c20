"""What every channel promises: exact bytes first, then one honest outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from acquit.channels.provider import Provider


class Kind(StrEnum):
    """Who makes a message of this channel arrive."""

    DIRECT = "direct"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Somebody's name and his address on a channel: a mailbox, a number, lines of an envelope."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that leaves with the message; with a `cid` it is a picture inside the HTML."""

    name: str
    content: bytes
    media_type: str = "application/pdf"
    cid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message ready to be frozen. `message_key` is its identity over every retry.

    `document` is the finished PDF of a letter. `references` are the Message-IDs of the
    conversation, the oldest first; the last one is what this message follows.
    """

    message_key: str
    recipient: Address
    subject: str
    text: str
    sender: Address
    dated_at: datetime
    html: str | None = None
    copies: tuple[Address, ...] = ()
    attachments: tuple[Attached, ...] = ()
    reply_to: Address | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    message_id: str | None = None
    references: tuple[str, ...] = ()
    language: str = "fr"
    document: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The exact bytes that leave, and their SHA-256 in hexadecimal."""

    content: bytes
    media_type: str
    sha256: str


def frozen(content: bytes, media_type: str) -> Frozen:
    """Return `content` with its digest."""
    return Frozen(
        content=content,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who a letter is for, for those who post it: the lines of the envelope as they are printed.

    `country` is ISO 3166. `registered_email` takes electronic registered letters; it is empty where the
    law wants a consent that was not given.
    """

    lines: tuple[str, ...]
    country: str = "FR"
    name: str = ""
    company: str = ""
    consumer: bool = False
    registered_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom and to whom the bytes go; the first recipient is the one who must be reached.

    `addressee`, `sender_lines` and `subject` are for letters: their bytes tell a machine nothing.
    """

    sender: str
    recipients: tuple[str, ...]
    addressee: Addressee | None = None
    sender_lines: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The world said no and nothing left; `permanent` means that trying again is vain.

    `blames_address`: it is the recipient's address that does not work, not the message, the
    sender or the server. Only then may a contact be marked as bounced.
    """

    permanent: bool
    because: str
    code: str
    blames_address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the message in charge; `refused` are the copies that it did not."""

    provider_ref: str
    detail: str = ""
    refused: Mapping[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The message may have left and may not: never to be sent again blindly (F-02)."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A person finishes: `to` is "print" or "call"."""

    to: str


Outcome = Accepted | Refused | Unknown | HandedOver

NO_ADDRESS = "no_address"


class Reachable(Protocol):
    """What a channel reads of a contact; an empty string is an absent address."""

    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def registered_email(self) -> str: ...


class Session(Protocol):
    """An open channel, for one message or for a batch; it connects only when it must."""

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Make `frozen` leave once; never raise for what the world does."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Closing:
    """A session that ends by `close`, however its batch ended."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what is open, if anything is."""


class Channel(Protocol):
    """One way for a message to leave. `icon` is a Tabler name, `label` its words per language.

    `providers` are those who can carry it, by key. `kind` is how it leaves where a creditor has no carrier.
    """

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def icon(self) -> str: ...
    @property
    def label(self) -> Mapping[str, str]: ...
    @property
    def providers(self) -> Mapping[str, Provider]: ...

    def address_of(self, contact: Reachable) -> str | None:
        """Return the contact's address on this channel; None when it has none that could work."""

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the exact bytes to leave: the same message key gives the same bytes."""
