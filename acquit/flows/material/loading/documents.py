"""What only the invoice itself brings: its PDF, its VAT, and the invoice that it replaces."""

from __future__ import annotations

import psycopg
from django.db import connection

from acquit.flows.material.loading.staging import Load
from acquit.sources.base import Document
from acquit.sources.words import Why


def write_documents(load: Load) -> None:
    """Store the documents, the VAT by rate, and put in dispute what a corrected invoice replaces."""
    for document in load.documents:
        _keep(load, document)
    load.run(_DROP_VAT)
    load.run(_WRITE_VAT)
    for old, new in load.rows(_REPLACED):
        load.notes.append(Why("einvoice_replaces", {"old": old, "new": new}))


def _keep(load: Load, document: Document) -> None:
    """Keep a document beside its invoice; its bytes go over as they are, once, beside the statement."""
    for (invoice_id,) in load.rows(_INVOICE_OF, key=document.invoice_key):
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(
                _KEEP, {"content": document.content, "id": invoice_id, "org": load.organisation_id}
            )


_INVOICE_OF = "SELECT id FROM load_i WHERE external_key = %(key)s AND NOT is_elsewhere"
_KEEP = """
UPDATE ledger_invoice SET document = %(content)b
WHERE organisation_id = %(org)s AND id = %(id)s AND document IS DISTINCT FROM %(content)b
"""
_DROP_VAT = """
DELETE FROM ledger_invoicevat v USING load_i m
WHERE v.organisation_id = %(org)s AND v.invoice_id = m.id AND NOT m.is_new AND NOT m.is_elsewhere
  AND EXISTS (SELECT FROM load_vat_lines s WHERE s.invoice_key = m.external_key)
  AND NOT EXISTS (SELECT FROM load_vat_lines s WHERE s.invoice_key = m.external_key
    AND s.category = v.category AND s.rate = v.rate)
"""
_WRITE_VAT = """
INSERT INTO ledger_invoicevat AS v (organisation_id, invoice_id, category, rate, base, tax)
SELECT %(org)s, m.id, s.category, s.rate, s.base, s.tax FROM load_vat_lines s
  JOIN load_i m ON m.external_key = s.invoice_key AND NOT m.is_elsewhere
ON CONFLICT (organisation_id, invoice_id, category, rate) DO UPDATE
SET base = excluded.base, tax = excluded.tax
WHERE (v.base, v.tax) IS DISTINCT FROM (excluded.base, excluded.tax)
"""
# A corrected invoice asks for the whole again. Nobody is reminded of the one before until a person has
# settled it; nor of the new one where something was paid on the old.
_REPLACED = """
WITH pairs AS (
  SELECT m.id AS new_id, m.number AS new_number, i.id AS old_id, i.number AS old_number, m.account_id,
    sum(x.amount - x.allocated) AS open, bool_or(EXISTS (
      SELECT FROM ledger_allocation a WHERE a.organisation_id = %(org)s AND a.term_id = x.id
        AND a.undone_on IS NULL AND a.payment_id IS NOT NULL)) AS is_paid_on
  FROM load_i m JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.account_id = m.account_id
      AND i.number = m.replaces AND i.id <> m.id
    JOIN ledger_term x ON x.organisation_id = %(org)s AND x.invoice_id = i.id
  WHERE m.is_new AND m.replaces <> '' GROUP BY m.id, m.number, i.id, i.number, m.account_id),
disputed AS (
  SELECT account_id, old_id AS id, new_number AS note FROM pairs WHERE open > 0
  UNION SELECT account_id, new_id, old_number FROM pairs WHERE is_paid_on),
opened AS (
  INSERT INTO cases_dispute (organisation_id, account_id, invoice_id, category, note, opened_on,
    recorded_at, resolution)
  SELECT %(org)s, account_id, id, '', note, %(today)s, %(source_at)s, '' FROM disputed
  ON CONFLICT (organisation_id, invoice_id) WHERE resolved_on IS NULL DO NOTHING
  RETURNING account_id),
touched AS (INSERT INTO load_touched SELECT account_id FROM opened)
SELECT old_number, new_number FROM pairs ORDER BY 1, 2
"""
