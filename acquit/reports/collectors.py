"""What collectors did in a stretch of days: contacts, calls, promises got, and the cash that followed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from acquit.channels.phone import REACHED
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch, within

#: Days after a contact in which money of the account is counted: an association, not a cause.
WITHIN = 14
MONTH = timedelta(days=30)

# A message is the contact of who approved it. Money counts once for a person, however often he called.
_DONE = """
WITH contacts AS (
  SELECT recorded_by_id AS person, account_id, "on", channel = 'phone' AS call, true AS by_hand,
      outcome = ANY(%(reached)s) AS reached
    FROM cases_manualcontact
    WHERE organisation_id = %(organisation)s AND "on" > %(after)s AND "on" <= %(on)s AND {within}
  UNION ALL
  SELECT m.approved_by_id, m.account_id, (m.sent_at AT TIME ZONE c.timezone)::date, false, false, false
    FROM outbox_message m JOIN accounts_creditor c ON c.id = m.creditor_id
    WHERE m.organisation_id = %(organisation)s AND m.state = 'sent' AND m.approved_by_id IS NOT NULL
      AND m.channel <> 'phone' AND (m.sent_at AT TIME ZONE c.timezone)::date > %(after)s
      AND (m.sent_at AT TIME ZONE c.timezone)::date <= %(on)s AND {within_m}
), done AS (
  SELECT person, count(*) AS contacts, count(*) FILTER (WHERE call) AS calls,
      count(*) FILTER (WHERE call AND reached) AS reached, count(DISTINCT account_id) AS accounts
    FROM contacts WHERE person IS NOT NULL GROUP BY 1
), words AS (
  SELECT recorded_by_id AS person, count(*) AS promises FROM cases_promise
    WHERE organisation_id = %(organisation)s AND made_on > %(after)s AND made_on <= %(on)s
      AND (cancelled_at IS NULL OR cancelled_at::date > %(on)s) AND recorded_by_id IS NOT NULL AND {within}
    GROUP BY 1
), cash AS (
  SELECT c.person, p.currency, sum(p.amount) AS amount
    FROM (SELECT DISTINCT person, account_id FROM contacts WHERE person IS NOT NULL) c
    JOIN ledger_payment p ON p.organisation_id = %(organisation)s AND p.account_id = c.account_id
    WHERE p.kind = 'payment' AND p.received_on <= %(on)s
      AND (p.returned_on IS NULL OR p.returned_on > %(on)s)
      AND EXISTS (SELECT FROM contacts x WHERE x.person = c.person AND x.account_id = c.account_id
        AND x.on < p.received_on AND p.received_on <= x.on + %(days)s)
    GROUP BY 1, 2
)
SELECT u.id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email),
  coalesce(d.contacts, 0), coalesce(d.calls, 0), coalesce(d.reached, 0), coalesce(d.accounts, 0),
  coalesce(w.promises, 0),
  (SELECT jsonb_object_agg(currency, amount::text) FROM cash WHERE cash.person = u.id)
FROM accounts_user u LEFT JOIN done d ON d.person = u.id LEFT JOIN words w ON w.person = u.id
WHERE d.person IS NOT NULL OR w.person IS NOT NULL
ORDER BY 3 DESC, 2, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorRow:
    """What one person did. `cash` came in on those accounts within WITHIN days of a contact, by currency."""

    user_id: int
    name: str
    contacts: int
    calls: int
    reached: int
    accounts: int
    promises: int
    cash: Mapping[str, Decimal]


def collectors(filters: Filters, *, since: date | None = None) -> tuple[CollectorRow, ...]:
    """Return what each person did after `since` (thirty days before) up to the day, the busiest first."""
    rows = fetch(
        _DONE, filters, after=since or filters.on - MONTH, days=WITHIN, reached=[str(one) for one in REACHED],
        parts={"within_m": within(filters, "m.account_id")},
    )  # fmt: skip
    return tuple(
        CollectorRow(
            user_id=number, name=name, contacts=contacts, calls=calls, reached=reached, accounts=accounts,
            promises=promises,
            cash={currency: Decimal(amount) for currency, amount in sorted(json.loads(cash or "{}").items())},
        )
        for number, name, contacts, calls, reached, accounts, promises, cash in rows
    )  # fmt: skip
