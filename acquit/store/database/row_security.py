"""Row-level security: each organisation sees its rows, and a query that names none sees nothing."""

from __future__ import annotations

from dataclasses import dataclass

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
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       coalesce((SELECT array_agg(p.polname::text) FROM pg_policy p WHERE p.polrelid = c.oid), '{}')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = ANY(%s)
"""

OWN_ROWS = "an_organisation_sees_only_its_own"
UPKEEP = "the_owner_maintains"
MEMBER = "a_person_sees_where_he_belongs"


@dataclass(frozen=True, slots=True)
class Unprotected:
    """A table of an organisation's rows, and what its protection lacks."""

    table: str
    lacks: str


def owned_tables(cursor: CursorWrapper) -> list[str]:
    """Return the tables whose rows belong to one organisation, as the catalogue has them."""
    cursor.execute(OWNED_TABLES, [ORGANISATIONS])
    return [row[0] for row in cursor.fetchall()]


def enable_row_level_security(cursor: CursorWrapper) -> list[str]:
    """Protect every table that has an organisation, and return their names.

    The settings are read in a sub-select, so that PostgreSQL reads them once a query and can use
    the indexes, which begin with the organisation. FORCE binds the owner of the tables too: an
    owner who is no superuser passes only where the connection says `acquit.maintenance`, which
    helps nobody else, since that policy is the owner's alone.
    """
    cursor.execute(FUNCTIONS)
    tables = owned_tables(cursor)
    for table in tables:
        key = "id" if table == ORGANISATIONS else "organisation_id"
        _protect(cursor, table, key)
    _show_members_where_they_belong(cursor)
    return tables


def unprotected(cursor: CursorWrapper) -> list[Unprotected]:
    """Return the tables that have an organisation and not the whole protection."""
    tables = owned_tables(cursor)
    cursor.execute(STATE, [tables])
    found = []
    for table, enabled, forced, policies in cursor.fetchall():
        lacks = (
            [] if enabled else ["row-level security"],
            [] if forced else ["its force on the owner"],
            [] if OWN_ROWS in policies else ["the policy"],
        )
        if missing := [word for words in lacks for word in words]:
            found.append(Unprotected(table, ", ".join(missing)))
    return found


def _protect(cursor: CursorWrapper, table: str, key: str) -> None:
    name, column = sql.Identifier(table), sql.Identifier(key)
    own = sql.SQL("{} = (SELECT acquit_organisation())").format(column)
    upkeep = sql.SQL("(SELECT current_setting('acquit.maintenance', true)) = 'on'")
    for statement in (
        sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name),
        sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(name),
        _drop(OWN_ROWS, name),
        sql.SQL("CREATE POLICY {} ON {} USING ({}) WITH CHECK ({})").format(
            sql.Identifier(OWN_ROWS), name, own, own
        ),
        _drop(UPKEEP, name),
        sql.SQL("CREATE POLICY {} ON {} TO CURRENT_USER USING ({}) WITH CHECK ({})").format(
            sql.Identifier(UPKEEP), name, upkeep, upkeep
        ),
    ):
        cursor.execute(statement)


def _show_members_where_they_belong(cursor: CursorWrapper) -> None:
    """Let a person find his organisations at sign-in; reading only, and only his."""
    conditions = {
        MEMBERSHIPS: "user_id = (SELECT acquit_user())",
        ORGANISATIONS: "id IN (SELECT organisation_id FROM accounts_membership"
        " WHERE user_id = (SELECT acquit_user()))",
    }
    for table, condition in conditions.items():
        name = sql.Identifier(table)
        cursor.execute(_drop(MEMBER, name))
        cursor.execute(
            sql.SQL("CREATE POLICY {} ON {} FOR SELECT USING ({})").format(
                sql.Identifier(MEMBER), name, sql.SQL(condition)
            )
        )


def _drop(policy: str, table: sql.Identifier) -> sql.Composed:
    return sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(policy), table)
