"""Invoices with their terms: new ones added, different ones updated."""

from __future__ import annotations

from acquit.flows.material.loading.accounts import refuse_unknown
from acquit.flows.material.loading.duplicates import refuse_returns_told_twice
from acquit.flows.material.loading.recognition import (
    NUMBERED,
    recognise_moved,
    recognise_numbers,
    refuse_known_elsewhere,
    refuse_long_numbers,
)
from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.loading.undoing import undo
from acquit.flows.material.loading.vanishing import LISTS


def compare_invoices(load: Load) -> None:
    """Put every staged invoice beside the one that the ledger holds, in `load_i`."""
    refuse_long_numbers(load, "invoices")
    refuse_unknown(load, "invoices")
    create(load, "load_i", _INVOICES)
    if load.kind == LISTS:
        _refuse_numbers_of_another_year(load)
    recognise_numbers(load, "load_i", "ledger_invoice")
    recognise_moved(
        load, "load_i", "ledger_invoice", day="issued_on", word="number",
        proof=f"m.kind = 'invoice' AND h.kind = 'invoice' AND {NUMBERED}",
    )  # fmt: skip
    refuse_known_elsewhere(load, "load_i", "ledger_invoice")
    refuse_returns_told_twice(load)


def _refuse_numbers_of_another_year(load: Load) -> None:
    """Refuse rows with the number of an invoice of another year.

    A list knows an invoice by its number alone: the debt of one year would take the place of another's.
    """
    for line, number, held in load.rows(_ANOTHER_YEAR):
        load.refuse(line, "number", "number_of_another_year", number, number=number, held=f"{held:%d/%m/%Y}")


def write_invoices(load: Load) -> None:
    """Store the invoices and their terms; a smaller invoice first frees what paid too much of it."""
    create(load, "load_t", _TERMS)
    created = load.run(_INSERT)
    load.run(_INSERT_TERMS_OF_NEW)
    create(load, "load_beyond", _BEYOND)
    updated = create(load, "load_changed_invoices", _CHANGED)
    if updated:
        load.run(_NOTE_SETTLED)
        undo(load, _PAID_TOO_MUCH)
        load.run(_UPDATE)
        load.run(_UPDATE_TERMS)
        load.run(_EMPTY_TERMS)
        load.run(_INSERT_TERMS_OF_OLD)
    load.run(_TOUCH)
    known = int(load.rows("SELECT count(*) FROM load_i")[0][0]) - created
    load.count("invoices", created, updated, known - updated)
    _follow_disputes(load)


def _follow_disputes(load: Load) -> None:
    """Open the disputes that the file states, and close those that a file opened and denies now."""
    load.run(_DISPUTED)
    if load.states_disputes:
        load.run(_SETTLED_DISPUTES)


# Corrections of a date are days or weeks; numbers that begin anew do so after a year.
_ANOTHER_YEAR = """
DELETE FROM load_i m USING ledger_invoice i WHERE i.id = m.id AND i.organisation_id = %(org)s
  AND NOT m.is_new AND abs(i.issued_on - m.issued_on) > 300
RETURNING m.line, m.number, i.issued_on
"""
_INVOICES = """
SELECT s.line, s.external_key, s.number, s.kind, s.issued_on, s.currency, s.amount,
  left(s.label, 300) AS label, s.disputed, s.due_on, s.due_computed, s.paid_by, s.vat_on_receipt,
  s.payee_iban, s.replaces, k.account_id, i.id IS NULL AS is_new,
  coalesce(i.id, nextval('ledger_invoice_id_seq')) AS id, false AS is_elsewhere,
  i.id IS NOT NULL AND (i.amount <> s.amount OR i.number <> s.number OR i.kind <> s.kind
    OR i.issued_on <> s.issued_on OR i.currency <> s.currency OR i.label <> left(s.label, 300)
    OR (%(prevails)s AND (i.paid_by <> s.paid_by OR i.vat_on_receipt <> s.vat_on_receipt
      OR i.payee_iban <> s.payee_iban))) AS is_changed
FROM load_invoices s JOIN load_accounts k ON k.debtor = s.debtor
  LEFT JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.account_id = k.account_id
    AND i.external_key = s.external_key
"""
# The stated terms: the one that an invoice carries, or the several that stand by themselves. A due day that
# some file states prevails over one that is reckoned, also where the invoice is another source's.
_TERMS = """
SELECT t.*, x.id IS NOT NULL AND (x.due_on <> t.due_on OR x.amount <> t.amount
  OR x.currency <> t.currency OR x.due_computed <> t.due_computed) AS is_changed
FROM (
  SELECT t.invoice_id, t.account_id, t.currency, t.is_new, t.rank, t.amount, t.issued_on, x.id AS term_id,
    CASE WHEN t.due_computed AND NOT x.due_computed THEN x.due_on ELSE t.due_on END AS due_on,
    t.due_computed AND coalesce(x.due_computed, true) AS due_computed
  FROM (
    SELECT id AS invoice_id, account_id, currency, is_new, is_elsewhere, 1 AS rank, due_on, amount, issued_on,
      due_computed
    FROM load_i WHERE due_on IS NOT NULL AND NOT (is_elsewhere AND due_computed)
    UNION ALL
    SELECT m.id, m.account_id, m.currency, m.is_new, false, s.rank, s.due_on, s.amount, m.issued_on, false
    FROM load_terms s JOIN load_i m ON m.external_key = s.invoice_key AND NOT m.is_elsewhere) t
    LEFT JOIN ledger_term x ON x.organisation_id = %(org)s AND x.invoice_id = t.invoice_id
      AND x.position = t.rank
  WHERE NOT t.is_elsewhere OR (x.due_computed AND x.amount = t.amount AND x.currency = t.currency)) t
  LEFT JOIN ledger_term x ON x.id = t.term_id
"""
# In the order of the accounts: what is read together lies together, and the indexes grow at one end.
_INSERT = """
INSERT INTO ledger_invoice (id, organisation_id, account_id, number, external_key, kind, issued_on,
  amount, currency, label, paid_by, factored, known_on, file_id, vat_on_receipt, payee_iban)
SELECT id, %(org)s, account_id, number, external_key, kind, issued_on, amount, currency, label, paid_by,
  false, %(today)s, %(file)s, vat_on_receipt, payee_iban
FROM load_i WHERE is_new ORDER BY account_id
"""
_INSERT_TERMS = """
INSERT INTO ledger_term (organisation_id, account_id, invoice_id, position, due_on, amount, currency,
  due_computed, allocated, issued_on)
SELECT %(org)s, account_id, invoice_id, rank, due_on, amount, currency, due_computed, 0, issued_on FROM load_t
"""
_INSERT_TERMS_OF_NEW = _INSERT_TERMS + "WHERE is_new ORDER BY account_id"
_INSERT_TERMS_OF_OLD = _INSERT_TERMS + "WHERE NOT is_new AND term_id IS NULL"
# Terms that an invoice no longer has. They stay, at nothing: what was said about them is history.
_BEYOND = """
SELECT x.id AS term_id, m.id AS invoice_id FROM ledger_term x
  JOIN load_i m ON m.id = x.invoice_id AND NOT m.is_new AND NOT m.is_elsewhere
WHERE x.organisation_id = %(org)s AND x.position > 1 AND x.amount > 0
  AND NOT EXISTS (SELECT FROM load_t t WHERE t.term_id = x.id)
"""
_CHANGED = """
SELECT id FROM load_i WHERE is_changed AND NOT is_elsewhere
UNION SELECT invoice_id FROM load_t WHERE NOT is_new AND (term_id IS NULL OR is_changed)
UNION SELECT invoice_id FROM load_beyond
"""
_NOTE_SETTLED = """
INSERT INTO load_settled SELECT x.id FROM ledger_term x JOIN load_t t ON t.term_id = x.id
WHERE x.organisation_id = %(org)s AND t.is_changed AND x.allocated >= x.amount AND x.amount > 0
"""
_PAID_TOO_MUCH = """
a.term_id IN (
  SELECT x.id FROM ledger_term x JOIN load_t t ON t.term_id = x.id
  WHERE x.organisation_id = %(org)s AND t.is_changed
    AND (x.allocated > t.amount OR (x.allocated > 0 AND x.currency <> t.currency))
  UNION SELECT term_id FROM load_beyond)
"""
_UPDATE = """
UPDATE ledger_invoice i SET number = m.number, kind = m.kind, issued_on = m.issued_on,
  amount = m.amount, currency = m.currency, label = m.label, external_key = m.external_key,
  paid_by = CASE WHEN %(prevails)s THEN m.paid_by ELSE i.paid_by END,
  vat_on_receipt = CASE WHEN %(prevails)s THEN m.vat_on_receipt ELSE i.vat_on_receipt END,
  payee_iban = CASE WHEN %(prevails)s THEN m.payee_iban ELSE i.payee_iban END
FROM load_i m WHERE m.id = i.id AND i.organisation_id = %(org)s AND m.is_changed
  AND NOT m.is_elsewhere
"""
_UPDATE_TERMS = """
UPDATE ledger_term x SET due_on = t.due_on, due_computed = t.due_computed, amount = t.amount,
  currency = t.currency,
  settled_on = CASE WHEN x.allocated >= t.amount THEN (
    SELECT max(a.effective_on) FROM ledger_allocation a
    WHERE a.organisation_id = %(org)s AND a.term_id = x.id AND a.undone_on IS NULL) END
FROM load_t t WHERE t.term_id = x.id AND x.organisation_id = %(org)s AND t.is_changed
"""
_EMPTY_TERMS = """
UPDATE ledger_term x SET amount = 0, settled_on = NULL FROM load_beyond b
WHERE b.term_id = x.id AND x.organisation_id = %(org)s
"""
_TOUCH = """
INSERT INTO load_touched SELECT DISTINCT account_id FROM load_i
WHERE is_new OR id IN (SELECT id FROM load_changed_invoices)
"""
_DISPUTED = """
WITH opened AS (
  INSERT INTO cases_dispute (organisation_id, account_id, invoice_id, category, note, opened_on,
    recorded_at, resolution)
  SELECT %(org)s, account_id, id, '', '', %(today)s, %(source_at)s, '' FROM load_i WHERE disputed
  ON CONFLICT (organisation_id, invoice_id) WHERE resolved_on IS NULL DO NOTHING
  RETURNING account_id)
INSERT INTO load_touched SELECT account_id FROM opened
"""
_SETTLED_DISPUTES = """
WITH closed AS (
  UPDATE cases_dispute d SET resolved_on = %(today)s
  FROM load_i m WHERE d.invoice_id = m.id AND d.organisation_id = %(org)s AND NOT m.disputed
    AND d.resolved_on IS NULL AND d.owner_id IS NULL AND EXISTS (
      SELECT FROM ledger_sourcefile f WHERE f.organisation_id = %(org)s
        AND f.creditor_id = %(creditor)s AND f.received_at = d.recorded_at)
  RETURNING d.account_id)
INSERT INTO load_touched SELECT account_id FROM closed
"""
