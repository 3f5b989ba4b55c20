"""Days typed years wrong: one rule for every source (docs/algorithms/import.md#amounts-and-days).

A debt of 2062 is never asked for, and money of 2062 counts for nothing until then: neither may pass unseen.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.staging import Load
from acquit.sources.errors import StructureError

#: staged table → the day of its rows, and the reason to refuse one that lies too far ahead
_DAYS = {
    "invoices": ("issued_on", "issued_far_ahead"),
    "credit_notes": ("issued_on", "issued_far_ahead"),
    "payments": ("received_on", "received_far_ahead"),
}


def refuse_strange_days(load: Load) -> None:
    """Refuse rows dated more than a year ahead, and invoices that fall due five years after their date.

    A statement is whole or nothing: for one such movement the file is refused with StructureError.
    """
    for line, day in load.rows(_MOVED_AHEAD):
        raise StructureError("moved_far_ahead", line=line, day=f"{day:%d/%m/%Y}")
    refused = set()
    for table, (name, code) in _DAYS.items():
        taken = f"DELETE FROM load_{table} WHERE {name} > %(today)s + 366 RETURNING line, {name}"
        for line, day in load.rows(taken):
            if line not in refused:
                load.refuse(line, name, code, f"{day:%d/%m/%Y}", day=f"{day:%d/%m/%Y}")
            refused.add(line)
    for line, issued, due in load.rows(_DUE_FAR_AWAY):
        days = {"issued": f"{issued:%d/%m/%Y}", "due": f"{due:%d/%m/%Y}"}
        load.refuse(line, "due_on", "due_far_away", days["due"], **days)


_MOVED_AHEAD = """
SELECT line, greatest(booked_on, value_on) FROM load_bank_lines
WHERE greatest(booked_on, value_on) > %(today)s + 366 ORDER BY line LIMIT 1
"""
_DUE_FAR_AWAY = """
DELETE FROM load_invoices i USING (
  SELECT external_key, due_on FROM load_invoices
  UNION ALL SELECT invoice_key, max(due_on) FROM load_terms GROUP BY invoice_key) d
WHERE d.external_key = i.external_key AND d.due_on > i.issued_on + interval '5 years'
RETURNING i.line, i.issued_on, d.due_on
"""
