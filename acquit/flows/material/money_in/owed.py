"""What a bank line can be: open terms, loose credit notes, payments that the ledger told first."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from acquit.core.matching.facts import OpenItem, Part, Payer
from acquit.flows.material.money_in.line import OpenLine, Piece

TERM, CREDIT_NOTE, PAYMENT = "term", "credit_note", "payment"
#: Days by which the ledger's day of a payment and the bank's may differ.
SAME_MONEY_DAYS = 10
#: A debit that was never authorised may be returned for thirteen months (SEPA Core rulebook, 4.3.2.3).
_RETURNED_WITHIN = timedelta(days=396)


def open_items(organisation_id: int, creditor_id: int, lines: Sequence[OpenLine]) -> list[OpenItem]:
    """Return what credits may be: what is owed, and payments of their days that no line has yet.

    All of it is read, so never row by row: what this transaction wrote has no statistics yet.
    """
    days = [line.value_on for line in lines if not line.is_return]
    if not days:
        return []
    margin = timedelta(days=SAME_MONEY_DAYS)
    who: dict[str, Any] = {"org": organisation_id, "creditor": creditor_id}
    queries = (
        (TERM, _TERMS, who),
        (CREDIT_NOTE, _CREDIT_NOTES, who),
        (PAYMENT, _LEDGER_PAYMENTS, {**who, "since": min(days) - margin, "until": max(days) + margin}),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        items = []
        for kind, query, params in queries:
            cursor.execute(query, params)
            items += [_item(kind, row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop = on")
    return items


def returnable_payments(organisation_id: int, creditor_id: int, lines: Sequence[OpenLine]) -> list[OpenItem]:
    """Return the payments that returns may take back."""
    days = [line.booked_on for line in lines if line.is_return]
    if not days:
        return []
    amounts = list({line.open for line in lines if line.is_return})
    with connection.cursor() as cursor:
        cursor.execute(_RETURNABLE, {
            "org": organisation_id, "creditor": creditor_id, "amounts": amounts,
            "since": min(days) - _RETURNED_WITHIN, "until": max(days),
        })  # fmt: skip
        return [_item(PAYMENT, row) for row in cursor.fetchall()]


def payers(organisation_id: int, creditor_id: int, items: Iterable[OpenItem]) -> list[Payer]:
    """Return who may pay: those of the items, and those whose bank account was learned."""
    accounts = list({item.account for item in items})
    who: dict[str, Any] = {"org": organisation_id, "creditor": creditor_id, "accounts": accounts}
    with connection.cursor() as cursor:
        cursor.execute(_LEARNED, who)
        ibans, names = defaultdict(set), defaultdict(list)
        for debtor, iban, name in cursor.fetchall():
            if iban:
                ibans[debtor].add(iban)
            if name:
                names[debtor].append(name)
        cursor.execute(_PAYERS, {**who, "debtors": list({*ibans, *names})})
        return [
            Payer(
                account=account, names=tuple(dict.fromkeys((name, *names[debtor]))),
                ibans=frozenset(ibans[debtor]), code=code, siren=siren,
            )
            for account, debtor, name, code, siren in cursor.fetchall()
        ]  # fmt: skip


def piece_of(part: Part) -> Piece:
    """Return a part of a proposal as what it ties."""
    account: Any = part.account
    if part.item is None:
        return Piece(account, part.amount)
    kind, key = _kind_and_key(part.item)
    return Piece(account, part.amount, **{f"{kind}_id": key})


def _kind_and_key(key: Any) -> tuple[str, int]:
    kind, number = key
    return kind, number


def _item(kind: str, row: tuple[Any, ...]) -> OpenItem:
    key, account, number, issued_on, due_on, amount, still_open, currency = row
    return OpenItem(
        key=(kind, key), account=account, number=number or "", issued_on=issued_on, due_on=due_on,
        amount=amount, open=still_open, currency=currency,
    )  # fmt: skip


_OF_CREDITOR = """
JOIN accounts_account a ON a.id = {row}.account_id AND a.organisation_id = %(org)s
  AND a.creditor_id = %(creditor)s
"""
# What the creditor keeps back or gives back is not asked for, and nobody pays it to him.
_TERMS = f"""
SELECT t.id, t.account_id, i.number, i.issued_on, t.due_on, t.amount, t.amount - t.allocated, t.currency
FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id AND i.organisation_id = %(org)s
  {_OF_CREDITOR.format(row="t")}
WHERE t.organisation_id = %(org)s AND t.allocated < t.amount AND t.written_off_on IS NULL
  AND i.kind NOT IN ('retention', 'refund', 'adjustment')
ORDER BY t.account_id, t.due_on, t.id
"""
_CREDIT_NOTES = f"""
SELECT c.id, c.account_id, c.number, c.issued_on, c.issued_on, c.amount, c.allocated - c.amount, c.currency
FROM ledger_creditnote c {_OF_CREDITOR.format(row="c")}
WHERE c.organisation_id = %(org)s AND c.allocated < c.amount AND c.cancelled_on IS NULL
ORDER BY c.account_id, c.issued_on, c.id
"""
_NUMBER = """
(SELECT min(i.number) FROM ledger_allocation x
  JOIN ledger_term t ON t.id = x.term_id AND t.organisation_id = %(org)s
  JOIN ledger_invoice i ON i.id = t.invoice_id AND i.organisation_id = %(org)s
  WHERE x.organisation_id = %(org)s AND x.payment_id = p.id AND x.undone_on IS NULL)
"""
# A payment that is loose beside an open term of its amount is found by that term, and adopted then.
_LEDGER_PAYMENTS = f"""
SELECT p.id, p.account_id, {_NUMBER}, p.received_on - 10, p.received_on, p.amount, p.amount, p.currency
FROM ledger_payment p {_OF_CREDITOR.format(row="p")}
WHERE p.organisation_id = %(org)s AND p.kind = 'payment' AND p.returned_on IS NULL
  AND p.received_on BETWEEN %(since)s AND %(until)s
  AND NOT EXISTS (SELECT FROM bank_bankmatch m WHERE m.organisation_id = %(org)s
    AND m.payment_id = p.id AND m.undone_at IS NULL)
  AND (p.allocated > 0 OR NOT EXISTS (SELECT FROM ledger_term t WHERE t.organisation_id = %(org)s
    AND t.account_id = p.account_id AND t.allocated < t.amount AND t.amount - t.allocated = p.amount
    AND t.currency = p.currency))
ORDER BY p.account_id, p.received_on, p.id
"""
_RETURNABLE = f"""
SELECT p.id, p.account_id, {_NUMBER}, p.received_on - 10, p.received_on, p.amount, p.amount, p.currency
FROM ledger_payment p {_OF_CREDITOR.format(row="p")}
WHERE p.organisation_id = %(org)s AND p.kind = 'payment' AND p.returned_on IS NULL
  AND p.received_on BETWEEN %(since)s AND %(until)s AND p.amount = ANY(%(amounts)s)
ORDER BY p.account_id, p.received_on, p.id
"""
_LEARNED = """
SELECT debtor_id, iban, name FROM bank_learnedpayer
WHERE organisation_id = %(org)s AND creditor_id = %(creditor)s ORDER BY times DESC, id
"""
_PAYERS = """
SELECT a.id, a.debtor_id, d.name, a.external_id, d.siren
FROM accounts_account a JOIN accounts_debtor d ON d.id = a.debtor_id AND d.organisation_id = %(org)s
WHERE a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s
  AND (a.id = ANY(%(accounts)s) OR a.debtor_id = ANY(%(debtors)s))
ORDER BY a.id
"""
