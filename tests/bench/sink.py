"""An SMTP server that accepts everything and keeps nothing, in a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP


class _Accepts:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd names it
        return "250 queued"


def _serve(listening: socket.socket) -> None:
    async def _forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(_Accepts(), hostname="sink.example"), sock=listening)
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
