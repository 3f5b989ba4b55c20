"""What a machine wrote: mails that did not arrive, absences, copies of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from acquit.channels.email.answer.inbound import Inbound
from acquit.channels.email.answer.reading import Answer as Read
from acquit.flows.material.answers.whose import Whose, answered
from acquit.flows.material.unreached import stop_address, take_step_back
from acquit.store.accounts.models import Contact, Debtor
from acquit.store.outbox.models import Message

#: A longer absence is a person's to believe: a machine's word must not silence a debtor for a year.
LONGEST_AWAY = timedelta(days=45)
#: How long after we wrote to an address a bounce that names no message of ours is believed.
_BELIEVED = timedelta(days=10)

_OUR_ID = "<acquit."
_WRITTEN_TO = """
SELECT c.id FROM accounts_contact c
WHERE c.organisation_id = %(organisation)s AND c.email <> '' AND lower(c.email) = ANY(%(addresses)s)
  AND c.email_bounced_on IS NULL
  AND EXISTS (SELECT 1 FROM outbox_message m
    WHERE m.organisation_id = c.organisation_id AND m.debtor_id = c.debtor_id AND m.channel = 'email'
      AND m.sent_at >= %(since)s AND position(lower(c.email) IN lower(m.recipient)) > 0)
ORDER BY c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """What a bounce changed: contacts that are written to no more. `settled`: nobody needs to read it."""

    debtors: tuple[int, ...]
    settled: bool


def own_copy(organisation_id: int, inbound: Inbound) -> Message | None:
    """Return our message of which this is the copy: it bears the Message-ID that we gave it."""
    if not inbound.message_id.startswith(_OUR_ID):
        return None
    token = inbound.message_id.partition("@")[0].rpartition(".")[2]
    message = answered(organisation_id, [token])
    return message if message is not None and message.message_id == inbound.message_id else None


def returned_message(organisation_id: int, inbound: Inbound) -> Message | None:
    """Return our message that a bounce sends back, by the token within its identity."""
    token = inbound.returned.partition("@")[0].rpartition(".")[2].lower()
    tokens = [token] if inbound.returned.startswith(_OUR_ID) and token else []
    return answered(organisation_id, [*tokens, *inbound.tokens])


def mark_undelivered(
    organisation_id: int, found: Read, message: Message | None, *, on: date, now: datetime
) -> Undelivered:
    """Write no more to the contacts whose address is to blame, and only to those (F-45).

    A bounce may be forged: an address counts only where a message of ours went to it, the one that is sent
    back (its step is done again by another way, as when a carrier tells) or one of the last days.
    """
    bounce = found.bounce
    if bounce is None or not bounce.gave_up:
        return Undelivered(debtors=(), settled=bounce is not None)
    dead = [one for one in bounce.recipients if one.blames_address]
    if message is not None:
        ours = [one for one in dead if stop_address(message, one.address, now=now)]
        if ours:
            take_step_back(message, because=ours[0].reason or "bounced")
        return Undelivered(debtors=(message.debtor_id,) if ours else (), settled=bool(ours))
    ids = _written_to(organisation_id, [one.address.lower() for one in dead], now) if dead else []
    contacts = Contact.objects.filter(organisation_id=organisation_id, id__in=ids)
    contacts.update(email_bounced_on=on)
    debtors = tuple(dict.fromkeys(contacts.order_by("id").values_list("debtor_id", flat=True)))
    return Undelivered(debtors=debtors, settled=bool(debtors) and len(dead) == len(bounce.recipients))


def note_absence(organisation_id: int, found: Read, whose: Whose, *, on: date) -> bool:
    """Let the next contact wait until the writer is back (F-47); false where a person has to believe it."""
    day = found.proposal.day
    if day is None or day < on or whose.debtor_id is None:
        return True
    if day > on + LONGEST_AWAY:
        return False
    Debtor.objects.filter(organisation_id=organisation_id, id=whose.debtor_id).update(away_until=day)
    return True


def _written_to(organisation_id: int, addresses: Sequence[str], now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITTEN_TO,
            {
                "organisation": organisation_id, "addresses": list(addresses), "since": now - _BELIEVED,
            },
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]
