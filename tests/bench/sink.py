"""An SMTP server that accepts everything and keeps nothing, in a process of its own.

Written out because what is measured is who sends: a server made for tests costs a millisecond of processor
a mail, which is then missing on a small machine.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_SAYS = {
    b"EHLO": b"250-sink.example\r\n250-SIZE 100000000\r\n250 PIPELINING\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
_END = b"\r\n.\r\n"


class _Sink(asyncio.Protocol):
    """One client: each of its commands is answered, as many as come at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # The answers to commands that came at once are small: without this the second waits 40 ms for an ACK.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._came, self._reads_mail = b"", False
        transport.write(b"220 sink.example\r\n")

    def data_received(self, octets: bytes) -> None:
        self._came += octets
        while self._mail_ended() if self._reads_mail else self._answered():
            pass

    def _answered(self) -> bool:
        line, found, rest = self._came.partition(b"\r\n")
        if not found:
            return False
        verb = line[:4].upper()
        self._transport.write(_SAYS.get(verb, b"250 fine\r\n"))
        self._reads_mail = verb == b"DATA"
        # A mail without a line ends at once: its dot is the first thing that comes.
        self._came = b"\r\n" + rest if self._reads_mail else rest
        if verb == b"QUIT":
            self._transport.close()
        return True

    def _mail_ended(self) -> bool:
        _, found, rest = self._came.partition(_END)
        self._came = rest if found else self._came[-len(_END) :]
        if found:
            self._reads_mail = False
            self._transport.write(b"250 queued\r\n")
        return bool(found)


def _serve(listening: socket.socket) -> None:
    async def _forever() -> None:
        server = await asyncio.get_running_loop().create_server(_Sink, sock=listening)
        await server.serve_forever()

    asyncio.run(_forever())


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Run the server and hand out its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(listening,), daemon=True)
        process.start()
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            process.join()
