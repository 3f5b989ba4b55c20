"""What is asked of the database to know some accounts: one statement for each kind of fact.

Each names the organisation, as every index does, and then the accounts or debtors of one batch.
"""

ACCOUNTS = """
SELECT a.id, a.creditor_id, a.debtor_id, a.external_id, a.look_at, a.scenario_id, d.name, d.kind,
  d.profile, d.language, d.country, d.region, d.timezone, d.habit_days, d.away_until,
  d.insolvent_on, d.stopped, a.xmin::text
FROM accounts_account a JOIN accounts_debtor d ON d.id = a.debtor_id
WHERE a.organisation_id = %s AND a.id = ANY(%s) ORDER BY a.id
"""
CREDITOR = """
SELECT c.id, c.key, c.country, c.region, c.timezone, c.contact_gap, c.contacts_per_30_days,
  c.tolerance, c.promise_grace, c.ask_above, c.formal_notice_leaves_alone, c.works_every_day,
  c.window_opens, c.window_closes, c.quiet_periods, c.list_accepted_at, c.default_scenario_id,
  EXISTS (SELECT 1 FROM cases_task t WHERE t.organisation_id = c.organisation_id
    AND t.creditor_id = c.id AND t.account_id IS NULL AND t.kind = 'volume' AND t.closed_at IS NULL)
FROM accounts_creditor c WHERE c.organisation_id = %s AND c.id = %s
"""
# A feed without an age of its own has the creditor's; one whose files tell no day is as old as their arrival.
FEEDS = """
SELECT f.id, f.kind, f.bank_account, coalesce(f.fresh_days, c.fresh_days),
  CASE WHEN f.by_arrival OR f.newest_on IS NULL
    THEN (f.newest_at AT TIME ZONE c.timezone)::date ELSE f.newest_on END
FROM ledger_feed f JOIN accounts_creditor c ON c.id = f.creditor_id
WHERE f.organisation_id = %s AND f.creditor_id = %s AND f.holds AND f.retired_at IS NULL
ORDER BY f.id
"""
RULES = """
SELECT scenario_id, kind, profile, country, balance_from FROM cases_scenariorule
WHERE organisation_id = %s AND creditor_id = %s ORDER BY position
"""
CURRENT_VERSIONS = """
SELECT DISTINCT ON (scenario_id) scenario_id, id FROM cases_scenarioversion
WHERE organisation_id = %s AND published_at IS NOT NULL ORDER BY scenario_id, number DESC
"""
# Nobody is thanked for what was settled without money.
TERMS = """
SELECT t.account_id, t.id, t.invoice_id, i.number, i.issued_on, t.due_on, t.amount - t.allocated,
  t.amount, t.currency, i.known_on, i.paid_by, i.factored, t.written_off_on,
  CASE WHEN t.settled_on IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_allocation a JOIN ledger_payment p ON p.id = a.payment_id
    WHERE a.organisation_id = t.organisation_id AND a.term_id = t.id AND a.undone_on IS NULL
      AND p.kind IN ('vanished', 'write_off')) THEN t.settled_on END,
  i.scenario_id, i.missing_since IS NOT NULL, i.kind
FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
WHERE t.organisation_id = %s AND t.account_id = ANY(%s)
  AND i.kind <> 'retention' AND (t.allocated < t.amount OR t.settled_on >= %s)
ORDER BY t.account_id, t.due_on, t.id
"""
CLAIMS = """
SELECT term_id, round, step, repetition, "on" FROM cases_stepclaim
WHERE organisation_id = %s AND account_id = ANY(%s) AND state <> 'planned'
ORDER BY term_id, "on", id
"""
ROUNDS = """
SELECT term_id, number, resumed_on, version_id FROM cases_round
WHERE organisation_id = %s AND term_id = ANY(%s) ORDER BY term_id, number
"""
CREDITS = """
SELECT account_id, amount - allocated, currency, received_on AS on_day,
  reference || ' ' || label AS text, 0 AS source, id
FROM ledger_payment
WHERE organisation_id = %s AND account_id = ANY(%s) AND allocated < amount AND returned_on IS NULL
UNION ALL
SELECT account_id, amount - allocated, currency, issued_on, number || ' ' || label, 1, id
FROM ledger_creditnote
WHERE organisation_id = %s AND account_id = ANY(%s) AND allocated < amount AND cancelled_on IS NULL
ORDER BY source, on_day, id
"""
PROMISES = """
SELECT DISTINCT ON (pt.term_id) pt.term_id, p.until, p.made_on, p.amount,
  (SELECT coalesce(sum(a.amount), 0) FROM ledger_allocation a
    WHERE a.organisation_id = p.organisation_id AND a.account_id = p.account_id
      AND a.effective_on >= p.made_on AND a.undone_on IS NULL AND a.payment_id IS NOT NULL
      AND a.term_id IN (SELECT o.term_id FROM cases_promisedterm o WHERE o.promise_id = p.id))
FROM cases_promisedterm pt JOIN cases_promise p ON p.id = pt.promise_id
WHERE p.organisation_id = %s AND p.account_id = ANY(%s) AND p.cancelled_at IS NULL
ORDER BY pt.term_id, p.recorded_at DESC
"""
STOPS = """
SELECT account_id, invoice_id, amount, NULL::date, 'dispute' FROM cases_dispute
WHERE organisation_id = %s AND account_id = ANY(%s) AND resolved_on IS NULL
UNION ALL
SELECT account_id, invoice_id, NULL, until, 'hold' FROM cases_hold
WHERE organisation_id = %s AND account_id = ANY(%s) AND released_at IS NULL
"""
# A claim counts as a contact once its attempt has begun: from then on it may have arrived.
CONTACTS = """
SELECT debtor_id, coalesce(sent_at, claimed_at), id, NULL::date FROM outbox_message
WHERE organisation_id = %s AND debtor_id = ANY(%s) AND coalesce(sent_at, claimed_at) >= %s
  AND (state IN ('handed_over', 'sent') OR state = 'sending' AND EXISTS (
    SELECT 1 FROM outbox_delivery d WHERE d.organisation_id = outbox_message.organisation_id
      AND d.message_id = outbox_message.id AND d.attempt = outbox_message.attempts))
UNION ALL
SELECT debtor_id, NULL, NULL, "on" FROM cases_manualcontact
WHERE organisation_id = %s AND debtor_id = ANY(%s) AND "on" >= %s
"""
REACH = """
SELECT debtor_id, CASE WHEN email_bounced_on IS NULL THEN email ELSE '' END,
  CASE WHEN phone_wrong_on IS NULL THEN phone ELSE '' END,
  CASE WHEN letter_returned_on IS NULL THEN address ELSE '' END, postcode, city, country
FROM accounts_contact WHERE organisation_id = %s AND debtor_id = ANY(%s)
"""
LIVE_MESSAGES = """
SELECT account_id, id, state FROM outbox_message
WHERE organisation_id = %s AND account_id = ANY(%s)
  AND state IN ('planned', 'to_approve', 'ready', 'sending', 'handed_over', 'failed')
"""
