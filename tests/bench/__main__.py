"""Every benchmark, one table: `make bench`. ACQUIT_BENCH_ROWS limits the size (1 000 000).

The decision and matching are measured first, before Django is loaded; reports and imports in processes of
their own, so that their database and their memory are theirs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import answers, decide, matching
from tests.bench.database import prepared_database
from tests.bench.report import Figure, print_table

#: A line of the benchmark of imports: rows, what, seconds, processor, rows/s, times COPY, memory.
_IMPORTED = re.compile(r"^ *(\d+) (\S.*?) +([\d.]+) +([\d.]+) +\d+ +([\d.]+) +(\d+) MiB$", re.MULTILINE)
_IMPORT_TARGETS = {"first import": 30.0, "same rows again": 15.0}


def main() -> None:
    """Measure everything and print the table."""
    rows = int(os.environ.get("ACQUIT_BENCH_ROWS", "1000000"))
    figures: list[Figure] = []
    try:
        figures.extend(_decisions())
        figures.extend(_matching(rows))
        _say("answers")
        figures.extend(answers.reading())
        figures.extend(_letters(rows))
        with prepared_database():
            figures.extend(_portfolio(rows))
        figures.extend(_reports(rows))
        figures.extend(_imports(rows))
    finally:
        print_table(figures)


def _decisions() -> Iterator[Figure]:
    _say("decisions")
    small, _ = decide.measure(1_000)
    large, _ = decide.measure(10_000)
    yield Figure(work="decide, pure, one core", value=large, unit="/s", target=decide.TARGET, smaller=small)


def _matching(rows: int) -> Iterator[Figure]:
    _say("matching")
    yield from matching.figures(min(matching.LINES, max(rows // 100, 100)))


def _letters(rows: int) -> Iterator[Figure]:
    from tests.bench import letters

    _say("letters")
    yield from letters.figures(min(letters.LETTERS, max(rows // 100, 20)))


def _portfolio(rows: int) -> Iterator[Figure]:
    from tests.bench import dispatch, run
    from tests.bench.sink import smtp_sink

    with smtp_sink() as port:
        sizes = {}
        for size in (rows // 10, rows):
            _say(f"days of {size:,} open invoices")
            sizes[size] = run.measure(size)
        yield from run.figures(rows, sizes)
        _say("e-mails")
        yield from dispatch.figures(sizes[rows].organisation_id, port)
        _say("answers kept")
        yield from answers.keeping(sizes[rows].organisation_id)


def _reports(rows: int) -> Iterator[Figure]:
    _say(f"reports of {rows:,} invoices")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.reports", str(rows)],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    yield from (Figure(**figure) for figure in json.loads(done.stdout))


def _imports(rows: int) -> Iterator[Figure]:
    _say(f"imports of {rows:,} rows")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.import_", str(rows // 10), str(rows)],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found = {(int(m[1]), m[2]): m for m in _IMPORTED.finditer(done.stdout)}
    floor = float(found[rows, "bare COPY"][3])
    for what in ("first import", "same rows again", "same bytes"):
        line = found[rows, what]
        yield Figure(
            work=f"{what}, {rows:,} rows of CSV", value=float(line[3]), target=_IMPORT_TARGETS.get(what),
            floor=floor, floor_is="bare COPY", smaller=float(found[rows // 10, what][3]),
            processor=float(line[4]), note=f"at most {line[6]} MiB of memory",
        )  # fmt: skip


def _say(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
