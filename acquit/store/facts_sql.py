"""What is asked of the database to know some accounts: one statement for each kind of fact.

Each names the organisation, as every index does, and then the accounts or debtors of one batch.
"""

ACCOUNTS = """
SELECT a.id, a.creditor_id, a.debtor_id, a.external_id, a.look_at, a.scenario_id, d.name, d.kind,
  d.profile, d.language, d.country, d.region, d.timezone, d.habit_days, d.away_until,
  d.insolvent_on, d.stopped, a.xmin::text,
  EXISTS (SELECT 1 FROM cases_bankchange b WHERE b.organisation_id = a.organisation_id
    AND b.creditor_id = a.creditor_id AND (b.account_id = a.id OR b.account_id IS NULL)
    AND b.ended_at IS NULL)
FROM accounts_account a JOIN accounts_debtor d ON d.id = a.debtor_id
WHERE a.organisation_id = %s AND a.id = ANY(%s) ORDER BY a.id
"""
# A mailbox that was never read was last heard when it was set up.
CREDITOR = """
SELECT c.id, c.key, c.country, c.region, c.timezone, c.contact_gap, c.contacts_per_30_days,
  c.tolerance, c.promise_grace, c.ask_above, c.formal_notice_leaves_alone, c.works_every_day,
  c.window_opens, c.window_closes, c.quiet_periods, c.list_accepted_at, c.default_scenario_id,
  EXISTS (SELECT 1 FROM cases_task t WHERE t.organisation_id = c.organisation_id
    AND t.creditor_id = c.id AND t.account_id IS NULL AND t.kind = 'volume' AND t.closed_at IS NULL),
  EXISTS (SELECT 1 FROM outbox_carrier o WHERE o.organisation_id = c.organisation_id
    AND (o.creditor_id = c.id OR o.creditor_id IS NULL) AND o.channel = 'sms' AND o.active),
  (SELECT jsonb_agg(jsonb_build_array(m.id, m.name, coalesce(m.read_through, m.created_at), m.silent_hours,
      (SELECT max(w.until) FROM answers_mailboxwaiver w WHERE w.organisation_id = m.organisation_id
        AND w.mailbox_id = m.id AND w.ended_at IS NULL)) ORDER BY m.id)
    FROM answers_mailbox m WHERE m.organisation_id = c.organisation_id AND m.is_active
      AND (m.creditor_id = c.id OR m.creditor_id IS NULL)),
  c.trade, c.contract_rate, c.imputation, c.year_basis
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
SELECT DISTINCT ON (scenario_id) scenario_id, id, definition FROM cases_scenarioversion
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
  AND i.kind NOT IN ('retention', 'late_charge') AND (t.allocated < t.amount OR t.settled_on >= %s)
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
# Bank lines that wait and may be an account's, with what their proposals say of it. A part that is a
# payment of the ledger is money which counts already.
RECEIPTS = """
SELECT p.account_id, l.amount - l.matched, l.currency, l.value_on, max(m.score), l.known_on,
  array_agg(p.term_id) FILTER (WHERE p.term_id IS NOT NULL),
  max(m.score) FILTER (WHERE p.term_id IS NULL AND p.credit_note_id IS NULL)
FROM bank_proposedpart p
  JOIN bank_matchproposal m ON m.organisation_id = p.organisation_id AND m.id = p.proposal_id
  JOIN bank_bankline l ON l.organisation_id = p.organisation_id AND l.id = m.line_id
WHERE p.organisation_id = %s AND p.account_id = ANY(%s) AND p.payment_id IS NULL
  AND l.direction = 'credit' AND l.matched < l.amount AND l.set_aside_at IS NULL
GROUP BY p.account_id, l.id ORDER BY p.account_id, l.value_on, l.id
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
# In the order of their own moments. What a person settled (the dispute closed, the account to pay
# confirmed) weighs no more. Several copies of one status differ in nothing that counts here. With a sum
# announced or collected comes what the ledger knows of it; with a sum approved, what the terms before
# each term ask, as texts.
STATUSES = """
SELECT DISTINCT s.invoice_id, s.at, s.code, s."on", s.amount,
  CASE WHEN s.code IN (211, 212) THEN (SELECT coalesce(sum(a.amount), 0) FROM ledger_allocation a
    JOIN ledger_term t ON t.id = a.term_id
    WHERE a.organisation_id = s.organisation_id AND t.organisation_id = s.organisation_id
      AND t.invoice_id = s.invoice_id AND a.payment_id IS NOT NULL AND a.undone_on IS NULL
      AND (s.code = 212 OR a.effective_on >= s."on")) END,
  CASE WHEN s.code = 206 THEN (SELECT jsonb_object_agg(t.id, (SELECT coalesce(sum(e.amount), 0)::text
      FROM ledger_term e WHERE e.organisation_id = s.organisation_id AND e.invoice_id = t.invoice_id
        AND (e.due_on, e.position) < (t.due_on, t.position)))
    FROM ledger_term t WHERE t.organisation_id = s.organisation_id AND t.invoice_id = s.invoice_id) END
FROM network_networkstatus s
  LEFT JOIN cases_dispute d ON d.id = s.dispute_id
  LEFT JOIN cases_bankchange b ON b.id = s.bank_change_id
WHERE s.organisation_id = %s AND s.account_id = ANY(%s) AND d.resolved_on IS NULL
  AND (s.code <> 227 OR b.ended_at IS NULL)
ORDER BY s.at, s.code
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
  AND outcome NOT IN ('no_answer', 'wrong_number')
"""
REACH = """
SELECT c.debtor_id, CASE WHEN c.email_bounced_on IS NULL THEN c.email ELSE '' END,
  CASE WHEN c.phone_wrong_on IS NULL THEN c.phone ELSE '' END,
  CASE WHEN c.letter_returned_on IS NULL THEN c.address ELSE '' END, c.postcode, c.city,
  coalesce(nullif(c.country, ''), d.country),
  CASE WHEN c.registered_bounced_on IS NULL AND (d.kind <> 'consumer' OR c.consents_lre_on IS NOT NULL)
    THEN c.registered_email ELSE '' END
FROM accounts_contact c
JOIN accounts_debtor d ON d.organisation_id = c.organisation_id AND d.id = c.debtor_id
WHERE c.organisation_id = %s AND c.debtor_id = ANY(%s)
"""
# Asked of those alone who send SMS.
SILENT = "SELECT number FROM cases_silentnumber WHERE organisation_id = %s AND lifted_at IS NULL AND %s"
# The live message of an account, and (without an id) the steps whose call was given up lately.
LIVE_MESSAGES = """
SELECT account_id, id, state FROM outbox_message
WHERE organisation_id = %s AND account_id = ANY(%s)
  AND state IN ('planned', 'to_approve', 'ready', 'sending', 'handed_over', 'failed')
UNION ALL
SELECT account_id, NULL, step FROM cases_callattempt
WHERE organisation_id = %s AND account_id = ANY(%s) AND gave_up AND "on" > %s
"""
# Debtors who wrote, or may have written, what nobody has read yet (rule 5).
UNREAD = """
SELECT debtor_id FROM answers_answer
WHERE organisation_id = %s AND debtor_id = ANY(%s) AND state = 'unread'
UNION
SELECT c.debtor_id FROM answers_answercandidate c
  JOIN answers_answer r ON r.organisation_id = c.organisation_id AND r.id = c.answer_id
WHERE c.organisation_id = %s AND c.debtor_id = ANY(%s) AND r.state = 'unread' AND r.debtor_id IS NULL
"""
