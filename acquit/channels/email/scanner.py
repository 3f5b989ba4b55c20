"""Files from outside, shown to ClamAV's daemon: clean, or infected with what. Nothing is opened here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import clamd

_PORT = 3310
_TIMEOUT = 60.0
_WORLD = (clamd.ClamdError, OSError, ValueError, KeyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the scanner says: `found` is the name of what infects the file, "" when it is clean."""

    found: str = ""


class CannotScan(Exception):
    """The scanner gives no verdict: it is out of reach, or the file is larger than it takes."""


class Scanner:
    """ClamAV's daemon at `address`: the path of its socket, or host:port."""

    def __init__(self, address: str) -> None:
        self._address = address

    def scan(self, content: bytes) -> Verdict:
        """Return the verdict on `content`; raise CannotScan."""
        with self._daemon() as daemon:
            kind, name = daemon.instream(io.BytesIO(content))["stream"]
        if kind == "OK":
            return Verdict()
        if kind == "FOUND":
            return Verdict(found=str(name)[:200])
        raise CannotScan(f"{kind}: {name}")

    def version(self) -> str:
        """Return what the daemon says of itself and of its signatures; raise CannotScan."""
        with self._daemon() as daemon:
            return str(daemon.version())

    @contextmanager
    def _daemon(self) -> Iterator[Any]:
        """Give the daemon for one question; what goes wrong is CannotScan, and no socket stays open."""
        path = self._address.removeprefix("unix:")
        host, _, port = path.removeprefix("tcp://").rpartition(":")
        daemon: Any = None
        try:
            if path.startswith("/"):
                daemon = clamd.ClamdUnixSocket(path, timeout=_TIMEOUT)
            else:
                daemon = clamd.ClamdNetworkSocket(
                    host or port, int(port) if host else _PORT, timeout=_TIMEOUT
                )
            yield daemon
        except _WORLD as error:
            raise CannotScan(str(error) or type(error).__name__) from error
        finally:
            if (opened := getattr(daemon, "clamd_socket", None)) is not None:
                opened.close()
