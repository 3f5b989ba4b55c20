"""Credit notes and payments: new ones added, different ones updated."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from dataclasses import dataclass

from acquit.flows.material.loading.accounts import refuse_unknown
from acquit.flows.material.loading.duplicates import note_doubtful, recognise_duplicates
from acquit.flows.material.loading.recognition import (
    NUMBERED,
    leave_out_paid_before,
    recognise_known_money,
    recognise_moved,
    recognise_numbers,
    recognise_paid_before,
    refuse_known_elsewhere,
    refuse_long_numbers,
    spread_bank_matches,
)
from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.loading.undoing import undo


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of credit: where it is staged, compared and kept, and what is said of it."""

    staged: str
    compared: str
    table: str
    owner: str
    said: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[str, str], ...] = ()


_CREDIT_NOTES = _Kind(
    "credit_notes", "load_c", "ledger_creditnote", "credit_note_id",
    (("number", "s.number"), ("issued_on", "s.issued_on"), ("amount", "s.amount"),
     ("currency", "s.currency"), ("label", "left(s.label, 300)")),
)  # fmt: skip
_PAYMENTS = _Kind(
    "payments", "load_p", "ledger_payment", "payment_id",
    (("kind", "s.kind"), ("received_on", "s.received_on"), ("amount", "s.amount"),
     ("currency", "s.currency"), ("label", "left(s.label, 300)"),
     ("reference", "left(s.reference, 200)"), ("method", "left(s.method, 40)")),
)  # fmt: skip


def compare_credit_notes(load: Load) -> None:
    """Put every staged credit note beside the one that the ledger holds, in `load_c`."""
    refuse_long_numbers(load, "credit_notes")
    refuse_unknown(load, "credit_notes")
    create(load, "load_c", _compared(_CREDIT_NOTES))
    recognise_numbers(load, "load_c", "ledger_creditnote")
    recognise_moved(load, "load_c", "ledger_creditnote", day="issued_on", word="number", proof=NUMBERED)
    refuse_known_elsewhere(load, "load_c", "ledger_creditnote")


def compare_payments(load: Load) -> None:
    """Put every staged payment beside the one that the ledger holds, in `load_p`.

    Where the file does not say who paid, or says it in unknown words, the invoice that it names
    does, if that leads to one account.
    """
    leave_out_paid_before(load)
    load.run(_PAYERS_BY_INVOICE)
    load.run(_TIE_PAYERS)
    refuse_unknown(load, "payments")
    create(load, "load_p", _compared(_PAYMENTS))
    recognise_known_money(load)
    recognise_moved(
        load, "load_p", "ledger_payment", day="received_on", word="reference",
        proof="m.kind = h.kind AND m.label = h.label AND h.returned_on IS NULL",
    )  # fmt: skip
    recognise_paid_before(load)
    recognise_duplicates(load)


def write_credit_notes(load: Load) -> None:
    """Store the credit notes."""
    _write(load, _CREDIT_NOTES)


def write_payments(load: Load) -> None:
    """Store the payments."""
    _write(load, _PAYMENTS)
    note_doubtful(load)
    spread_bank_matches(load)


def _write(load: Load, kind: _Kind) -> None:
    created = load.run(_insert(kind))
    updated = int(load.rows(f"SELECT count(*) FROM {kind.compared} WHERE is_changed")[0][0])
    if updated:
        undo(load, _spent_too_much(kind))
        load.run(_update(kind))
    load.run(
        f"INSERT INTO load_touched SELECT DISTINCT account_id FROM {kind.compared} WHERE is_new OR is_changed"
    )
    known = int(load.rows(f"SELECT count(*) FROM {kind.compared}")[0][0]) - created
    load.count(kind.staged, created, updated, known - updated)


def _compared(kind: _Kind) -> str:
    said = ", ".join(f"{expression} AS {name}" for name, expression in kind.said)
    differs = " OR ".join(f"h.{name} <> {expression}" for name, expression in kind.said)
    return f"""
SELECT s.line, s.external_key, {said}, k.account_id, h.id IS NULL AS is_new,
  coalesce(h.id, nextval('{kind.table}_id_seq')) AS id, false AS is_elsewhere,
  h.id IS NOT NULL AND ({differs}) AS is_changed
FROM load_{kind.staged} s JOIN load_accounts k ON k.debtor = s.debtor
  LEFT JOIN {kind.table} h ON h.organisation_id = %(org)s AND h.account_id = k.account_id
    AND h.external_key = s.external_key
"""


def _insert(kind: _Kind) -> str:
    names = ", ".join(name for name, _ in kind.said)
    return f"""
INSERT INTO {kind.table} (id, organisation_id, account_id, external_key, {names}, allocated, known_on,
  file_id)
SELECT id, %(org)s, account_id, external_key, {names}, 0, %(today)s, %(file)s
FROM {kind.compared} WHERE is_new
"""


def _update(kind: _Kind) -> str:
    said = ", ".join(f"{name} = m.{name}" for name, _ in kind.said)
    return f"""
UPDATE {kind.table} h SET external_key = m.external_key, {said} FROM {kind.compared} m
WHERE m.id = h.id AND h.organisation_id = %(org)s AND m.is_changed
"""


def _spent_too_much(kind: _Kind) -> str:
    return f"""
a.{kind.owner} IN (
  SELECT h.id FROM {kind.table} h JOIN {kind.compared} m ON m.id = h.id AND m.is_changed
  WHERE h.organisation_id = %(org)s
    AND (h.allocated > m.amount OR (h.allocated > 0 AND h.currency <> m.currency)))
"""


_PAYERS_BY_INVOICE = """
INSERT INTO load_accounts (debtor, line, account_id, debtor_id, candidates, is_new)
SELECT 'payment ' || p.external_key, p.line,
  CASE WHEN count(DISTINCT a.id) = 1 THEN min(a.id) END,
  CASE WHEN count(DISTINCT a.id) = 1 THEN min(a.debtor_id) END, count(DISTINCT a.id), false
FROM load_payments p
  JOIN load_allocations l ON l.by = 'payment' AND l.by_key = p.external_key AND l.invoice_number <> ''
  JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.number = l.invoice_number
  JOIN accounts_account a ON a.id = i.account_id AND a.organisation_id = %(org)s
    AND a.creditor_id = %(creditor)s
WHERE NOT EXISTS (
  SELECT FROM load_accounts k WHERE k.debtor = p.debtor AND k.account_id IS NOT NULL)
GROUP BY p.external_key, p.line
"""
_TIE_PAYERS = """
UPDATE load_payments p SET debtor = 'payment ' || p.external_key
WHERE EXISTS (SELECT FROM load_accounts k
  WHERE k.debtor = 'payment ' || p.external_key AND k.account_id IS NOT NULL)
"""
