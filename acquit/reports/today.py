"""What waits for a person today: answers, messages, calls, letters, tasks, promises, and what came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.reports.disputes import disputes
from acquit.reports.filters import Filters
from acquit.reports.promises import promises
from acquit.store import tenancy

#: A message *sending* for longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=10)

# Sums are texts in JSON; of a message the first of them is that of its largest currency.
_MESSAGES = """
SELECT CASE WHEN m.state = 'to_approve' THEN 'messages'
    WHEN m.state = 'handed_over' AND m.channel IN ('letter', 'registered_letter')
    THEN 'letters' WHEN m.state = 'handed_over' THEN 'calls' ELSE 'failures' END AS kind,
  m.total->0->>1 AS currency, count(*), coalesce(sum((m.total->0->>0)::numeric), 0)
FROM outbox_message m JOIN accounts_account k ON k.id = m.account_id
WHERE m.organisation_id = %(organisation)s AND (m.state IN ('to_approve', 'handed_over', 'failed')
    OR m.state = 'sending' AND m.claimed_at < %(stuck)s)
  AND (m.channel <> 'phone' OR m.state <> 'handed_over' OR m.not_before <= %(now)s)
  AND (%(creditor)s::bigint IS NULL OR m.creditor_id = %(creditor)s)
  AND (%(owner)s::bigint IS NULL OR k.owner_id = %(owner)s)
GROUP BY 1, 2
UNION ALL
SELECT CASE WHEN t.account_id IS NULL THEN 'alerts' WHEN t.kind = 'possible_payment' THEN 'matches'
    ELSE 'tasks' END, NULL, count(*), 0
FROM cases_task t LEFT JOIN accounts_account k ON k.id = t.account_id
WHERE t.organisation_id = %(organisation)s AND t.closed_at IS NULL
  AND (%(creditor)s::bigint IS NULL OR t.creditor_id = %(creditor)s)
  AND (%(owner)s::bigint IS NULL OR t.account_id IS NULL OR k.owner_id = %(owner)s)
GROUP BY 1
UNION ALL
SELECT CASE WHEN r.debtor_id IS NULL THEN 'unidentified' ELSE 'answers' END, NULL, count(*), 0
FROM answers_answer r
WHERE r.organisation_id = %(organisation)s AND r.state = 'unread'
  AND CASE WHEN r.debtor_id IS NULL
    THEN %(creditor)s::bigint IS NULL OR coalesce(r.creditor_id, %(creditor)s) = %(creditor)s
    ELSE EXISTS (SELECT FROM accounts_account k WHERE k.organisation_id = %(organisation)s
      AND k.debtor_id = r.debtor_id AND (r.account_id IS NULL OR k.id = r.account_id)
      AND (%(creditor)s::bigint IS NULL OR k.creditor_id = %(creditor)s)
      AND (%(owner)s::bigint IS NULL OR k.owner_id = %(owner)s)) END
GROUP BY 1
UNION ALL
SELECT 'disputes', i.currency, count(*), 0
FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id
  JOIN accounts_account k ON k.id = d.account_id
WHERE d.organisation_id = %(organisation)s AND d.resolved_on IS NULL
  AND (%(creditor)s::bigint IS NULL OR k.creditor_id = %(creditor)s)
  AND (%(owner)s::bigint IS NULL OR k.owner_id = %(owner)s)
GROUP BY 2
UNION ALL
SELECT 'cash', p.currency, count(*), sum(p.amount)
FROM ledger_payment p JOIN accounts_account k ON k.id = p.account_id
WHERE p.organisation_id = %(organisation)s AND p.kind = 'payment' AND p.returned_on IS NULL
  AND p.received_on >= %(cash_since)s AND p.received_on < %(on)s
  AND (%(creditor)s::bigint IS NULL OR k.creditor_id = %(creditor)s)
  AND (%(owner)s::bigint IS NULL OR k.owner_id = %(owner)s)
GROUP BY 2
"""
KINDS = (
    "alerts", "answers", "unidentified", "messages", "calls", "letters", "failures", "matches", "tasks",
    "disputes",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Things of one kind: how many, and what they are about, by currency."""

    count: int = 0
    sums: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits, by kind (`KINDS`); promises that fall due today, and those broken since the day before.

    `cash` is what came in since the last working day began.
    """

    piles: Mapping[str, Pile]
    promised_today: Pile
    broken: Pile
    cash: Pile

    @property
    def total(self) -> int:
        """How many things wait in all."""
        return sum(pile.count for pile in self.piles.values())


def waiting(
    *, on: date, now: datetime, creditor_id: int | None = None, owner_id: int | None = None
) -> Waiting:
    """Return what waits for a person at a creditor, or on the accounts of one owner."""
    since = last_working_day(on)
    asked: dict[str, Any] = {
        "organisation": tenancy.current_organisation(), "on": on, "stuck": now - STUCK_AFTER, "now": now,
        "cash_since": since, "creditor": creditor_id, "owner": owner_id,
    }  # fmt: skip
    counts: dict[str, int] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, asked)
        for kind, currency, count, amount in cursor.fetchall():
            counts[kind] = counts.get(kind, 0) + count
            if currency and amount:
                sums.setdefault(kind, {})[currency] = amount
    if counts.get("disputes"):
        sums["disputes"] = _blocked(Filters(on=on, creditor_id=creditor_id, collector=owner_id))
    piles = {kind: Pile(count=counts.get(kind, 0), sums=sums.get(kind, {})) for kind in (*KINDS, "cash")}
    promised, broken = _promises(on, since, creditor_id, owner_id)
    return Waiting(
        cash=piles.pop("cash"), piles=piles, promised_today=promised, broken=broken,
    )  # fmt: skip


def _blocked(asked: Filters) -> dict[str, Decimal]:
    """Return what is still owed of what is contested, as the report of disputes says."""
    sums: dict[str, Decimal] = {}
    for row in disputes(asked):
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    return {currency: amount for currency, amount in sums.items() if amount}


def _promises(on: date, since: date, creditor_id: int | None, owner_id: int | None) -> tuple[Pile, Pile]:
    """Return the promises that fall due on the day, and those whose grace ended since `since` unpaid."""
    asked = Filters(on=on, creditor_id=creditor_id, collector=owner_id)
    found = promises(asked, since=on - timedelta(days=30))
    unpaid = [one for one in found if one.promised.paid < one.promised.amount]
    return (
        _pile((one.currency, one.promised.amount) for one in unpaid if one.promised.until == on),
        _pile(
            (one.currency, one.promised.amount - one.promised.paid)
            for one in unpaid
            if since <= one.promised.deadline < on
        ),
    )


def _pile(parts: Any) -> Pile:
    sums: dict[str, Decimal] = {}
    count = 0
    for currency, amount in parts:
        count += 1
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return Pile(count=count, sums=sums)


def last_working_day(on: date) -> date:
    """Return the day since which a Monday's reader has seen nothing: Friday; else the day before."""
    return on - timedelta(days=3 if on.weekday() == 0 else 1)
