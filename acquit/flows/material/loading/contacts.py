"""Contacts of debtors: from a list of contacts, and from the address columns of a ledger."""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

from acquit.flows.material.loading.accounts import refuse_unknown
from acquit.flows.material.loading.staging import Load, create


def merge_contacts(load: Load) -> None:
    """Add the contacts that are not known, and complete those that are; blanks change nothing.

    A contact is known by its address, else by its name, its phone or its postal address. A new
    address is not yet known to fail, so its marks of failure go.
    """
    refuse_unknown(load, "contacts")
    said = create(load, "load_said", _SAID)
    if not said:
        load.count("contacts", 0, 0, 0)
        return
    create(load, "load_known", _KNOWN)
    updated = load.run(_UPDATE)
    created = load.run(_INSERT)
    load.count("contacts", created, updated, said - updated - created)
    load.run(_SPOKEN)


_FIELDS = ("name", "role", "email", "phone", "address", "postcode", "city", "country")
_SAID = """
SELECT row_number() OVER (ORDER BY line) AS n, u.* FROM (
  SELECT min(s.line) AS line, k.debtor_id, left(s.name, 200) AS name, left(s.role, 40) AS role,
    left(s.email, 254) AS email, left(s.phone, 40) AS phone, s.address,
    left(s.postcode, 20) AS postcode, left(s.city, 100) AS city, left(s.country, 2) AS country
  FROM (
    SELECT line, debtor, name, role, email, phone, address, postcode, city, country
    FROM load_contacts
    UNION ALL
    SELECT line, debtor, '', '', email, phone, address, postcode, city,
      CASE WHEN address <> '' THEN country ELSE '' END
    FROM load_debtors WHERE %(kind)s <> 'payments') s
  JOIN load_accounts k ON k.debtor = s.debtor AND k.account_id IS NOT NULL
  WHERE s.email <> '' OR s.phone <> '' OR s.address <> ''
  GROUP BY k.debtor_id, s.name, s.role, s.email, s.phone, s.address, s.postcode, s.city, s.country
) u
"""
_RANK = """
CASE WHEN s.email <> '' AND lower(c.email) = lower(s.email) THEN 1
  WHEN s.name <> '' AND lower(c.name) = lower(s.name) THEN 2
  WHEN s.email = '' AND s.phone <> '' AND c.phone = s.phone THEN 3
  WHEN s.email = '' AND s.address <> '' AND c.address = s.address AND c.postcode = s.postcode THEN 4
END
"""
# One to one: each row takes its best contact, each contact its best row; the rest are new.
_KNOWN = f"""
WITH fits AS (
  SELECT s.n, c.id, {_RANK} AS rank FROM load_said s
    JOIN accounts_contact c ON c.organisation_id = %(org)s AND c.debtor_id = s.debtor_id),
best AS (
  SELECT DISTINCT ON (n) n, id, rank FROM fits WHERE rank IS NOT NULL ORDER BY n, rank, id)
SELECT DISTINCT ON (id) id, n FROM best ORDER BY id, rank, n
"""
_KEPT = ", ".join(f"{name} = coalesce(nullif(s.{name}, ''), c.{name})" for name in _FIELDS)
_DIFFERS = " OR ".join(f"(s.{name} <> '' AND s.{name} <> c.{name})" for name in _FIELDS)
_TOUCH = """
INSERT INTO load_touched SELECT a.id FROM accounts_account a
WHERE a.organisation_id = %(org)s AND a.debtor_id IN (SELECT debtor_id FROM changed)
"""


def _mark(mark: str, *names: str) -> str:
    new = " OR ".join(f"(s.{name} <> '' AND s.{name} <> c.{name})" for name in names)
    return f"{mark} = CASE WHEN {new} THEN NULL ELSE c.{mark} END"


_UPDATE = f"""
DROP TABLE IF EXISTS pg_temp.load_changed_contacts;
CREATE TEMPORARY TABLE load_changed_contacts ON COMMIT DROP AS
SELECT k.id, s.debtor_id FROM load_known k JOIN load_said s ON s.n = k.n
  JOIN accounts_contact c ON c.id = k.id AND c.organisation_id = %(org)s WHERE {_DIFFERS};
WITH changed AS (SELECT debtor_id FROM load_changed_contacts) {_TOUCH};
UPDATE accounts_contact c SET {_KEPT}, {_mark("email_bounced_on", "email")},
  {_mark("phone_wrong_on", "phone")}, {_mark("letter_returned_on", "address", "postcode", "city")}
FROM load_known k JOIN load_said s ON s.n = k.n
WHERE c.id = k.id AND c.organisation_id = %(org)s
  AND c.id IN (SELECT id FROM load_changed_contacts)
"""
_INSERT = f"""
WITH changed AS (SELECT s.debtor_id FROM load_said s WHERE s.n NOT IN (SELECT n FROM load_known))
{_TOUCH};
INSERT INTO accounts_contact (organisation_id, debtor_id, {", ".join(_FIELDS)}, is_main)
SELECT %(org)s, s.debtor_id, {", ".join(f"s.{name}" for name in _FIELDS)}, false FROM load_said s
WHERE s.n NOT IN (SELECT n FROM load_known) ORDER BY s.n
"""
# The language that a list of contacts states is the one in which the debtor is written to.
_SPOKEN = (
    """
WITH spoken AS (
  SELECT DISTINCT ON (k.debtor_id) k.debtor_id, left(s.language, 8) AS language
  FROM load_contacts s JOIN load_accounts k ON k.debtor = s.debtor AND k.account_id IS NOT NULL
  WHERE s.language <> '' ORDER BY k.debtor_id, s.line),
changed AS (
  UPDATE accounts_debtor x SET language = s.language FROM spoken s
  WHERE x.id = s.debtor_id AND x.organisation_id = %(org)s AND x.language <> s.language
  RETURNING x.id AS debtor_id)
"""
    + _TOUCH
)
