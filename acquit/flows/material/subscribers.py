"""What own systems and chat rooms are to be told, written down in the transaction of the fact itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

#: What an organisation may be told of.
EVENTS = (
    "message_sent", "bounce", "answer_arrived", "promise_made", "promise_broken", "dispute_opened",
    "payment_matched", "channel_paused", "volume_alert",
)  # fmt: skip

#: One call for each subscription that asked for the event; a part of larger statements too.
CALLS = """
INSERT INTO outbox_subscriptioncall (organisation_id, subscription_id, event, said, recorded_at, next_at,
  attempts, outcome, detail)
SELECT s.organisation_id, s.id, %(event)s, %(said)s, %(now)s, %(now)s, 0, '', '' FROM outbox_subscription s
WHERE s.organisation_id = %(organisation)s AND s.active AND s.events ? %(event)s
  AND (s.creditor_id IS NULL OR s.creditor_id = %(creditor)s)
"""


def tell_subscribers(
    event: str,
    *,
    organisation_id: int,
    creditor_id: int,
    now: datetime,
    account_id: int | None = None,
    **said: Any,
) -> None:
    """Let those who asked for `event` be told, if the transaction that surrounds this commits.

    `said` are plain values: texts and numbers, amounts and days as texts.
    """
    params: dict[str, Any] = {
        "organisation": organisation_id, "creditor": creditor_id, "now": now, "event": event,
        "said": Jsonb({"creditor": creditor_id, "account": account_id, **said}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CALLS, params)
