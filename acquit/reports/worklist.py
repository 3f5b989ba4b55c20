"""What waits for a person at a creditor, in the order in which it is best dealt with.

One statement unites messages, tasks and answers with what people did about them. Urgency comes first,
then the cash that a contact can still change, then the cash at stake, then what waited longest; the order is
total, so that pages never overlap.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.core.payer_days import SOON_DAYS
from acquit.core.payer_model import STALE
from acquit.store import tenancy
from acquit.store.cases.work import CLAIM_LASTS

#: A message *sending* for longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=10)
#: What a piece of work asks for. `later` holds what rests, whatever it
#: asks; `cited` that about which a colleague names the person who asks.
VIEWS = ("answers", "unidentified", "approvals", "calls", "letters", "failures", "matches", "tasks")
LATER, CITED = "later", "cited"
#: From the most urgent: a guard against fraud; somebody who wrote and is held until he is read; what a
#: colleague asks, what broke, what was put off to this day; the rest.
GUARD, WRITTEN, ASKED, ORDINARY = range(4)

_MESSAGES = """
SELECT 'message' AS kind, m.id, m.account_id, m.planned_on::timestamptz AS since,
  CASE WHEN m.state = 'to_approve' THEN 'approvals' WHEN m.state <> 'handed_over' THEN 'failures'
    WHEN m.channel = 'phone' THEN 'calls' ELSE 'letters' END AS view,
  CASE WHEN m.state IN ('failed', 'sending') THEN 2 ELSE 3 END AS urgency,
  coalesce((m.total->0->>0)::numeric, 0) AS asked, m.total->0->>1 AS currency, m.listed
FROM outbox_message m
WHERE m.organisation_id = %(org)s AND m.creditor_id = %(creditor)s
  AND m.state IN ('to_approve', 'handed_over', 'failed', 'sending')
  AND (m.state <> 'sending' OR m.claimed_at < %(stuck)s)
  AND (m.channel <> 'phone' OR m.state <> 'handed_over' OR m.not_before <= %(now)s)
"""
_TASKS = """
SELECT 'task', t.id, t.account_id, t.opened_at,
  CASE WHEN t.kind = 'possible_payment' THEN 'matches' ELSE 'tasks' END,
  CASE WHEN t.kind = 'bank_change' THEN 0 ELSE 3 END, NULL, NULL, NULL
FROM cases_task t
WHERE t.organisation_id = %(org)s AND t.creditor_id = %(creditor)s AND t.closed_at IS NULL
  AND t.account_id IS NOT NULL AND t.kind = ANY(%(tasks)s)
"""
#: Of a debtor with accounts at several creditors each sees what names none; what is of nobody yet is seen
#: by the creditor whose mailbox it came to.
_ANSWERS = """
SELECT 'answer', r.id, coalesce(r.account_id, o.id), r.received_at,
  CASE WHEN r.debtor_id IS NULL THEN 'unidentified' ELSE 'answers' END, 1, NULL, NULL, NULL
FROM answers_answer r
LEFT JOIN LATERAL (
  SELECT a.id FROM accounts_account a WHERE a.organisation_id = %(org)s AND a.debtor_id = r.debtor_id
    AND a.creditor_id = %(creditor)s AND (r.account_id IS NULL OR a.id = r.account_id)
  ORDER BY a.id LIMIT 1) o ON true
WHERE r.organisation_id = %(org)s AND r.state = 'unread'
  AND CASE WHEN r.debtor_id IS NULL THEN coalesce(r.creditor_id, %(creditor)s) = %(creditor)s
    ELSE o.id IS NOT NULL END
"""
_PARTS = (_MESSAGES, _TASKS, _ANSWERS)

#: With what people did: `later` is what rests and whose debtor has not written since; `cited` is where the
#: person is named.
_WORK = """
WITH work AS ({parts}),
cited AS (
  SELECT c.kind, c.item, min(c.id) AS comment FROM cases_mention n JOIN cases_comment c
    ON c.organisation_id = n.organisation_id AND c.id = n.comment_id
  WHERE n.organisation_id = %(org)s AND n.person_id = %(person)s AND n.seen_at IS NULL
  GROUP BY c.kind, c.item),
stated AS (
  SELECT w.*, s.assigned_to_id, s.claimed_by_id, s.claimed_at, s.snoozed_until, c.comment,
    CASE WHEN s.snoozed_until > %(today)s THEN NOT EXISTS (
      SELECT FROM answers_answer r JOIN accounts_account a
        ON a.organisation_id = r.organisation_id AND a.debtor_id = r.debtor_id
      WHERE r.organisation_id = %(org)s AND a.id = w.account_id AND r.kept_at > s.snoozed_at
        AND r.state <> 'filed') ELSE false END AS later,
    s.snoozed_until <= %(today)s AS due
  FROM work w
  LEFT JOIN cases_workstate s ON s.organisation_id = %(org)s AND s.kind = w.kind AND s.item = w.id
  LEFT JOIN cited c ON c.kind = w.kind AND c.item = w.id)
"""
#: On which days debtors usually pay, while that is known. They are written at night, all at once, and looked
#: up one by one below: whoever plans a join before they are counted would read them all for each piece.
_USUAL = """
usual AS NOT MATERIALIZED (
  SELECT debtor_id, segment, days, weight FROM payers_usualdays
  WHERE organisation_id = %(org)s AND known_on > %(fresh)s)
"""


def _beyond(days: int) -> str:
    """Return how many terms like one of a debtor are paid later than `days` from today, and one more."""
    age = f"%(today)s - t.due_on + {days}"
    return f"(1 + u.weight * (cardinality(u.days) - width_bucket({age}, u.days)) / cardinality(u.days))"


#: What is owed of the terms that a message lists, else past due, in the largest currency; and what of it
#: would still be owed in a month if it is paid on the days on which the debtor, or his like, usually pays
#: (`core.payer_days.UsualDays.at_risk`). Of a natural person only the sum is looked at.
_STAKE = f"""
LEFT JOIN accounts_account k ON k.organisation_id = %(org)s AND k.id = stated.account_id
LEFT JOIN accounts_debtor d ON d.organisation_id = %(org)s AND d.id = k.debtor_id AND d.kind <> 'consumer'
LEFT JOIN LATERAL (SELECT days, weight FROM usual WHERE debtor_id = d.id LIMIT 1) own ON true
LEFT JOIN LATERAL (SELECT days, weight FROM usual WHERE debtor_id IS NULL
  AND segment = d.kind || ' ' || d.country LIMIT 1) alike ON true
LEFT JOIN usual every ON every.debtor_id IS NULL AND every.segment = '' AND d.id IS NOT NULL
LEFT JOIN LATERAL (SELECT coalesce(own.days, alike.days, every.days) AS days,
  coalesce(own.weight, alike.weight, every.weight)::float8 AS weight) u ON true
LEFT JOIN LATERAL (
  SELECT t.currency, sum(t.amount - t.allocated) AS owed, sum((t.amount - t.allocated)
    * ({_beyond(SOON_DAYS)} / {_beyond(0)})::numeric) AS at_risk
  FROM ledger_term t
  WHERE t.organisation_id = %(org)s AND t.account_id = stated.account_id AND t.allocated < t.amount
    AND CASE WHEN stated.listed IS NULL THEN t.due_on < %(today)s
      ELSE t.id = ANY(ARRAY(SELECT jsonb_array_elements_text(stated.listed)::bigint)) END
  GROUP BY 1 ORDER BY 2 DESC LIMIT 1) stake ON true
"""
#: What has come already and waits to be matched: money of the account, and of each bank line what its best
#: proposal gives to it. However it is matched, that much is not at risk.
_ARRIVED = """
LEFT JOIN LATERAL (
  SELECT sum(came.amount) AS sum FROM (
    SELECT p.amount - p.allocated AS amount FROM ledger_payment p
    WHERE p.organisation_id = %(org)s AND p.account_id = stated.account_id AND p.currency = stake.currency
      AND p.allocated < p.amount AND p.returned_on IS NULL
    UNION ALL
    SELECT n.amount - n.allocated FROM ledger_creditnote n
    WHERE n.organisation_id = %(org)s AND n.account_id = stated.account_id AND n.currency = stake.currency
      AND n.allocated < n.amount AND n.cancelled_on IS NULL
    UNION ALL
    SELECT least(best.amount, best.open) FROM (
      SELECT DISTINCT ON (l.id) sum(o.amount) AS amount, l.amount - l.matched AS open
      FROM bank_proposedpart o
        JOIN bank_matchproposal m ON m.organisation_id = %(org)s AND m.id = o.proposal_id
        JOIN bank_bankline l ON l.organisation_id = %(org)s AND l.id = m.line_id
      WHERE o.organisation_id = %(org)s AND o.account_id = stated.account_id AND o.payment_id IS NULL
        AND l.currency = stake.currency AND l.direction = 'credit' AND l.matched < l.amount
        AND l.set_aside_at IS NULL
      GROUP BY l.id, m.rank ORDER BY l.id, m.rank) best) came
  WHERE stated.view = 'matches') arrived ON true
"""
#: The share of what is owed that what has arrived leaves.
_MISSING = "greatest(0, coalesce(1 - arrived.sum / nullif(stake.owed, 0), 1))"
_OF = {
    "": "true",
    "mine": "assigned_to_id = %(person)s",
    "nobody": "assigned_to_id IS NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work: what it asks, whose it is, who has it before his eyes since when.

    `expected` is the cash at stake, in `currency`: the sum that a message asks for, else what is past due.
    `at_risk` is what of it would still be owed in a month without anybody's doing, less what has arrived and
    only has to be matched; None of natural persons, and where nothing is known.
    """

    kind: str
    id: int
    account: int | None
    view: str
    urgency: int
    expected: Decimal
    currency: str
    at_risk: Decimal | None
    assigned_to: int | None
    claimed_by: int | None
    claimed_at: datetime | None
    snoozed_until: date | None
    cited: bool

    def reader(self, now: datetime, *, but: int | None) -> int | None:
        """Return who else has it before his eyes, while his claim is alive."""
        alive = self.claimed_at is not None and self.claimed_at >= now - CLAIM_LASTS
        return self.claimed_by if alive and self.claimed_by != but else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks, when, and for what. `of`: empty for everybody's work, « mine » or « nobody »."""

    creditor: int
    person: int | None
    now: datetime
    today: date
    tasks: Sequence[str]
    view: str = ""
    of: str = ""

    def named(self) -> dict[str, Any]:
        """Return what the statements need."""
        return {
            "org": tenancy.current_organisation(),
            "creditor": self.creditor,
            "person": self.person,
            "today": self.today,
            "now": self.now,
            "stuck": self.now - STUCK_AFTER,
            "tasks": list(self.tasks),
            "view": self.view,
            "fresh": self.today - STALE,
        }


def work(asked: Asked, *, first: int = 0, most: int = 50) -> list[Work]:
    """Return the pieces of work of a view from place `first` on, `most` of them, the best one first."""
    statement = f"""{_work()}, {_USUAL}, ranked AS (
      SELECT stated.*, coalesce(asked, stake.owed, 0) AS expected,
        coalesce(asked, stake.owed, 0) * stake.at_risk / stake.owed * {_MISSING} AS at_risk,
        coalesce(asked, stake.owed, 0) * {_MISSING} AS missing,
        coalesce(stated.currency, stake.currency, '') AS expected_in,
        CASE WHEN urgency > 2 AND (comment IS NOT NULL OR due) THEN 2 ELSE urgency END AS urgent
      FROM (SELECT * FROM stated WHERE {_view(asked)} AND {_OF[asked.of]}) stated {_STAKE}{_ARRIVED})
    SELECT kind, id, account_id, view, urgent, expected, expected_in, round(at_risk, 2), assigned_to_id,
      claimed_by_id, claimed_at, snoozed_until, comment IS NOT NULL
    FROM ranked ORDER BY urgent, coalesce(at_risk, missing) DESC, expected DESC, since, kind, id
    LIMIT %(most)s OFFSET %(first)s"""
    return [
        Work(
            kind=row[0], id=row[1], account=row[2], view=row[3], urgency=row[4], expected=row[5],
            currency=row[6], at_risk=row[7], assigned_to=row[8], claimed_by=row[9], claimed_at=row[10],
            snoozed_until=row[11], cited=row[12],
        )
        for row in _read(statement, asked.named() | {"first": first, "most": most})
    ]  # fmt: skip


def work_counts(asked: Asked) -> dict[str, int]:
    """Return how much there is in each view for the same person and owner, resting work apart."""
    statement = f"""{_work()} SELECT CASE WHEN later THEN '{LATER}' ELSE view END, count(*)
      FROM stated WHERE {_OF[asked.of]} GROUP BY 1
      UNION ALL SELECT '{CITED}', count(DISTINCT (c.kind, c.item)) FROM cases_mention n
      JOIN cases_comment c ON c.organisation_id = n.organisation_id AND c.id = n.comment_id
      WHERE n.organisation_id = %(org)s AND n.person_id = %(person)s AND n.seen_at IS NULL
        AND c.creditor_id = %(creditor)s"""
    found = dict.fromkeys((*VIEWS, LATER, CITED), 0)
    return found | dict(_read(statement, asked.named()))


def cited_work(asked: Asked, *, first: int = 0, most: int = 50) -> list[Work]:
    """Return the work about which a colleague names the person, waiting or not, the newest first."""
    statement = """SELECT c.kind, c.item, max(c.account_id), s.assigned_to_id, s.claimed_by_id, s.claimed_at,
        s.snoozed_until
      FROM cases_mention n
      JOIN cases_comment c ON c.organisation_id = n.organisation_id AND c.id = n.comment_id
      LEFT JOIN cases_workstate s ON s.organisation_id = c.organisation_id AND s.kind = c.kind
        AND s.item = c.item
      WHERE n.organisation_id = %(org)s AND n.person_id = %(person)s AND n.seen_at IS NULL
        AND c.creditor_id = %(creditor)s
      GROUP BY c.kind, c.item, s.id ORDER BY max(c.written_at) DESC, c.kind, c.item
      LIMIT %(most)s OFFSET %(first)s"""
    return [
        Work(
            kind=row[0], id=row[1], account=row[2], view="", urgency=ASKED, expected=Decimal(0), currency="",
            at_risk=None, assigned_to=row[3], claimed_by=row[4], claimed_at=row[5], snoozed_until=row[6],
            cited=True,
        )
        for row in _read(statement, asked.named() | {"first": first, "most": most})
    ]  # fmt: skip


def _work() -> str:
    return _WORK.format(parts=" UNION ALL ".join(_PARTS))


def _view(asked: Asked) -> str:
    if asked.view == LATER:
        return "later"
    return "NOT later AND view = %(view)s" if asked.view else "NOT later"


def _read(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
