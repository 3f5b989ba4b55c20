"""What another source brought before, under another key: recognised, so that nothing counts twice."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.staging import PREVAILING, Load, create
from acquit.sources.words import Why

#: Only a ledger tells all entries of its days, so that one which it lacks was changed.
LEDGER = "fec"


def recognise_numbers(load: Load, compared: str, table: str) -> None:
    """Recognise invoices or credit notes that the ledger holds under the same number and day.

    Where the amount agrees the row is known; where it does not it is refused, since adding it
    could ask for the same sum twice. The invoice itself takes over what a ledger or list told of it,
    also where that was an opening balance.
    """
    if not load.rows(f"SELECT EXISTS (SELECT FROM {compared} WHERE is_new)")[0][0]:
        return
    is_invoice = table == "ledger_invoice"
    create(load, "load_same", _SAME.format(
        compared=compared, table=table,
        ordinary=_ORDINARY if is_invoice else "", opening=_OPENING if is_invoice else "false",
    ))  # fmt: skip
    for line, number, stated, held in load.rows(_OTHERWISE):
        load.refuse(line, "amount", "number_known_otherwise", str(stated), number=number, held=str(held))
    load.run(_DROP_OTHERWISE.format(compared=compared))
    load.run(_ADOPT.format(compared=compared))


def recognise_moved(load: Load, compared: str, table: str, *, day: str, word: str, proof: str) -> None:
    """Recognise an entry of a ledger whose date was corrected since: told anew, it would count twice.

    The same account, number or reference (`word`), amount, currency and what `proof` asks of both rows; the
    entry of before lies within the days of the file, which does not hold it any more. One to one, the nearest
    day first.
    """
    if load.kind != LEDGER:
        return
    names = {"compared": compared, "table": table, "day": day, "word": word, "proof": proof}
    moved = create(load, "load_moved", _MOVED.format(**names))
    if moved:
        load.run(_ADOPT_MOVED.format(compared=compared))
        load.moved += moved
        others = [note for note in load.notes if note.code != "entries_moved"]
        load.notes = [*others, Why("entries_moved", {"count": load.moved})]


def refuse_known_elsewhere(load: Load, compared: str, table: str) -> None:
    """Refuse new rows that another account of the creditor has, where one of the two is the invoice itself.

    The number of an electronic invoice is its seller's own: two accounts with it count it twice.
    """
    if not has_prevailing(load):
        return
    create(load, "load_elsewhere", _ELSEWHERE.format(compared=compared, table=table))
    for line, number, debtor, held in load.rows(_TOLD_ELSEWHERE):
        load.refuse(line, "number", "number_known_elsewhere", number, number=number, debtor=debtor, held=held)
    load.run(f"DELETE FROM {compared} WHERE id IN (SELECT id FROM load_elsewhere)")


def has_prevailing(load: Load) -> bool:
    """Tell whether electronic invoices are at work here: in this file, or in an earlier one."""
    return bool(load.rows(_HAS_PREVAILING)[0][0])


def leave_out_paid_before(load: Load) -> None:
    """Leave out what an invoice says was paid already where a ledger or list tells its payments.

    What was paid of an invoice that was refused goes with it. A list has less to say of payments than a
    ledger, an electronic invoice less than either.
    """
    if load.kind not in (*PREVAILING, "invoices"):
        return
    load.run(_LEAVE_OUT_ALONE)
    for (amount,) in load.rows(_LEAVE_OUT_PAID):
        load.notes.append(Why("einvoice_paid_known", {"amount": str(amount)}))


def recognise_paid_before(load: Load) -> None:
    """Recognise money that an invoice said was paid already when the ledger tells of it.

    The same account, amount and currency, tied by the file to the very invoice, one to one.
    """
    if has_prevailing(load) and create(load, "load_paid_before", _PAID_BEFORE):
        load.run(_ADOPT_PAID_BEFORE)


def recognise_known_money(load: Load) -> None:
    """Recognise money that a person or a bank line told of before the ledger: it is the same money.

    The same account, amount and currency within ten days, one to one. What the bank told as one
    payment the ledger may book as several of one day, or of one document: then they are parts of it.
    """
    if create(load, "load_known_money", _KNOWN_MONEY):
        load.run(_ADOPT_KNOWN_MONEY)
    if create(load, "load_split", _SPLIT):
        load.run(_ADOPT_FIRST_PART)


def spread_bank_matches(load: Load) -> None:
    """Let the bank line of a payment that the ledger books in parts be each of them."""
    if load.rows("SELECT EXISTS (SELECT FROM load_split)")[0][0]:
        load.run(_SPREAD)


def refuse_long_numbers(load: Load, table: str) -> None:
    """Refuse rows whose number cannot be one: it would not fit where numbers are kept."""
    taken = f"DELETE FROM load_{table} WHERE length(number) > 100 RETURNING line, number"
    for line, number in load.rows(taken):
        load.refuse(line, "number", "number_too_long", number[:200], count=len(number))


_ORDINARY = "AND m.kind = 'invoice' AND (i.kind = 'invoice' OR (%(prevails)s AND i.kind = 'opening'))"
_OPENING = "(%(prevails)s AND i.kind = 'opening')"
_SAME = """
SELECT DISTINCT ON (m.id) m.id AS new_id, m.line, m.number, m.amount AS stated, i.id AS old_id,
  i.amount AS held, i.amount = m.amount AND i.currency = m.currency AS agrees
FROM {compared} m JOIN {table} i ON i.organisation_id = %(org)s AND i.number = m.number
  AND i.account_id = m.account_id AND (i.issued_on = m.issued_on OR {opening})
WHERE m.is_new {ordinary} AND NOT EXISTS (
  SELECT FROM {compared} o WHERE o.id = i.id AND NOT o.is_new)
ORDER BY m.id, i.amount = m.amount DESC, i.id
"""
_OTHERWISE = "SELECT line, number, stated, held FROM load_same WHERE NOT agrees ORDER BY line"
_DROP_OTHERWISE = """
DELETE FROM {compared} WHERE id IN (SELECT new_id FROM load_same WHERE NOT agrees)
"""
_ADOPT = """
UPDATE {compared} m SET id = s.old_id, is_new = false, is_changed = %(prevails)s,
  is_elsewhere = NOT %(prevails)s
FROM load_same s WHERE s.agrees AND s.new_id = m.id
"""
#: What a number must be to tell one document from another.
NUMBERED = "m.number ~ '[0-9]'"
_MOVED = """
WITH told AS (
  SELECT issued_on AS day FROM load_invoices UNION ALL SELECT issued_on FROM load_credit_notes
  UNION ALL SELECT received_on FROM load_payments),
span AS (SELECT min(day) AS first_on, max(day) AS last_on FROM told),
fits AS (
  SELECT m.id AS new_id, h.id AS old_id, abs(h.{day} - m.{day}) AS days
  FROM {compared} m JOIN {table} h ON h.organisation_id = %(org)s AND h.account_id = m.account_id
    AND h.{word} = m.{word} AND h.amount = m.amount AND h.currency = m.currency
  JOIN ledger_sourcefile f ON f.organisation_id = %(org)s AND f.id = h.file_id AND f.kind = %(kind)s
  JOIN span s ON h.{day} BETWEEN s.first_on AND s.last_on
  WHERE m.is_new AND h.{day} <> m.{day} AND {proof}
    AND NOT EXISTS (SELECT FROM {compared} o WHERE o.id = h.id)),
best AS (SELECT DISTINCT ON (new_id) * FROM fits ORDER BY new_id, days, old_id)
SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, days, new_id
"""
_ADOPT_MOVED = """
UPDATE {compared} m SET id = o.old_id, is_new = false, is_changed = true
FROM load_moved o WHERE o.new_id = m.id
"""
_NOT_IN_LEDGER = """
(h.external_key LIKE 'by hand %%' OR h.external_key LIKE 'bank %%') AND h.returned_on IS NULL
"""
# What a bank line gave up was written off beside its payment; the ledger tells of that too.
_KNOWN_MONEY = f"""
WITH fits AS (
  SELECT m.id AS new_id, h.id AS old_id, abs(h.received_on - m.received_on) AS days
  FROM load_p m JOIN ledger_payment h ON h.organisation_id = %(org)s AND h.account_id = m.account_id
    AND h.amount = m.amount AND h.currency = m.currency AND {_NOT_IN_LEDGER}
    AND abs(h.received_on - m.received_on) <= 10 AND (h.kind = 'payment') = (m.kind = 'payment')
  WHERE m.is_new AND m.kind IN ('payment', 'write_off', 'discount', 'adjustment')),
best AS (SELECT DISTINCT ON (new_id) * FROM fits ORDER BY new_id, days, old_id)
SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, days, new_id
"""
_ADOPT_KNOWN_MONEY = """
UPDATE load_p m SET id = h.old_id, is_new = false, is_changed = true
FROM load_known_money h WHERE h.new_id = m.id
"""
_SPLIT = f"""
WITH parts AS (
  SELECT id, account_id, currency, received_on, amount, line, reference FROM load_p
  WHERE is_new AND kind = 'payment'),
groups AS (
  SELECT account_id, currency, received_on, NULL AS reference, sum(amount) AS total FROM parts
  GROUP BY 1, 2, 3 HAVING count(*) > 1
  UNION ALL
  SELECT account_id, currency, received_on, reference, sum(amount) FROM parts WHERE reference <> ''
  GROUP BY 1, 2, 3, 4 HAVING count(*) > 1),
fits AS (
  SELECT g.*, h.id AS old_id, abs(h.received_on - g.received_on) AS days
  FROM groups g JOIN ledger_payment h ON h.organisation_id = %(org)s AND h.account_id = g.account_id
    AND h.amount = g.total AND h.currency = g.currency AND h.kind = 'payment' AND {_NOT_IN_LEDGER}
    AND abs(h.received_on - g.received_on) <= 10
  WHERE NOT EXISTS (SELECT FROM load_p k WHERE k.id = h.id)),
best AS (
  SELECT DISTINCT ON (account_id, currency, received_on) * FROM fits
  ORDER BY account_id, currency, received_on, days, reference NULLS FIRST, old_id),
once AS (SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, days)
SELECT p.id AS new_id, o.old_id, p.amount,
  row_number() OVER (PARTITION BY o.old_id ORDER BY p.line, p.id) AS place
FROM once o JOIN parts p ON p.account_id = o.account_id AND p.currency = o.currency
  AND p.received_on = o.received_on AND (o.reference IS NULL OR p.reference = o.reference)
"""
_ADOPT_FIRST_PART = """
UPDATE load_p m SET id = s.old_id, is_new = false, is_changed = true
FROM load_split s WHERE s.new_id = m.id AND s.place = 1
"""
# What the whole payment had paid its parts pay again, after all that the file itself says of them.
_SPREAD = """
INSERT INTO load_want (line, source, invoice_id, effective_on, made_by_id, recorded_at)
SELECT 9223372036854775807, CASE WHEN s.place = 1 THEN s.old_id ELSE s.new_id END, w.invoice_id,
  w.effective_on, w.made_by_id, w.recorded_at
FROM load_want w JOIN load_split s ON s.old_id = w.source;
DELETE FROM load_want w USING load_split s WHERE s.old_id = w.source AND w.amount IS NOT NULL;
UPDATE bank_bankmatch b SET amount = s.amount FROM load_split s
WHERE b.organisation_id = %(org)s AND b.payment_id = s.old_id AND b.undone_at IS NULL AND s.place = 1;
INSERT INTO bank_bankmatch (organisation_id, line_id, payment_id, amount, score, reasons,
  made_payment, allocations, matched_at, matched_by_id)
SELECT %(org)s, b.line_id, s.new_id, s.amount, b.score, b.reasons, false, '[]', b.matched_at,
  b.matched_by_id
FROM bank_bankmatch b JOIN load_split s ON s.old_id = b.payment_id AND s.place > 1
WHERE b.organisation_id = %(org)s AND b.undone_at IS NULL
"""
_HAS_PREVAILING = """
SELECT %(prevails)s OR EXISTS (SELECT FROM ledger_sourcefile f WHERE f.organisation_id = %(org)s
  AND f.creditor_id = %(creditor)s AND f.kind = ANY(%(prevailing)s))
"""
_ELSEWHERE = """
SELECT DISTINCT ON (m.id) m.id, m.line, m.number, x.name AS debtor, i.amount AS held
FROM {compared} m JOIN {table} i ON i.organisation_id = %(org)s AND i.number = m.number
  AND i.issued_on = m.issued_on AND i.account_id <> m.account_id
  JOIN accounts_account a ON a.id = i.account_id AND a.creditor_id = %(creditor)s
  JOIN accounts_debtor x ON x.id = a.debtor_id
  LEFT JOIN ledger_sourcefile f ON f.id = i.file_id
WHERE m.is_new AND (%(prevails)s OR (f.kind = ANY(%(prevailing)s) AND i.amount = m.amount))
ORDER BY m.id, i.id
"""
_TOLD_ELSEWHERE = "SELECT line, number, debtor, held FROM load_elsewhere ORDER BY line"
_LEAVE_OUT_ALONE = """
DELETE FROM load_payments p WHERE NOT EXISTS (
  SELECT FROM load_allocations l JOIN load_i m ON m.external_key = l.invoice_key
  WHERE l.by = 'payment' AND l.by_key = p.external_key)
"""
_LEAVE_OUT_PAID = """
DELETE FROM load_payments p USING load_allocations l, load_i m, ledger_invoice i, ledger_sourcefile f
WHERE l.by = 'payment' AND l.by_key = p.external_key
  AND m.external_key = l.invoice_key AND NOT m.is_new AND i.id = m.id AND f.id = i.file_id
  AND (f.kind = 'fec' OR (%(prevails)s AND f.kind <> %(kind)s))
RETURNING p.amount
"""
# What is paid already has no day of its own; it came before the invoice was issued.
_PAID_BEFORE = """
WITH fits AS (
  SELECT DISTINCT m.id AS new_id, h.id AS old_id FROM load_p m
    JOIN ledger_payment h ON h.organisation_id = %(org)s AND h.account_id = m.account_id
      AND h.kind = 'already_paid' AND h.amount = m.amount AND h.currency = m.currency
    JOIN ledger_sourcefile f ON f.id = h.file_id AND f.kind = ANY(%(prevailing)s)
    JOIN ledger_allocation a ON a.organisation_id = %(org)s AND a.payment_id = h.id AND a.undone_on IS NULL
    JOIN ledger_term x ON x.id = a.term_id JOIN ledger_invoice v ON v.id = x.invoice_id
    JOIN load_allocations l ON l.by = 'payment' AND l.by_key = m.external_key AND (
      l.invoice_number = v.number
      OR EXISTS (SELECT FROM load_i i WHERE i.id = v.id AND i.external_key = l.invoice_key))
  WHERE m.is_new AND m.kind = 'payment' AND m.received_on <= v.issued_on),
best AS (SELECT DISTINCT ON (new_id) * FROM fits ORDER BY new_id, old_id)
SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, new_id
"""
_ADOPT_PAID_BEFORE = """
UPDATE load_p m SET id = h.old_id, is_new = false, is_changed = true
FROM load_paid_before h WHERE h.new_id = m.id
"""
