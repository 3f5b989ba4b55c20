"""A running Acquit and a browser, for the tests that work as a person does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from tests.fixtures.database import World
    from tests.flows.world import Mailbox

_ACQUIT = Path(sys.executable).parent / "acquit"
_CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
#: A tick comes every minute; an approval waits ten seconds more.
_PATIENCE = 150


@dataclass(frozen=True, slots=True)
class House:
    """A running Acquit, who signs in, and the mailbox that it writes to."""

    base: str
    email: str
    password: str
    box: Mailbox


@dataclass(frozen=True, slots=True)
class Empty:
    """A running Acquit as `acquit init` leaves it, and who signs in."""

    base: str
    email: str
    password: str


@pytest.fixture
def house(founded: World) -> Iterator[House]:
    """Serve a company that may write at any hour, whose larger sums ask, before its first list."""
    from acquit.flows.material.scenarios import add_version
    from acquit.store.accounts.models import Creditor
    from tests.flows.world import POLITE, mailbox, ready_creditor

    with founded.open():
        creditor = ready_creditor(
            founded.id, works_every_day=True, window_opens="00:00", window_closes="00:00",
            list_accepted_at=None, ask_above="1000.00",
        )  # fmt: skip
        plan = {name: said for name, said in POLITE.items() if name != "thank"} | {"key": "journey"}
        version = add_version(founded.id, plan, now=datetime.now(UTC))
        Creditor.objects.filter(pk=creditor.pk).update(default_scenario=version.scenario)
        _let_sign_in(founded)
    with mailbox() as box, _served(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(box.port)) as base:
        yield House(base, founded.email, founded.password, box)


@pytest.fixture
def empty(founded: World) -> Iterator[Empty]:
    """Serve a company of which only the name is known, on a machine whose mail nobody set up."""
    with founded.open():
        _let_sign_in(founded)
    with _served(EMAIL_HOST="localhost", EMAIL_PORT="1") as base:
        yield Empty(base, founded.email, founded.password)


def _let_sign_in(founded: World) -> None:
    """Hash the password anew: the program that serves has not the quick hash of the tests."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from acquit.store.accounts.models import User

    hashed = PBKDF2PasswordHasher().encode(founded.password, "salt", iterations=1000)
    User.objects.filter(pk=founded.user_id).update(password=hashed)


@contextmanager
def _served(**more: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    environment = os.environ | {"EMAIL_USE_TLS": "no", "ACQUIT_BASE_URL": base} | more
    server = subprocess.Popen([_ACQUIT, "serve", "--port", str(port)], env=environment)
    try:
        until(lambda: _answers(base), "the server answers")
        yield base
    finally:
        server.terminate()
        server.wait(60)


def _answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/accounts/login/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited {_PATIENCE} s in vain: {what}"
        time.sleep(1)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium, as a person's browser."""
    if not Path(_CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium: .ci/run installs it")
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
