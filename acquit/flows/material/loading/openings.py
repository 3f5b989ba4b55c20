"""Opening balances of a ledger that we know already: last year's open items, carried forward.

The first ledger of a creditor may open with what was owed before it: those rows are all we have, and
are kept. In the ledger of the next year the opening rows repeat what we hold. They are left out
where they agree with it, account by account; where they do not, they are refused, and a person
looks.
"""

from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create
from acquit.sources.words import Why


def leave_out_known_openings(load: Load) -> None:
    """Take opening rows out of what is compared where the ledger before them is here."""
    if not create(load, "load_openings", _OPENINGS):
        return
    create(load, "load_opened", _OPENED)
    for line, opening, held in load.rows(_DIFFERENT):
        load.refuse(line, "amount", "opening_differs", str(opening), opening=str(opening), held=str(held))
    known = load.rows(_KNOWN)
    for table, number in known:
        load.count(table, 0, 0, number)
    load.run(_MAP_TO_HELD)
    load.run(_DROP)
    if known:
        load.notes.append(Why("openings_known", {"count": sum(number for _, number in known)}))


_OPENINGS = """
SELECT 'invoices' AS staged, id, line, account_id, currency, issued_on AS day, number, amount
FROM load_i WHERE kind = 'opening' AND is_new
UNION ALL
SELECT 'payments', id, line, account_id, currency, received_on, NULL, -amount
FROM load_p WHERE kind = 'opening' AND is_new
"""
# What we hold of each account before the day of its opening rows, and what these say.
_OPENED = """
WITH opened AS (
  SELECT account_id, currency, min(day) AS day, sum(amount) AS opening FROM load_openings
  GROUP BY account_id, currency),
held AS (
  SELECT o.account_id, o.currency, h.amount FROM opened o JOIN LATERAL (
    SELECT amount FROM ledger_invoice i WHERE i.organisation_id = %(org)s
      AND i.account_id = o.account_id AND i.currency = o.currency AND i.issued_on < o.day
    UNION ALL
    SELECT -amount FROM ledger_creditnote c WHERE c.organisation_id = %(org)s
      AND c.account_id = o.account_id AND c.currency = o.currency AND c.issued_on < o.day
      AND c.cancelled_on IS NULL
    UNION ALL
    SELECT -amount FROM ledger_payment p WHERE p.organisation_id = %(org)s
      AND p.account_id = o.account_id AND p.currency = o.currency AND p.received_on < o.day
      AND p.returned_on IS NULL) h ON true)
SELECT o.account_id, o.currency, o.opening, sum(h.amount) AS held
FROM opened o JOIN held h USING (account_id, currency) GROUP BY 1, 2, 3
"""
_DIFFERENT = """
SELECT o.line, d.opening, d.held FROM load_openings o JOIN load_opened d USING (account_id, currency)
WHERE d.opening <> d.held ORDER BY o.line
"""
_KNOWN = """
SELECT o.staged, count(*) FROM load_openings o JOIN load_opened d USING (account_id, currency)
WHERE d.opening = d.held GROUP BY 1 ORDER BY 1
"""
# What the new year matches with an opening row is matched with the invoice of that number.
_MAP_TO_HELD = """
UPDATE load_i m SET id = h.id, is_new = false, is_elsewhere = true
FROM (SELECT o.id AS new_id, min(i.id) AS id FROM load_openings o
    JOIN load_opened d USING (account_id, currency)
    JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.number = o.number
      AND i.account_id = o.account_id AND i.currency = o.currency
  WHERE o.staged = 'invoices' AND d.opening = d.held
  GROUP BY o.id HAVING count(*) = 1) h
WHERE m.id = h.new_id
"""
_DROP = """
DELETE FROM load_i WHERE is_new AND id IN (
  SELECT o.id FROM load_openings o JOIN load_opened d USING (account_id, currency)
  WHERE o.staged = 'invoices');
DELETE FROM load_p WHERE is_new AND id IN (
  SELECT o.id FROM load_openings o JOIN load_opened d USING (account_id, currency)
  WHERE o.staged = 'payments')
"""
