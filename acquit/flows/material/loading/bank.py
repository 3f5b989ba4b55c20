"""Bank statements: accounts found or made, statements kept, and every movement counted once."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.creditor import OtherCreditor, bank_account_owners
from acquit.flows.material.loading.staging import Load, create
from acquit.flows.material.money_in.propose import propose_anew
from acquit.sources.errors import StructureError
from acquit.sources.words import Why
from acquit.store.bank.gaps import missing_statements

#: Gaps that an import names; the screen shows them all.
_MOST_NOTES = 5


def merge_bank(load: Load) -> None:
    """Store what the file says of bank accounts.

    Raises OtherCreditor for another company's account, and StructureError where nobody can tell
    which account it is.
    """
    if not load.rows(_ANY)[0][0]:
        return
    _name_account(load)
    create(load, "load_bank_accounts", _ACCOUNTS)
    numbers = [number for (number,) in load.rows("SELECT DISTINCT number FROM load_bank_accounts")]
    if bank_account_owners(load.organisation_id, numbers) - {load.creditor_id}:
        raise OtherCreditor
    load.run(_INSERT_ACCOUNTS)
    _write_statements(load)
    _write_lines(load)
    _note_gaps(load)


def match_bank_lines(load: Load) -> None:
    """Propose anew what the open lines may be, where the file brought lines or changed the ledger."""
    if not load.rows(_CONCERNED)[0][0]:
        return
    done = propose_anew(load.organisation_id, load.creditor_id, now=load.now)
    if load.created.get("bank_lines") or done.applied:
        params = {"count": done.applied, "open": done.waiting}
        load.notes.append(Why("bank_lines_matched", params))


def _name_account(load: Load) -> None:
    """Give the lines of a file that states no account the only one that they can be of."""
    if not load.rows(_HAS_NAMELESS)[0][0]:
        return
    known = sorted(number for (number,) in load.rows(_KNOWN_ACCOUNTS))
    if not known:
        raise StructureError("bank_account_not_said")
    if len(known) > 1:
        raise StructureError("bank_account_unclear", count=len(known), accounts=", ".join(known))
    for staged in ("statements", "bank_lines"):
        unnamed = f"UPDATE load_{staged} SET bank_account = %(number)s WHERE bank_account = ''"
        load.run(unnamed, number=known[0])


def _write_statements(load: Load) -> None:
    known = create(load, "load_s", _STATEMENTS)
    created = load.run(_INSERT_STATEMENTS)
    updated = load.run(_UPDATE_STATEMENTS)
    load.count("statements", created, updated, known - created - updated)


def _write_lines(load: Load) -> None:
    """Store the lines that neither this key, nor another kind of file, nor an advice has told before."""
    known = create(load, "load_b", _LINES)
    if create(load, "load_same_lines", _SAME_LINES):
        load.run(_ADOPT_LINES)
    load.run(_DROP_TOLD_BATCHES)
    created = load.run(_INSERT_LINES)
    load.count("bank_lines", created, 0, known - created)


def _note_gaps(load: Load) -> None:
    accounts = {key for (key,) in load.rows("SELECT id FROM load_bank_accounts")}
    days = load.rows("SELECT bank_account_id, coalesce(from_on, to_on), coalesce(to_on, from_on) FROM load_s")
    gaps = [
        gap
        for gap in missing_statements(load.organisation_id, creditor_id=load.creditor_id)
        if gap.bank_account_id in accounts
        and any(account == gap.bank_account_id and {gap.after, gap.before} & {first, last}
                for account, first, last in days)
    ]  # fmt: skip
    for gap in gaps[:_MOST_NOTES]:
        params = {"account": gap.number, "after": gap.after, "before": gap.before}
        load.notes.append(Why("statement_missing", params))


_CONCERNED = """
SELECT EXISTS (SELECT FROM load_bank_lines) OR EXISTS (SELECT FROM load_touched)
"""
_HAS_NAMELESS = """
SELECT EXISTS (SELECT FROM load_bank_lines WHERE bank_account = '')
  OR EXISTS (SELECT FROM load_statements WHERE bank_account = '')
"""
_KNOWN_ACCOUNTS = """
SELECT DISTINCT number FROM bank_bankaccount WHERE organisation_id = %(org)s AND creditor_id = %(creditor)s
UNION SELECT replace(iban, ' ', '') FROM accounts_creditor
  WHERE organisation_id = %(org)s AND id = %(creditor)s AND iban <> ''
"""
_ANY = """
SELECT EXISTS (SELECT FROM load_bank_lines) OR EXISTS (SELECT FROM load_statements)
"""
_ACCOUNTS = """
SELECT s.number, s.currency, max(s.name) AS name, b.id IS NULL AS is_new,
  coalesce(b.id, nextval('bank_bankaccount_id_seq')) AS id
FROM (SELECT left(bank_account, 40) AS number, currency, left(account_name, 200) AS name
    FROM load_statements
  UNION ALL SELECT left(bank_account, 40), currency, '' FROM load_bank_lines) s
  LEFT JOIN bank_bankaccount b ON b.organisation_id = %(org)s AND b.number = s.number
    AND b.currency = s.currency
GROUP BY s.number, s.currency, b.id
"""
_INSERT_ACCOUNTS = """
INSERT INTO bank_bankaccount (id, organisation_id, creditor_id, number, currency, name)
SELECT id, %(org)s, %(creditor)s, number, currency, name FROM load_bank_accounts WHERE is_new
"""
_OF_ACCOUNT = """
JOIN load_bank_accounts a ON a.number = left(s.bank_account, 40) AND a.currency = s.currency
"""
_STATEMENTS = f"""
SELECT DISTINCT ON (a.id, s.statement) s.statement, left(s.number, 100) AS number, s.from_on, s.to_on,
  s.opening, s.closing, a.id AS bank_account_id, b.id IS NULL AS is_new,
  coalesce(b.id, nextval('bank_bankstatement_id_seq')) AS id,
  b.id IS NOT NULL AND (b.from_on, b.to_on, b.opening, b.closing)
    IS DISTINCT FROM (s.from_on, s.to_on, s.opening, s.closing) AS is_changed
FROM load_statements s {_OF_ACCOUNT}
  LEFT JOIN bank_bankstatement b ON b.organisation_id = %(org)s AND b.bank_account_id = a.id
    AND b.external_key = s.statement
ORDER BY a.id, s.statement, s.to_on DESC NULLS LAST
"""
_INSERT_STATEMENTS = """
INSERT INTO bank_bankstatement (id, organisation_id, bank_account_id, external_key, number, from_on,
  to_on, opening, closing, file_id)
SELECT id, %(org)s, bank_account_id, statement, number, from_on, to_on, opening, closing, %(file)s
FROM load_s WHERE is_new
"""
_UPDATE_STATEMENTS = """
UPDATE bank_bankstatement b SET from_on = s.from_on, to_on = s.to_on, opening = s.opening,
  closing = s.closing, number = s.number
FROM load_s s WHERE s.id = b.id AND b.organisation_id = %(org)s AND s.is_changed
"""
# A line is known by its key, or by the key that another kind of file gave it.
_LINES = f"""
SELECT DISTINCT ON (a.id, s.external_key) s.*, a.id AS bank_account_id, b.id IS NULL AS is_new,
  coalesce(b.id, nextval('bank_bankline_id_seq')) AS id
FROM load_bank_lines s {_OF_ACCOUNT}
  LEFT JOIN bank_bankline b ON b.organisation_id = %(org)s AND b.bank_account_id = a.id
    AND (b.external_key = s.external_key
      OR b.booked_on = s.booked_on AND b.other_keys ->> %(kind)s = s.external_key)
ORDER BY a.id, s.external_key, b.id
"""
# One movement told by files of two kinds, or by an advice and a statement, paired one to one: the first
# of the day with the first.
_SAME_LINES = """
WITH new AS (
  SELECT m.id, m.external_key, m.bank_account_id, m.booked_on, m.direction, m.amount,
    m.statement = '' AS alone,
    row_number() OVER (PARTITION BY m.bank_account_id, m.booked_on, m.direction, m.amount
      ORDER BY m.line, m.external_key) AS place
  FROM load_b m WHERE m.is_new),
known AS (
  SELECT b.id, b.bank_account_id, b.booked_on, b.direction, b.amount, f.kind,
    b.statement_id IS NULL AS alone,
    row_number() OVER (PARTITION BY b.bank_account_id, b.booked_on, b.direction, b.amount
      ORDER BY b.id) AS place
  FROM bank_bankline b JOIN ledger_sourcefile f ON f.id = b.file_id AND f.organisation_id = %(org)s
  WHERE b.organisation_id = %(org)s AND NOT b.other_keys ? %(kind)s
    AND (b.bank_account_id, b.booked_on) IN (SELECT bank_account_id, booked_on FROM load_b)
    AND (f.kind <> %(kind)s OR NOT EXISTS (SELECT FROM load_b m WHERE m.id = b.id)))
SELECT n.id AS new_id, k.id AS known_id, n.external_key
FROM new n JOIN known k USING (bank_account_id, booked_on, direction, amount, place)
WHERE k.kind <> %(kind)s OR k.alone <> n.alone
"""
# A batch told whole by one file and in its parts by another bears one reference and one sum.
_DROP_TOLD_BATCHES = """
WITH new AS (
  SELECT bank_account_id, booked_on, direction, bank_reference, sum(amount) AS total, count(*) AS lines
  FROM load_b WHERE is_new AND bank_reference <> '' GROUP BY 1, 2, 3, 4),
told AS (
  SELECT n.* FROM new n JOIN bank_bankline b ON b.organisation_id = %(org)s
    AND b.bank_account_id = n.bank_account_id AND b.booked_on = n.booked_on
    AND b.direction = n.direction AND b.bank_reference = left(n.bank_reference, 200)
  GROUP BY n.bank_account_id, n.booked_on, n.direction, n.bank_reference, n.total, n.lines
  HAVING sum(b.amount) = n.total AND count(*) <> n.lines)
DELETE FROM load_b m USING told t WHERE m.is_new AND m.bank_account_id = t.bank_account_id
  AND m.booked_on = t.booked_on AND m.direction = t.direction AND m.bank_reference = t.bank_reference
"""
_ADOPT_LINES = """
UPDATE bank_bankline b SET other_keys = b.other_keys || jsonb_build_object(%(kind)s::text, s.external_key)
FROM load_same_lines s WHERE s.known_id = b.id AND b.organisation_id = %(org)s;
DELETE FROM load_b m USING load_same_lines s WHERE s.new_id = m.id
"""
_INSERT_LINES = """
INSERT INTO bank_bankline (id, organisation_id, creditor_id, bank_account_id, statement_id,
  external_key, booked_on, value_on, amount, currency, direction, is_return, return_reason,
  counterparty_name, counterparty_iban, label, reference, end_to_end, bank_reference, code, method,
  charges, matched, set_aside_because, known_on, file_id)
SELECT m.id, %(org)s, %(creditor)s, m.bank_account_id, s.id, m.external_key, m.booked_on,
  coalesce(m.value_on, m.booked_on), m.amount, m.currency, m.direction, m.is_return,
  left(m.return_reason, 200), left(m.counterparty_name, 200), left(m.counterparty_iban, 40), m.label,
  left(m.reference, 200), left(m.end_to_end, 200), left(m.bank_reference, 200), left(m.code, 40),
  left(m.method, 20), m.charges, 0, '', %(today)s, %(file)s
FROM load_b m LEFT JOIN load_s s ON s.bank_account_id = m.bank_account_id AND s.statement = m.statement
WHERE m.is_new ORDER BY m.booked_on, m.line
"""
