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

#: «owed»: one row a term that may be owed: id, account, invoice, currency, issued, due, owed.
OWED = f"""
touched AS MATERIALIZED (
  SELECT t.id, sum(a.amount) AS amount
    FROM ledger_term t
    JOIN ledger_allocation a ON a.organisation_id = %(organisation)s AND a.term_id = t.id
    LEFT JOIN ledger_payment p ON p.id = a.payment_id
    LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id
    WHERE t.organisation_id = %(organisation)s AND t.issued_on <= %(on)s AND t.touched_on <= %(on)s
      AND (t.closed_on IS NULL OR t.closed_on > %(on)s) AND {COUNTS}
    GROUP BY 1
), owed AS (
  SELECT t.id, t.account_id, t.invoice_id, t.currency, t.issued_on, t.due_on,
      t.amount - coalesce(x.amount, 0) AS owed
    FROM ledger_term t LEFT JOIN touched x ON x.id = t.id
    WHERE t.organisation_id = %(organisation)s AND t.issued_on <= %(on)s
      AND (t.closed_on IS NULL OR t.closed_on > %(on)s)
)"""  # noqa: S608  all of it is ours

#: «left_over»: one row a payment or credit note of which something may be unmatched.
LEFT_OVER = """
notes AS (
  SELECT id, account_id, currency, amount FROM ledger_creditnote
    WHERE organisation_id = %(organisation)s AND (spent_on IS NULL OR spent_on > issued_on)
      AND issued_on <= %(on)s AND (cancelled_on IS NULL OR cancelled_on > %(on)s)
      AND (spent_on IS NULL OR spent_on > %(on)s)
), receipts AS (
  SELECT id, account_id, currency, amount FROM ledger_payment
    WHERE organisation_id = %(organisation)s AND (spent_on IS NULL OR spent_on > received_on)
      AND received_on <= %(on)s AND (returned_on IS NULL OR returned_on > %(on)s)
      AND (spent_on IS NULL OR spent_on > %(on)s)
), left_over AS (
  SELECT n.account_id, n.currency, n.amount - coalesce((
      SELECT sum(a.amount) FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id
        WHERE a.organisation_id = %(organisation)s AND a.credit_note_id = n.id AND t.issued_on <= %(on)s
          AND a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)), 0) AS credit
    FROM notes n
  UNION ALL
  SELECT r.account_id, r.currency, r.amount - coalesce((
      SELECT sum(a.amount) FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id
        WHERE a.organisation_id = %(organisation)s AND a.payment_id = r.id AND t.issued_on <= %(on)s
          AND a.effective_on <= %(on)s AND (a.undone_on IS NULL OR a.undone_on > %(on)s)), 0)
    FROM receipts r
)"""
