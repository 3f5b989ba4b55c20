"""Statuses of the e-invoicing network: kept once, tied to their invoice as soon as both are known."""

from __future__ import annotations

from acquit.flows.material.loading.staging import Load
from acquit.flows.material.network import follow_statuses


def merge_statuses(load: Load) -> None:
    """Keep the statuses that the file tells, tie those whose invoice is known by now, and follow them.

    A status says nothing of money in the ledger: it changes what people do about an invoice.
    """
    if load.rows("SELECT EXISTS (SELECT FROM load_statuses)")[0][0]:
        _refuse_foreign(load)
        stated = int(load.rows("SELECT count(*) FROM load_statuses")[0][0])
        created = load.run(_INSERT)
        load.count("statuses", created, 0, stated - created)
    if load.rows(_ANY_UNTIED)[0][0]:
        tied = [row[0] for row in load.rows(_TIE)]
        if tied:
            load.run(_TOUCH, tied=tied)
            follow_statuses(load.organisation_id, tied, now=load.now, today=load.today)


def _refuse_foreign(load: Load) -> None:
    """Refuse what is about the invoice of another seller: we are its buyer, or it came astray.

    Only an inadmissible file (501) may leave out who sold.
    """
    ours = load.rows("SELECT siren FROM accounts_creditor WHERE id = %(creditor)s")[0][0]
    for line, number, seller in load.rows(_FOREIGN, siren=ours, spared=_WITHOUT_SELLER):
        why = "status_of_other_seller" if seller else "status_without_seller"
        load.refuse(
            line, "seller", why if ours else "creditor_without_siren", seller, number=number, seller=seller
        )
    load.run(_DROP_FOREIGN, siren=ours, spared=_WITHOUT_SELLER)


_WITHOUT_SELLER = 501
_IS_FOREIGN = "%(siren)s = '' OR (seller <> %(siren)s AND NOT (seller = '' AND code = %(spared)s))"
_FOREIGN = f"SELECT line, invoice_number, seller FROM load_statuses WHERE {_IS_FOREIGN} ORDER BY line"  # noqa: S608
_DROP_FOREIGN = f"DELETE FROM load_statuses WHERE {_IS_FOREIGN}"  # noqa: S608
_INSERT = """
INSERT INTO network_networkstatus (organisation_id, creditor_id, external_key, invoice_number,
  invoice_issued_on, seller, buyer, code, label, at, "on", issuer_role, reasons, note, amounts,
  received_at, file_id)
SELECT %(org)s, c.id, s.external_key, left(s.invoice_number, 100), s.invoice_issued_on,
  left(s.seller, 20), left(s.buyer, 20), s.code, left(s.label, 100), s.at,
  (s.at AT TIME ZONE c.timezone)::date, left(s.issuer_role, 10), s.reasons, s.note, s.amounts::jsonb,
  %(now)s, %(file)s
FROM load_statuses s JOIN accounts_creditor c ON c.id = %(creditor)s
ORDER BY s.at, s.line
ON CONFLICT (organisation_id, creditor_id, external_key) DO NOTHING
"""
_ANY_UNTIED = """
SELECT EXISTS (SELECT FROM network_networkstatus
  WHERE organisation_id = %(org)s AND creditor_id = %(creditor)s AND invoice_id IS NULL)
"""
# The key of an invoice on the network: number, day, seller. Should two of ours fit, the buyer tells
# them apart, or nothing does and the status waits.
_TIE = """
WITH fits AS (
  SELECT s.id, i.id AS invoice_id, i.account_id, s.buyer <> '' AND d.siren = s.buyer AS is_buyers
  FROM network_networkstatus s
    JOIN ledger_invoice i ON i.organisation_id = %(org)s AND i.number = s.invoice_number
      AND (s.invoice_issued_on IS NULL OR i.issued_on = s.invoice_issued_on)
    JOIN accounts_account a ON a.id = i.account_id AND a.organisation_id = %(org)s
      AND a.creditor_id = %(creditor)s
    JOIN accounts_debtor d ON d.id = a.debtor_id
  WHERE s.organisation_id = %(org)s AND s.creditor_id = %(creditor)s AND s.invoice_id IS NULL),
best AS (
  SELECT DISTINCT ON (id) id, invoice_id, account_id,
    count(*) OVER (PARTITION BY id) = 1
      OR (is_buyers AND count(*) FILTER (WHERE is_buyers) OVER (PARTITION BY id) = 1) AS is_sure
  FROM fits ORDER BY id, is_buyers DESC, invoice_id)
UPDATE network_networkstatus s SET invoice_id = b.invoice_id, account_id = b.account_id
FROM best b WHERE b.id = s.id AND s.organisation_id = %(org)s AND b.is_sure
RETURNING s.id
"""
_TOUCH = """
INSERT INTO load_touched SELECT DISTINCT account_id FROM network_networkstatus
WHERE organisation_id = %(org)s AND id = ANY(%(tied)s)
"""
