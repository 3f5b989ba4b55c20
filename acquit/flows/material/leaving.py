"""The exact bytes of a message, its address, and what the outbox keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from acquit import channels
from acquit.channels.base import Address, Addressee, Attached, Envelope, Frozen, Outgoing
from acquit.channels.email.mailbox import usable
from acquit.core.decision import Act
from acquit.core.scenario import Stage
from acquit.flows.material.background import Background, background_of
from acquit.flows.material.charges import Charged, charged
from acquit.flows.material.notice import check_notice, checked_letter
from acquit.flows.material.saying import Said, say, step_of
from acquit.store.accounts.models import Contact
from acquit.store.facts import Case
from acquit.store.outbox.models import PAPER, Message
from acquit.store.reach import address_on, registered_email_of
from acquit.wording.document import inert
from acquit.wording.labels import labels
from acquit.wording.letter import compiled
from acquit.wording.postal import AddressDoesNotFit, envelope_lines, window_address
from acquit.wording.statement import statement_pdf
from acquit.wording.transfer import qr_png, transfer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A message ready to leave: frozen, addressed, and worded for the record."""

    frozen: Frozen
    envelope: Envelope
    recipient: str
    subject: str
    body: str
    message_id: str
    charges: tuple[Charged, ...] = ()


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
    paper = message.channel in PAPER
    letter = _letter(said, case) if paper else None
    addressee = _addressee(said, case, contact) if paper else None
    if letter is not None and act.stage is Stage.FORMAL_NOTICE:
        check_notice(letter, said.facts, case.language)
    sender = _sender(said)
    copies = _copies(said, case, act, background, address) if message.channel == "email" else ()
    message_id = message.message_id or _message_id(message, sender.address)
    outgoing = Outgoing(
        message_key=f"{message.organisation_id}-{message.id}",
        recipient=Address(address=address, name=inert(contact.name or case.name)),
        subject=said.rendered.subject,
        text=said.rendered.text,
        html=said.rendered.html,
        sender=sender,
        reply_to=Address(address=said.facts.reply_to) if said.facts.reply_to else None,
        dated_at=now,
        message_id=message_id,
        references=_conversation(background),
        attachments=_attached(said) if message.channel == "email" else (),
        copies=copies,
        language=case.language,
        document=letter,
    )
    return Leaving(
        frozen=channel.freeze(outgoing),
        envelope=Envelope(
            sender=sender.address,
            recipients=(address, *(one.address for one in copies)),
            addressee=addressee,
            sender_lines=_sender_lines(said) if paper else (),
            subject=said.rendered.subject,
        ),
        recipient=", ".join(addressee.lines if addressee else address.splitlines()),
        subject=said.rendered.subject,
        body=said.rendered.editable,
        message_id=message_id,
        charges=charged(case, act.listed, background.matched.receipts, background.settled)
        if said.rendered.claims_penalties
        else (),
    )


def _letter(said: Said, case: Case) -> bytes:
    """Return the letter as PDF/A; raises Unsayable when the address does not fit or a word is forbidden."""
    return compiled("letter.typ", checked_letter(said.rendered, said.facts, case.language), said.facts.today)


def _addressee(said: Said, case: Case, contact: Contact) -> Addressee:
    to = said.facts.recipient
    return Addressee(
        lines=envelope_lines(said.facts), country=to.country, name=to.name or "", company=case.name,
        consumer=case.snapshot.kind == "consumer",
        registered_email=registered_email_of(contact, case.snapshot.kind),
    )  # fmt: skip


def _sender_lines(said: Said) -> tuple[str, ...]:
    """Return where a letter comes back to; nothing where it does not fit an envelope."""
    creditor = said.facts.creditor
    try:
        return window_address(
            (creditor.name, *creditor.address), creditor.country, sent_from=creditor.country
        )
    except AddressDoesNotFit:
        return ()


def _sender(said: Said) -> Address:
    sender = said.facts.sender
    address = sender.email or said.facts.creditor.email or settings.DEFAULT_FROM_EMAIL
    return Address(address=address, name=inert(sender.name))


def _message_id(message: Message, sender: str) -> str:
    """The same over every retry, so that a receiver can tell a repetition."""
    domain = sender.rpartition("@")[2] or "acquit.invalid"
    return f"<acquit.{message.organisation_id}.{message.id}.{message.reply_token}@{domain}>"


def _conversation(background: Background) -> tuple[str, ...]:
    """The Message-IDs already exchanged on this account, so that a case reads as one thread."""
    mails = (one for one in background.sent if one.channel == "email")
    return tuple(one.message_id for one in mails if one.message_id)


def _copies(said: Said, case: Case, act: Act, background: Background, recipient: str) -> tuple[Address, ...]:
    """Return who reads too, from the steps that say so; whoever has no mailbox is left out."""
    step = step_of(case, act)
    found = {"owner": background.owner_email, "manager": background.creditor.manager_email}
    wanted = (found.get(who, "") for who in sorted(step.copy_to, reverse=True)) if step else ()
    seen = {recipient.lower(), (said.facts.sender.email or "").lower()}
    copies = []
    for address in filter(None, map(usable, wanted)):
        if address.lower() not in seen:
            seen.add(address.lower())
            copies.append(Address(address=address))
    return tuple(copies)


def _attached(said: Said) -> tuple[Attached, ...]:
    """Return the invoices, the statement where the step asks for it, and the code of the transfer."""
    facts = said.facts
    found = [Attached(name=one.name, content=one.content) for one in facts.attachments]
    if facts.statement:
        name = f"{labels(facts.language).statement_title}.pdf"
        found.append(Attached(name=name, content=statement_pdf(facts)))
    code = transfer_of(facts, claims=said.rendered.claims_penalties) if facts.qr_cid else None
    if code and facts.qr_cid:
        picture = Attached(name="qr.png", content=qr_png(code), media_type="image/png", cid=facts.qr_cid)
        found.append(picture)
    return tuple(found)
