"""The exact bytes of a message, its address, and what the outbox keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from acquit import channels
from acquit.channels.base import Address, Attached, Envelope, Frozen, Outgoing
from acquit.core.decision import Act
from acquit.core.scenario import Stage
from acquit.flows.material.background import Background, background_of
from acquit.flows.material.notice import check_notice
from acquit.flows.material.saying import Said, say
from acquit.store.accounts.models import Contact
from acquit.store.facts import Case
from acquit.store.outbox.models import Message
from acquit.store.reach import address_on
from acquit.wording.letter import letter_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A message ready to leave: frozen, addressed, and worded for the record."""

    frozen: Frozen
    envelope: Envelope
    recipient: str
    subject: str
    body: str
    message_id: str


def prepare(
    message: Message,
    case: Case,
    act: Act,
    contact: Contact | None,
    now: datetime,
    *,
    background: Background | None = None,
) -> Leaving | None:
    """Return the message ready to leave; None without an address. Raises wording's Unsayable."""
    channel = channels.get(message.channel)
    address = address_on(contact, message.channel) if contact is not None else None
    if contact is None or address is None:
        return None
    background = background or background_of(message, act)
    said = say(message, case, act, contact, background)
    letter = letter_pdf(said.rendered, said.facts) if message.channel == "letter" else None
    if letter is not None and act.stage is Stage.FORMAL_NOTICE:
        check_notice(letter, said.facts, case.language)
    sender = _sender(said)
    message_id = message.message_id or _message_id(message, sender.address)
    outgoing = Outgoing(
        message_key=f"{message.organisation_id}-{message.id}",
        recipient=Address(address=address, name=contact.name or case.name),
        subject=said.rendered.subject,
        text=said.rendered.text,
        html=said.rendered.html,
        sender=sender,
        reply_to=Address(address=said.facts.reply_to) if said.facts.reply_to else None,
        dated_at=now,
        message_id=message_id,
        references=_conversation(background),
        attachments=_attached(background),
        language=case.language,
        document=letter,
    )
    return Leaving(
        frozen=channel.freeze(outgoing),
        envelope=Envelope(sender=sender.address, recipients=(address,)),
        recipient=", ".join(address.splitlines()),
        subject=said.rendered.subject,
        body=said.rendered.editable,
        message_id=message_id,
    )


def _sender(said: Said) -> Address:
    sender = said.facts.sender
    address = sender.email or said.facts.creditor.email or settings.DEFAULT_FROM_EMAIL
    return Address(address=address, name=f"{sender.name}")


def _message_id(message: Message, sender: str) -> str:
    """The same over every retry, so that a receiver can tell a repetition."""
    domain = sender.rpartition("@")[2] or "acquit.invalid"
    return f"<acquit.{message.organisation_id}.{message.id}.{message.reply_token}@{domain}>"


def _conversation(background: Background) -> tuple[str, ...]:
    """The Message-IDs already exchanged on this account, so that a case reads as one thread."""
    mails = (one for one in background.sent if one.channel == "email")
    return tuple(one.message_id for one in mails if one.message_id)


def _attached(background: Background) -> tuple[Attached, ...]:
    return tuple(
        Attached(name=f"{document.number}.pdf".replace("/", "-"), content=document.content)
        for document in background.documents
    )
