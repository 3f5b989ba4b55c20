"""Merging a Reading into the ledger, in the order in which one thing needs another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import polars as pl

from acquit.flows.material.loading import aftermath, openings, vanishing
from acquit.flows.material.loading.accounts import merge_accounts
from acquit.flows.material.loading.bank import match_bank_lines, merge_bank
from acquit.flows.material.loading.contacts import merge_contacts
from acquit.flows.material.loading.credits import (
    compare_credit_notes,
    compare_payments,
    write_credit_notes,
    write_payments,
)
from acquit.flows.material.loading.days import refuse_strange_days
from acquit.flows.material.loading.documents import write_documents
from acquit.flows.material.loading.invoices import compare_invoices, write_invoices
from acquit.flows.material.loading.matching import write_allocations
from acquit.flows.material.loading.outcome import Change
from acquit.flows.material.loading.staging import Load, stage
from acquit.flows.material.loading.statuses import merge_statuses

_STEPS: tuple[Callable[[Load], None], ...] = (
    vanishing.expect,
    refuse_strange_days,
    merge_accounts,
    merge_contacts,
    compare_invoices,
    compare_credit_notes,
    compare_payments,
    openings.leave_out_known_openings,
    vanishing.bring_back,
    write_invoices,
    write_documents,
    write_credit_notes,
    write_payments,
    write_allocations,
    merge_statuses,
    merge_bank,
    vanishing.settle_missing,
    aftermath.follow,
    match_bank_lines,
)


def merge(load: Load, tables: dict[str, pl.DataFrame]) -> None:
    """Move the canonical `tables` into the ledger, counting in `load` what each step did."""
    open_workspace(load)
    stage(load, tables)
    for done, step in enumerate(_STEPS):
        load.tell("merging", done, len(_STEPS))
        step(load)
    load.tell("merging", len(_STEPS), len(_STEPS))


def open_workspace(load: Load) -> None:
    """Make the tables in which the steps note what they touched, settled and want."""
    load.run(_WORKSPACE)


def lock(load: Load) -> None:
    """Wait for another import of the same creditor: two at once would both add what is new."""
    load.rows("SELECT pg_advisory_xact_lock(hashtextextended('acquit import', %(creditor)s))")


def open_balances(load: Load) -> dict[str, Decimal]:
    """Return what is owed to the creditor per currency: invoices less credit notes less payments.

    All of it is read, so never row by row: what this transaction wrote has no statistics yet.
    """
    load.run("SET LOCAL enable_nestloop = off")
    owed = {currency: Decimal(total) for currency, total in load.rows(_BALANCES)}
    load.run("SET LOCAL enable_nestloop = on")
    return owed


def changes(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> tuple[Change, ...]:
    """Return the balances before and after, currency by currency."""
    nothing = Decimal(0)
    return tuple(
        Change(currency=c, before=before.get(c, nothing), after=after.get(c, nothing))
        for c in sorted({*before, *after})
    )


_WORKSPACE = """
SET LOCAL work_mem = '128MB';
DROP TABLE IF EXISTS pg_temp.load_touched, pg_temp.load_settled, pg_temp.load_want,
  pg_temp.load_yielded;
CREATE TEMPORARY TABLE load_touched (account_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_settled (term_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_yielded (invoice_id bigint, payment_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_want (
  n bigint GENERATED ALWAYS AS IDENTITY, line bigint, source bigint, invoice_id bigint,
  amount numeric(18, 4), effective_on date, made_by_id bigint, recorded_at timestamptz
) ON COMMIT DROP
"""
_BALANCES = """
SELECT currency, sum(amount) FROM (
  SELECT i.currency, i.amount FROM ledger_invoice i JOIN accounts_account a ON a.id = i.account_id
  WHERE i.organisation_id = %(org)s AND a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s
  UNION ALL
  SELECT c.currency, -c.amount FROM ledger_creditnote c JOIN accounts_account a ON a.id = c.account_id
  WHERE c.organisation_id = %(org)s AND a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s
    AND c.cancelled_on IS NULL
  UNION ALL
  SELECT p.currency, -p.amount FROM ledger_payment p JOIN accounts_account a ON a.id = p.account_id
  WHERE p.organisation_id = %(org)s AND a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s
    AND p.returned_on IS NULL) owed
GROUP BY currency ORDER BY currency
"""
