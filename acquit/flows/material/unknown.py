"""Messages of which nobody knows whether they arrived, once the money is in: the doubt is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from acquit.flows.material.poke import poke
from acquit.store.cases.models import StepClaim

#: An attempt without an outcome after this time has no worker any more.
DEAD_AFTER = timedelta(minutes=15)


def close_paid_unknowns(organisation_id: int, *, now: datetime) -> int:
    """Close the messages of unknown fate of which every invoice is paid (F-65); return how many.

    What was frozen and attempted stays as it was; a person need no longer find out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"org": organisation_id, "now": now, "dead": now - DEAD_AFTER})
        closed = dict(cursor.fetchall())
    if closed:
        StepClaim.objects.filter(
            organisation_id=organisation_id, message_id__in=closed, state="planned"
        ).delete()
        poke(organisation_id, set(closed.values()), now=now)
    return len(closed)


_CLOSE = """
UPDATE outbox_message m SET state = 'withdrawn', because = 'paid'
FROM outbox_delivery d
WHERE m.organisation_id = %(org)s AND m.state = 'sending' AND d.organisation_id = %(org)s
  AND d.message_id = m.id AND d.attempt = m.attempts
  AND (d.outcome = 'unknown' OR d.outcome = '' AND d.began_at < %(dead)s)
  AND m.listed <> '[]' AND NOT EXISTS (
    SELECT FROM ledger_term t WHERE t.organisation_id = %(org)s AND t.allocated < t.amount
      AND t.id IN (SELECT value::bigint FROM jsonb_array_elements_text(m.listed)))
RETURNING m.id, m.account_id
"""
