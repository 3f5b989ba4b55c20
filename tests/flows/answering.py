"""Mails that debtors write, and what a test needs to have them kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from acquit.flows.answers.keep_answer import Arrived, Kept, keep_answer
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account
from acquit.store.outbox.models import Message
from tests.flows.world import NOW, Mailbox, sessions

LATER = NOW + timedelta(hours=2)


def written(
    body: str = "Bonjour, bien reçu.",
    *,
    sender: str = "dupont@client.example",
    to: str = "claire@valmeric.example",
    subject: str = "Re: Facture",
    head: str = "",
    key: str = "a1",
) -> bytes:
    """Return a mail as a debtor's program writes it; `head` are more headers, each ended by a line end."""
    return (
        f"From: Nadia <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{key}@client.example>\r\n"
        f"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n{head}"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{body}\r\n"
    ).encode()


def keep(organisation: Any, content: bytes, *, now: datetime = LATER, **more: Any) -> Kept:
    """Keep `content` as if it had just come."""
    arrived = Arrived(content=content, **({"received_at": now} | more))
    return keep_answer(organisation_id=organisation.id, arrived=arrived, now=now)


def send_first(organisation: Any, box: Mailbox, of: Account, *, now: datetime = NOW) -> Message:
    """Plan and send what is due, and return the message to the account."""
    plan_day(organisation_id=organisation.id, now=now)
    with sessions(box) as opened:
        dispatch_messages(organisation_id=organisation.id, now=now, worker="w", sessions=opened)
    return Message.objects.get(account=of, state="sent")
