"""Databases of earlier versions, full of rows that their flows wrote, are brought to this version.

`tests/house/databases` holds one a version, as SQL; docs/howto/run-the-tests.md says how one is made. The
next migration runs against their rows: a column that no row can fill stops here, not at a user's.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from acquit.store.database.prepare import missing_of
from tests.house.conftest import answer

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


@pytest.fixture(params=DATABASES, ids=lambda path: path.name.removesuffix(".sql.gz"))
def old(request, database_url) -> Iterator[str]:
    """The address of a database of an earlier version."""
    yield from _restored(request.param, database_url)


@pytest.fixture
def before(database_url) -> Iterator[str]:
    """The address of the database of before the migrations were gathered."""
    yield from _restored(GATHERED, database_url)


def test_a_filled_database_is_upgraded_and_keeps_every_row(old, acquit):
    rows = _rows(old)
    answer(acquit("init", "--json", DATABASE_URL=old))
    for table, (columns, there) in rows.items():
        if table not in LISTS and table not in REWRITTEN:
            assert _rows_of(old, table, columns) == there, table
    assert answer(acquit("init", "--json", DATABASE_URL=old))["migrations"] == 0


def test_an_upgraded_database_is_like_a_new_one(old, acquit):
    answer(acquit("init", "--json", DATABASE_URL=old))
    with psycopg.connect(old) as upgraded, connections["owner"].cursor() as new:
        for kind, question in SCHEMA.items():
            new.execute(question)
            made = {tuple(row) for row in new.fetchall()}
            found = {tuple(row) for row in upgraded.execute(question).fetchall()}
            assert made, kind
            assert found ^ made == set(), kind


def test_every_table_of_ours_has_a_row_that_a_migration_can_fail_on(before):
    tables = {
        model._meta.db_table for model in apps.get_models() if model.__module__.startswith("acquit.store.")
    }
    empty = [table for table, (_, rows) in _rows(before).items() if table in tables and not rows]
    assert empty == []


def test_a_database_that_stopped_half_way_is_refused_untouched(before, acquit):
    with psycopg.connect(before) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '0010_days_of_balances'")
    rows = _rows(before)
    refused = acquit("init", DATABASE_URL=before)
    assert refused.returncode == 1
    assert "ledger.0010_days_of_balances" in refused.stderr
    assert "e3bc7e7" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert _rows(before) == rows


def test_doctor_says_that_a_database_stopped_half_way(before, acquit):
    with psycopg.connect(before) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '0013_digests'")
    found = {one["what"]: one for one in answer(acquit("doctor", "--json", DATABASE_URL=before))["findings"]}
    assert found["migrations"]["state"] == "fault"
    assert "accounts.0013_digests" in found["migrations"]["says"]
    assert "e3bc7e7" in found["migrations"]["mend"]


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


def _restored(path: Path, database_url: str) -> Iterator[str]:
    name = f"old_{path.name.partition('.')[0].replace('-', '_')}"
    owner = conninfo_to_dict(database_url)["user"]
    url = make_conninfo(database_url, dbname=name)
    with psycopg.connect(database_url, autocommit=True) as here:
        _forget(here, name)
        here.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        with psycopg.connect(url) as there:
            there.execute(gzip.decompress(path.read_bytes()).replace(b"acquit_owner", owner.encode()))
        yield url
        _forget(here, name)


def _forget(here: psycopg.Connection, name: str) -> None:
    here.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    here.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"acquit_app_{name}")))


def _rows(url: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return each table's columns and rows."""
    with psycopg.connect(url) as connection:
        tables = dict(connection.execute(COLUMNS).fetchall())
    return {table: (columns, _rows_of(url, table, columns)) for table, columns in tables.items()}


def _rows_of(url: str, table: str, columns: list[str]) -> list[str]:
    question = sql.SQL("SELECT md5(ROW({})::text) FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
    )
    with psycopg.connect(url) as connection:
        return sorted(row[0] for row in connection.execute(question).fetchall())
