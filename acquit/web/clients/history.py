"""What happened on an account, newest first: one statement gathers it from every table that tells it.

The pieces of SQL put together here are all constants of this module; what is asked for is a parameter.
"""
# ruff: noqa: E501, S608

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

PER_PAGE = 30
EVERYTHING = 500

_WHO = "(SELECT coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username) FROM accounts_user u WHERE u.id = {})"
#: A day without a time stands at noon of the creditor's day.
_NOON = "({} + time '12:00') AT TIME ZONE %(zone)s"

_NUMBERS = """(SELECT jsonb_agg(DISTINCT i.number) FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
  WHERE t.id IN (SELECT value::bigint FROM jsonb_array_elements_text(m.listed)))"""

_MESSAGES = f"""
SELECT 'message' AS kind, m.id, coalesce(m.sent_at, m.claimed_at, m.approved_at,
    {_NOON.format("m.planned_on")}) AS at, true AS timed, {_WHO.format("m.approved_by_id")} AS who,
  jsonb_build_object('channel', m.channel, 'step', m.step, 'scenario', m.scenario, 'stage', m.stage,
    'state', m.state, 'total', m.total, 'because', m.because, 'recipient', m.recipient,
    'numbers', {_NUMBERS}, 'planned_on', m.planned_on,
    'frozen', (SELECT count(*) FROM outbox_evidence e WHERE e.message_id = m.id),
    'arrivals', (SELECT jsonb_agg(jsonb_build_array(v.event, (v.at AT TIME ZONE %(zone)s)::date) ORDER BY v.at)
      FROM outbox_providerevent v WHERE v.message_id = m.id AND m.channel = 'registered_letter')) AS facts
FROM outbox_message m WHERE m.account_id = %(account)s
UNION ALL
SELECT 'news', e.id, e.at, true, NULL,
  jsonb_build_object('event', e.event, 'channel', m.channel, 'step', m.step, 'scenario', m.scenario,
    'to', coalesce(nullif(e.address, ''), m.recipient), 'detail', e.detail)
FROM outbox_providerevent e JOIN outbox_message m ON m.id = e.message_id
WHERE m.account_id = %(account)s AND m.channel NOT IN ('letter', 'registered_letter')
"""
#: What the post tells of letters, each with the proof that came with it.
_ARRIVALS = """
SELECT 'arrival', v.id, v.at, v.carrier_id IS NOT NULL, NULL,
  jsonb_build_object('event', v.event, 'detail', v.detail, 'step', m.step, 'scenario', m.scenario,
    'evidence', v.evidence_id)
FROM outbox_providerevent v JOIN outbox_message m ON m.id = v.message_id
WHERE m.account_id = %(account)s AND m.channel IN ('letter', 'registered_letter')
"""
#: The bank line that a payment came by: matched by whom, "" where by the rule alone.
_BANK_LINE = f"""(SELECT jsonb_build_object('id', l.id, 'on', l.booked_on, 'name', l.counterparty_name,
      'label', l.label, 'who', coalesce({_WHO.format("b.matched_by_id")}, ''))
    FROM bank_bankmatch b JOIN bank_bankline l ON l.id = b.line_id
    WHERE b.payment_id = p.id AND b.undone_at IS NULL AND l.direction = 'credit' LIMIT 1)"""
_PAYMENTS = f"""
SELECT 'payment', p.id, {_NOON.format("p.received_on")}, false, NULL,
  jsonb_build_object('amount', p.amount::text, 'currency', p.currency, 'kind', p.kind, 'method', p.method,
    'reference', p.reference, 'left', (p.amount - p.allocated)::text, 'returned_on', p.returned_on,
    'bank_line', {_BANK_LINE}, 'numbers', (SELECT jsonb_agg(DISTINCT i.number) FROM ledger_allocation a
      JOIN ledger_term t ON t.id = a.term_id JOIN ledger_invoice i ON i.id = t.invoice_id
      WHERE a.payment_id = p.id AND a.undone_on IS NULL))
FROM ledger_payment p WHERE p.account_id = %(account)s
UNION ALL
SELECT 'returned', p.id, {_NOON.format("p.returned_on")}, false, NULL,
  jsonb_build_object('amount', p.amount::text, 'currency', p.currency, 'kind', p.kind)
FROM ledger_payment p WHERE p.account_id = %(account)s AND p.returned_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM bank_bankmatch b WHERE b.payment_id = p.id AND b.made_payment
    AND b.undone_at IS NOT NULL)
UNION ALL
SELECT 'credit_note', c.id, {_NOON.format("c.issued_on")}, false, NULL,
  jsonb_build_object('amount', c.amount::text, 'currency', c.currency, 'number', c.number,
    'cancelled_on', c.cancelled_on)
FROM ledger_creditnote c WHERE c.account_id = %(account)s
"""
_ALLOCATIONS = f"""
SELECT CASE WHEN a.undone_on IS NULL THEN 'allocation' ELSE 'undone' END, a.id,
  CASE WHEN a.undone_on IS NULL THEN a.recorded_at ELSE {_NOON.format("a.undone_on")} END,
  a.undone_on IS NULL, {_WHO.format("a.made_by_id")},
  jsonb_build_object('amount', a.amount::text, 'currency', t.currency, 'number', i.number)
FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id JOIN ledger_invoice i ON i.id = t.invoice_id
WHERE a.account_id = %(account)s
"""
_WORDS = f"""
SELECT 'promise', p.id, p.recorded_at, true, {_WHO.format("p.recorded_by_id")},
  jsonb_build_object('until', p.until, 'amount', p.amount::text, 'currency', p.currency, 'note', p.note,
    'cancelled', p.cancelled_at IS NOT NULL,
    'numbers', (SELECT jsonb_agg(DISTINCT i.number) FROM cases_promisedterm pt
      JOIN ledger_term t ON t.id = pt.term_id JOIN ledger_invoice i ON i.id = t.invoice_id
      WHERE pt.promise_id = p.id))
FROM cases_promise p WHERE p.account_id = %(account)s
UNION ALL
SELECT 'dispute', d.id, d.recorded_at, true, {_WHO.format("d.owner_id")},
  jsonb_build_object('number', i.number, 'amount', d.amount::text, 'currency', i.currency,
    'category', d.category, 'note', d.note)
FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id WHERE d.account_id = %(account)s
UNION ALL
SELECT 'resolved', d.id, {_NOON.format("d.resolved_on")}, false, NULL,
  jsonb_build_object('number', i.number, 'resolution', d.resolution)
FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id
WHERE d.account_id = %(account)s AND d.resolved_on IS NOT NULL
UNION ALL
SELECT 'hold', h.id, h.recorded_at, true, {_WHO.format("h.recorded_by_id")},
  jsonb_build_object('until', h.until, 'reason', h.reason, 'number',
    (SELECT i.number FROM ledger_invoice i WHERE i.id = h.invoice_id))
FROM cases_hold h WHERE h.account_id = %(account)s
UNION ALL
SELECT 'released', h.id, h.released_at, true, NULL, jsonb_build_object('reason', h.reason)
FROM cases_hold h WHERE h.account_id = %(account)s AND h.released_at IS NOT NULL
UNION ALL
SELECT 'contact', c.id, c.recorded_at, true, {_WHO.format("c.recorded_by_id")},
  jsonb_build_object('channel', c.channel, 'outcome', c.outcome, 'note', c.note, 'on', c.on)
FROM cases_manualcontact c WHERE c.account_id = %(account)s
UNION ALL
SELECT 'note', n.id, n.recorded_at, true, {_WHO.format("n.recorded_by_id")}, jsonb_build_object('text', n.text)
FROM cases_note n WHERE n.account_id = %(account)s
"""
_NETWORK = f"""
SELECT 'status', s.id, s.at, true, {_WHO.format("s.noted_by_id")},
  jsonb_build_object('code', s.code, 'label', s.label, 'number', s.invoice_number, 'reasons', s.reasons,
    'note', s.note, 'amount', s.amount::text, 'currency', i.currency)
FROM network_networkstatus s JOIN ledger_invoice i ON i.id = s.invoice_id WHERE s.account_id = %(account)s
UNION ALL
SELECT 'declared', d.id, d.made_at, true, {_WHO.format("d.made_by_id")},
  jsonb_build_object('number', i.number, 'amount', d.total::text, 'currency', d.currency, 'on', d.on,
    'handed_over', d.handed_over_at IS NOT NULL)
FROM network_declaration d JOIN ledger_invoice i ON i.id = d.invoice_id WHERE d.account_id = %(account)s
UNION ALL
SELECT 'bank_change', b.id, b.opened_at, true, NULL,
  jsonb_build_object('iban', b.claimed_iban, 'note', b.note)
FROM cases_bankchange b WHERE b.account_id = %(account)s
UNION ALL
SELECT 'bank_confirmed', b.id, b.ended_at, true, {_WHO.format("b.second_by_id")},
  jsonb_build_object('outcome', b.outcome, 'first', {_WHO.format("b.first_by_id")})
FROM cases_bankchange b WHERE b.account_id = %(account)s AND b.ended_at IS NOT NULL
"""
_DECISIONS = """
SELECT 'decision', d.id, d.decided_at, true, NULL,
  jsonb_build_object('kind', d.kind, 'until', d.until, 'step', d.step, 'channel', d.channel,
    'reasons', d.reasons, 'on', d.on)
FROM cases_decision d WHERE d.account_id = %(account)s
"""
#: In the whole story a decision is told when it stops something; the others have a view of their own.
_TELLING = """
  AND (d.kind IN ('hold', 'stop') OR d.because IN ('promised', 'disputed', 'on_hold', 'away'))
  AND d.because IS DISTINCT FROM (SELECT p.because FROM cases_decision p
    WHERE p.account_id = d.account_id AND p.decided_at < d.decided_at ORDER BY p.decided_at DESC, p.id DESC LIMIT 1)
"""

#: An import matches by the thousand: the whole story tells what people matched, and what was undone.
_BY_HAND = "AND (a.made_by_id IS NOT NULL OR a.undone_on IS NOT NULL)"

VIEWS: Mapping[str, tuple[str, ...]] = {
    "": (_MESSAGES, _ARRIVALS, _PAYMENTS, _ALLOCATIONS + _BY_HAND, _WORDS, _NETWORK, _DECISIONS + _TELLING),
    "messages": (_MESSAGES, _ARRIVALS),
    "reglements": (_PAYMENTS, _ALLOCATIONS),
    "notes": (_WORDS,),
    "decisions": (_DECISIONS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `timed`: the hour is known."""

    kind: str
    id: int
    at: datetime
    timed: bool
    who: str
    facts: Mapping[str, Any]


def history_of(account_id: int, *, view: str, zone: str, most: int = PER_PAGE) -> tuple[list[Event], int]:
    """Return the newest `most` events of a view, and how many there are in all."""
    parts: Sequence[str] = VIEWS[view]
    named = "SELECT NULL::text AS kind, NULL::bigint AS id, NULL::timestamptz AS at, NULL::boolean AS timed, NULL::text AS who, NULL::jsonb AS facts WHERE false"
    union = " UNION ALL ".join((named, *parts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT *, count(*) OVER () FROM ({union}) AS events ORDER BY at DESC, kind, id DESC LIMIT %(most)s",
            {"account": account_id, "zone": zone, "most": most},
        )
        rows = cursor.fetchall()
    return [_event(row) for row in rows], rows[0][6] if rows else 0


def _event(row: tuple[Any, ...]) -> Event:
    facts = json.loads(row[5]) if isinstance(row[5], str) else row[5]
    return Event(kind=row[0], id=row[1], at=row[2], timed=row[3], who=row[4] or "", facts=facts)
