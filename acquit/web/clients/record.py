"""What one statement brings for the page of an account: contacts, what is open, habits, money to match."""
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from acquit.channels.sms.number import mobile
from acquit.web.words import ROLES, said

ZERO = Decimal(0)
LAST_PAID = 12
#: A promise is kept when the money is there this many days after its date at the latest.
_PROMISE_MARGIN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """A contact, with what does not reach him any more."""

    id: int
    name: str
    role: str
    email: str
    phone: str
    place: str
    is_main: bool
    email_bounced_on: date | None
    phone_wrong_on: date | None
    letter_returned_on: date | None
    registered_email: str
    consents_lre_on: date | None
    registered_bounced_on: date | None
    silent_since: date | None

    @property
    def role_words(self) -> str:
        """Return what the contact does, in the language of the screen."""
        return said(ROLES, self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A promise whose day may still come, or has just passed. `amount` is what it covers."""

    id: int
    until: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """A dispute that is not resolved. `amount` is the contested part of what is open."""

    id: int
    number: str
    amount: Decimal
    currency: str
    category: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """A suspension in force. `number` is its invoice, or empty for the whole account."""

    id: int
    until: date | None
    reason: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMatch:
    """Money or a credit note that is not matched in full."""

    id: int
    kind: str
    on: date
    left: Decimal
    currency: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything beside the decision's own facts. `documents` are the invoices of open terms that have one."""

    contacts: tuple[ContactLine, ...]
    lateness: tuple[int, ...]
    promises_kept: int
    promises_past: int
    promises: tuple[OpenPromise, ...]
    disputes: tuple[OpenDispute, ...]
    holds: tuple[OpenHold, ...]
    to_match: tuple[ToMatch, ...]
    skipped: frozenset[tuple[int, str]]
    other_debits: Mapping[str, Decimal]
    documents: Mapping[int, int]


_RECORD = """
SELECT
(SELECT jsonb_agg(to_jsonb(c) ORDER BY c.is_main DESC, c.id) FROM accounts_contact c WHERE c.debtor_id = %(debtor)s),
(SELECT jsonb_agg(late ORDER BY settled_on, id) FROM (
  SELECT t.id, t.settled_on, t.settled_on - t.due_on AS late
  FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
  WHERE t.account_id = %(account)s AND t.settled_on IS NOT NULL AND i.kind = 'invoice'
  ORDER BY t.settled_on DESC, t.id DESC LIMIT %(last)s) AS paid),
(SELECT jsonb_agg(jsonb_build_object('id', p.id, 'until', p.until, 'amount', p.amount::text,
    'currency', p.currency, 'open', covered.open::text,
    'kept', covered.paid >= coalesce(p.amount, covered.whole)) ORDER BY p.until, p.id)
  FROM cases_promise p CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.amount), 0) AS whole, coalesce(sum(t.amount - t.allocated), 0) AS open,
      coalesce(sum((SELECT sum(a.amount) FROM ledger_allocation a
        WHERE a.term_id = t.id AND a.undone_on IS NULL AND a.payment_id IS NOT NULL
          AND a.effective_on BETWEEN p.made_on AND p.until + %(margin)s)), 0) AS paid
    FROM cases_promisedterm pt JOIN ledger_term t ON t.id = pt.term_id WHERE pt.promise_id = p.id) AS covered
  WHERE p.account_id = %(account)s AND p.cancelled_at IS NULL),
(SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', i.number, 'amount', d.amount::text,
    'currency', i.currency, 'category', d.category, 'opened_on', d.opened_on,
    'open', (SELECT sum(t.amount - t.allocated) FROM ledger_term t WHERE t.invoice_id = i.id)::text) ORDER BY d.id)
  FROM cases_dispute d JOIN ledger_invoice i ON i.id = d.invoice_id
  WHERE d.account_id = %(account)s AND d.resolved_on IS NULL),
(SELECT jsonb_agg(jsonb_build_object('id', h.id, 'until', h.until, 'reason', h.reason, 'number', i.number) ORDER BY h.id)
  FROM cases_hold h LEFT JOIN ledger_invoice i ON i.id = h.invoice_id
  WHERE h.account_id = %(account)s AND h.released_at IS NULL AND (h.until IS NULL OR h.until >= %(today)s)),
(SELECT jsonb_agg(jsonb_build_object('id', m.id, 'kind', m.kind, 'on', m.on, 'left', m.rest::text,
    'currency', m.currency, 'text', m.text) ORDER BY m.on, m.id)
  FROM (SELECT id, 'payment' AS kind, received_on AS on, amount - allocated AS rest, currency,
      trim(reference || ' ' || label) AS text FROM ledger_payment
      WHERE account_id = %(account)s AND allocated < amount AND returned_on IS NULL
    UNION ALL SELECT id, 'credit_note', issued_on, amount - allocated, currency, number FROM ledger_creditnote
      WHERE account_id = %(account)s AND allocated < amount AND cancelled_on IS NULL) AS m),
(SELECT jsonb_agg(jsonb_build_array(term_id, step)) FROM cases_stepclaim
  WHERE account_id = %(account)s AND state = 'skipped'),
(SELECT jsonb_object_agg(currency, rest) FROM (
  SELECT t.currency, sum(t.amount - t.allocated)::text AS rest
  FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
  WHERE t.account_id = %(account)s AND t.allocated < t.amount AND i.kind IN ('refund', 'adjustment', 'retention')
  GROUP BY t.currency) AS others),
(SELECT jsonb_object_agg(t.id, i.id) FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
  WHERE t.account_id = %(account)s AND t.allocated < t.amount AND i.document IS NOT NULL),
(SELECT jsonb_object_agg(s.number, (s.since AT TIME ZONE %(zone)s)::date) FROM cases_silentnumber s
  WHERE s.lifted_at IS NULL AND right(s.number, 8) IN (
    SELECT right(regexp_replace(c.phone, '[^0-9]', '', 'g'), 8) FROM accounts_contact c
    WHERE c.debtor_id = %(debtor)s AND c.phone <> ''))
"""


def record_of(*, account_id: int, debtor_id: int, country: str, zone: str, today: date) -> Record:
    """Return what stands beside the decision on an account; `country` is the debtor's."""
    params: dict[str, int | str | date] = {
        "account": account_id,
        "debtor": debtor_id,
        "today": today,
        "last": LAST_PAID,
        "margin": _PROMISE_MARGIN,
        "zone": zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, params)
        row = cursor.fetchone() or ()
    contacts, lateness, promises, disputes, holds, to_match, skipped, others, documents, silent = map(
        _read, row
    )
    past = [p for p in promises or () if _day(p["until"]) < today]
    return Record(
        contacts=tuple(_contact(c, country, silent or {}) for c in contacts or ()),
        lateness=tuple(lateness or ()),
        promises_kept=sum(p["kept"] for p in past),
        promises_past=len(past),
        promises=tuple(_promise(p) for p in promises or () if not p["kept"] and _day(p["until"]) >= today),
        disputes=tuple(_dispute(d) for d in disputes or ()),
        holds=tuple(_hold(h) for h in holds or ()),
        to_match=tuple(_to_match(m) for m in to_match or ()),
        skipped=frozenset((term, step) for term, step in skipped or ()),
        other_debits={currency: Decimal(rest) for currency, rest in (others or {}).items()},
        documents={int(term): invoice for term, invoice in (documents or {}).items()},
    )


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _day_or_none(written: str | None) -> date | None:
    return None if written is None else _day(written)


def _contact(row: Mapping[str, Any], country: str, silent: Mapping[str, str]) -> ContactLine:
    number = mobile(row["phone"], row["country"] or country)
    return ContactLine(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        email=row["email"],
        phone=row["phone"],
        place=" ".join(part for part in (row["postcode"], row["city"]) if part) if row["address"] else "",
        is_main=row["is_main"],
        email_bounced_on=_day_or_none(row["email_bounced_on"]),
        phone_wrong_on=_day_or_none(row["phone_wrong_on"]),
        letter_returned_on=_day_or_none(row["letter_returned_on"]),
        registered_email=row["registered_email"],
        consents_lre_on=_day_or_none(row["consents_lre_on"]),
        registered_bounced_on=_day_or_none(row["registered_bounced_on"]),
        silent_since=_day_or_none(silent.get(number or "")),
    )


def _promise(row: Mapping[str, Any]) -> OpenPromise:
    still = Decimal(row["open"])
    amount = still if row["amount"] is None else min(Decimal(row["amount"]), still)
    return OpenPromise(id=row["id"], until=_day(row["until"]), amount=amount, currency=row["currency"])


def _dispute(row: Mapping[str, Any]) -> OpenDispute:
    still = Decimal(row["open"] or 0)
    return OpenDispute(
        id=row["id"],
        number=row["number"],
        amount=still if row["amount"] is None else min(Decimal(row["amount"]), still),
        currency=row["currency"],
        category=row["category"],
        opened_on=_day(row["opened_on"]),
    )


def _hold(row: Mapping[str, Any]) -> OpenHold:
    return OpenHold(
        id=row["id"], until=_day_or_none(row["until"]), reason=row["reason"], number=row["number"] or ""
    )


def _to_match(row: Mapping[str, Any]) -> ToMatch:
    return ToMatch(
        id=row["id"],
        kind=row["kind"],
        on=_day(row["on"]),
        left=Decimal(row["left"]),
        currency=row["currency"],
        text=row["text"],
    )
