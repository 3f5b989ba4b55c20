"""What collectors did in a stretch of days: contacts, calls, promises got, and the cash that followed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from psycopg import sql

from acquit.channels import phone
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import fetch, within

#: Kinds of contacts, as a part of their list names them.
CALLS, REACHED = "calls", "reached"
#: Days after a contact in which money of the account is counted: an association, not a cause.
WITHIN = 14
MONTH = timedelta(days=30)

# A message is the contact of who approved it. Money counts once for a person, however often he called.
_CONTACTS = """
WITH contacts AS (
  SELECT id, recorded_by_id AS person, account_id, "on", channel, channel = 'phone' AS call, outcome,
      outcome = ANY(%(reached)s) AS reached
    FROM cases_manualcontact
    WHERE organisation_id = %(organisation)s AND "on" > %(after)s AND "on" <= %(on)s AND {within}
  UNION ALL
  SELECT m.id, m.approved_by_id, m.account_id, (m.sent_at AT TIME ZONE c.timezone)::date, m.channel, false,
      '', false
    FROM outbox_message m JOIN accounts_creditor c ON c.id = m.creditor_id
    WHERE m.organisation_id = %(organisation)s AND m.state = 'sent' AND m.approved_by_id IS NOT NULL
      AND m.channel <> 'phone' AND (m.sent_at AT TIME ZONE c.timezone)::date > %(after)s
      AND (m.sent_at AT TIME ZONE c.timezone)::date <= %(on)s AND {within_m}
)
"""
_WORDS = """
  SELECT id, account_id, recorded_by_id AS person, made_on, until FROM cases_promise
    WHERE organisation_id = %(organisation)s AND made_on > %(after)s AND made_on <= %(on)s
      AND (cancelled_at IS NULL OR cancelled_at::date > %(on)s) AND recorded_by_id IS NOT NULL AND {within}
"""
_CASH = """
  SELECT c.person, p.id, p.account_id, p.currency, p.received_on, p.reference, p.amount
    FROM (SELECT DISTINCT person, account_id FROM contacts WHERE person IS NOT NULL) c
    JOIN ledger_payment p ON p.organisation_id = %(organisation)s AND p.account_id = c.account_id
    WHERE p.kind = 'payment' AND p.received_on <= %(on)s
      AND (p.returned_on IS NULL OR p.returned_on > %(on)s)
      AND EXISTS (SELECT FROM contacts x WHERE x.person = c.person AND x.account_id = c.account_id
        AND x.on < p.received_on AND p.received_on <= x.on + %(days_after)s)
"""
_DONE = f"""
{_CONTACTS}, done AS (
  SELECT person, count(*) AS contacts, count(*) FILTER (WHERE call) AS calls,
      count(*) FILTER (WHERE call AND reached) AS reached, count(DISTINCT account_id) AS accounts
    FROM contacts WHERE person IS NOT NULL GROUP BY 1
), words AS (
  SELECT person, count(*) AS promises FROM ({_WORDS}) w GROUP BY 1
), cash AS (
  SELECT person, currency, sum(amount) AS amount FROM ({_CASH}) c GROUP BY 1, 2
)
SELECT u.id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email),
  coalesce(d.contacts, 0), coalesce(d.calls, 0), coalesce(d.reached, 0), coalesce(d.accounts, 0),
  coalesce(w.promises, 0),
  (SELECT jsonb_object_agg(currency, amount::text) FROM cash WHERE cash.person = u.id)
FROM accounts_user u LEFT JOIN done d ON d.person = u.id LEFT JOIN words w ON w.person = u.id
WHERE d.person IS NOT NULL OR w.person IS NOT NULL
ORDER BY 3 DESC, 2, 1
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_CONTACTS}
SELECT id, account_id, NULL::bigint AS invoice_id, NULL::text AS number, ''::text AS currency,
  "on" AS contacted_on, channel, outcome
FROM contacts
WHERE person IS NOT NULL AND (%(person)s::bigint IS NULL OR person = %(person)s)
  AND (%(kind)s::text IS NULL OR call) AND (%(kind)s::text IS DISTINCT FROM 'reached' OR reached)
"""  # noqa: S608  all of it is ours
_LISTED_ACCOUNTS = f"""
{_CONTACTS}
SELECT account_id AS id, account_id, NULL::bigint AS invoice_id, NULL::text AS number, ''::text AS currency,
  count(*)::int AS contacts, max("on") AS contacted_on
FROM contacts WHERE person IS NOT NULL AND (%(person)s::bigint IS NULL OR person = %(person)s) GROUP BY 1, 2
"""  # noqa: S608  all of it is ours
_LISTED_WORDS = f"""
SELECT id, account_id, NULL::bigint AS invoice_id, NULL::text AS number, ''::text AS currency, made_on, until
FROM ({_WORDS}) w WHERE %(person)s::bigint IS NULL OR person = %(person)s
"""  # noqa: S608  all of it is ours
_LISTED_CASH = f"""
{_CONTACTS}
SELECT id, account_id, NULL::bigint AS invoice_id, reference AS number, currency, received_on, amount
FROM ({_CASH}) c WHERE {{in_currency}} AND (%(person)s::bigint IS NULL OR person = %(person)s)
"""  # noqa: S608  all of it is ours


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
    rows = fetch(_DONE, filters, parts=_accounts(filters), **_span(filters, since))
    return tuple(
        CollectorRow(
            user_id=number, name=name, contacts=contacts, calls=calls, reached=reached, accounts=accounts,
            promises=promises,
            cash={currency: Decimal(amount) for currency, amount in sorted(json.loads(cash or "{}").items())},
        )
        for number, name, contacts, calls, reached, accounts, promises, cash in rows
    )  # fmt: skip


def _accounts(filters: Filters, _: Part | None = None) -> dict[str, sql.Composable]:
    return {"within_m": within(filters, "m.account_id")}


def _span(filters: Filters, since: date | None = None) -> dict[str, Any]:
    return {
        "after": since or filters.on - MONTH,
        "days_after": WITHIN,
        "reached": [str(one) for one in phone.REACHED],
    }


def _asked(filters: Filters, part: Part) -> dict[str, Any]:
    return _span(filters, part.since)


_CODES = ("debtor", "external_id")
#: The contacts of a person, the newest first: all, the calls alone, or those in which somebody was reached.
CONTACTS = ListQuery(
    key="contacts", query=_LISTED, order="contacted_on DESC, channel, id", parts=_accounts, values=_asked,
    columns=(*_CODES, "contacted_on", "channel", "outcome", "currency"),
)  # fmt: skip
#: The accounts that a person contacted.
CONTACTED = ListQuery(
    key="contacted", query=_LISTED_ACCOUNTS, order="contacted_on DESC, id", parts=_accounts, values=_asked,
    added=("contacts",), columns=(*_CODES, "contacted_on", "currency", "contacts"),
)  # fmt: skip
#: The promises that a person obtained.
OBTAINED = ListQuery(
    key="obtained", query=_LISTED_WORDS, order="made_on DESC, id", values=_asked,
    columns=(*_CODES, "made_on", "until", "currency"),
)  # fmt: skip
#: The money that followed the contacts of a person.
CASH = ListQuery(
    key="cash", query=_LISTED_CASH, order="received_on DESC, id", parts=_accounts, values=_asked,
    added=("amount",), columns=(*_CODES, "received_on", "piece", "currency", "amount"),
)  # fmt: skip
