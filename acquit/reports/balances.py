"""What each account owes at the end of a day, as the general ledger shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from acquit.reports.filters import Filters
from acquit.reports.scope import fetch

_BALANCES = """
WITH moves AS (
  SELECT account_id, currency, sum(amount) FILTER (WHERE issued_on <= %(on)s) AS amount
    FROM ledger_invoice WHERE organisation_id = %(organisation)s AND {within} GROUP BY 1, 2
  UNION ALL
  SELECT account_id, currency, -sum(amount) FILTER (
      WHERE issued_on <= %(on)s AND (cancelled_on IS NULL OR cancelled_on > %(on)s))
    FROM ledger_creditnote WHERE organisation_id = %(organisation)s AND {within} GROUP BY 1, 2
  UNION ALL
  SELECT account_id, currency, -sum(amount) FILTER (
      WHERE received_on <= %(on)s AND (returned_on IS NULL OR returned_on > %(on)s))
    FROM ledger_payment WHERE organisation_id = %(organisation)s AND {within} GROUP BY 1, 2
), sums AS (
  SELECT account_id, currency, coalesce(sum(amount), 0) AS balance FROM moves GROUP BY 1, 2
)
SELECT account.id, creditor.key, debtor.name, account.external_id, sums.currency, sums.balance
FROM sums
JOIN accounts_account account ON account.id = sums.account_id
JOIN accounts_creditor creditor ON creditor.id = account.creditor_id
JOIN accounts_debtor debtor ON debtor.id = account.debtor_id
WHERE account.organisation_id = %(organisation)s
ORDER BY creditor.key, account.external_id, sums.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """What one account owes in one currency; negative where the creditor owes."""

    account_id: int
    creditor: str
    debtor: str
    external_id: str
    currency: str
    open_balance: Decimal


def balances(filters: Filters) -> tuple[AccountBalance, ...]:
    """Return the balance of every account that the ledger ever named, at the end of the day.

    Invoices less credit notes less payments, allocated or not. An account that owes nothing is
    there, at zero: its absence would look like a forgotten import.
    """
    return tuple(
        AccountBalance(
            account_id=account,
            creditor=creditor,
            debtor=debtor,
            external_id=external_id,
            currency=currency,
            open_balance=balance,
        )
        for account, creditor, debtor, external_id, currency, balance in fetch(_BALANCES, filters)
    )
