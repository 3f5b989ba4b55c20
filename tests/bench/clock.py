"""Seconds of the clock, and of the processor: ours and those of the server's process for us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time


@dataclass(slots=True)
class Spent:
    """What a piece of work took, known once it is done; `server` is the part of the database's process."""

    seconds: float = 0.0
    processor: float = 0.0
    server: float = 0.0


@contextmanager
def timed() -> Iterator[Spent]:
    """Measure what happens inside."""
    spent = Spent()
    began, worked, served = perf_counter(), process_time(), _of_the_server()
    yield spent
    spent.seconds, spent.server = perf_counter() - began, _of_the_server() - served
    spent.processor = process_time() - worked + spent.server


def _of_the_server() -> float:
    """Return the processor's seconds of our connection's server process; 0 where it is elsewhere."""
    from django.db import connection

    connection.ensure_connection()
    try:
        said = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    fields = said.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
