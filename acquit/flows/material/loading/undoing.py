"""Allocations taken back, because the file no longer says them or leaves no room for them."""

from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create


def undo(load: Load, which: str) -> int:
    """Undo the allocations `a` that fulfil `which`, and want them again as far as there is room."""
    undone = forget(load, which)
    if undone:
        load.run(_WANT_AGAIN)
    return undone


def forget(load: Load, which: str) -> int:
    """Undo the allocations `a` that fulfil `which`; what they settled may be owed again."""
    undone = create(load, "load_undone", _UNDONE + which)
    if undone:
        load.run(_NOTE_SETTLED)
        load.run(_UNDO)
        load.run(_TOUCH)
    return undone


_UNDONE = """
SELECT a.*, x.invoice_id FROM ledger_allocation a
  JOIN ledger_term x ON x.id = a.term_id AND x.organisation_id = %(org)s
WHERE a.organisation_id = %(org)s AND a.undone_on IS NULL AND
"""
_NOTE_SETTLED = """
INSERT INTO load_settled SELECT x.id FROM ledger_term x
WHERE x.organisation_id = %(org)s AND x.id IN (SELECT term_id FROM load_undone)
  AND x.allocated >= x.amount AND x.amount > 0
"""
_UNDO = """
UPDATE ledger_allocation SET undone_on = %(today)s
WHERE organisation_id = %(org)s AND id IN (SELECT id FROM load_undone)
"""
_TOUCH = "INSERT INTO load_touched SELECT DISTINCT account_id FROM load_undone"
_WANT_AGAIN = """
INSERT INTO load_want (line, source, invoice_id, amount, effective_on, made_by_id, recorded_at)
SELECT 0, coalesce(payment_id, -credit_note_id), invoice_id, amount, effective_on, made_by_id,
  recorded_at
FROM load_undone
"""
