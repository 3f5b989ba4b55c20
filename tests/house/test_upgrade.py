"""Databases of earlier versions, full of rows that their flows wrote, are brought to this version.

`tests/house/databases` holds one a version, as SQL; docs/howto/run-the-tests.md says how one is made. The
next migration runs against their rows: a column that no row can fill stops here, not at a user's.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import make_conninfo

from acquit.cli import doctor
from acquit.store.database.addresses import app_role, conninfo
from acquit.store.database.prepare import OWNER, missing_of

#: table → its columns, and a digest of each of its rows
Rows = dict[str, tuple[list[str], list[str]]]
Restored = Callable[[Path], str]

DATABASES = sorted(Path(__file__).parent.glob("databases/*.sql.gz"))
GATHERED = next(path for path in DATABASES if path.name.startswith("0000"))

#: Tables whose old rows a migration of ours rewrites, with the decision that says why. None does so far.
REWRITTEN: dict[str, str] = {}
#: What `acquit init` writes each time: Django's own lists.
LISTS = {"django_migrations", "django_content_type", "auth_permission"}

COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY 1
"""
_CASTS = re.compile(r"::(?:character varying|[a-z_]+)(?:\(\d+\))?(?:\[\])?|[()]")
#: Everything that is made in the schema, told without the order of columns, which no query relies on.
SCHEMA = {
    "column": """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attidentity::text, a.attgenerated::text, coalesce(l.collname, ''),
        coalesce(pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      LEFT JOIN pg_collation l ON l.oid = a.attcollation
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'""",
    "constraint": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
      WHERE NOT tgisinternal""",
    "function": """SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
      WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'""",
    "sequence": """SELECT sequencename, data_type::text, start_value, increment_by, cycle
      FROM pg_sequences WHERE schemaname = 'public'""",
    "policy": """SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies
      WHERE schemaname = 'public'""",
    "row-level security": """SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "grant": """SELECT table_name, privilege_type FROM information_schema.table_privileges
      WHERE grantee LIKE 'acquit_app%' AND table_schema = 'public'""",
}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A database of an earlier version after `acquit init`, and the rows that it had before."""

    url: str
    rows: Rows


@pytest.fixture(scope="module", params=DATABASES, ids=lambda path: path.name.removesuffix(".sql.gz"))
def upgraded(request: pytest.FixtureRequest, restored: Restored) -> Upgraded:
    url = restored(request.param)
    rows = rows_of(url)
    _init(url)
    return Upgraded(url, rows)


@pytest.fixture(scope="module")
def restored(django_db_setup: None) -> Iterator[Restored]:
    """Return a function that makes a database of that file, and its address."""
    here = conninfo(settings.DATABASES["owner"])
    owner = settings.DATABASES["owner"]["USER"]
    names = []

    def _restored(path: Path) -> str:
        name = f"old_{len(names)}"
        names.append(name)
        _run(here, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        url = make_conninfo(here, dbname=name)
        with psycopg.connect(url) as there:
            there.execute(gzip.decompress(path.read_bytes()).replace(b"acquit_owner", owner.encode()))
        return url

    yield _restored
    for name in names:
        _run(here, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        _run(here, sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(app_role(name))))


def test_an_upgrade_keeps_every_row(upgraded):
    now = rows_of(upgraded.url, {table: columns for table, (columns, _) in upgraded.rows.items()})
    changed = {table for table, kept in upgraded.rows.items() if now[table] != kept}
    assert changed - LISTS - REWRITTEN.keys() == set()


def test_an_upgraded_database_is_like_a_new_one(upgraded):
    with psycopg.connect(upgraded.url) as old, psycopg.connect(conninfo(settings.DATABASES["owner"])) as new:
        for kind, question in SCHEMA.items():
            made, found = (set(map(_told, one.execute(question).fetchall())) for one in (new, old))
            assert made, kind
            assert found ^ made == set(), kind


def test_what_stopped_half_way_is_refused_untouched(restored):
    url = restored(GATHERED)
    _run(url, "DELETE FROM django_migrations WHERE name = '0010_days_of_balances'")
    rows = rows_of(url)
    refused = acquit_at(url, "init")
    assert refused.returncode == 1
    for word in ("ledger.0010_days_of_balances", "Nothing was changed", "e3bc7e7"):
        assert word in refused.stderr
    assert "Traceback" not in refused.stderr
    assert rows_of(url) == rows


def test_every_table_of_ours_has_a_row_that_a_migration_can_fail_on(upgraded):
    ours = {
        model._meta.db_table for model in apps.get_models() if model.__module__.startswith("acquit.store.")
    }
    empty = {table for table, (_, rows) in upgraded.rows.items() if not rows}
    assert empty & ours == set()


def test_doctor_says_what_stopped_half_way(database):
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0013_digests'")
        (found,) = doctor._migrations()
        transaction.set_rollback(True, using=OWNER)
    assert found.state == "fault"
    assert "accounts.0013_digests" in found.says
    assert "e3bc7e7" in found.mend


def test_wherever_a_database_of_before_stopped_it_is_refused():
    migrations = _gathered()
    for app in {migration.app_label for migration in migrations}:
        was = sorted(
            one for migration in migrations if migration.app_label == app for one in migration.replaces
        )
        assert missing_of(migrations, set(was)) == []
        for applied in range(1, len(was)):
            assert missing_of(migrations, set(was[:applied])) != [], was[applied - 1]


def test_wherever_a_first_init_stopped_it_only_has_to_go_on():
    loader = MigrationLoader(None)
    recorded = set()
    for key in loader.graph.forwards_plan(("answers", "0001_answers")):
        recorded |= set(loader.disk_migrations[key].replaces) or {key}
        assert missing_of(_gathered(), recorded) == [], key


def _gathered():
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return [migration for migration in loader.disk_migrations.values() if migration.replaces]


def acquit_at(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `acquit` on the database at `url`, from a home that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="acquit-home-") as home:
        environment = {"PATH": os.environ["PATH"], "ACQUIT_HOME": home, "DATABASE_URL": url}
        environment["ACQUIT_SECRET_KEY"] = "the same at each call"
        return subprocess.run(
            [sys.executable, "-m", "acquit", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def _init(url: str) -> None:
    done = acquit_at(url, "init", "--json")
    assert done.returncode == 0, done.stderr
    again = acquit_at(url, "init", "--json")
    assert json.loads(again.stdout)["migrations"] == 0


def _run(url: str, statement: str | sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def rows_of(url: str, columns: dict[str, list[str]] | None = None) -> Rows:
    """Return each table's columns and, sorted, a digest of each of its rows in them."""
    with psycopg.connect(url) as connection:
        wanted = columns or dict(connection.execute(COLUMNS).fetchall())
        return {table: (names, _digests(connection, table, names)) for table, names in wanted.items()}


def _digests(connection: psycopg.Connection, table: str, columns: list[str]) -> list[str]:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    question = sql.SQL("SELECT md5(ROW({})::text) FROM {}").format(names, sql.Identifier(table))
    return sorted(row[0] for row in connection.execute(question).fetchall())


def _told(row: tuple[object, ...]) -> tuple[object, ...]:
    """Leave out the casts and brackets that PostgreSQL adds when it reads a dump of its own."""
    return tuple(_CASTS.sub("", one) if isinstance(one, str) else one for one in row)
