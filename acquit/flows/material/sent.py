"""A message that left: its steps are done from that day, and its account is looked at again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg.types.json import Jsonb

from acquit.flows.material.subscribers import CALLS
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Message

# One statement, since it is run for each message by itself. The round of a term that was thanked
# for, or paid meanwhile, ends.
_SENT = f"""
WITH here AS (
  SELECT (%(now)s::timestamptz AT TIME ZONE timezone)::date AS today FROM accounts_creditor
  WHERE organisation_id = %(organisation)s AND id = %(creditor)s),
sent AS (
  UPDATE outbox_message SET state = 'sent', sent_at = %(now)s
  WHERE organisation_id = %(organisation)s AND id = %(message)s),
done AS (
  UPDATE cases_stepclaim c SET state = 'done', "on" = here.today FROM here
  WHERE c.organisation_id = %(organisation)s AND c.message_id = %(message)s AND c.state = 'planned'),
told AS ({CALLS}),
ended AS (
  UPDATE cases_round r SET ended_on = here.today FROM here, ledger_term t
  WHERE r.organisation_id = %(organisation)s AND r.term_id = ANY(%(listed)s) AND r.ended_on IS NULL
    AND t.organisation_id = r.organisation_id AND t.id = r.term_id AND t.allocated >= t.amount)
UPDATE accounts_account SET look_at = %(now)s
WHERE organisation_id = %(organisation)s AND id = %(account)s
"""  # noqa: S608  both are constants


def mark_sent(message: Message, *, now: datetime) -> None:
    """Record that `message` left on the creditor's day of `now`: its steps are done."""
    said: dict[str, Any] = {
        "organisation": message.organisation_id, "creditor": message.creditor_id,
        "message": message.id, "account": message.account_id, "listed": list(message.listed),
        "now": now, "event": "message_sent",
        "said": Jsonb({
            "creditor": message.creditor_id, "account": message.account_id, "message": message.id,
            "channel": message.channel, "step": message.step,
        }),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SENT, said)


def day_of(creditor_id: int, now: datetime) -> date:
    """Return the creditor's day at the moment `now`."""
    zone = Creditor.objects.values_list("timezone", flat=True).get(id=creditor_id)
    return now.astimezone(ZoneInfo(zone)).date()
