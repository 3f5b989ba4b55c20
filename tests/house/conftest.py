"""PostgreSQL servers of one's own, and `acquit` as a program."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

Acquit = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL that is not ours, and how its superuser gets in."""

    folder: Path
    version: int

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}&port=5433"

    def execute(self, *statements: str, user: str = "postgres", database: str = "postgres") -> list[Any]:
        rows: list[Any] = []
        with psycopg.connect(self.url(user, database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows


@pytest.fixture(scope="session")
def debian() -> Iterator[Server]:
    """Debian's PostgreSQL, made in a folder of its own and thrown away."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Debian's postgresql: .ci/run installs it")
        pytest.skip("Debian's PostgreSQL is not installed (apt-get install postgresql)")
    programs = found[0].parent
    folder = Path(tempfile.mkdtemp(prefix="acquit-pg-"))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
        account = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile("w+") as said:
            command = [str(programs / program), *arguments]
            done = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False, **account)
            said.seek(0)
            assert done.returncode == 0, said.read()

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    options = f"-c listen_addresses='' -c fsync=off -k {folder} -p 5433"
    run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
    try:
        yield Server(folder, int(programs.parent.name))
    finally:
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty ACQUIT_HOME that the server's account can reach, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="acquit-home-"))
    yield folder / "kept"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def acquit(home: Path) -> Acquit:
    """Run `acquit` with an environment that holds nothing but what is given."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "acquit", *arguments],
            env={"PATH": os.environ["PATH"], "ACQUIT_HOME": str(home), **environment},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the JSON document that a verb printed."""
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)
