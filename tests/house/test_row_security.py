"""Nobody reads or writes another organisation's rows, on any table, whatever the query says.

The tables are found in the catalogue, so a table made tomorrow is tried tomorrow. Rows are made by
PostgreSQL itself from what each column is: they need not make sense, they need to be somebody's.
"""

from __future__ import annotations

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, ProgrammingError
from psycopg import sql

from acquit.store import tenancy
from acquit.store.database.prepare import prepare_database
from acquit.store.database.roles import powers
from acquit.store.database.row_security import (
    ORGANISATIONS,
    OWN_ROWS,
    enable_row_level_security,
    owned_tables,
    protections,
)

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull AND NOT a.atthasdef, a.attidentity <> ''
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""


def _sample(kind: str, number: int):
    """Return a value of the column's type, different for each number."""
    if kind.endswith("[]"):
        return [1000 + number]
    if "int" in kind:
        return 1000 + number
    if kind == "numeric" or "double" in kind:
        return 10 + number
    if kind == "boolean":
        return False
    if kind == "date":
        return "2026-01-05"
    if kind.startswith("timestamp"):
        return "2026-01-05T08:00:00Z"
    if kind.startswith("time"):
        return "08:00"
    if kind == "bytea":
        return b"x"
    if kind == "jsonb":
        return "{}"
    return f"x{number}"


def _insert(cursor, table: str, organisation: int, number: int) -> None:
    cursor.execute(COLUMNS, [table])
    values = {
        name: _sample(kind, number)
        for name, kind, needed, counted in cursor.fetchall()
        if needed and not counted
    }
    values["id" if table == ORGANISATIONS else "organisation_id"] = organisation
    if table == "ledger_allocation":
        values["payment_id"] = 1000 + number
    if table == "accounts_debtormerge":
        values["other_id"] = 2000 + number
    if table == "law_legalrate":
        values["half"] = 1
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return cursor.fetchone()[0]


def _all_tables() -> list[str]:
    with connections["owner"].cursor() as cursor:
        return owned_tables(cursor)


@pytest.fixture
def two(found):
    """Two organisations with one row of each in every table, foreign keys and triggers aside."""
    ours, theirs = found("Ours").id, found("Theirs").id
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _all_tables():
            if table == ORGANISATIONS:
                continue
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            _insert(cursor, table, ours, 1)
            _insert(cursor, table, theirs, 2)
    return ours, theirs


def test_every_table_of_an_organisation_is_protected(database):
    with connections["owner"].cursor() as cursor:
        assert len(owned_tables(cursor)) >= 25
        assert _amiss(cursor) == {}


def test_a_table_without_its_policy_is_found_out(database):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id bigint, organisation_id bigint)")
        cursor.execute("DROP POLICY an_organisation_sees_only_its_own ON accounts_debtor")
        found = _amiss(cursor)
        transaction.set_rollback(True, using="owner")
    assert found == {
        "forgotten": ["row-level security", "its force on the owner",
                      "the policy an_organisation_sees_only_its_own", "the policy the_owner_maintains"],
        "accounts_debtor": ["the policy an_organisation_sees_only_its_own"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "loosened",
    [
        "ALTER POLICY {} ON accounts_debtor USING (true)",
        "ALTER POLICY {} ON accounts_debtor WITH CHECK (true)",
        "ALTER POLICY {} ON accounts_debtor TO CURRENT_USER",
        "ALTER TABLE accounts_debtor NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE accounts_debtor DISABLE ROW LEVEL SECURITY",
    ],
)
def test_a_protection_that_somebody_loosened_is_found_and_mended(database, loosened):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(loosened.format(OWN_ROWS))
        assert list(_amiss(cursor)) == ["accounts_debtor"]
        enable_row_level_security(cursor)
        assert _amiss(cursor) == {}
        transaction.set_rollback(True, using="owner")


def test_a_policy_that_is_not_ours_is_named(database):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE POLICY all_see ON accounts_debtor USING (true)")
        found = {one.table: one.adds() for one in protections(cursor) if one.adds()}
        transaction.set_rollback(True, using="owner")
    assert found == {"accounts_debtor": ["all_see"]}


def test_starting_again_waits_for_nobody_at_work(two):
    """A web that starts once locked every table, one after the other: a deadlock with a worker's write."""
    with tenancy.organisation(two[0]), transaction.atomic(), connection.cursor() as working:
        for table in _all_tables():
            working.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
            try:
                assert prepare_database().protected == len(_all_tables())
            finally:
                cursor.execute("RESET lock_timeout")


def _amiss(cursor) -> dict[str, list[str]]:
    return {one.table: one.lacks() for one in protections(cursor) if one.lacks()}


def test_the_role_of_the_web_has_no_power_over_security(database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        found = powers(cursor, role)
    assert role.startswith("acquit_app_")
    assert found is not None
    assert found.none()


def test_forgetting_the_organisation_shows_nothing(two):
    assert {table: _count(table) for table in _all_tables() if _count(table)} == {}


def test_each_sees_its_own_row_and_no_other(two):
    for organisation in two:
        with tenancy.organisation(organisation):
            assert {table: _count(table) for table in _all_tables() if _count(table) != 1} == {}
    assert {table for table in _all_tables() if _count(table)} == set()


def test_the_other_organisations_rows_cannot_be_read_changed_or_removed(two):
    ours, theirs = two
    for table in _all_tables():
        key = sql.Identifier("id" if table == ORGANISATIONS else "organisation_id")
        name = sql.Identifier(table)
        with tenancy.organisation(ours), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT * FROM {} WHERE {} = %s").format(name, key), [theirs])
            assert cursor.fetchall() == [], table
            cursor.execute(sql.SQL("UPDATE {} SET {k} = {k} WHERE {k} = %s").format(name, k=key), [theirs])
            assert cursor.rowcount == 0, table
            cursor.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(name, key), [theirs])
            assert cursor.rowcount == 0, table
            transaction.set_rollback(True)
        with tenancy.organisation(theirs):
            assert _count(table) == 1, table


def test_a_row_cannot_be_given_to_the_other_organisation(two):
    ours, theirs = two
    for table in _all_tables():
        with tenancy.organisation(ours), connection.cursor() as cursor:
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                _insert(cursor, table, theirs, 3)
            key = sql.Identifier("id" if table == ORGANISATIONS else "organisation_id")
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                cursor.execute(sql.SQL("UPDATE {} SET {} = %s").format(sql.Identifier(table), key), [theirs])


def test_the_web_cannot_empty_a_table_or_take_its_protection_away(two):
    for statement in (
        "TRUNCATE accounts_debtor CASCADE",
        "ALTER TABLE accounts_debtor DISABLE ROW LEVEL SECURITY",
        "DROP POLICY an_organisation_sees_only_its_own ON accounts_debtor",
        "SET ROLE acquit_owner",
        "SET SESSION AUTHORIZATION acquit_owner",
        "DELETE FROM django_migrations",
    ):
        with connection.cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute(statement)


def test_asking_for_maintenance_helps_nobody_but_the_owner(two):
    with connection.cursor() as cursor:
        cursor.execute("SET acquit.maintenance = 'on'")
        cursor.execute("SELECT count(*) FROM accounts_debtor")
        assert cursor.fetchone()[0] == 0
        cursor.execute("RESET acquit.maintenance")


def test_a_person_finds_his_own_organisations_before_one_is_chosen(found):
    ours, theirs = found("Ours"), found("Theirs")
    with tenancy.person(ours.user_id):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM accounts_organisation")
            assert cursor.fetchall() == [("Ours",)]
            cursor.execute("SELECT user_id FROM accounts_membership")
            assert cursor.fetchall() == [(ours.user_id,)]
            cursor.execute("UPDATE accounts_membership SET role = 'administrator'")
            assert cursor.rowcount == 0
        assert _count("accounts_creditor") == 0
    assert theirs.id != ours.id


def test_workers_learn_the_numbers_of_all_organisations(two):
    assert tenancy.organisation_ids() == list(two)


def test_the_policy_uses_the_indexes_that_lead_with_the_organisation(organisation):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM accounts_account"
            " WHERE look_at <= '2026-01-05' AND look_at IS NOT NULL ORDER BY look_at LIMIT 10"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "accounts_to_look_at" in plan
    assert "InitPlan" in plan
    assert "Index Cond: ((organisation_id = (InitPlan" in plan
