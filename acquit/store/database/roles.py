"""The role as which the web and the workers connect: it reads and writes rows, and owns nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.utils import DatabaseError
from psycopg import sql

READ_ONLY = ("django_migrations",)

POWERS = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND c.relowner = r.oid),
       EXISTS (SELECT FROM pg_roles o JOIN pg_class c ON c.relowner = o.oid
               JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND o.oid <> r.oid
                 AND pg_has_role(r.oid, o.oid, 'MEMBER'))
FROM pg_roles r WHERE r.rolname = %s
"""


class MayNotMakeRoles(RuntimeError):
    """The owner of the database may not create roles."""


class TooPowerful(RuntimeError):
    """The role of the web could pass by row-level security."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What a role could do against row-level security; all four must be no."""

    name: str
    superuser: bool
    bypasses: bool
    owns_tables: bool
    may_become_owner: bool

    def none(self) -> bool:
        """Tell whether row-level security binds the role."""
        return not (self.superuser or self.bypasses or self.owns_tables or self.may_become_owner)


def powers(cursor: CursorWrapper, role: str) -> Powers | None:
    """Return what `role` could do, or None where there is no such role."""
    cursor.execute(POWERS, [role])
    row = cursor.fetchone()
    return Powers(*row) if row else None


def ensure_app_role(cursor: CursorWrapper, role: str, password: str) -> None:
    """Create the role of the web, or give it its password again.

    The password travels as its SCRAM verifier, so that no log of statements holds it.
    """
    connection: Any = cursor.connection
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    verb = "ALTER" if powers(cursor, role) else "CREATE"
    try:
        cursor.execute(
            sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
        )
    except DatabaseError as why:
        raise MayNotMakeRoles(
            f"{MayNotMakeRoles.__doc__} Either let it (ALTER ROLE … CREATEROLE), or have an"
            f" administrator create the role and give its address in ACQUIT_APP_DATABASE_URL. ({why})"
        ) from why


def refuse_powers(cursor: CursorWrapper, role: str) -> None:
    """Raise TooPowerful unless row-level security binds `role`."""
    found = powers(cursor, role)
    if found is None:
        raise TooPowerful(f"There is no role {role!r}; create it, then run `acquit init` again.")
    if not found.none():
        raise TooPowerful(f"{TooPowerful.__doc__} {found}")


def grant_rows(cursor: CursorWrapper, role: str) -> None:
    """Let `role` read and write the rows of every table there is.

    TRUNCATE is not given, because row-level security does not restrain it. There are no default
    privileges either: a table made later is closed until its policy exists, which `acquit init`
    sees to before it comes here.
    """
    cursor.execute("SELECT current_schema(), current_database()")
    schema, database = (sql.Identifier(name) for name in cursor.fetchone() or ())
    name = sql.Identifier(role)
    for statement in (
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}",
    ):
        cursor.execute(sql.SQL(statement).format(database=database, schema=schema, role=name))
    for table in READ_ONLY:
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
        )
