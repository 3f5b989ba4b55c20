"""A portfolio written by SQL: as many open invoices as asked, five an account, most of them quiet.

Of a hundred accounts five are due and reach a step, twenty wait between two steps, two are
disputed, two have promised, one is on hold, and seventy owe nothing late. Each also has an
invoice paid long ago. Debtors differ in country, kind, profile and language.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connections, transaction

from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import ScenarioVersion

#: A working Tuesday, half past ten in Paris.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TERMS = 5

_DEBTORS = """
INSERT INTO accounts_debtor (id, organisation_id, name, kind, profile, siren, vat_number, language,
  country, region, timezone, stopped)
SELECT %(base)s + k, %(org)s, 'Client ' || k,
  CASE WHEN k / 100 %% 20 = 0 THEN 'consumer' WHEN k / 100 %% 33 = 0 THEN 'public' ELSE 'business' END,
  CASE k / 100 %% 25 WHEN 3 THEN 'vip' WHEN 7 THEN 'good' WHEN 11 THEN 'bad' ELSE 'regular' END,
  '', '', CASE WHEN k %% 11 = 0 THEN 'en' ELSE 'fr' END,
  CASE WHEN k %% 13 = 0 THEN (ARRAY['BE', 'DE', 'ES', 'IT'])[1 + k / 13 %% 4] ELSE 'FR' END,
  CASE WHEN k %% 26 = 1 THEN '57' ELSE '' END, '', ''
FROM generate_series(0, %(accounts)s - 1) k
"""
_CONTACTS = """
INSERT INTO accounts_contact (organisation_id, debtor_id, name, role, email, phone, address, postcode,
  city, country, is_main)
SELECT %(org)s, %(base)s + k, 'Mme Nadia Ferrand', 'accounts_payable', 'compta' || k || '@client.example',
  '+33 4 90 00 00 00', k || ' rue des Carmes', '84000', 'Avignon', '', true
FROM generate_series(0, %(accounts)s - 1) k
"""
_ACCOUNTS = """
INSERT INTO accounts_account (id, organisation_id, creditor_id, debtor_id, external_id, look_at,
  payment_terms)
SELECT %(base)s + k, %(org)s, %(creditor)s, %(base)s + k, '411' || lpad(k::text, 7, '0'),
  CASE WHEN k %% 100 < 5 THEN %(now)s - interval '1 hour'
    ELSE %(now)s + (1 + k %% 30) * interval '1 day' END, ''
FROM generate_series(0, %(accounts)s - 1) k
"""
# The first of an account's five invoices is the late one; the others lie ahead.
_INVOICES = """
INSERT INTO ledger_invoice (id, organisation_id, account_id, number, external_key, kind, issued_on, amount,
  currency, label, paid_by, factored, known_on)
SELECT %(base)s * 6 + k * 6 + i, %(org)s, %(base)s + k, 'FA' || k || '-' || i, k || '-' || i, 'invoice',
  due - 30, 20 + (k * 7919 + i * 104729) %% 900000 / 100.0, 'EUR', '', '', false, due - 30
FROM generate_series(0, %(accounts)s - 1) k, generate_series(0, 5) i,
  LATERAL (SELECT %(today)s::date + CASE
    WHEN i = 5 THEN -200
    WHEN i = 0 AND k %% 100 < 3 THEN -(4 + k / 100 %% 5)
    WHEN i = 0 AND k %% 100 < 5 THEN -(11 + k / 100 %% 4)
    WHEN i = 0 AND k %% 100 < 30 THEN -(5 + k / 100 %% 4)
    ELSE 9 + (k * 31 + i * 13) %% 55 END AS due) d
"""
_TERMS = """
INSERT INTO ledger_term (id, organisation_id, account_id, invoice_id, position, due_on, amount, currency,
  allocated, settled_on)
SELECT id, organisation_id, account_id, id, 1, issued_on + 30, amount, currency,
  CASE WHEN id %% 6 = 5 THEN amount WHEN id %% 60 = 0 THEN round(amount / 4, 2) ELSE 0 END,
  CASE WHEN id %% 6 = 5 THEN issued_on + 45 END
FROM ledger_invoice WHERE organisation_id = %(org)s
"""
# Between two steps: a reminder left a week ago, and its message is kept.
_MESSAGES = """
INSERT INTO outbox_message (organisation_id, creditor_id, debtor_id, account_id, channel, scenario, step,
  stage, state, listed, total, reasons, asks, planned_on, not_before, recipient, subject, body, edited,
  claimed_by, attempts, because, message_id, reply_token, sent_at, claimed_at)
SELECT %(org)s, %(creditor)s, %(base)s + k, %(base)s + k, 'email', 'standard', 'friendly', 'reminder', 'sent',
  jsonb_build_array((%(base)s + k) * 6), '[["100.00", "EUR"]]', '[["step_reached", {}]]', false,
  %(today)s::date - days, %(now)s - days * interval '1 day', 'compta' || k || '@client.example', 'Rappel',
  'Bonjour', false, 'bench', 1, '', '<' || k || '@bench.example>', k::text,
  %(now)s - days * interval '1 day', %(now)s - days * interval '1 day'
FROM generate_series(0, %(accounts)s - 1) k,
  LATERAL (SELECT CASE WHEN k %% 100 < 5 THEN 7 ELSE 2 END AS days) d
WHERE k %% 100 BETWEEN 3 AND 24
"""
_ROUNDS = """
INSERT INTO cases_round (organisation_id, term_id, number, version_id, started_on)
SELECT organisation_id, account_id * 6, 1, %(version)s, planned_on FROM outbox_message
WHERE organisation_id = %(org)s
"""
_CLAIMS = """
INSERT INTO cases_stepclaim (organisation_id, account_id, term_id, round, step, repetition, state, "on",
  message_id)
SELECT m.organisation_id, m.account_id, m.account_id * 6, 1, s.step, 0, 'done', m.planned_on - s.before, m.id
FROM outbox_message m, (VALUES ('courtesy', 10), ('friendly', 0)) s(step, before)
WHERE m.organisation_id = %(org)s
"""
_DISPUTES = """
INSERT INTO cases_dispute (organisation_id, account_id, invoice_id, category, note, opened_on, recorded_at,
  resolution)
SELECT %(org)s, %(base)s + k, (%(base)s + k) * 6, 'price', '', %(today)s, %(now)s, ''
FROM generate_series(0, %(accounts)s - 1) k WHERE k %% 100 IN (25, 26)
"""
_PROMISES = """
WITH made AS (
  INSERT INTO cases_promise (organisation_id, account_id, until, currency, made_on, note, recorded_at)
  SELECT %(org)s, %(base)s + k, %(today)s::date + 9, 'EUR', %(today)s::date - 1, '', %(now)s
  FROM generate_series(0, %(accounts)s - 1) k WHERE k %% 100 IN (27, 28)
  RETURNING id, account_id)
INSERT INTO cases_promisedterm (organisation_id, promise_id, term_id)
SELECT %(org)s, id, account_id * 6 FROM made
"""
_HOLDS = """
INSERT INTO cases_hold (organisation_id, account_id, reason, recorded_at)
SELECT %(org)s, %(base)s + k, 'dossier chez la direction', %(now)s
FROM generate_series(0, %(accounts)s - 1) k WHERE k %% 100 = 29
"""
_WRITTEN = (
    _DEBTORS, _CONTACTS, _ACCOUNTS, _INVOICES, _TERMS, _MESSAGES, _ROUNDS, _CLAIMS, _DISPUTES, _PROMISES,
    _HOLDS,
)  # fmt: skip
_COUNTED = ("accounts_debtor", "accounts_account", "ledger_invoice", "ledger_term")


def write_portfolio(organisation_id: int, rows: int) -> None:
    """Write `rows` open invoices into a founded organisation, and let PostgreSQL know their spread."""
    with connections["owner"].cursor() as cursor, transaction.atomic(using="owner"):
        creditor = Creditor.objects.using("owner").get(organisation_id=organisation_id)
        Creditor.objects.using("owner").filter(id=creditor.id).update(
            list_accepted_at=NOW, volume_limit=rows, sender_name="Claire Besson",
            sender_email="claire@creancier.example", iban="FR7630006000011234567890189",
        )  # fmt: skip
        version = ScenarioVersion.objects.using("owner").get(scenario_id=creditor.default_scenario_id)
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts_debtor")
        said = {
            "org": organisation_id, "creditor": creditor.id, "version": version.id,
            "accounts": rows // TERMS, "base": cursor.fetchone()[0], "now": NOW, "today": NOW.date(),
        }  # fmt: skip
        for statement in _WRITTEN:
            cursor.execute(statement, said)
        for table in _COUNTED:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
