"""What is known of each debtor on a day, for the profile that it speaks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from acquit.core.payer import Past
from acquit.core.payer_profile import PayerFacts
from acquit.store import tenancy
from acquit.store.payers.settled import KnownPasts
from acquit.store.whole import whole_tables

# Credits that nobody allocated yet are left out: a term that they may cover is not held against him.
_FACTS = """
WITH lately AS (
  SELECT debtor, array_agg(days ORDER BY place) AS days FROM (
    SELECT acc.debtor_id AS debtor, t.settled_on - t.due_on AS days,
      row_number() OVER (PARTITION BY acc.debtor_id ORDER BY t.settled_on DESC, t.id DESC) AS place
    FROM ledger_term t
    JOIN accounts_account acc ON acc.id = t.account_id AND acc.organisation_id = %(organisation)s
    WHERE t.organisation_id = %(organisation)s AND t.written_off_on IS NULL
      AND t.settled_on >= %(today)s::date - 730 AND t.settled_on < %(today)s
  ) ranked WHERE place <= 3 GROUP BY 1
), open AS (
  SELECT acc.debtor_id AS debtor, %(today)s::date - min(t.due_on) AS days
  FROM ledger_term t
  JOIN accounts_account acc ON acc.id = t.account_id AND acc.organisation_id = %(organisation)s
  WHERE t.organisation_id = %(organisation)s AND t.allocated < t.amount AND t.written_off_on IS NULL
    AND t.due_on < %(today)s
    AND NOT EXISTS (SELECT 1 FROM cases_dispute x WHERE x.organisation_id = %(organisation)s
      AND x.invoice_id = t.invoice_id AND x.resolved_on IS NULL)
  GROUP BY 1
), broken AS (
  SELECT acc.debtor_id AS debtor, count(*) AS broken
  FROM cases_promise p
  JOIN accounts_account acc ON acc.id = p.account_id AND acc.organisation_id = %(organisation)s
  WHERE p.organisation_id = %(organisation)s AND p.cancelled_at IS NULL
    AND p.until BETWEEN %(today)s::date - 365 AND %(today)s::date - 8
    AND EXISTS (SELECT 1 FROM cases_promisedterm pt
      JOIN ledger_term t ON t.id = pt.term_id AND t.organisation_id = %(organisation)s
      WHERE pt.organisation_id = %(organisation)s AND pt.promise_id = p.id
        AND (t.settled_on IS NULL OR t.settled_on > p.until + 7))
  GROUP BY 1
), sales AS (
  SELECT acc.debtor_id AS debtor, sum(i.amount) AS amount
  FROM ledger_invoice i
  JOIN accounts_account acc ON acc.id = i.account_id AND acc.organisation_id = %(organisation)s
  JOIN accounts_creditor c ON c.id = acc.creditor_id AND c.organisation_id = %(organisation)s
  WHERE i.organisation_id = %(organisation)s AND i.kind = 'invoice' AND i.currency = c.currency
    AND i.issued_on > %(today)s::date - 365 AND i.issued_on <= %(today)s
  GROUP BY 1
)
SELECT d.id, d.kind, d.country, coalesce(lately.days, '{}'), coalesce(open.days, 0),
  coalesce(broken.broken, 0), coalesce(sales.amount / nullif(sum(sales.amount) OVER (), 0), 0)
FROM accounts_debtor d
LEFT JOIN lately ON lately.debtor = d.id
LEFT JOIN open ON open.debtor = d.id
LEFT JOIN broken ON broken.debtor = d.id
LEFT JOIN sales ON sales.debtor = d.id
WHERE d.organisation_id = %(organisation)s AND d.stopped = '' AND d.insolvent_on IS NULL
  AND d.kind NOT IN ('consumer', 'intercompany')
  AND (lately.debtor IS NOT NULL OR open.debtor IS NOT NULL OR sales.debtor IS NOT NULL)
ORDER BY d.id
"""


def payer_facts(*, today: date) -> Iterator[tuple[int, PayerFacts]]:
    """Yield each debtor that is neither stopped nor insolvent, and what is known of him on `today`.

    A promise is broken when one of its terms was still owed a week after its day.
    """
    pasts = KnownPasts(before=today)
    with whole_tables() as cursor:
        cursor.execute(_FACTS, {"organisation": tenancy.current_organisation(), "today": today})
        rows = cursor.fetchall()
    for debtor, kind, country, recent, oldest, broken, share in rows:
        known = pasts.of(debtor, kind=kind, country=country)
        yield debtor, PayerFacts(
            kind=kind, past=known.own if known else Past(), recent_days=tuple(recent), oldest_days=oldest,
            broken_promises=broken, sales_share=float(share),
        )  # fmt: skip
