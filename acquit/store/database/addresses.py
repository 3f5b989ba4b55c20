"""Where the databases are and who connects to them, as Django and psycopg want to be told."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ENGINE = "acquit.store.database.engine"
LONGEST_NAME = 63


class BadDatabaseAddress(ValueError):
    """A database address must look like postgresql://user:password@host:5432/name."""


def parse(address: str) -> dict[str, Any]:
    """Return the parts of a PostgreSQL address, under the names that libpq gives them."""
    try:
        parts = conninfo_to_dict(address)
    except ProgrammingError as refusal:
        raise BadDatabaseAddress(f"{BadDatabaseAddress.__doc__} ({str(refusal).strip()})") from None
    if not parts.get("dbname"):
        raise BadDatabaseAddress(f"{BadDatabaseAddress.__doc__} (no database name)")
    return parts


def django_database(
    parts: dict[str, Any], *, embedded_in: str | None = None, maintenance: bool = False
) -> dict[str, Any]:
    """Return one entry of DATABASES for the database at `parts`.

    `embedded_in` is the folder of the embedded server, which the engine then starts on demand.
    `maintenance` lets a role that owns the tables, and only such a role, past row-level security.
    """
    options = {
        name: value
        for name, value in parts.items()
        if name not in {"dbname", "user", "password", "host", "port"}
    }
    if maintenance:
        options["options"] = f"{options.get('options', '')} -c acquit.maintenance=on".strip()
    return {
        "ENGINE": ENGINE,
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if maintenance else 60,
        "CONN_HEALTH_CHECKS": True,
        "EMBEDDED_IN": embedded_in,
        "TEST": {"MIRROR": "default"} if maintenance else {},
    }


def conninfo(database: dict[str, Any], **changes: Any) -> str:
    """Return the libpq connection string of an entry of DATABASES."""
    parts = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
        **database["OPTIONS"],
        **changes,
    }
    return make_conninfo(**{name: value for name, value in parts.items() if value})


def app_role(database: str) -> str:
    """Return the name of the role as which the web and the workers connect.

    PostgreSQL cuts names at 63 bytes without a word, so a long one ends in a hash of itself.
    """
    name = f"acquit_app_{database}"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{name.encode()[:50].decode(errors='ignore')}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def app_password(secret: str, database: str) -> str:
    """Return the password of that role: derived, so that every machine with the secret knows it."""
    return hmac.new(secret.encode(), f"acquit app role of {database}".encode(), "sha256").hexdigest()


def as_app(parts: dict[str, Any], secret: str) -> dict[str, Any]:
    """Return the same database, reached as the role that row-level security binds."""
    name = parts["dbname"]
    return {**parts, "user": app_role(name), "password": app_password(secret, name)}
