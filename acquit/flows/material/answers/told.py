"""What arrived, and what was read in it, whatever the channel it came by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from acquit.channels.base import Address
from acquit.channels.email.answer.inbound import Inbound
from acquit.channels.email.answer.proposal import propose
from acquit.channels.email.answer.reading import Answer as Read
from acquit.channels.email.answer.reading import read
from acquit.channels.email.answer.strip import Kind, Piece, Stripped
from acquit.channels.email.answer.text import one_line, shown

EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Something that somebody wrote, as it came.

    An e-mail is a whole MIME message; of any other channel `content` is UTF-8 text, `sender` the number,
    and `event_id` the provider's own name of it, by which it is known again. `message_id` is ours that a
    provider says it answers. `complete` is false where only the beginning was fetched, `legible` where
    reading it failed: then it is kept as it is, for a person.
    """

    content: bytes
    received_at: datetime
    channel: str = EMAIL
    sender: str = ""
    event_id: str = ""
    message_id: int | None = None
    creditor_id: int | None = None
    mailbox_id: int | None = None
    uid_validity: int | None = None
    uid: int | None = None
    complete: bool = True
    legible: bool = True

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they came."""
        return hashlib.sha256(self.content).hexdigest()


def read_arrived(arrived: Arrived, *, on: date, ours: tuple[str, ...]) -> Read:
    """Return what is read in `arrived`; any bytes at all can be read. `ours` are addresses of our own."""
    if arrived.channel == EMAIL or not arrived.legible:
        return read(arrived.content if arrived.legible else b"", received_on=on, ours=ours)
    text = shown(arrived.content.decode("utf-8", "replace"))
    sender = Address(address=one_line(arrived.sender, 254))
    return Read(
        inbound=Inbound(sender=sender, text=text, message_id=""),
        stripped=Stripped(pieces=(Piece(Kind.SAID, text),)),
        proposal=propose(text, on=on),
    )


def fingerprint(arrived: Arrived, found: Read) -> str:
    """Return what is the same for the same mail on whatever ways it came, and different for any other.

    A Message-ID alone proves nothing: some programs give every mail the same one.
    """
    inbound = found.inbound
    if arrived.channel != EMAIL and arrived.event_id:
        parts = [arrived.channel, arrived.event_id]
    elif inbound.message_id and arrived.complete:
        files = (file.sha256 for file in inbound.attachments)
        parts = [inbound.message_id, inbound.sender.address, inbound.subject, inbound.text, *files]
    else:
        parts = [arrived.channel, arrived.sha256]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
