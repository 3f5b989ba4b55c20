"""Which account each debtor of a Reading is: found by code, SIREN, VAT number or name, or made."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.recognition import has_prevailing
from acquit.flows.material.loading.staging import Load, create

#: Lists that speak about debtors of the ledger: one that is not there is a mistake, not a new debtor.
KNOWN_DEBTORS_ONLY = frozenset({"payments", "contacts"})


def merge_accounts(load: Load) -> None:
    """Tie every debtor key to an account in `load_accounts`, and store what the file says of them.

    A key that fits several accounts stays without one, with their number as `candidates`.
    """
    create(load, "load_accounts", _BY_CODE)
    only_known = load.kind in KNOWN_DEBTORS_ONLY
    for query in _BY_IDENTITY:
        load.run(query, only_known=only_known)
    if not only_known and has_prevailing(load):
        load.run(_BY_NUMBER)
    if only_known:
        updated = _update_debtors(load, _TOLD_OF_KNOWN)
        load.count("debtors", 0, updated, 0)
    else:
        made = _make_accounts(load)
        known = load.rows("SELECT count(*) FROM load_accounts WHERE account_id IS NOT NULL")[0][0] - made
        updated = _update_debtors(load, _SAID)
        load.count("debtors", made, updated, known - updated)
    load.run("ALTER TABLE load_accounts ADD PRIMARY KEY (debtor)")
    load.run("ANALYZE load_accounts")


def _make_accounts(load: Load) -> int:
    """Make the accounts of debtors that nothing known fits; a group's debtor is shared by SIREN."""
    made = create(load, "load_new_accounts", _NEW_ACCOUNTS)
    if made:
        load.run(_INSERT_DEBTORS)
        load.run(_INSERT_ACCOUNTS)
        load.run(_TIE_NEW)
    return made


def _update_debtors(load: Load, said: dict[str, str]) -> int:
    """Store what the file says of debtors that were known, and count those whom it changes."""
    load.run(_UPDATE_DEBTORS.format(
        kept=", ".join(f"{name} = coalesce(nullif({value}, ''), x.{name})" for name, value in said.items()),
        differs=" OR ".join(f"({value} <> '' AND {value} <> x.{name})" for name, value in said.items()),
    ))  # fmt: skip
    load.run(_UPDATE_TERMS)
    return int(load.rows("SELECT count(DISTINCT debtor_id) FROM load_changed_debtors")[0][0])


def refuse_unknown(load: Load, table: str) -> None:
    """Refuse the rows of a staged table whose debtor has no account, and take them out."""
    for line, key, name, candidates in load.rows(_UNKNOWN.format(table=table)):
        code = "ambiguous_debtor" if candidates else "unknown_debtor" if key else "debtor_not_said"
        load.refuse(line, "debtor", code, name or key, debtor=name or key, count=candidates or 0)
    load.run(_DROP_UNKNOWN.format(table=table))


_CODE = "left(CASE WHEN d.external_id <> '' THEN d.external_id ELSE d.debtor END, 100)"
_BY_CODE = f"""
SELECT DISTINCT ON (d.debtor) d.debtor, d.line, a.id AS account_id, a.debtor_id,
  0::bigint AS candidates, false AS is_new
FROM load_debtors d LEFT JOIN accounts_account a ON a.organisation_id = %(org)s
  AND a.creditor_id = %(creditor)s AND a.external_id = {_CODE}
ORDER BY d.debtor, d.line
"""


def _by_identity(said: str, known: str, condition: str) -> str:
    return f"""
UPDATE load_accounts k SET candidates = f.accounts,
  account_id = CASE WHEN f.accounts = 1 THEN f.account_id END,
  debtor_id = CASE WHEN f.accounts = 1 THEN f.debtor_id END
FROM (SELECT u.debtor, min(a.id) AS account_id, min(a.debtor_id) AS debtor_id,
    count(DISTINCT a.id) AS accounts
  FROM load_accounts u JOIN load_debtors d ON d.debtor = u.debtor
    JOIN accounts_debtor x ON x.organisation_id = %(org)s AND {known} = {said}
    JOIN accounts_account a ON a.organisation_id = %(org)s AND a.debtor_id = x.id
      AND a.creditor_id = %(creditor)s
  WHERE u.account_id IS NULL AND u.candidates = 0 AND {said} <> '' AND ({condition})
  GROUP BY u.debtor) f
WHERE k.debtor = f.debtor
"""


def _plain(name: str) -> str:
    return rf"lower(regexp_replace(btrim({name}), '\s+', ' ', 'g'))"


_UNCODED = "d.external_id = ''"
_SAME_SIREN = "(d.siren = '' OR x.siren = '' OR d.siren = x.siren)"
_BY_IDENTITY = (
    _by_identity("d.siren", "x.siren", f"%(only_known)s OR {_UNCODED}"),
    _by_identity("d.vat", "x.vat_number", f"%(only_known)s OR {_UNCODED}"),
    _by_identity(_plain("d.name"), _plain("x.name"), f"{_UNCODED} AND {_SAME_SIREN}"),
    # A column «Tiers» or «Compte» may hold names, of whom nobody bears that code.
    _by_identity(_plain("d.external_id"), _plain("x.name"), "%(only_known)s AND d.name = ''"),
)
# A ledger and an electronic invoice name the same debtor by a code and by a SIREN: what ties the two
# is an invoice that both know. The account then takes the code of the ledger.
_BY_NUMBER = f"""
DROP TABLE IF EXISTS pg_temp.load_by_number;
CREATE TEMPORARY TABLE load_by_number ON COMMIT DROP AS
WITH staged AS (
  SELECT 'invoice' AS what, debtor, number, issued_on, amount, currency FROM load_invoices
  WHERE kind = 'invoice'
  UNION ALL SELECT 'credit', debtor, number, issued_on, amount, currency FROM load_credit_notes),
held AS (
  SELECT 'invoice' AS what, i.account_id, i.number, i.issued_on, i.amount, i.currency, i.file_id, i.kind
  FROM ledger_invoice i WHERE i.organisation_id = %(org)s AND i.kind IN ('invoice', 'opening')
    AND i.number IN (SELECT number FROM staged)
  UNION ALL
  SELECT 'credit', c.account_id, c.number, c.issued_on, c.amount, c.currency, c.file_id, 'invoice'
  FROM ledger_creditnote c WHERE c.organisation_id = %(org)s
    AND c.number IN (SELECT number FROM staged)),
fits AS (
  SELECT s.debtor, min(a.id) AS account_id, min(a.debtor_id) AS debtor_id
  FROM staged s JOIN held i ON i.what = s.what AND i.number = s.number AND i.amount = s.amount
      AND i.currency = s.currency AND (i.issued_on = s.issued_on OR (%(prevails)s AND i.kind = 'opening'))
    JOIN accounts_account a ON a.organisation_id = %(org)s AND a.id = i.account_id
      AND a.creditor_id = %(creditor)s
    JOIN accounts_debtor x ON x.id = a.debtor_id
    JOIN load_debtors d ON d.debtor = s.debtor
    JOIN load_accounts k ON k.debtor = s.debtor
    LEFT JOIN ledger_sourcefile f ON f.id = i.file_id
  WHERE {_SAME_SIREN} AND (%(prevails)s OR (
    k.account_id IS NULL AND a.external_id ~ '^(siren|vat|name):' AND f.kind = ANY(%(prevailing)s)))
  GROUP BY s.debtor HAVING count(DISTINCT a.id) = 1)
SELECT DISTINCT ON (account_id) debtor, account_id, debtor_id FROM fits ORDER BY account_id, debtor;
UPDATE load_accounts k SET account_id = n.account_id, debtor_id = n.debtor_id, candidates = 0
FROM load_by_number n WHERE n.debtor = k.debtor;
UPDATE accounts_account a SET external_id = {_CODE}
FROM load_by_number n JOIN load_debtors d ON d.debtor = n.debtor
WHERE a.id = n.account_id AND a.organisation_id = %(org)s AND d.external_id <> '' AND NOT %(prevails)s
"""
_NEW_ACCOUNTS = f"""
WITH new AS (
  SELECT d.*, {_CODE} AS code, count(*) OVER (PARTITION BY d.siren) AS namesakes
  FROM load_accounts k JOIN load_debtors d ON d.debtor = k.debtor AND d.line = k.line
  WHERE k.account_id IS NULL AND k.candidates = 0),
elsewhere AS (
  SELECT x.siren, min(x.id) AS id FROM accounts_debtor x
  WHERE x.organisation_id = %(org)s AND x.siren IN (SELECT siren FROM new WHERE siren <> '')
  GROUP BY x.siren HAVING count(*) = 1 AND NOT EXISTS (
    SELECT FROM accounts_account a WHERE a.organisation_id = %(org)s AND a.debtor_id = min(x.id)
      AND a.creditor_id = %(creditor)s))
SELECT n.*, e.id IS NULL AS is_new_debtor,
  coalesce(e.id, nextval('accounts_debtor_id_seq')) AS debtor_id,
  nextval('accounts_account_id_seq') AS account_id
FROM new n LEFT JOIN elsewhere e ON e.siren = n.siren AND n.namesakes = 1
"""
# A debtor abroad is written to in French where French is spoken, else in English.
_LANGUAGE = """
CASE WHEN n.language <> '' THEN left(n.language, 8)
  WHEN n.country IN ('', c.country) THEN c.language
  WHEN n.country IN ('FR', 'BE', 'LU', 'CH', 'MC') THEN 'fr' ELSE 'en' END
"""
_KIND = "CASE {row}.kind WHEN 'public_body' THEN 'public' ELSE {row}.kind END"
_INSERT_DEBTORS = f"""
INSERT INTO accounts_debtor (id, organisation_id, name, kind, profile, siren, vat_number, language,
  country, region, timezone, stopped)
SELECT n.debtor_id, %(org)s, left(coalesce(nullif(n.name, ''), n.code), 300),
  coalesce(nullif({_KIND.format(row="n")}, ''), 'business'),
  left(coalesce(nullif(n.profile, ''), 'regular'), 20),
  left(n.siren, 20), left(n.vat, 20), {_LANGUAGE}, coalesce(nullif(n.country, ''), c.country),
  '', '', ''
FROM load_new_accounts n JOIN accounts_creditor c ON c.id = %(creditor)s WHERE n.is_new_debtor
"""
_INSERT_ACCOUNTS = """
INSERT INTO accounts_account (id, organisation_id, creditor_id, debtor_id, external_id, look_at,
  payment_terms)
SELECT account_id, %(org)s, %(creditor)s, debtor_id, code, %(now)s, left(terms, 80)
FROM load_new_accounts
"""
_TIE_NEW = """
UPDATE load_accounts k SET account_id = n.account_id, debtor_id = n.debtor_id, is_new = true
FROM load_new_accounts n WHERE n.debtor = k.debtor
"""
_SAID = {
    "name": "left(d.name, 300)", "kind": _KIND.format(row="d"), "profile": "left(d.profile, 20)",
    "siren": "left(d.siren, 20)", "vat_number": "left(d.vat, 20)", "country": "d.country",
    "language": "left(d.language, 8)",
}  # fmt: skip
#: A list of contacts or payments says what its debtors are, but not what they are called nor where they sit.
_TOLD_OF_KNOWN = {name: _SAID[name] for name in ("kind", "profile")}
# Of a debtor who was merged his own account speaks, not those that came to him.
_UPDATE_DEBTORS = """
DROP TABLE IF EXISTS pg_temp.load_changed_debtors;
CREATE TEMPORARY TABLE load_changed_debtors ON COMMIT DROP AS
SELECT d.debtor, k.debtor_id, k.account_id FROM load_accounts k
  JOIN load_debtors d ON d.debtor = k.debtor AND d.line = k.line
  JOIN accounts_debtor x ON x.id = k.debtor_id AND x.organisation_id = %(org)s
WHERE NOT k.is_new AND ({differs}) AND NOT EXISTS (
  SELECT FROM accounts_debtormerge g WHERE g.organisation_id = %(org)s AND g.keep_id = x.id
    AND g.undone_at IS NULL AND g.moved -> 'accounts' @> to_jsonb(k.account_id));
UPDATE accounts_debtor x SET {kept}
FROM load_changed_debtors k JOIN load_debtors d ON d.debtor = k.debtor
WHERE x.id = k.debtor_id AND x.organisation_id = %(org)s;
INSERT INTO load_touched SELECT a.id FROM load_changed_debtors k
  JOIN accounts_account a ON a.organisation_id = %(org)s AND a.debtor_id = k.debtor_id
"""
_UPDATE_TERMS = """
WITH changed AS (
  UPDATE accounts_account a SET payment_terms = left(d.terms, 80)
  FROM load_accounts k JOIN load_debtors d ON d.debtor = k.debtor AND d.line = k.line
  WHERE a.id = k.account_id AND a.organisation_id = %(org)s AND NOT k.is_new
    AND d.terms <> '' AND a.payment_terms <> left(d.terms, 80)
  RETURNING a.id, a.debtor_id, d.debtor),
listed AS (
  INSERT INTO load_changed_debtors SELECT debtor, debtor_id, id FROM changed)
INSERT INTO load_touched SELECT id FROM changed
"""
_UNKNOWN = """
SELECT t.line, t.debtor, d.name, k.candidates FROM load_{table} t
  LEFT JOIN load_accounts k ON k.debtor = t.debtor LEFT JOIN load_debtors d ON d.debtor = t.debtor
WHERE k.account_id IS NULL ORDER BY t.line
"""
_DROP_UNKNOWN = """
DELETE FROM load_{table} t WHERE NOT EXISTS (
  SELECT FROM load_accounts k WHERE k.debtor = t.debtor AND k.account_id IS NOT NULL)
"""
