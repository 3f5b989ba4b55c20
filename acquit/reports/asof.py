"""What was owed at the end of a day, as SQL that the reports share: open terms, and credits left over.

The database keeps between which days a term is owed and a credit is left over (decision 29), so that a day of
years ago costs what was open on it. Within those days the allocations that count on the day say how much.
"""

from __future__ import annotations

#: Allocations «a», with payment «p» and credit note «c», that count at the end of «on»; the invoice is judged
#: by who joins it.
COUNTS = """a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)
      AND (p.id IS NULL OR p.received_on <= %(on)s AND (p.returned_on IS NULL OR p.returned_on > %(on)s))
      AND (c.id IS NULL OR c.issued_on <= %(on)s AND (c.cancelled_on IS NULL OR c.cancelled_on > %(on)s))"""

#: The terms that may be owed at the end of the day, each as a whole: a condition on `ledger_term`.
WHOLE = """organisation_id = %(organisation)s AND issued_on <= %(on)s
      AND (closed_on IS NULL OR closed_on > %(on)s) AND {within}"""

#: «tied»: of the few terms that were paid in parts, or paid and owed again, what counts on the day. An index
#: holds all that is read of them here; each asks for its own allocations, or the planner reads them all.
TIED = f"""
parted AS MATERIALIZED (
  SELECT id, account_id, currency, issued_on, due_on, amount FROM ledger_term
    WHERE {WHOLE} AND touched_on <= %(on)s
      AND touched_on IS NOT NULL AND (closed_on IS NULL OR closed_on > touched_on)
), tied AS MATERIALIZED (
  SELECT t.id, t.account_id, t.currency, t.issued_on, t.due_on, t.amount AS whole, x.amount
    FROM parted t, LATERAL (
      SELECT sum(a.amount) AS amount FROM ledger_allocation a
        LEFT JOIN ledger_payment p ON p.id = a.payment_id
        LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id
        WHERE a.organisation_id = %(organisation)s AND a.term_id = t.id AND {COUNTS}) x
    WHERE x.amount IS NOT NULL
)"""  # noqa: S608  all of it is ours

#: «owed»: one row a term that may be owed: id, account, invoice, currency, issued, due, owed.
OWED = f"""{TIED}, owed AS (
  SELECT t.id, t.account_id, t.invoice_id, t.currency, t.issued_on, t.due_on,
      t.amount - coalesce(x.amount, 0) AS owed
    FROM (SELECT * FROM ledger_term WHERE {WHOLE}) t LEFT JOIN tied x ON x.id = t.id
)"""  # noqa: S608  all of it is ours

#: The same to be added up, at which several processors may work: «parts» has a row for a whole term and
#: one for what is paid of it. `terms` adds up to how many are owed.
PARTS = f"""{TIED}, parts AS (
  SELECT account_id, currency, issued_on, due_on, amount AS owed, 1 AS terms FROM ledger_term WHERE {WHOLE}
  UNION ALL
  SELECT account_id, currency, issued_on, due_on, -amount, CASE WHEN amount < whole THEN 0 ELSE -1 END
    FROM tied
)"""  # noqa: S608  all of it is ours

#: «left_over»: one row a payment or credit note of which something may be unmatched.
LEFT_OVER = """
notes AS (
  SELECT id, account_id, currency, amount FROM ledger_creditnote
    WHERE organisation_id = %(organisation)s AND (spent_on IS NULL OR spent_on > issued_on)
      AND issued_on <= %(on)s AND (cancelled_on IS NULL OR cancelled_on > %(on)s)
      AND (spent_on IS NULL OR spent_on > %(on)s) AND {within}
), receipts AS (
  SELECT id, account_id, currency, amount FROM ledger_payment
    WHERE organisation_id = %(organisation)s AND (spent_on IS NULL OR spent_on > received_on)
      AND received_on <= %(on)s AND (returned_on IS NULL OR returned_on > %(on)s)
      AND (spent_on IS NULL OR spent_on > %(on)s) AND {within}
), left_over AS (
  SELECT n.id AS credit_note_id, NULL AS payment_id, n.account_id, n.currency, n.amount - coalesce((
      SELECT sum(a.amount) FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id
        WHERE a.organisation_id = %(organisation)s AND a.credit_note_id = n.id AND t.issued_on <= %(on)s
          AND a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)), 0) AS credit
    FROM notes n
  UNION ALL
  SELECT NULL, r.id, r.account_id, r.currency, r.amount - coalesce((
      SELECT sum(a.amount) FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id
        WHERE a.organisation_id = %(organisation)s AND a.payment_id = r.id AND t.issued_on <= %(on)s
          AND a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)), 0)
    FROM receipts r
)"""
