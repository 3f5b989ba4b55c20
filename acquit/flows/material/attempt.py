"""Attempts to make claimed messages leave: begun on unchanged facts, their bytes frozen, committed."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from acquit.core.decision import Act, Decision
from acquit.flows.material.background import Background
from acquit.flows.material.charges import keep_charges
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

#: What another transaction holds is being changed: its message waits instead of this worker.
_ACCOUNTS = """
SELECT id, debtor_id, xmin::text FROM accounts_account
WHERE organisation_id = %s AND debtor_id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED
"""
# By their keys alone: asked for by state as well, PostgreSQL may read every message that ever had it.
_HELD = """
SELECT id, state, claimed_by, claimed_at, attempts FROM outbox_message
WHERE organisation_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE
"""
_WITNESS = "SELECT xmin::text FROM accounts_account WHERE organisation_id = %s AND id = %s"
_BEGUN = """
WITH said AS (
  SELECT * FROM json_to_recordset(%(rows)s) AS s(message bigint, attempt int, carrier bigint, key text,
    sha256 text, media_type text, content text, listed jsonb, total jsonb, reasons jsonb, recipient text,
    subject text, body text, message_id text, reply_token text)),
begun AS (
  INSERT INTO outbox_delivery (organisation_id, message_id, attempt, began_at, outcome, permanent,
    provider_ref, detail, carrier_id, idempotency_key)
  SELECT %(organisation)s, message, attempt, %(now)s, '', false, '', '', carrier, key FROM said),
frozen AS (
  INSERT INTO outbox_evidence (organisation_id, message_id, sha256, media_type, content, frozen_at)
  SELECT %(organisation)s, message, sha256, media_type, decode(content, 'base64'), %(now)s FROM said
  ON CONFLICT DO NOTHING)
UPDATE outbox_message m SET listed = s.listed, total = s.total, reasons = s.reasons,
  recipient = s.recipient, subject = s.subject, body = s.body, message_id = s.message_id,
  reply_token = s.reply_token, because = ''
FROM said s WHERE m.organisation_id = %(organisation)s AND m.id = s.message
"""
# Locked by one statement and counted by the next, which then sees what the others began.
_CARRIER = "SELECT per_minute, per_hour FROM outbox_carrier WHERE organisation_id = %s AND id = %s FOR UPDATE"
_CARRIED = """
SELECT count(*) FILTER (WHERE began_at > %(now)s - interval '1 minute'), count(*) FROM outbox_delivery
WHERE organisation_id = %(organisation)s AND carrier_id = %(carrier)s
  AND began_at > %(now)s - interval '1 hour'
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A claimed message that is about to leave: what it does, its bytes, and who carries it.

    `limited` carriers are counted under a lock, so that all workers together keep the pace.
    """

    claimed: Claimed
    act: Act
    leaving: Leaving
    carrier_id: int | None = None
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """Which of some attempts began, by message; why the others did not."""

    begun: frozenset[int]
    moved: frozenset[int]
    held: frozenset[int]
    waits: frozenset[int]


def begin(attempts: Sequence[Attempt], *, now: datetime) -> Begun:
    """Commit at once that some attempts begin, each with its frozen bytes, where no fact moved meanwhile.

    Every new fact pokes the account, which changes its witness: then the message is looked at again
    instead of leaving (F-06). The debtor's other accounts are poked, so that two of them never write at
    once; of two messages to one debtor the second is looked at again.
    """
    organisation_id = attempts[0].claimed.message.organisation_id
    messages = [one.claimed.message for one in attempts]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [organisation_id, sorted({m.debtor_id for m in messages})])
        accounts = {account: (debtor, witness) for account, debtor, witness in cursor.fetchall()}
        cursor.execute(_HELD, [organisation_id, sorted(m.id for m in messages)])
        held = {row[0]: row[1:] for row in cursor.fetchall()}
        mine_still = {
            m.id for m in messages if held.get(m.id) == ("sending", m.claimed_by, m.claimed_at, m.attempts)
        }
        busy = {m.id for m in messages if m.account_id not in accounts}
        fits: list[Attempt] = []
        debtors: set[int] = set()
        for one in attempts:
            message = one.claimed.message
            witness = accounts.get(message.account_id, (0, ""))[1]
            fresh = message.id in mine_still and witness == one.claimed.case.witness
            if fresh and message.debtor_id not in debtors:
                debtors.add(message.debtor_id)
                fits.append(one)
        kept = _within_limits(organisation_id, fits, now)
        own = {one.claimed.message.account_id for one in kept}
        others = {a for a, (debtor, _) in accounts.items() if debtor in debtors and a not in own}
        if others:
            poke(organisation_id, others, now=now)
        if kept:
            _claim_steps(kept)
            rows = json.dumps([_row(one) for one in kept])
            cursor.execute(_BEGUN, {"organisation": organisation_id, "now": now, "rows": rows})
        for one in kept:
            if one.leaving.charges:
                claimed = one.claimed
                keep_charges(
                    organisation_id, claimed.message.account_id, one.leaving.charges, on=claimed.case.today
                )
    begun = frozenset(one.claimed.message.id for one in kept)
    waits = frozenset(one.claimed.message.id for one in fits) - begun
    return Begun(begun, frozenset(m.id for m in messages) - begun - waits - busy, frozenset(busy), waits)


def unmoved(claimed: Claimed) -> bool:
    """Tell whether the account of a begun message is as it was decided on: read just before it leaves."""
    with connection.cursor() as cursor:
        cursor.execute(_WITNESS, [claimed.message.organisation_id, claimed.message.account_id])
        row = cursor.fetchone()
    return row is not None and row[0] == claimed.case.witness


def _within_limits(organisation_id: int, fits: Sequence[Attempt], now: datetime) -> list[Attempt]:
    """Return the attempts that the limits of their carriers allow, the first ones first."""
    limited = {one.carrier_id for one in fits if one.limited and one.carrier_id is not None}
    left = {carrier: _left(organisation_id, carrier, now) for carrier in sorted(limited)}
    kept = []
    for one in fits:
        if one.carrier_id in left:
            left[one.carrier_id] -= 1
            if left[one.carrier_id] < 0:
                continue
        kept.append(one)
    return kept


def _left(organisation_id: int, carrier_id: int, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CARRIER, [organisation_id, carrier_id])
        limits = cursor.fetchone() or (0, 0)
        cursor.execute(_CARRIED, {"organisation": organisation_id, "carrier": carrier_id, "now": now})
        used = cursor.fetchone() or (0, 0)
    return min(
        (most - so_far for most, so_far in zip(limits, used, strict=True) if most is not None), default=0
    )


def _row(one: Attempt) -> dict[str, Any]:
    message, act, leaving = one.claimed.message, one.act, one.leaving
    return {
        "message": message.id, "attempt": message.attempts, "carrier": one.carrier_id,
        "key": key_of(message), "sha256": leaving.frozen.sha256, "media_type": leaving.frozen.media_type,
        "content": base64.b64encode(leaving.frozen.content).decode("ascii"), "listed": list(act.listed),
        "total": encode_total(act.total), "reasons": encode_reasons(act.reasons),
        "recipient": leaving.recipient, "subject": leaving.subject,
        "body": message.body if message.edited else leaving.body,
        "message_id": leaving.message_id, "reply_token": message.reply_token,
    }  # fmt: skip


def _claim_steps(attempts: Sequence[Attempt]) -> None:
    """Let each message claim exactly the steps of its last decision: a term paid meanwhile drops out."""
    over: list[int] = []
    new: list[StepClaim] = []
    for one in attempts:
        message, have, wanted = one.claimed.message, one.claimed.claims, set(one.act.claims)
        over += [row for step, row in have.items() if step not in wanted]
        new += [
            StepClaim(
                organisation_id=message.organisation_id, account_id=message.account_id,
                term_id=claim.term, round=claim.round, step=claim.step, repetition=claim.repetition,
                on=one.claimed.case.today, message=message,
            )
            for claim in one.act.claims
            if claim not in have
        ]  # fmt: skip
    if over:
        organisation_id = attempts[0].claimed.message.organisation_id
        StepClaim.objects.filter(organisation_id=organisation_id, id__in=over).delete()
    insert_rows(new)
