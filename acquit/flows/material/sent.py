"""A message that left: its steps are done from that day, and its account is looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from acquit.flows.material.subscribers import CALLS
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Message

# One statement for many messages, each on its creditor's day. The round of a term that was thanked
# for, or paid meanwhile, ends; those who asked for it are told, which costs no statement of its own.
# The rounds are asked for by an array: joined to the list alone, PostgreSQL reads every open round.
_SENT = f"""
WITH sent AS (
  UPDATE outbox_message m SET state = 'sent', sent_at = %(now)s FROM accounts_creditor c
  WHERE m.organisation_id = %(organisation)s AND m.id = ANY(%(messages)s)
    AND c.organisation_id = m.organisation_id AND c.id = m.creditor_id
  RETURNING m.id, m.account_id, m.creditor_id, m.channel, m.step, m.listed,
    (%(now)s::timestamptz AT TIME ZONE c.timezone)::date AS today),
done AS (
  UPDATE cases_stepclaim c SET state = 'done', "on" = sent.today FROM sent
  WHERE c.organisation_id = %(organisation)s AND c.message_id = sent.id AND c.state = 'planned'),
listed AS (
  SELECT sent.today, term::bigint AS term FROM sent, jsonb_array_elements_text(sent.listed) term),
facts AS (
  SELECT creditor_id, 'message ' || id AS fact, jsonb_build_object('creditor', creditor_id,
    'account', account_id, 'message', id, 'channel', channel, 'step', step) AS said FROM sent),
told AS ({CALLS}),
ended AS (
  UPDATE cases_round r SET ended_on = listed.today FROM listed, ledger_term t
  WHERE r.organisation_id = %(organisation)s AND r.term_id = ANY(ARRAY(SELECT term FROM listed))
    AND r.term_id = listed.term AND r.ended_on IS NULL
    AND t.organisation_id = r.organisation_id AND t.id = r.term_id AND t.allocated >= t.amount)
UPDATE accounts_account a SET look_at = %(now)s FROM sent
WHERE a.organisation_id = %(organisation)s AND a.id = sent.account_id
"""  # noqa: S608  both are constants


def mark_sent(message: Message, *, now: datetime) -> None:
    """Record that `message` left on the creditor's day of `now`: its steps are done."""
    mark_all_sent(message.organisation_id, [message.id], now=now)


def mark_all_sent(organisation_id: int, message_ids: Iterable[int], *, now: datetime) -> None:
    """Record that these messages left, each on its creditor's day of `now`: their steps are done."""
    said: dict[str, Any] = {
        "organisation": organisation_id, "messages": list(message_ids), "now": now, "event": "message_sent",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SENT, said)


def day_of(creditor_id: int, now: datetime) -> date:
    """Return the creditor's day at the moment `now`."""
    zone = Creditor.objects.values_list("timezone", flat=True).get(id=creditor_id)
    return now.astimezone(ZoneInfo(zone)).date()
