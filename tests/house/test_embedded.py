"""The embedded server serves several processes, survives their death, and stops with its last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from acquit.store.database.addresses import conninfo, django_database
from acquit.store.database.embedded import EmbeddedServer, kept_secret

USER = """
import os, sys
from pathlib import Path
from acquit.store.database.embedded import server_in
server = server_in(Path(os.environ["ACQUIT_HOME"]))
server.ensure_running()
print("up", flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server until it is told to leave, or killed."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER], env={**os.environ, "ACQUIT_HOME": str(home)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def is_up(self) -> bool:
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "up\n"

    def leave(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def die(self) -> None:
        self.process.kill()
        self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def arrive(home: Path) -> Iterator[Callable[[], User]]:
    home.mkdir()
    users: list[User] = []

    def _arrive() -> User:
        users.append(User(home))
        return users[-1]

    yield _arrive
    for user in users:
        user.die()
    subprocess.run(
        [sys.executable, "-c", USER], env={**os.environ, "ACQUIT_HOME": str(home)}, input=b"", check=False
    )


def _answers(home: Path) -> bool:
    address = {**EmbeddedServer(home).address(), "dbname": "postgres"}
    with psycopg.connect(conninfo(django_database(address))) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _postmaster(home: Path) -> int:
    return int((home / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


def test_processes_that_start_together_share_one_server_and_the_last_stops_it(arrive, home):
    users = [arrive(), arrive(), arrive()]
    assert all(user.is_up() for user in users)
    assert _answers(home)
    for user in users[:2]:
        user.leave()
        assert EmbeddedServer(home).is_running()
    users[2].leave()
    assert not EmbeddedServer(home).is_running()
    assert not (home / "postgresql" / "postmaster.pid").exists()


def test_a_killed_user_is_no_user_any_more(arrive, home):
    killed, other = arrive(), arrive()
    assert killed.is_up()
    assert other.is_up()
    killed.die()
    assert _answers(home)
    other.leave()
    assert not EmbeddedServer(home).is_running()


def test_a_server_that_all_killed_users_left_behind_is_used_again_and_stopped(arrive, home):
    killed = arrive()
    assert killed.is_up()
    before = _postmaster(home)
    killed.die()
    assert EmbeddedServer(home).is_running()
    later = arrive()
    assert later.is_up()
    assert _postmaster(home) == before
    later.leave()
    assert not EmbeddedServer(home).is_running()


def test_a_killed_server_is_started_again(arrive, home):
    first = arrive()
    assert first.is_up()
    os.kill(_postmaster(home), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while EmbeddedServer(home).is_running() and time.monotonic() < deadline:
        time.sleep(0.05)
    second = arrive()
    assert second.is_up()
    assert _answers(home)
    second.leave()
    first.leave()


def test_a_cluster_half_made_is_made_again(arrive, home):
    (home / "postgresql.making").mkdir(parents=True)
    (home / "postgresql.making" / "PG_VERSION").write_text("18\n")
    user = arrive()
    assert user.is_up()
    assert _answers(home)
    user.leave()


def test_a_long_folder_name_is_no_hindrance(home):
    deep = home / ("a-folder-with-a-very-long-name-" * 4)
    server = EmbeddedServer(deep)
    assert len(str(server.sockets)) < 90
    server.ensure_running()
    assert _answers(deep)
    server.leave()
    assert not server.is_running()


def test_a_secret_is_made_once_and_kept_from_others(tmp_path):
    made = kept_secret(tmp_path / "deep" / "secret")
    assert len(made) >= 48
    assert kept_secret(tmp_path / "deep" / "secret") == made
    assert (tmp_path / "deep" / "secret").stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "deep").iterdir()) == [tmp_path / "deep" / "secret"]


def _python_for_all() -> str:
    """Return a Python of this version that every user may run: root's own is closed to others."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in ("/usr/bin", "/usr/local/bin"):
        python = Path(folder, name)
        if python.exists() and not str(python.resolve()).startswith("/root/"):
            return str(python)
    pytest.skip(f"no {name} that every user may run")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_needs_nothing_of_root(home):
    import pwd

    nobody = pwd.getpwnam("nobody")
    home.parent.chmod(0o755)
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    python = _python_for_all()
    packages = [str(Path(__file__).parents[2]), sysconfig.get_path("purelib")]
    environment = {"ACQUIT_HOME": str(home), "PYTHONPATH": os.pathsep.join(packages)}
    done = subprocess.run(
        [python, "-c", USER], env=environment, input="", capture_output=True, text=True, check=False,
        cwd="/", user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
    )  # fmt: skip
    assert done.stdout == "up\n", done.stderr
    assert (home / "postgresql").stat().st_uid == nobody.pw_uid
    assert not (home / "run" / ".s.PGSQL.5432").exists()
