"""A real SMTP server on this machine, told how to misbehave."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult

from acquit.channels.email.smtp import SmtpConfig


@dataclass
class Mailbox:
    """The handler: keeps what was accepted, and answers as it is told.

    `at`: at which command to misbehave (mail, rcpt, data, dot); `answer`: the reply to give, "drop" to
    cut the connection, "silence" to say nothing. `times`: how often, then it behaves. `slow`: seconds
    between keeping the mail and saying so. `signs_in`: whether a password is the right one.
    `pipelining`: whether several commands may come at once (RFC 2920); `ended` counts the final dots.
    """

    at: str = ""
    answer: str = ""
    times: int = 1_000_000
    only: str = ""
    slow: float = 0
    accepted: list[tuple[list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    signs_in: bool = True
    pipelining: bool = False
    ended: int = 0

    def _misbehaves(self, at: str, about: str = "") -> bool:
        if at != self.at or self.times <= 0 or (self.only and about != self.only):
            return False
        self.times -= 1
        return True

    async def _reply(self, server) -> str:
        if self.answer == "silence":
            await asyncio.sleep(3)
        if self.answer == "drop":
            server.transport.abort()
            return "421 dropped"
        return self.answer

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self._misbehaves("mail"):
            return await self._reply(server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self._misbehaves("rcpt", address):
            return await self._reply(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.ended += 1
        if self._misbehaves("dot"):
            return await self._reply(server)
        self.accepted.append((list(envelope.rcpt_tos), envelope.original_content))
        if self.slow:
            await asyncio.sleep(self.slow)
        if self._misbehaves("after"):
            return await self._reply(server)
        return f"250 OK: queued as Q{len(self.accepted)}"

    def mails(self) -> list[EmailMessage]:
        """Return what was accepted, read by the standard parser."""
        return [message_from_bytes(raw, policy=policy.default) for _, raw in self.accepted]


class _Server(SMTP):
    async def smtp_DATA(self, arg):  # noqa: N802
        handler = self.event_handler
        if handler._misbehaves("data"):
            await self.push(await handler._reply(self))
            return
        await super().smtp_DATA(arg)


@contextmanager
def server(**behaviour) -> Iterator[tuple[Mailbox, SmtpConfig]]:
    """Run a server that behaves as told, and stop it at the end."""
    mailbox = Mailbox(**behaviour)
    ready: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = queue.Queue()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(mailbox, ready)), daemon=True)
    thread.start()
    loop, stop, port = ready.get(timeout=5)
    try:
        yield mailbox, SmtpConfig(host="127.0.0.1", port=port, security="none", timeout=3)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=5)


async def _serve(mailbox: Mailbox, ready: queue.Queue) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    connections: list[_Server] = []

    def connect() -> _Server:
        connections.append(
            _Server(
                mailbox, loop=loop, hostname="test", auth_require_tls=False,
                authenticator=lambda *_: AuthResult(success=mailbox.signs_in, handled=False),
            )
        )  # fmt: skip
        return connections[-1]

    listening = await loop.create_server(connect, "127.0.0.1", 0)
    ready.put((loop, stop, listening.sockets[0].getsockname()[1]))
    await stop.wait()
    listening.close()
    for connection in connections:
        if connection.transport is not None:
            connection.transport.abort()
    await asyncio.sleep(0.01)
