"""How fast a list of invoices is imported, beside a bare COPY of the same rows in the same run.

Run: python -m tests.bench.import_ [rows ...] (default 100 000 and 1 000 000). It works in a
database of its own, on an embedded server that it throws away.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STEPS = bool(os.environ.get("BENCH_STEPS"))  # show where the time goes
#: What is imported, and what is put after the rows: a blank line makes other bytes of the same rows.
RUNS = {"first import": b"", "same rows again": b"\n", "same bytes": b"\n"}
HEADER = "Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC;Libellé\n"


def main(sizes: list[int]) -> None:
    """Print for each size the seconds of an import, of the same rows again, and of a bare COPY."""
    _settle()
    from acquit.flows.accounts.found_organisation import found_organisation
    from acquit.store.database.prepare import prepare_database

    prepare_database()
    print(
        f"{'rows':>10} {'what':18} {'seconds':>8} {'processor':>10} {'rows/s':>9} {'x COPY':>7} {'memory':>9}"
    )
    for size in sizes:
        content = _invoices(size)
        spent = _spent()
        floor = _bare_copy(content)
        _say(size, "bare COPY", floor, _spent() - spent, floor)
        founded = found_organisation(name=f"Bench {size}", now=NOW)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "factures.csv"
            path.write_bytes(content)
            del content
            for minutes, (what, extra) in enumerate(RUNS.items()):
                path.write_bytes(path.read_bytes().rstrip(b"\n") + b"\n" + extra)
                asked = {
                    "path": str(path), "minutes": minutes, "what": what, "size": size, "floor": floor,
                    "organisation_id": founded.organisation_id, "creditor_id": founded.creditor_id,
                }  # fmt: skip
                subprocess.run([sys.executable, __file__, json.dumps(asked)], check=True)


def one(asked: dict[str, Any]) -> None:
    """Import once, in a process whose memory is that of an import, and say what it took."""
    import django

    django.setup()
    started, spent = time.perf_counter(), _spent()
    _import(asked, Path(asked["path"]).read_bytes(), NOW + timedelta(minutes=asked["minutes"]))
    _say(asked["size"], asked["what"], time.perf_counter() - started, _spent() - spent, asked["floor"])


def _settle() -> None:
    home = tempfile.mkdtemp(prefix="acquit-bench-")
    os.environ["ACQUIT_HOME"] = home
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "acquit.settings"
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    import django

    django.setup()


def _import(asked: dict[str, Any], content: bytes, now: datetime) -> None:
    from acquit.flows.ledger.import_file import import_file

    began = _spent()

    def show(stage: str, done: int, total: int) -> None:
        if STEPS:
            print(f"    {_spent() - began:6.1f} s of processor {stage} {done}/{total}", file=sys.stderr)

    done = import_file(
        organisation_id=asked["organisation_id"], creditor_id=asked["creditor_id"], name="factures.csv",
        content=content, now=now, progress=show,
    )  # fmt: skip
    assert done.created + done.unchanged > done.rows
    assert not done.quarantined


def _invoices(size: int) -> bytes:
    """Make a list: five invoices a debtor, in the order of their days as exports are."""
    chance = random.Random(4)
    debtors = max(1, size // 5)
    start = date(2025, 11, 1)
    lines = io.StringIO()
    lines.write(HEADER)
    for number in range(size):
        who = chance.randrange(debtors)
        issued = start + timedelta(days=number * 360 // size)
        due = issued + timedelta(days=30)
        lines.write(
            f"C{who:06d};Client numéro {who};FA{number:08d};{issued:%d/%m/%Y};{due:%d/%m/%Y};"
            f"{chance.randrange(100, 900000) / 100:.2f};Prestation {number % 97}\n".replace(".", ",")
        )
    return lines.getvalue().encode()


def _bare_copy(content: bytes) -> float:
    """Time a COPY of the file's rows into a table of texts without any index."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bare (a text, b text, c text, d text, e text, f text, g text)")
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy:
            for at in range(0, len(content), 1 << 20):
                copy.write(content[at : at + (1 << 20)])
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    return seconds


def _spent() -> float:
    """Return the processor's seconds of this process and of its server: on a busy machine they tell more."""
    from django.db import connection

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    server = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + server


def _say(size: int, what: str, seconds: float, spent: float, floor: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>10} {what:18} {seconds:8.2f} {spent:10.2f} {size / seconds:9.0f} {seconds / floor:7.1f}"
        f" {peak:6.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    if sys.argv[1:] and sys.argv[1].startswith("{"):
        one(json.loads(sys.argv[1]))
    else:
        main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000])
