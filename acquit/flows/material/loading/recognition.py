"""What another source brought before, under another key: recognised, so that nothing counts twice."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create


def recognise_numbers(load: Load, compared: str, table: str) -> None:
    """Recognise invoices or credit notes that the ledger holds under the same number and day.

    Where the amount agrees the row is known; where it does not it is refused, since adding it
    could ask for the same sum twice.
    """
    if not load.rows(f"SELECT EXISTS (SELECT FROM {compared} WHERE is_new)")[0][0]:
        return
    is_invoice = table == "ledger_invoice"
    create(load, "load_same", _SAME.format(
        compared=compared, table=table,
        ordinary="AND m.kind = 'invoice' AND i.kind = 'invoice'" if is_invoice else "",
    ))  # fmt: skip
    for line, number, stated, held in load.rows(_OTHERWISE):
        load.refuse(line, "amount", "number_known_otherwise", str(stated), number=number, held=str(held))
    load.run(_DROP_OTHERWISE.format(compared=compared))
    load.run(_ADOPT.format(compared=compared))


def recognise_payments_by_hand(load: Load) -> None:
    """Recognise money that a person recorded before the ledger told of it: it is the same money.

    The same account, amount and currency within ten days, one to one.
    """
    known = create(load, "load_by_hand", _BY_HAND)
    if known:
        load.run(_ADOPT_BY_HAND)


def refuse_long_numbers(load: Load, table: str) -> None:
    """Refuse rows whose number cannot be one: it would not fit where numbers are kept."""
    taken = f"DELETE FROM load_{table} WHERE length(number) > 100 RETURNING line, number"
    for line, number in load.rows(taken):
        load.refuse(line, "number", "number_too_long", number[:200], count=len(number))


_SAME = """
SELECT DISTINCT ON (m.id) m.id AS new_id, m.line, m.number, m.amount AS stated, i.id AS old_id,
  i.amount AS held, i.amount = m.amount AND i.currency = m.currency AS agrees
FROM {compared} m JOIN {table} i ON i.organisation_id = %(org)s AND i.number = m.number
  AND i.account_id = m.account_id AND i.issued_on = m.issued_on
WHERE m.is_new {ordinary} AND NOT EXISTS (
  SELECT FROM {compared} o WHERE o.id = i.id AND NOT o.is_new)
ORDER BY m.id, i.amount = m.amount DESC, i.id
"""
_OTHERWISE = "SELECT line, number, stated, held FROM load_same WHERE NOT agrees ORDER BY line"
_DROP_OTHERWISE = """
DELETE FROM {compared} WHERE id IN (SELECT new_id FROM load_same WHERE NOT agrees)
"""
_ADOPT = """
UPDATE {compared} m SET id = s.old_id, is_new = false, is_changed = false, is_elsewhere = true
FROM load_same s WHERE s.agrees AND s.new_id = m.id
"""
_BY_HAND = """
WITH fits AS (
  SELECT m.id AS new_id, h.id AS old_id, abs(h.received_on - m.received_on) AS days
  FROM load_p m JOIN ledger_payment h ON h.organisation_id = %(org)s AND h.account_id = m.account_id
    AND h.amount = m.amount AND h.currency = m.currency AND h.external_key LIKE 'by hand %%'
    AND h.returned_on IS NULL AND abs(h.received_on - m.received_on) <= 10
  WHERE m.is_new AND m.kind = 'payment'),
best AS (SELECT DISTINCT ON (new_id) * FROM fits ORDER BY new_id, days, old_id)
SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, days, new_id
"""
_ADOPT_BY_HAND = """
UPDATE load_p m SET id = h.old_id, is_new = false, is_changed = true
FROM load_by_hand h WHERE h.new_id = m.id
"""
