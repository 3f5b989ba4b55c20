"""Allocations: what the file ties together, as far as both sides allow.

A source of an allocation is written as one number: a payment's id, or a credit note's id negated.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.loading.undoing import forget
from acquit.sources.words import Why

#: Sources that state every match there is: what they no longer state was undone there.
_STATES_ALL = frozenset({"fec"})
#: A limit on one side may leave room on another, which the next pass uses; it converges at once.
_PASSES = 6


def write_allocations(load: Load) -> None:
    """Store what the file ties together; undo what an earlier file tied and this one does not."""
    stated = create(load, "load_stated", _STATED)
    pairs = create(load, "load_pairs", _PAIRS)
    lost = int(load.rows("SELECT count(*) FROM load_stated WHERE invoice_id IS NULL")[0][0])
    if lost:
        load.notes.append(Why("allocations_without_invoice", {"count": lost}))
    unstated = _UNSTATED_OF_ALL if load.kind in _STATES_ALL else _UNSTATED_OF_NAMED
    _make_room(load)
    undone = forget(load, unstated) if stated and load.is_whole else 0
    load.run(_WANT)
    added = allocate(load)
    if added or undone:
        created, updated = load.rows(_CHANGED)[0]
    else:
        created = updated = 0
    gone = int(load.rows(_GONE)[0][0]) if undone else 0
    load.count("allocations", created, updated + gone, pairs - created - updated)


def _make_room(load: Load) -> None:
    """Let money that the file tells of take the place of what was only inferred from a list."""
    if load.rows(_ANY_INFERRED)[0][0] and forget(load, _INFERRED):
        load.run("INSERT INTO load_yielded SELECT invoice_id, payment_id FROM load_undone")


def allocate(load: Load) -> int:
    """Tie what is wanted to terms, oldest first; return how many allocations that made."""
    added = 0
    for _ in range(_PASSES):
        if not load.rows("SELECT EXISTS (SELECT FROM load_want)")[0][0]:
            break
        create(load, "load_free", _FREE)
        create(load, "load_taken", _TAKEN)
        added += load.run(_INSERT)
        load.run(_TOUCH)
        if not load.rows("SELECT EXISTS (SELECT FROM load_taken WHERE hi - lo < cap AND hi > lo)")[0][0]:
            break
        load.run(_STILL_WANTED)
    return added


# The number of an invoice may have served twice; what is tied already, then what is open, is meant.
_STATED = """
WITH named AS (
  SELECT DISTINCT ON (l.by_key, l.line, l.invoice_number) l.by_key, l.line, l.invoice_number, i.id
  FROM load_allocations l
    JOIN (SELECT external_key, account_id, id AS source, 'payment' AS by FROM load_p
      UNION ALL SELECT external_key, account_id, -id, 'credit_note' FROM load_c) s
      ON s.by = l.by AND s.external_key = l.by_key
    JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.number = l.invoice_number
      AND i.account_id = s.account_id
    LEFT JOIN LATERAL (
      SELECT sum(x.amount - x.allocated) AS open, bool_or(EXISTS (
          SELECT FROM ledger_allocation a WHERE a.organisation_id = %(org)s AND a.term_id = x.id
            AND a.undone_on IS NULL AND coalesce(a.payment_id, -a.credit_note_id) = s.source)) AS tied
      FROM ledger_term x WHERE x.organisation_id = %(org)s AND x.invoice_id = i.id) t ON true
  WHERE l.invoice_key = '' AND l.invoice_number <> ''
  ORDER BY l.by_key, l.line, l.invoice_number, t.tied DESC, t.open > 0 DESC, i.issued_on DESC, i.id)
SELECT l.line, l.amount, l.allocated_on, coalesce(m.id, n.id) AS invoice_id,
  coalesce(p.id, -c.id) AS source
FROM load_allocations l
  LEFT JOIN load_p p ON l.by = 'payment' AND p.external_key = l.by_key
  LEFT JOIN load_c c ON l.by = 'credit_note' AND c.external_key = l.by_key
  LEFT JOIN load_i m ON l.invoice_key <> '' AND m.external_key = l.invoice_key
  LEFT JOIN named n ON n.by_key = l.by_key AND n.line = l.line AND n.invoice_number = l.invoice_number
WHERE coalesce(p.id, -c.id) IS NOT NULL
"""
_HELD = """
SELECT x.invoice_id, coalesce(a.payment_id, -a.credit_note_id) AS source, sum(a.amount) AS held
FROM ledger_allocation a JOIN ledger_term x ON x.id = a.term_id AND x.organisation_id = %(org)s
WHERE a.organisation_id = %(org)s AND a.undone_on IS NULL
  AND (a.payment_id IN (SELECT source FROM {pairs})
    OR a.credit_note_id IN (SELECT -source FROM {pairs}))
GROUP BY 1, 2
"""
_PAIRS = f"""
WITH pairs AS (
  SELECT invoice_id, source, min(line) AS line, max(allocated_on) AS effective_on,
    CASE WHEN bool_or(amount IS NULL) THEN NULL ELSE sum(amount) END AS amount
  FROM load_stated WHERE invoice_id IS NOT NULL GROUP BY invoice_id, source),
held AS ({_HELD.format(pairs="pairs")})
SELECT p.*, coalesce(h.held, 0) AS held
FROM pairs p LEFT JOIN held h ON h.invoice_id = p.invoice_id AND h.source = p.source
"""
# What a person tied stays; what a file tied follows the file.
_TIED_BY_A_FILE = """
a.made_by_id IS NULL AND a.recorded_at IN (
  SELECT f.received_at FROM ledger_sourcefile f
  WHERE f.organisation_id = %(org)s AND f.creditor_id = %(creditor)s)
"""
# What a bank line tied by rule stays as long as the file says nothing of that money.
_TIED_BY_A_LINE = """
EXISTS (SELECT FROM ledger_payment y JOIN bank_bankmatch b ON b.payment_id = y.id
    AND b.organisation_id = %(org)s AND b.undone_at IS NULL
  WHERE y.organisation_id = %(org)s AND y.account_id = a.account_id
    AND b.allocations @> to_jsonb(a.id))
"""
_NOT_STATED = f"""
{_TIED_BY_A_FILE} AND NOT EXISTS (
  SELECT FROM load_pairs p WHERE p.source = coalesce(a.payment_id, -a.credit_note_id)
    AND p.invoice_id = x.invoice_id AND (p.amount IS NULL OR p.amount >= p.held))
AND (EXISTS (SELECT FROM load_pairs p WHERE p.source = coalesce(a.payment_id, -a.credit_note_id))
  OR NOT {_TIED_BY_A_LINE})
"""
_UNSTATED_OF_ALL = f"""
(a.payment_id IN (SELECT id FROM load_p WHERE NOT is_new AND NOT is_elsewhere)
  OR a.credit_note_id IN (SELECT id FROM load_c WHERE NOT is_new AND NOT is_elsewhere))
AND {_NOT_STATED}
"""
_UNSTATED_OF_NAMED = f"""
(a.payment_id IN (SELECT source FROM load_pairs)
  OR a.credit_note_id IN (SELECT -source FROM load_pairs)) AND {_NOT_STATED}
"""
_ANY_INFERRED = """
SELECT EXISTS (SELECT FROM ledger_payment p
  WHERE p.organisation_id = %(org)s AND p.kind = 'vanished' AND p.returned_on IS NULL)
"""
_INFERRED = """
a.payment_id IN (SELECT p.id FROM ledger_payment p
  WHERE p.organisation_id = %(org)s AND p.kind = 'vanished' AND p.returned_on IS NULL)
AND x.invoice_id IN (SELECT invoice_id FROM load_pairs WHERE amount IS NULL OR amount > held)
"""
# What was undone to make room is wanted again, unless the file says how much of it. Of the invoices that one
# line pays without saying how much of each, the oldest is served first.
_WANT = """
DELETE FROM load_want w USING load_pairs p WHERE p.source = w.source AND p.invoice_id = w.invoice_id;
INSERT INTO load_want (line, source, invoice_id, amount, effective_on, recorded_at)
SELECT p.line, p.source, p.invoice_id, p.amount - CASE WHEN p.amount < p.held THEN 0 ELSE p.held END,
  p.effective_on, %(source_at)s
FROM load_pairs p
LEFT JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.id = p.invoice_id AND p.amount IS NULL
WHERE p.amount IS NULL OR p.amount <> p.held
ORDER BY p.line, i.issued_on, i.number, p.invoice_id
"""
_FREE = """
SELECT x.id AS term_id, x.invoice_id, x.account_id, x.currency,
  sum(x.amount - x.allocated) OVER before - (x.amount - x.allocated) AS lo,
  sum(x.amount - x.allocated) OVER before AS hi
FROM ledger_term x
WHERE x.organisation_id = %(org)s AND x.allocated < x.amount
  AND x.invoice_id IN (SELECT invoice_id FROM load_want)
WINDOW before AS (PARTITION BY x.invoice_id ORDER BY x.due_on, x.position)
"""
# First no source gives more than it has, then no invoice takes more than it needs.
_TAKEN = """
WITH sources AS (
  SELECT id AS source, amount - allocated AS free, currency, received_on AS day FROM ledger_payment
  WHERE organisation_id = %(org)s AND id IN (SELECT source FROM load_want)
    AND allocated < amount AND returned_on IS NULL
  UNION ALL
  SELECT -id, amount - allocated, currency, issued_on FROM ledger_creditnote
  WHERE organisation_id = %(org)s AND id IN (SELECT -source FROM load_want)
    AND allocated < amount AND cancelled_on IS NULL),
needs AS (
  SELECT invoice_id, min(currency) AS currency, sum(hi - lo) AS free FROM load_free
  GROUP BY invoice_id),
capped AS (
  SELECT w.n, w.line, w.source, w.invoice_id, w.made_by_id, w.recorded_at, s.free AS gives,
    i.free AS needs, coalesce(w.effective_on, s.day) AS effective_on,
    least(coalesce(w.amount, i.free), i.free, s.free) AS cap
  FROM load_want w JOIN sources s ON s.source = w.source
    JOIN needs i ON i.invoice_id = w.invoice_id AND i.currency = s.currency),
given AS (
  SELECT *, greatest(0, least(cap, gives - (
    sum(cap) OVER (PARTITION BY source ORDER BY line, n) - cap))) AS part FROM capped),
taken AS (
  SELECT *, sum(part) OVER (PARTITION BY invoice_id ORDER BY line, n) - part AS lo FROM given)
SELECT n, source, invoice_id, made_by_id, recorded_at, effective_on, cap, lo,
  lo + greatest(0, least(part, needs - lo)) AS hi
FROM taken
"""
_INSERT = """
INSERT INTO ledger_allocation (organisation_id, account_id, term_id, payment_id, credit_note_id,
  amount, effective_on, recorded_at, made_by_id)
SELECT %(org)s, f.account_id, f.term_id, CASE WHEN t.source > 0 THEN t.source END,
  CASE WHEN t.source < 0 THEN -t.source END, least(t.hi, f.hi) - greatest(t.lo, f.lo),
  t.effective_on, t.recorded_at, t.made_by_id
FROM load_taken t JOIN load_free f ON f.invoice_id = t.invoice_id
WHERE least(t.hi, f.hi) > greatest(t.lo, f.lo)
"""
_TOUCH = """
INSERT INTO load_touched SELECT DISTINCT f.account_id
FROM load_taken t JOIN load_free f ON f.invoice_id = t.invoice_id WHERE t.hi > t.lo
"""
_STILL_WANTED = """
UPDATE load_want w SET amount = w.amount - (t.hi - t.lo) FROM load_taken t
WHERE t.n = w.n AND w.amount IS NOT NULL;
DELETE FROM load_want WHERE amount <= 0 OR n NOT IN (SELECT n FROM load_taken)
"""
_CHANGED = f"""
WITH held AS ({_HELD.format(pairs="load_pairs")})
SELECT count(*) FILTER (WHERE p.held = 0 AND h.held > 0),
  count(*) FILTER (WHERE p.held > 0 AND p.held IS DISTINCT FROM h.held)
FROM load_pairs p LEFT JOIN held h ON h.invoice_id = p.invoice_id AND h.source = p.source
"""
_GONE = """
SELECT count(*) FROM (
  SELECT DISTINCT u.invoice_id, coalesce(u.payment_id, -u.credit_note_id) AS source
  FROM load_undone u) u
WHERE NOT EXISTS (
  SELECT FROM load_pairs p WHERE p.invoice_id = u.invoice_id AND p.source = u.source)
"""
