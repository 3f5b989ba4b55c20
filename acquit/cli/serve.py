"""`acquit serve`: the web, with a worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from acquit.cli.init import prepare
from acquit.cli.ready import ready

GRACE_SECONDS = 40
#: Each thread keeps a connection to the database.
WEB_THREADS = 4


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option(help="Web processes.", min=1, max=64)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="With a worker beside it.")] = True,
) -> None:
    """Serve the web on http://127.0.0.1:8000, with a worker beside it.

    Example: acquit serve --port 8080 --no-worker
    """
    ready()
    _upgrade_embedded()
    with_worker = _start_worker() if worker else None
    typer.echo(f"http://{host}:{port}", err=True)
    try:
        _serve(host, port, processes)
    finally:
        if with_worker is not None:
            _stop(with_worker)


def _upgrade_embedded() -> None:
    """Bring the embedded database up to date; one that others share is upgraded by `acquit init`."""
    from django.conf import settings

    if settings.DATABASES["default"].get("EMBEDDED_IN"):
        prepare()


def _start_worker() -> subprocess.Popen[bytes]:
    """Start the worker in a session of its own: Ctrl-C must reach it through us, once."""
    return subprocess.Popen([sys.executable, "-m", "acquit", "worker"], start_new_session=True)


def _serve(host: str, port: int, processes: int) -> None:
    """Serve until SIGINT or SIGTERM; granian lets the requests at hand finish."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    connections.close_all()
    Server(
        "acquit.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=WEB_THREADS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
