"""Bank lines that wait, and what becomes of one: the pieces of a match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from acquit.core.matching.facts import Receipt
from acquit.flows.material.errors import LineSetAside, LineTaken
from acquit.store.bank.models import BankLine

#: Differences that a rule may write off; what is left of "part" stays owed.
WRITTEN_OFF = frozenset({"charges", "discount", "rounding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """A line of which `open` is left to match, not all of it where it `was_matched` before.

    `was_undone`: a person took a match of it back.
    `language` is the creditor's: what a match writes into his ledger is in it.
    """

    id: int
    creditor_id: int
    is_return: bool
    open: Decimal
    currency: str
    booked_on: date
    value_on: date
    label: str
    reference: str
    end_to_end: str
    payer_name: str
    payer_iban: str
    method: str
    charges: Decimal | None
    was_matched: bool
    was_undone: bool
    language: str
    refused: frozenset[int]

    def receipt(self) -> Receipt:
        """Return the line as matching sees it."""
        return Receipt(
            key=self.id, amount=self.open, currency=self.currency, on=self.value_on, label=self.label,
            reference=self.reference, end_to_end=self.end_to_end, payer_name=self.payer_name,
            payer_iban=self.payer_iban, charges=self.charges, refused=self.refused,
        )  # fmt: skip


class Piece(NamedTuple):
    """So much of a line for a term; of a credit note, below zero; a known payment; else on account."""

    account_id: int
    amount: Decimal
    term_id: int | None = None
    credit_note_id: int | None = None
    payment_id: int | None = None


class WrittenOff(NamedTuple):
    """What is given up of a term with a match: `kind` is charges, discount, rounding or other."""

    account_id: int
    term_id: int
    amount: Decimal
    kind: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a line is taken for. `reasons` as `encode_reasons` writes them; no `score` by hand."""

    line: OpenLine
    pieces: tuple[Piece, ...]
    written_off: tuple[WrittenOff, ...] = ()
    score: int | None = None
    reasons: Sequence[Any] = ()


def open_lines(
    organisation_id: int, *, creditor_id: int | None = None, ids: Iterable[int] | None = None
) -> list[OpenLine]:
    """Return, locked, the credits and returns that wait, oldest first.

    Lines that somebody else works on at this moment are left to him.
    """
    wanted = None if ids is None else list(ids)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"org": organisation_id, "creditor": creditor_id, "ids": wanted})
        return [_line(row) for row in cursor.fetchall()]


def take(organisation_id: int, line_id: int) -> OpenLine:
    """Return a line that waits, locked until the end of the transaction.

    Who comes second waits for the first. Raises LineTaken, LineSetAside.
    """
    row = lock(organisation_id, line_id)
    if row.set_aside_at is not None:
        raise LineSetAside
    if row.matched >= row.amount:
        raise LineTaken
    found = open_lines(organisation_id, ids=[line_id])
    if not found:
        raise LineTaken
    return found[0]


def lock(organisation_id: int, line_id: int) -> BankLine:
    """Return a line, locked until the end of the transaction."""
    return BankLine.objects.select_for_update(of=("self",)).get(organisation_id=organisation_id, id=line_id)


def _line(row: tuple[Any, ...]) -> OpenLine:
    names = (
        "id", "creditor_id", "is_return", "open", "currency", "booked_on", "value_on", "label",
        "reference", "end_to_end", "payer_name", "payer_iban", "method", "charges", "was_matched",
        "was_undone", "language",
    )  # fmt: skip
    return OpenLine(**dict(zip(names, row, strict=False)), refused=frozenset(row[-1] or ()))


# Credits that came in, and debits that take one back; any other debit concerns no debtor.
_OPEN = """
SELECT l.id, l.creditor_id, l.direction = 'debit', l.amount - l.matched, l.currency, l.booked_on,
  l.value_on, l.label, l.reference, l.end_to_end, l.counterparty_name, l.counterparty_iban, l.method,
  l.charges, m.matches > 0, m.undone > 0, c.language,
  (SELECT array_agg(r.account_id) FROM bank_refusedmatch r
    WHERE r.organisation_id = l.organisation_id AND r.line_id = l.id)
FROM bank_bankline l JOIN accounts_creditor c ON c.id = l.creditor_id
  CROSS JOIN LATERAL (SELECT count(*) AS matches, count(m.undone_at) AS undone FROM bank_bankmatch m
    WHERE m.organisation_id = l.organisation_id AND m.line_id = l.id) m
WHERE l.organisation_id = %(org)s AND l.matched < l.amount AND l.set_aside_at IS NULL
  AND (l.direction = 'credit' OR l.is_return)
  AND (%(creditor)s::bigint IS NULL OR l.creditor_id = %(creditor)s)
  AND (%(ids)s::bigint[] IS NULL OR l.id = ANY(%(ids)s))
ORDER BY l.booked_on, l.id FOR UPDATE OF l SKIP LOCKED
"""
