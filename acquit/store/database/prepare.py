"""Bring a database to the state this version needs, whatever state it is in."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from acquit.store.database.addresses import conninfo
from acquit.store.database.roles import ensure_app_role, grant_rows, refuse_powers
from acquit.store.database.row_security import enable_row_level_security

OWNER, APP = "owner", "default"
LOCK = 0x61637175


class NoOwner(RuntimeError):
    """The owner's address (DATABASE_URL) is needed for this, and only the web's was given."""


class HalfWay(RuntimeError):
    """This database stopped in the middle of the changes that this version knows only as a whole."""

    mend = "Run `acquit init` of the last version that has them (git commit e3bc7e7), then of this one."

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"{self.__doc__} It lacks {', '.join(missing)}. Nothing was changed.")


class NoDatabase(RuntimeError):
    """The database cannot be reached or created."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done: migrations applied, tables protected, the role of the web."""

    migrations: int
    protected: int
    role: str


def prepare_database(*, app_role_is_ours: bool = True) -> Prepared:
    """Create, migrate and protect the database, and let the web's role in; safe to repeat.

    Two that run at once take turns. Where an administrator made the web's role
    (`app_role_is_ours` false) its powers are checked and its password is left alone.
    """
    if OWNER not in connections:
        raise NoOwner(NoOwner.__doc__)
    _create_if_missing()
    owner, web = connections[OWNER], connections[APP].settings_dict
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            waiting = pending_migrations()
            _migrate()
            protected = enable_row_level_security(cursor)
            with transaction.atomic(using=OWNER):
                if app_role_is_ours:
                    ensure_app_role(cursor, web["USER"], web["PASSWORD"])
                grant_rows(cursor, web["USER"])
                refuse_powers(cursor, web["USER"])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return Prepared(len(waiting), len(protected), web["USER"])


def pending_migrations() -> list[str]:
    """Return the migrations that this version has and the database has not; HalfWay where they do not fit."""
    _refuse_half_way()
    executor = MigrationExecutor(connections[OWNER])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def missing_of(migrations: Iterable[Migration], applied: AbstractSet[tuple[str, str]]) -> list[str]:
    """Return what `applied` lacks of what one of `migrations` replaces, where it has a part of it.

    The first of an app replaces the first and the last of the old ones (docs/decisions/0037), so that no
    database of before is mistaken for one whose first `acquit init` was cut short, which only has to go on.
    """
    return [
        f"{app}.{name}"
        for migration in migrations
        if not applied.isdisjoint(migration.replaces)
        for app, name in migration.replaces
        if (app, name) not in applied
    ]


def _refuse_half_way() -> None:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    applied = MigrationRecorder(connections[OWNER]).applied_migrations()
    if missing := missing_of(loader.disk_migrations.values(), applied.keys()):
        raise HalfWay(missing)


def _migrate() -> None:
    """Apply what waits; others' tables first, because each of their changes makes Django render ours too."""
    executor = MigrationExecutor(connections[OWNER])
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([leaf for leaf in leaves if not _is_ours(leaf[0])])
    call_command("migrate", database=OWNER, interactive=False, verbosity=0)


def _is_ours(app: str) -> bool:
    return apps.get_app_config(app).name.startswith("acquit.")


def _create_if_missing() -> None:
    connection = connections[OWNER]
    if connection.connection is not None:
        return
    settings: dict[str, Any] = connection.settings_dict
    try:
        connection.ensure_connection()
    except Exception as why:
        if "does not exist" not in str(why):
            raise NoDatabase(f"{NoDatabase.__doc__} {why}") from why
        _create(settings)


def _create(settings: dict[str, Any]) -> None:
    try:
        with psycopg.connect(conninfo(settings, dbname="postgres"), autocommit=True) as there:
            there.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(settings["NAME"])
                )
            )
    except psycopg.Error as why:
        raise NoDatabase(f"{NoDatabase.__doc__} Create {settings['NAME']!r} first. ({why})") from why
