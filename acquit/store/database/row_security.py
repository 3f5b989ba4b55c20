"""Row-level security: each organisation sees its rows, and a query that names none sees nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ORGANISATIONS = "accounts_organisation"
MEMBERSHIPS = "accounts_membership"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION acquit_organisation() RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('acquit.organisation', true), '')::bigint $$;

CREATE OR REPLACE FUNCTION acquit_user() RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('acquit.user', true), '')::bigint $$;

CREATE OR REPLACE FUNCTION acquit_organisation_ids() RETURNS SETOF bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
  AS $$
  DECLARE before text := coalesce(current_setting('acquit.maintenance', true), '');
  BEGIN
    PERFORM set_config('acquit.maintenance', 'on', true);
    RETURN QUERY SELECT id FROM accounts_organisation ORDER BY id;
    PERFORM set_config('acquit.maintenance', before, true);
  END $$;

CREATE OR REPLACE FUNCTION acquit_carrier_at(address text)
  RETURNS TABLE (organisation bigint, carrier bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
  AS $$
  DECLARE before text := coalesce(current_setting('acquit.maintenance', true), '');
  BEGIN
    PERFORM set_config('acquit.maintenance', 'on', true);
    RETURN QUERY SELECT c.organisation_id, c.id FROM outbox_carrier c WHERE c.token = address;
    PERFORM set_config('acquit.maintenance', before, true);
  END $$;
"""

OWNED_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
  AND (c.relname = %s OR EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped))
ORDER BY 1
"""

STATE = """
SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity, coalesce(
  (SELECT jsonb_object_agg(p.policyname, jsonb_build_array(
     p.permissive, p.cmd, p.roles, regexp_replace(p.qual, '\\s+', ' ', 'g'), p.with_check))
   FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname), '{}')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = ANY(%s)
ORDER BY 1
"""

OWN_ROWS = "an_organisation_sees_only_its_own"
UPKEEP = "the_owner_maintains"
MEMBER = "a_person_sees_where_he_belongs"

# Spelled as the catalogue spells them, so that what is there can be compared with what should be.
OWN = "({key} = ( SELECT acquit_organisation() AS acquit_organisation))"
MAINTAINED = "(( SELECT current_setting('acquit.maintenance'::text, true) AS current_setting) = 'on'::text)"
MINE = "(user_id = ( SELECT acquit_user() AS acquit_user))"
WHERE_I_BELONG = (
    "(id IN ( SELECT accounts_membership.organisation_id FROM accounts_membership WHERE"
    " (accounts_membership.user_id = ( SELECT acquit_user() AS acquit_user))))"
)
BELONGING = {MEMBERSHIPS: MINE, ORGANISATIONS: WHERE_I_BELONG}


@dataclass(frozen=True, slots=True)
class Policy:
    """Who sees which rows of a table; `role` None is everybody."""

    name: str
    condition: str
    role: str | None = None
    reads_only: bool = False

    @property
    def spelled(self) -> list[Any]:
        """What the catalogue says of it."""
        command, check = ("SELECT", None) if self.reads_only else ("ALL", self.condition)
        return ["PERMISSIVE", command, [self.role or "public"], self.condition, check]


@dataclass(frozen=True, slots=True)
class Protection:
    """A table of organisations' rows, whether it is protected, and the policies that it has."""

    table: str
    owner: str
    enabled: bool
    forced: bool
    policies: dict[str, list[Any]]

    def wanted(self) -> list[Policy]:
        """Return the policies that the table should have."""
        key = "id" if self.table == ORGANISATIONS else "organisation_id"
        found = [Policy(OWN_ROWS, OWN.format(key=key)), Policy(UPKEEP, MAINTAINED, role=self.owner)]
        if self.table in BELONGING:
            found.append(Policy(MEMBER, BELONGING[self.table], reads_only=True))
        return found

    def amiss(self) -> list[Policy]:
        """Return the policies that are missing, or are not what they should be."""
        return [one for one in self.wanted() if self.policies.get(one.name) != one.spelled]

    def lacks(self) -> list[str]:
        """Say what it lacks."""
        return [
            *([] if self.enabled else ["row-level security"]),
            *([] if self.forced else ["its force on the owner"]),
            *(f"the policy {one.name}" for one in self.amiss()),
        ]

    def adds(self) -> list[str]:
        """Name the policies that are not ours: one more lets more rows be seen."""
        return sorted(self.policies.keys() - {one.name for one in self.wanted()})


def owned_tables(cursor: CursorWrapper) -> list[str]:
    """Return the tables whose rows belong to one organisation, as the catalogue has them."""
    cursor.execute(OWNED_TABLES, [ORGANISATIONS])
    return [row[0] for row in cursor.fetchall()]


def protections(cursor: CursorWrapper) -> list[Protection]:
    """Return how each table of organisations' rows is protected."""
    cursor.execute(STATE, [owned_tables(cursor)])
    return [
        Protection(table, owner, enabled, forced, json.loads(policies))
        for table, owner, enabled, forced, policies in cursor.fetchall()
    ]


def enable_row_level_security(cursor: CursorWrapper) -> list[str]:
    """Protect every table that has an organisation, and return their names.

    The settings are read in a sub-select, so that PostgreSQL reads them once a query and can use
    the indexes, which begin with the organisation. FORCE binds the owner of the tables too: an
    owner who is no superuser passes only where the connection says `acquit.maintenance`, which
    helps nobody else, since that policy is the owner's alone.

    What is as it should be is not touched: a change needs the table for itself, and workers are at
    work. Each table is changed in a transaction of its own, because two held at once could wait for
    one who holds the other.
    """
    cursor.execute(FUNCTIONS)
    found = protections(cursor)
    for one in found:
        if one.lacks():
            with transaction.atomic(using=cursor.db.alias):
                _protect(cursor, one)
    return [one.table for one in found]


def _protect(cursor: CursorWrapper, one: Protection) -> None:
    table = sql.Identifier(one.table)
    cursor.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table))
    cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(table))
    for policy in one.amiss():
        name, condition = sql.Identifier(policy.name), sql.SQL(policy.condition)
        cursor.execute(sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(name, table))
        cursor.execute(
            sql.SQL("CREATE POLICY {} ON {} FOR {} TO {} USING {}{}").format(
                name,
                table,
                sql.SQL("SELECT" if policy.reads_only else "ALL"),
                sql.Identifier(policy.role) if policy.role else sql.SQL("PUBLIC"),
                condition,
                sql.SQL("") if policy.reads_only else sql.SQL(" WITH CHECK ") + condition,
            )
        )
