"""Work for persons over a ledger that is there: calls for what is late, and the days on which debtors pay."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connections

#: Pieces of work at once: a large backlog of a large company.
PIECES = 10_000

_CALLS = """
INSERT INTO outbox_message (organisation_id, creditor_id, debtor_id, account_id, channel, scenario, step,
  stage, state, listed, total, reasons, asks, planned_on, not_before, recipient, subject, body, edited,
  claimed_by, attempts, because, message_id, reply_token)
SELECT a.organisation_id, a.creditor_id, a.debtor_id, a.id, 'phone', 'standard', 'friendly', 'reminder',
  'handed_over', jsonb_agg(t.id),
  jsonb_build_array(jsonb_build_array(sum(t.amount - t.allocated)::text, 'EUR')), '[]', false, %(today)s,
  %(now)s, '', '', '', false, '', 0, '', '', ''
FROM ledger_term t JOIN accounts_account a ON a.id = t.account_id
WHERE t.organisation_id = %(org)s AND t.allocated < t.amount AND t.due_on < %(today)s
GROUP BY a.id ORDER BY a.id LIMIT %(pieces)s
"""


def write_calls(organisation_id: int, *, today: date, now: datetime) -> None:
    """Write PIECES calls, or one for each account that owes late if these are fewer."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_CALLS, {"org": organisation_id, "today": today, "now": now, "pieces": PIECES})
        cursor.execute("ANALYZE outbox_message")
