"""After the ledger changed: rounds end or begin again, and accounts are looked at."""

from __future__ import annotations

from acquit.flows.material.loading.staging import Load
from acquit.flows.material.rounds import end_settled, resume_reopened


def follow(load: Load) -> None:
    """End the rounds of what is settled, resume those of what is owed again, wake the accounts."""
    load.run("ANALYZE load_touched")
    settled = [row[0] for row in load.rows(_SETTLED)]
    if settled:
        end_settled(load.organisation_id, settled, on=load.today)
    reopened = [row[0] for row in load.rows(_REOPENED)]
    if reopened:
        resume_reopened(load.organisation_id, reopened, on=load.today)
    load.run(_WAKE)


_SETTLED = """
SELECT r.term_id FROM cases_round r JOIN ledger_term x ON x.id = r.term_id
WHERE r.organisation_id = %(org)s AND r.ended_on IS NULL AND x.organisation_id = %(org)s
  AND x.allocated >= x.amount AND x.account_id IN (SELECT account_id FROM load_touched)
"""
_REOPENED = """
SELECT DISTINCT x.id FROM ledger_term x JOIN load_settled s ON s.term_id = x.id
WHERE x.organisation_id = %(org)s AND x.allocated < x.amount
"""
_WAKE = """
UPDATE accounts_account SET look_at = %(now)s
WHERE organisation_id = %(org)s AND id IN (SELECT account_id FROM load_touched)
  AND look_at IS DISTINCT FROM %(now)s
"""
