"""The same payment from two sources, or told anew with other words: known again, or asked about.

Two sources know one payment by two keys. The same account, day, amount and currency make it possible; a
reference or an invoice that both name makes it sure. Where neither speaks, and nothing speaks against it,
both count until a person has said: too little is asked rather than too much.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create
from acquit.sources.words import Why


def recognise_duplicates(load: Load) -> None:
    """Take for known what an earlier file, or a person, said is the same; find what else may be.

    What may be one is noted in `load_doubtful`, for `note_doubtful` to keep once the payments are written.
    """
    load.run(_ANSWERED_BEFORE)
    create(load, "load_twins", _TWINS)
    same = create(load, "load_twice", _best("WHERE alike"))
    if same:
        load.run(_ADOPT)
        load.notes.append(Why("payments_told_twice", {"count": same}))
    doubtful = create(load, "load_doubtful", _best(_LEFT))
    if doubtful:
        load.notes.append(Why("payments_maybe_twice", {"count": doubtful}))


def note_doubtful(load: Load) -> None:
    """Keep the question of each payment that may be another's double."""
    load.run(_ASK)


def refuse_returns_told_twice(load: Load) -> None:
    """Refuse money taken back that another source told of: it is a claim, and would be asked for twice.

    A person who imports the row all the same knows that it is another.
    """
    if load.is_whole:
        for line, number, held in load.rows(_RETURNED_TWICE):
            load.refuse(line, "amount", "return_told_twice", number, number=held)


_ANSWERED_BEFORE = """
UPDATE load_p m SET id = d.payment_id, is_new = false, is_changed = false, is_elsewhere = true
FROM ledger_duplicatepayment d WHERE d.organisation_id = %(org)s AND d.account_id = m.account_id
  AND d.external_key = m.external_key AND d.is_same
"""
_MEANS = "'{direct_debit,transfer,cheque,card,cash,bill}'"
# A key that is the number which the list itself gives, not made of what the row holds.
_NUMBER = "(regexp_match({row}.external_key, '^payment:(?![0-9a-f]{{20}}:[0-9]+$)(.+)$'))[1]"
# What a word must be to tell one payment from another: the means of payment stands in many.
_TELLS = "{text} ~ '[0-9]' AND length({text}) >= 4"
_SAYS = "(" + _TELLS.format(text="{text}") + " AND strpos(upper({where}), upper({text})) > 0)"


def _says(text: str, where: str) -> str:
    return _SAYS.format(text=text, where=where)


# A word that other payments of the account bear too, as a customer's code does, tells nothing (`common`).
# A payment that this source told of before, under a key of its own, has no second double here.
_PAIRED = """
SELECT FROM ledger_duplicatepayment d JOIN ledger_sourcefile s ON s.id = d.file_id
WHERE d.organisation_id = %(org)s AND d.payment_id = h.id AND d.is_same IS NOT false
  AND s.kind = %(kind)s AND s.header = %(header)s
"""
# Of one source a second number is another payment, and so are other words for a day which the file need not
# tell whole, as its first and its last.
_TWINS = f"""
WITH pairs AS (
  SELECT m.id AS new_id, h.id AS old_id, m.account_id, m.line, m.reference, m.label, m.method, m.external_key,
    m.received_on, h.reference AS old_reference, h.label AS old_label, h.method AS old_method,
    {_NUMBER.format(row="m")} AS number, {_NUMBER.format(row="h")} AS old_number,
    coalesce(f.kind = %(kind)s AND f.header <> '' AND f.header = %(header)s, false) AS one_source
  FROM load_p m JOIN ledger_payment h ON h.organisation_id = %(org)s AND h.account_id = m.account_id
    AND h.received_on = m.received_on AND h.amount = m.amount AND h.currency = m.currency
    AND h.kind = 'payment' AND h.returned_on IS NULL AND h.external_key NOT LIKE 'by hand %%'
    AND h.external_key NOT LIKE 'bank %%'
  LEFT JOIN ledger_sourcefile f ON f.organisation_id = %(org)s AND f.id = h.file_id
  WHERE m.is_new AND m.kind = 'payment' AND NOT EXISTS (SELECT FROM load_p o WHERE o.id = h.id)
    AND NOT EXISTS ({_PAIRED})),
named AS (
  SELECT l.by_key, array_agg(coalesce(nullif(l.invoice_number, ''), i.number)) AS invoices
  FROM load_allocations l LEFT JOIN load_i i ON l.invoice_key <> '' AND i.external_key = l.invoice_key
  WHERE l.by = 'payment' AND l.by_key IN (SELECT external_key FROM pairs) GROUP BY l.by_key),
paid AS (
  SELECT a.payment_id, array_agg(i.number::text) AS invoices FROM ledger_allocation a
    JOIN ledger_term x ON x.id = a.term_id AND x.organisation_id = %(org)s
    JOIN ledger_invoice i ON i.id = x.invoice_id AND i.organisation_id = %(org)s
  WHERE a.organisation_id = %(org)s AND a.undone_on IS NULL AND a.payment_id IN (SELECT old_id FROM pairs)
  GROUP BY a.payment_id),
common AS (
  SELECT account_id, upper(reference) AS word FROM (
    SELECT account_id, reference, received_on, amount FROM load_p
    UNION ALL
    SELECT account_id, reference, received_on, amount FROM ledger_payment
      WHERE organisation_id = %(org)s AND account_id IN (SELECT account_id FROM pairs)) p
  WHERE reference <> '' GROUP BY 1, 2 HAVING count(DISTINCT (received_on, amount)) > 1),
span AS (SELECT min(received_on) AS first_on, max(received_on) AS last_on FROM load_p),
told AS (
  SELECT p.*, n.invoices, d.invoices AS old_invoices,
    p.received_on > s.first_on AND p.received_on < s.last_on AS is_within,
    (n.invoices && d.invoices
      OR (p.account_id, upper(reference)) NOT IN (SELECT account_id, word FROM common)
        AND (({_TELLS.format(text="reference")} AND upper(reference) = upper(old_reference))
          OR {_says("reference", "old_label")})
      OR (p.account_id, upper(old_reference)) NOT IN (SELECT account_id, word FROM common)
        AND {_says("old_reference", "label")}
      OR {_says("number", "old_reference")} OR {_says("old_number", "reference")}
      OR (one_source AND label <> '' AND label = old_label)) IS TRUE AS alike
  FROM pairs p CROSS JOIN span s LEFT JOIN named n ON n.by_key = p.external_key
    LEFT JOIN paid d ON d.payment_id = p.old_id)
SELECT new_id, old_id, line, external_key, alike FROM told
WHERE NOT (one_source AND number IS NOT NULL AND old_number IS NOT NULL)
  AND NOT (one_source AND NOT alike AND NOT is_within AND (reference, label) <> (old_reference, old_label)
    AND reference || label <> '' AND old_reference || old_label <> '')
  AND NOT (method <> old_method AND method = ANY({_MEANS}) AND old_method = ANY({_MEANS}))
  AND (invoices && old_invoices OR invoices IS NULL OR old_invoices IS NULL)
"""


def _best(which: str) -> str:
    """Return the pairs of `which`, one to one: of several alike the first goes with the first."""
    return f"""
WITH placed AS (
  SELECT *, dense_rank() OVER (PARTITION BY old_id ORDER BY line, new_id)
    - dense_rank() OVER (PARTITION BY new_id ORDER BY old_id) AS apart FROM load_twins {which}),
best AS (SELECT DISTINCT ON (new_id) * FROM placed ORDER BY new_id, abs(apart), old_id)
SELECT DISTINCT ON (old_id) * FROM best ORDER BY old_id, abs(apart), new_id
"""


_RETURNED_TWICE = """
DELETE FROM load_i m USING ledger_invoice h LEFT JOIN ledger_sourcefile f ON f.id = h.file_id
WHERE m.is_new AND m.kind IN ('returned_payment', 'refund') AND h.kind IN ('returned_payment', 'refund')
  AND h.organisation_id = %(org)s AND h.account_id = m.account_id AND h.issued_on = m.issued_on
  AND h.amount = m.amount AND h.currency = m.currency
  AND NOT EXISTS (SELECT FROM load_i o WHERE o.id = h.id)
  AND (f.kind = %(kind)s AND f.header = %(header)s AND f.header <> '') IS NOT true
RETURNING m.line, m.number, h.number
"""
_LEFT = """
WHERE new_id NOT IN (SELECT new_id FROM load_twice) AND old_id NOT IN (SELECT old_id FROM load_twice)
"""
_ADOPT = """
INSERT INTO ledger_duplicatepayment (organisation_id, account_id, payment_id, external_key, file_id,
  found_at, is_same, moved)
SELECT %(org)s, h.account_id, t.old_id, t.external_key, %(file)s, %(now)s, true, '[]'
FROM load_twice t JOIN ledger_payment h ON h.id = t.old_id;
UPDATE load_p m SET id = t.old_id, is_new = false, is_elsewhere = true FROM load_twice t WHERE t.new_id = m.id
"""
_ASK = """
INSERT INTO ledger_duplicatepayment (organisation_id, account_id, payment_id, external_key, other_id,
  file_id, found_at, moved)
SELECT %(org)s, m.account_id, d.old_id, m.external_key, m.id, %(file)s, %(now)s, '[]'
FROM load_doubtful d JOIN load_p m ON m.id = d.new_id
ON CONFLICT DO NOTHING
"""
