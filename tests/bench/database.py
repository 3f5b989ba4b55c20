"""A database for the benchmarks: one of our own that goes with them, or an empty one that is given.

The server keeps the settings of the embedded one: what is measured is what a user gets.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def prepared_database() -> Iterator[None]:
    """Set Django up on a prepared database, that of ACQUIT_BENCH_DATABASE_URL if it is set."""
    given = os.environ.get("ACQUIT_BENCH_DATABASE_URL", "")
    home = Path(tempfile.mkdtemp(prefix="acquit-bench-"))
    for name in ("ACQUIT_APP_DATABASE_URL", "DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ |= {"ACQUIT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "acquit.settings"}
    if given:
        os.environ["DATABASE_URL"] = given
    try:
        with _set_up(home):
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _set_up(home: Path) -> Iterator[None]:
    import django

    django.setup()
    from django.db import connections

    from acquit.store.accounts.models import Organisation
    from acquit.store.database.embedded import server_in
    from acquit.store.database.prepare import prepare_database

    try:
        prepare_database()
        if Organisation.objects.using("owner").exists():
            raise SystemExit("ACQUIT_BENCH_DATABASE_URL names a database that is in use: give an empty one.")
        yield
    finally:
        connections.close_all()
        server_in(home).leave()
