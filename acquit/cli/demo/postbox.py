"""A mailbox on this machine: a real SMTP server that keeps what it gets in a Maildir."""

from __future__ import annotations

import mailbox
import socket
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keep:
    """Keeps each mail whole."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        key = self._maildir.add(content if isinstance(content, bytes) else str(content).encode())
        return f"250 kept as {key}"


def open_postbox(folder: Path) -> tuple[Any, int]:
    """Start the server on a free port of the loopback; return it and the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = Controller(_Keep(folder), hostname="127.0.0.1", port=port)
    server.start()
    return server, port
