"""An attempt to make a claimed message leave: begun on unchanged facts, its bytes frozen, committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg.types.json import Jsonb

from acquit.core.decision import Act, Decision
from acquit.flows.material.background import Background
from acquit.flows.material.leaving import Leaving
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import StepClaim
from acquit.store.encoding import encode_reasons, encode_total
from acquit.store.facts import Case
from acquit.store.insert import insert_rows
from acquit.store.outbox.models import Message

#: Attempts that a message gets before a person must look.
MOST_ATTEMPTS = 6

#: A step of a term: (term, round, step, repetition).
Step = tuple[Any, int, str, int]

# By its key alone: asked for by its state as well, PostgreSQL may read every message that ever had it.
_HELD = """
SELECT state, claimed_by, claimed_at, attempts FROM outbox_message
WHERE organisation_id = %s AND id = %s FOR UPDATE
"""
_ACCOUNTS = """
SELECT id, xmin::text FROM accounts_account
WHERE organisation_id = %s AND debtor_id = %s ORDER BY id FOR UPDATE
"""
# One statement, since it is run for each message by itself.
_BEGUN = """
WITH begun AS (
  INSERT INTO outbox_delivery (organisation_id, message_id, attempt, began_at, outcome, permanent,
    provider_ref, detail, carrier_id, idempotency_key)
  VALUES (%(organisation)s, %(message)s, %(attempt)s, %(now)s, '', false, '', '', %(carrier)s, %(key)s)),
frozen AS (
  INSERT INTO outbox_evidence (organisation_id, message_id, sha256, media_type, content, frozen_at)
  VALUES (%(organisation)s, %(message)s, %(sha256)s, %(media_type)s, %(content)s, %(now)s)
  ON CONFLICT DO NOTHING)
UPDATE outbox_message SET listed = %(listed)s, total = %(total)s, reasons = %(reasons)s,
  recipient = %(recipient)s, subject = %(subject)s, body = %(body)s, message_id = %(message_id)s,
  reply_token = %(reply_token)s, because = ''
WHERE organisation_id = %(organisation)s AND id = %(message)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message taken by this worker, with the last look at its account.

    All of it is read for some messages at once: what changes meanwhile changes the case's witness.
    """

    message: Message
    case: Case
    decision: Decision
    contact: Contact | None
    background: Background | None
    claims: Mapping[Step, int]


def claims_of(organisation_id: int, message_ids: Iterable[int]) -> defaultdict[int, dict[Step, int]]:
    """Return the steps that each message claims, and the row that does it."""
    found: defaultdict[int, dict[Step, int]] = defaultdict(dict)
    claims = StepClaim.objects.filter(organisation_id=organisation_id, message_id__in=list(message_ids))
    for claim in claims:
        if claim.message_id is not None:
            found[claim.message_id][claim.term_id, claim.round, claim.step, claim.repetition] = claim.id
    return found


def mine(message: Message) -> QuerySet[Message]:
    """Return the message if this claim still holds: a slow worker may have lost it to another."""
    return Message.objects.filter(
        id=message.id, state="sending", claimed_by=message.claimed_by,
        claimed_at=message.claimed_at, attempts=message.attempts,
    )  # fmt: skip


def key_of(message: Message) -> str:
    """Return what names `message` to a provider, the same over all of its attempts; nobody can guess it."""
    return f"acquit-{message.id}-{message.reply_token}"


def begin(claimed: Claimed, act: Act, leaving: Leaving, *, now: datetime, carrier_id: int | None) -> bool:
    """Commit that an attempt begins, with the frozen bytes; false if the facts moved meanwhile.

    Every new fact pokes the account, which changes its witness: then the message is looked at
    again instead of leaving (F-06). The debtor's other accounts are poked, so that two of them
    never write at once.
    """
    message = claimed.message
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [message.organisation_id, message.debtor_id])
        witnesses: dict[int, str] = dict(cursor.fetchall())
        cursor.execute(_HELD, [message.organisation_id, message.id])
        held = ("sending", message.claimed_by, message.claimed_at, message.attempts)
        if witnesses.get(message.account_id) != claimed.case.witness or cursor.fetchone() != held:
            return False
        others = witnesses.keys() - {message.account_id}
        if others:
            poke(message.organisation_id, others, now=now)
        _claim_steps(claimed, act)
        cursor.execute(_BEGUN, _begun(message, act, leaving, now) | {"carrier": carrier_id})
    return True


def _begun(message: Message, act: Act, leaving: Leaving, now: datetime) -> dict[str, Any]:
    return {
        "organisation": message.organisation_id, "message": message.id, "now": now,
        "attempt": message.attempts, "sha256": leaving.frozen.sha256,
        "media_type": leaving.frozen.media_type, "content": leaving.frozen.content,
        "listed": Jsonb(list(act.listed)), "total": Jsonb(encode_total(act.total)),
        "reasons": Jsonb(encode_reasons(act.reasons)), "recipient": leaving.recipient,
        "subject": leaving.subject, "body": message.body if message.edited else leaving.body,
        "message_id": leaving.message_id, "reply_token": message.reply_token, "key": key_of(message),
    }  # fmt: skip


def _claim_steps(claimed: Claimed, act: Act) -> None:
    """Let the message claim exactly the steps of the last decision: a term paid meanwhile drops out."""
    message, have, wanted = claimed.message, claimed.claims, set(act.claims)
    over = [row for step, row in have.items() if step not in wanted]
    if over:
        StepClaim.objects.filter(organisation_id=message.organisation_id, id__in=over).delete()
    insert_rows([
        StepClaim(
            organisation_id=message.organisation_id, account_id=message.account_id,
            term_id=claim.term, round=claim.round, step=claim.step, repetition=claim.repetition,
            on=claimed.case.today, message=message,
        )
        for claim in act.claims
        if claim not in have
    ])  # fmt: skip
