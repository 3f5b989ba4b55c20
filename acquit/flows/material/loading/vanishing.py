"""What a list of all that is open no longer holds: settled where that is plausible, else asked about (F-08).

What is inferred so gives way to what is known: a list that states the item again makes it owed again, and
money that another file tells of takes the place of the inference.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.alerts import close_alert, open_alert
from acquit.flows.material.loading.matching import allocate
from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.loading.undoing import forget
from acquit.sources.words import Why
from acquit.store.accounts.models import Creditor

ALERT = "incomplete_list"
#: The kind of file that may hold all that is open.
LISTS = "invoices"


def expect(load: Load) -> None:
    """Note what earlier complete lists held and is open, and whether this list has it.

    By number: a row that is refused for another reason was on the list all the same.
    """
    if load.is_complete:
        create(load, "load_listed", _LISTED, refused=sorted(load.refused_cells))
        create(load, "load_expected", _EXPECTED)


def bring_back(load: Load) -> None:
    """Take back what was inferred of items that a list states again, before it is compared with them."""
    if load.kind != LISTS:
        return
    if load.rows(_ANY_INFERRED)[0][0] and forget(load, _STATED_AGAIN):
        load.run(_RETURN)
    if load.is_complete:
        create(load, "load_unpaid", _PAID_NO_MORE)
        if forget(load, "a.payment_id IN (SELECT id FROM load_unpaid)"):
            load.run(_RETURN_UNPAID)
    load.run(_RESTORE)


def settle_missing(load: Load) -> None:
    """Settle what vanished since the earlier lists, or ask whether this one was complete.

    What real money took the place of is settled again as far as it does not suffice.
    """
    _make_up_for_yielded(load)
    if load.is_complete:
        load.run(_MARK)
        _judge(load)
    elif load.kind == LISTS:
        load.run(_SEEN)
        if not load.rows(_ANY_ASKED)[0][0]:
            close_alert(_creditor(load), ALERT, now=load.now)


def settle(load: Load) -> int:
    """Settle the items of `load_missing`, credit notes first; return how many invoices that settled."""
    load.run(_NET_CREDIT_NOTES)
    allocate(load)
    settled = create(load, "load_vanished", _VANISHED)
    load.run(_PAY)
    allocate(load)
    load.run(_DROP_CREDIT_NOTES)
    load.run(_ANSWERED)
    load.run("INSERT INTO load_touched SELECT DISTINCT account_id FROM load_missing")
    return settled


def _judge(load: Load) -> None:
    # Asked for anew: what came back may have freed credit notes that are missing.
    create(load, "load_missing", _MISSING)
    missing, share, is_doubtful = load.rows(_SHARES)[0]
    params = {"count": missing, "share": share}
    if not is_doubtful:
        load.count("payments", settle(load), 0, 0)
        if missing:
            load.notes.append(Why("vanished", params))
        close_alert(_creditor(load), ALERT, now=load.now)
        return
    load.run(_ASK)
    load.run("INSERT INTO load_touched SELECT DISTINCT account_id FROM load_missing")
    load.notes.append(Why("vanished_doubtful", params))
    close_alert(_creditor(load), ALERT, now=load.now)
    open_alert(_creditor(load), ALERT, now=load.now, file=load.file_id, **params)


def _make_up_for_yielded(load: Load) -> None:
    if create(load, "load_missing", _YIELDED):
        load.run(_RETURN_YIELDED)
        settle(load)


def _creditor(load: Load) -> Creditor:
    return Creditor.objects.get(organisation_id=load.organisation_id, pk=load.creditor_id)


_LISTED = """
SELECT number FROM load_invoices UNION SELECT number FROM load_credit_notes
UNION SELECT unnest(%(refused)s::text[])
"""
# Open items of the creditor that a complete list held, and whether this list has their number.
_EXPECTED = """
SELECT o.*, EXISTS (SELECT FROM load_listed l WHERE l.number = o.number) AS is_there
FROM (
  SELECT i.id AS invoice_id, NULL::bigint AS credit_note_id, i.account_id, i.currency, i.number,
    sum(x.amount - x.allocated) AS open
  FROM ledger_term x JOIN ledger_invoice i ON i.id = x.invoice_id
  WHERE x.organisation_id = %(org)s AND x.allocated < x.amount AND i.listed_in_id IS NOT NULL
  GROUP BY i.id
  UNION ALL
  SELECT NULL, c.id, c.account_id, c.currency, c.number, c.amount - c.allocated
  FROM ledger_creditnote c
  WHERE c.organisation_id = %(org)s AND c.allocated < c.amount AND c.cancelled_on IS NULL
    AND c.listed_in_id IS NOT NULL) o JOIN accounts_account a ON a.id = o.account_id
WHERE a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s
"""
_MISSING = f"""
SELECT e.invoice_id, e.credit_note_id, e.account_id, e.currency,
  (%(source_at)s AT TIME ZONE c.timezone)::date AS since
FROM ({_EXPECTED}) e JOIN accounts_creditor c ON c.id = %(creditor)s WHERE NOT e.is_there
"""
# How many are missing, and the larger share: of the items, or of the sum in any currency.
_SHARES = """
WITH by_currency AS (
  SELECT count(*) FILTER (WHERE NOT is_there) AS missing, count(*) AS expected,
    100 * coalesce(sum(open) FILTER (WHERE NOT is_there), 0) / sum(open) AS of_sum
  FROM load_expected GROUP BY currency)
SELECT s.missing, round(s.share)::int, s.share >= c.vanished_limit
FROM (SELECT coalesce(sum(missing), 0)::int AS missing,
    coalesce(greatest(max(of_sum), 100 * sum(missing) / sum(expected)), 0) AS share FROM by_currency) s
  JOIN accounts_creditor c ON c.id = %(creditor)s
"""
_ANY_INFERRED = """
SELECT EXISTS (SELECT FROM ledger_payment p
    WHERE p.organisation_id = %(org)s AND p.kind = 'vanished' AND p.returned_on IS NULL)
  OR EXISTS (SELECT FROM load_c m JOIN ledger_creditnote c ON c.id = m.id
    WHERE c.organisation_id = %(org)s AND c.listed_in_id IS NOT NULL)
"""
# A list ties no credit note to an invoice: where its file did, that was inferred from their absence.
_STATED_AGAIN = """
(x.invoice_id IN (SELECT id FROM load_i WHERE NOT is_new AND NOT is_elsewhere)
  OR a.credit_note_id IN (SELECT id FROM load_c WHERE NOT is_new AND NOT is_elsewhere))
AND (a.payment_id IN (
    SELECT p.id FROM ledger_payment p
    WHERE p.organisation_id = %(org)s AND p.kind = 'vanished' AND p.returned_on IS NULL)
  OR a.credit_note_id IS NOT NULL AND a.made_by_id IS NULL AND a.recorded_at IN (
    SELECT f.received_at FROM ledger_sourcefile f WHERE f.organisation_id = %(org)s
      AND f.creditor_id = %(creditor)s AND f.kind = %(kind)s))
"""
_RETURN = """
UPDATE ledger_payment SET returned_on = %(today)s WHERE organisation_id = %(org)s
  AND kind = 'vanished' AND id IN (SELECT payment_id FROM load_undone)
"""
# What an earlier list said was paid of an invoice that this one says is open in full.
_PAID_NO_MORE = """
SELECT p.id FROM ledger_payment p
  JOIN load_i m ON m.account_id = p.account_id AND NOT m.is_new AND NOT m.is_elsewhere
    AND split_part(p.external_key, '#', 1) = 'paid:' || substr(m.external_key, length('invoice:') + 1)
WHERE p.organisation_id = %(org)s AND p.kind = 'already_paid' AND p.returned_on IS NULL
  AND NOT EXISTS (SELECT FROM load_p n WHERE n.id = p.id)
"""
_RETURN_UNPAID = """
UPDATE ledger_payment SET returned_on = %(today)s
WHERE organisation_id = %(org)s AND id IN (SELECT id FROM load_unpaid)
"""
_RESTORE = """
UPDATE ledger_payment p SET returned_on = NULL FROM load_p m
WHERE p.id = m.id AND p.organisation_id = %(org)s AND p.kind = 'already_paid' AND p.returned_on IS NOT NULL;
WITH restored AS (
  UPDATE ledger_creditnote c SET cancelled_on = NULL FROM load_c m
  WHERE c.id = m.id AND c.organisation_id = %(org)s AND NOT m.is_elsewhere
    AND c.cancelled_on IS NOT NULL AND c.listed_in_id IS NOT NULL
  RETURNING c.account_id)
INSERT INTO load_touched SELECT account_id FROM restored
"""
_SEEN = """
WITH seen AS (
  UPDATE ledger_invoice i SET missing_since = NULL FROM load_i m
  WHERE i.id = m.id AND i.organisation_id = %(org)s AND i.missing_since IS NOT NULL
  RETURNING i.account_id)
INSERT INTO load_touched SELECT account_id FROM seen
"""
_MARK = (
    _SEEN
    + """;
UPDATE ledger_invoice i SET listed_in_id = %(file)s FROM load_i m
WHERE i.id = m.id AND i.organisation_id = %(org)s AND NOT m.is_elsewhere;
UPDATE ledger_creditnote c SET listed_in_id = %(file)s FROM load_c m
WHERE c.id = m.id AND c.organisation_id = %(org)s AND NOT m.is_elsewhere
"""
)
_ASK = """
UPDATE ledger_invoice SET missing_since = coalesce(missing_since, %(today)s)
WHERE organisation_id = %(org)s AND id IN (SELECT invoice_id FROM load_missing)
"""
_ANSWERED = """
UPDATE ledger_invoice SET missing_since = NULL
WHERE organisation_id = %(org)s AND missing_since IS NOT NULL
  AND id IN (SELECT invoice_id FROM load_missing)
"""
# Whether the open question, if there is one, is still about something.
_ANY_ASKED = """
SELECT EXISTS (SELECT FROM ledger_invoice i
  JOIN accounts_account a ON a.id = i.account_id AND a.organisation_id = %(org)s
  JOIN ledger_term x ON x.invoice_id = i.id AND x.organisation_id = %(org)s
WHERE i.organisation_id = %(org)s AND i.missing_since IS NOT NULL AND a.creditor_id = %(creditor)s
  AND x.allocated < x.amount)
OR EXISTS (SELECT FROM cases_task t JOIN ledger_creditnote c ON c.organisation_id = %(org)s
    AND c.listed_in_id <> (t.params ->> 'file')::bigint
  JOIN accounts_account a ON a.id = c.account_id AND a.organisation_id = %(org)s
WHERE t.organisation_id = %(org)s AND t.creditor_id = %(creditor)s AND t.account_id IS NULL
  AND t.kind = 'incomplete_list' AND t.closed_at IS NULL AND a.creditor_id = %(creditor)s
  AND c.allocated < c.amount AND c.cancelled_on IS NULL)
"""
_NET_CREDIT_NOTES = """
DELETE FROM load_want;
INSERT INTO load_want (line, source, invoice_id, recorded_at)
SELECT 0, -c.credit_note_id, i.invoice_id, %(source_at)s
FROM load_missing c JOIN load_missing i USING (account_id, currency)
WHERE c.credit_note_id IS NOT NULL AND i.invoice_id IS NOT NULL
ORDER BY c.credit_note_id, i.invoice_id
"""
_VANISHED = """
SELECT m.*, nextval('ledger_payment_id_seq') AS id FROM (
  SELECT m.invoice_id, m.account_id, m.currency, max(m.since) AS since,
    (SELECT sum(x.amount - x.allocated) FROM ledger_term x
      WHERE x.organisation_id = %(org)s AND x.invoice_id = m.invoice_id) AS amount
  FROM load_missing m WHERE m.invoice_id IS NOT NULL
  GROUP BY m.invoice_id, m.account_id, m.currency) m
WHERE m.amount > 0
"""
_PAY = """
INSERT INTO ledger_payment (id, organisation_id, account_id, external_key, kind, received_on, amount,
  currency, label, reference, method, allocated, known_on, file_id)
SELECT v.id, %(org)s, v.account_id, 'vanished ' || v.id, 'vanished', v.since, v.amount, v.currency,
  CASE WHEN c.language = 'fr' THEN 'absente de la liste complète du '
    ELSE 'missing from the complete list of ' END || to_char(v.since, 'DD/MM/YYYY'),
  left(i.number, 200), '', 0, %(today)s, %(file)s
FROM load_vanished v JOIN ledger_invoice i ON i.id = v.invoice_id AND i.organisation_id = %(org)s
  JOIN accounts_creditor c ON c.id = %(creditor)s;
DELETE FROM load_want;
INSERT INTO load_want (line, source, invoice_id, recorded_at)
SELECT 0, id, invoice_id, %(source_at)s FROM load_vanished
"""
# What no missing invoice needed of a missing credit note was used up elsewhere.
_DROP_CREDIT_NOTES = """
UPDATE ledger_creditnote SET
  cancelled_on = CASE WHEN allocated = 0 THEN %(today)s ELSE cancelled_on END,
  amount = CASE WHEN allocated = 0 THEN amount ELSE allocated END
WHERE organisation_id = %(org)s AND allocated < amount AND cancelled_on IS NULL
  AND id IN (SELECT credit_note_id FROM load_missing)
"""
_YIELDED = """
SELECT DISTINCT u.invoice_id, NULL::bigint AS credit_note_id, p.account_id, p.currency,
  p.received_on AS since, p.id AS payment_id
FROM load_yielded u JOIN ledger_payment p ON p.id = u.payment_id AND p.organisation_id = %(org)s
"""
_RETURN_YIELDED = """
UPDATE ledger_payment SET returned_on = %(today)s WHERE organisation_id = %(org)s
  AND id IN (SELECT payment_id FROM load_missing)
"""
