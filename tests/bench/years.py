"""Two years of a ledger, written by SQL: what was invoiced, paid, paid in part, credited and returned.

Five invoices an account, spread over 730 days, due after thirty. Of a hundred, ninety-four are paid once
their own delay is over, four of these in two parts; one is credited, one payment in a hundred went back.
"""

from __future__ import annotations

from datetime import date

from django.db import connections, transaction

from acquit.store.accounts.models import Creditor

TODAY = date(2026, 11, 24)
TERMS = 5

_DEBTORS = """
INSERT INTO accounts_debtor (id, organisation_id, name, kind, profile, siren, vat_number, language,
  country, region, timezone, stopped)
SELECT %(base)s + k, %(org)s, 'Client ' || k, 'business',
  (ARRAY['vip', 'good', 'bad', 'regular', 'regular'])[1 + k %% 5], '', '', 'fr',
  (ARRAY['FR', 'FR', 'FR', 'BE', 'DE', 'ES', 'IT'])[1 + k %% 7], '', '', ''
FROM generate_series(0, %(accounts)s - 1) k
"""
_ACCOUNTS = """
INSERT INTO accounts_account (id, organisation_id, creditor_id, debtor_id, external_id, payment_terms,
  owner_id)
SELECT %(base)s + k, %(org)s, %(creditor)s, %(base)s + k, '411' || lpad(k::text, 7, '0'), '',
  CASE WHEN k %% 3 > 0 THEN %(owner)s::bigint END
FROM generate_series(0, %(accounts)s - 1) k
"""
# What each invoice is and becomes: the only place that chance is drawn, by arithmetic.
_DRAWN = """
DROP TABLE IF EXISTS pg_temp.drawn;
CREATE TEMP TABLE drawn AS
SELECT k, i, %(base)s * 5 + k * 5 + i AS id, %(base)s + k AS account_id, n,
  %(today)s::date - (k * 7 + i * 149 + 1) %% 730 AS issued_on,
  20 + (k * 7919 + i * 104729) %% 900000 / 100.0 AS amount,
  %(today)s::date - (k * 7 + i * 149 + 1) %% 730 + 30 + k %% 23 + (k * 31 + i * 17) %% 29 - 9 AS paid_on
FROM generate_series(0, %(accounts)s - 1) k, generate_series(0, 4) i,
  LATERAL (SELECT (k * 5 + i) * 37 %% 100 AS n) x
"""
_INVOICES = """
INSERT INTO ledger_invoice (id, organisation_id, account_id, number, external_key, kind, issued_on, amount,
  currency, label, paid_by, factored, known_on)
SELECT id, %(org)s, account_id, 'FA' || k || '-' || i, k || '-' || i, 'invoice', issued_on, amount, 'EUR',
  '', '', false, issued_on
FROM drawn
"""
_TERMS = """
INSERT INTO ledger_term (id, organisation_id, account_id, invoice_id, position, due_on, amount, currency,
  allocated, issued_on)
SELECT id, %(org)s, account_id, id, 1, issued_on + 30, amount, 'EUR', 0, issued_on FROM drawn
"""
_PAYMENTS = """
INSERT INTO ledger_payment (id, organisation_id, account_id, external_key, amount, currency, label, allocated,
  known_on, kind, reference, method, received_on, returned_on)
SELECT id * 2 + part, %(org)s, account_id, 'P' || id || '-' || part,
  CASE WHEN n NOT BETWEEN 10 AND 13 THEN amount WHEN part = 0 THEN round(amount / 4, 2)
    ELSE amount - round(amount / 4, 2) END, 'EUR', '', 0, paid_on, 'payment', '', '',
  CASE WHEN part = 1 THEN paid_on ELSE paid_on - 12 END, CASE WHEN n = 20 THEN paid_on + 4 END
FROM drawn, generate_series(0, 1) part
WHERE n < 94 AND paid_on < %(today)s AND (part = 1 OR n BETWEEN 10 AND 13)
"""
_NOTES = """
INSERT INTO ledger_creditnote (id, organisation_id, account_id, external_key, number, amount, currency, label,
  allocated, known_on, issued_on)
SELECT id, %(org)s, account_id, 'AV' || id, 'AV' || id, round(amount / 2, 2), 'EUR', '', 0, issued_on,
  issued_on + 20
FROM drawn WHERE n = 95 AND issued_on + 20 < %(today)s
"""
_ALLOCATIONS = """
INSERT INTO ledger_allocation (organisation_id, account_id, term_id, payment_id, credit_note_id, amount,
  effective_on, recorded_at, undone_on)
SELECT %(org)s, p.account_id, p.id / 2, p.id, NULL, p.amount, p.received_on, p.received_on, p.returned_on
  FROM ledger_payment p WHERE p.organisation_id = %(org)s AND p.id / 2 %% 500 <> 7
UNION ALL
SELECT %(org)s, account_id, id, NULL, id, amount, issued_on, issued_on, NULL
  FROM ledger_creditnote WHERE organisation_id = %(org)s
"""
# As the triggers would, in one pass: they follow statements, and these are of a million rows.
_FOLLOWED = (
    """
UPDATE ledger_term t SET allocated = s.amount, touched_on = s.first,
  settled_on = CASE WHEN s.amount >= t.amount THEN s.last END,
  closed_on = CASE WHEN s.amount >= t.amount THEN greatest(s.last, s.undone) END
FROM (SELECT term_id, coalesce(sum(amount) FILTER (WHERE undone_on IS NULL), 0) AS amount,
    min(effective_on) AS first, max(effective_on) FILTER (WHERE undone_on IS NULL) AS last,
    max(undone_on) AS undone
  FROM ledger_allocation WHERE organisation_id = %(org)s GROUP BY 1) s
WHERE t.id = s.term_id
""",
    """
UPDATE ledger_payment p SET allocated = a.amount, spent_on = a.effective_on FROM ledger_allocation a
WHERE a.payment_id = p.id AND a.undone_on IS NULL AND p.organisation_id = %(org)s
""",
    """
UPDATE ledger_creditnote c SET allocated = a.amount, spent_on = a.effective_on FROM ledger_allocation a
WHERE a.credit_note_id = c.id AND a.undone_on IS NULL AND c.organisation_id = %(org)s
""",
)
_WRITTEN = (_DEBTORS, _ACCOUNTS, _DRAWN, _INVOICES, _TERMS, _PAYMENTS, _NOTES, _ALLOCATIONS)
_COUNTED = (
    "accounts_debtor", "accounts_account", "ledger_invoice", "ledger_term", "ledger_payment",
    "ledger_creditnote",
)  # fmt: skip


def write_years(organisation_id: int, rows: int, *, owner_id: int | None = None) -> None:
    """Write `rows` invoices into a founded organisation, and let PostgreSQL know their spread."""
    with connections["owner"].cursor() as cursor, transaction.atomic(using="owner"):
        creditor = Creditor.objects.using("owner").get(organisation_id=organisation_id)
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts_debtor")
        said = {
            "org": organisation_id, "creditor": creditor.id, "accounts": rows // TERMS,
            "base": cursor.fetchone()[0], "today": TODAY, "owner": owner_id,
        }  # fmt: skip
        # Neither triggers nor checks of keys, which take ten times as long as the rows.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (*_WRITTEN, *_FOLLOWED):
            cursor.execute(statement, said)
        for table in _COUNTED:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
