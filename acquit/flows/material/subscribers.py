"""What own systems and chat rooms are to be told, written down in the transaction of the fact itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from acquit.core.money import round_to_currency

#: What an organisation may be told of.
EVENTS = (
    "message_sent", "bounce", "answer_arrived", "promise_made", "promise_broken", "dispute_opened",
    "payment_matched", "channel_paused", "volume_alert",
)  # fmt: skip

#: One call for each fact of `facts (creditor_id, fact, said)` and each subscription that asked for
#: the event, unless it was told of that fact before; a part of larger statements too.
CALLS = """
INSERT INTO outbox_subscriptioncall (organisation_id, subscription_id, event, fact, said, recorded_at,
  next_at, attempts, outcome, detail)
SELECT s.organisation_id, s.id, %(event)s, f.fact, f.said, %(now)s, %(now)s, 0, '', ''
FROM outbox_subscription s, facts f
WHERE s.organisation_id = %(organisation)s AND s.active AND s.events ? %(event)s
  AND (s.creditor_id IS NULL OR s.creditor_id = f.creditor_id)
ON CONFLICT DO NOTHING
"""
_FACTS = f"""
WITH facts AS (
  SELECT (one->>'creditor')::bigint AS creditor_id, one->>'fact' AS fact, one - 'fact' AS said
  FROM jsonb_array_elements(%(facts)s) one)
{CALLS}"""  # noqa: S608  a constant


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, by a name of its own, and what is said of it: texts, numbers, `amount` with `currency`."""

    fact: str
    creditor_id: int | None
    account_id: int | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


def tell_all(event: str, facts: Sequence[Told], *, organisation_id: int, now: datetime) -> None:
    """Let those who asked for `event` be told of each fact, if the transaction around this commits."""
    if not facts:
        return
    listed = [
        {"fact": one.fact, "creditor": one.creditor_id, "account": one.account_id, **_plain(one.said)}
        for one in facts
    ]
    params: dict[str, Any] = {
        "organisation": organisation_id, "now": now, "event": event, "facts": Jsonb(listed),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, params)


def _plain(said: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(amount := said.get("amount"), Decimal):
        return {**said, "amount": str(round_to_currency(amount, said["currency"]))}
    return said


def tell_subscribers(
    event: str,
    fact: str,
    *,
    organisation_id: int,
    creditor_id: int | None,
    now: datetime,
    account_id: int | None = None,
    **said: Any,
) -> None:
    """Let those who asked for `event` be told of one fact, if the transaction around this commits."""
    told = Told(fact, creditor_id, account_id, said)
    tell_all(event, [told], organisation_id=organisation_id, now=now)
