"""Reports over two years of a ledger: the aged balance of near and far days, months of DSO, the first page.

The floors are bare statements over the same tables in the same run: one sum of what is owed now, and one
sum a month of invoices and of payments, which tell neither a past day nor what was late on it. A whole
command has the start of the program beside its statement: `acquit --version`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from tests.bench.clock import Spent, timed
from tests.bench.database import prepared_database
from tests.bench.report import Figure
from tests.bench.work import PIECES

TODAY = date(2026, 11, 24)
NOW = datetime.combine(TODAY, time(9, 30), tzinfo=UTC)
#: Days back; the middle of the two years is the worst, for as much came before as after.
_DAYS = (0, 1, 90, 365, 540, 700)
_AGEING, _LIST, _DSO, _FORECAST = (
    "aged balance, any day",
    "its 100 largest accounts",
    "DSO, 24 months",
    "forecast",
)
_AGEING_TYPED, _DSO_TYPED = "acquit report ageing --on, whole", "acquit report dso, whole"
#: Their processor's seconds are those of other processes.
_TYPED = (_AGEING_TYPED, _DSO_TYPED)
_KEPT, _WAITS = "first page, kept", "what waits today"
_USUAL, _WORK = "days of payment, kept at night", f"list of work, {PIECES:,} pieces"
_TARGETS = {
    _AGEING: 1.0, _LIST: 1.0, _DSO: 2.0, _AGEING_TYPED: 1.0, _DSO_TYPED: 2.0, _KEPT: 0.15, _WAITS: 0.15,
    _WORK: 0.5,
}  # fmt: skip
_OWED = """
SELECT currency, sum(amount - allocated), count(*) FROM ledger_term WHERE organisation_id = %s GROUP BY 1
"""
_BY_MONTH = """
SELECT currency, date_trunc('month', issued_on), sum(amount) FROM ledger_invoice
  WHERE organisation_id = %s GROUP BY 1, 2
UNION ALL
SELECT currency, date_trunc('month', received_on), sum(amount) FROM ledger_payment
  WHERE organisation_id = %s GROUP BY 1, 2
"""


@dataclass(slots=True)
class Measured:
    """What was measured on a ledger of one size: of tries the quickest, of several days the slowest."""

    work: dict[str, Spent] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)
    days: dict[int, float] = field(default_factory=dict)


def measure(rows: int) -> Measured:
    """Write two years of `rows` invoices and read their reports."""
    from acquit.flows.accounts.found_organisation import found_organisation
    from tests.bench.work import write_calls
    from tests.bench.years import write_years

    founded = found_organisation(name=f"Years {rows}", now=NOW)
    write_years(founded.organisation_id, rows)
    write_calls(founded.organisation_id, today=TODAY, now=NOW)
    return measure_organisation(founded.organisation_id)


def measure_organisation(organisation_id: int) -> Measured:
    """Read the reports of an organisation that is there already."""
    from acquit.core.months import MEMORY, month_ends
    from acquit.flows.accounts.keep_usual_days import keep_usual_days
    from acquit.jobs.figures import refresh_figures
    from acquit.reports.ageing import ageing, ageing_totals
    from acquit.reports.dashboard import dashboard
    from acquit.reports.filters import Filters
    from acquit.reports.forecast import forecast
    from acquit.reports.months import months
    from acquit.reports.today import waiting
    from acquit.reports.worklist import Asked, work
    from acquit.store import tenancy
    from acquit.store.accounts.models import Creditor, Organisation

    measured = Measured()
    with tenancy.organisation(organisation_id):
        measured.floors[_AGEING] = _bare(_OWED, [organisation_id])
        measured.floors[_DSO] = _bare(_BY_MONTH, [organisation_id, organisation_id])
        slowest, longest = Spent(), Spent()
        for back in _DAYS:
            asked = Filters(on=TODAY - timedelta(days=back))
            spent = _best(lambda asked=asked: ageing_totals(asked))
            measured.days[back] = spent.seconds
            slowest = max(slowest, spent, key=lambda one: one.seconds)
            found = _best(lambda asked=asked: ageing(asked, largest=100))
            longest = max(longest, found, key=lambda one: one.seconds)
        measured.work[_AGEING], measured.work[_LIST] = slowest, longest
        measured.work[_DSO] = _best(lambda: months(month_ends(TODAY, 24 + MEMORY)))
        _measure_typed(measured, Organisation.objects.get(pk=organisation_id).name)
        today = Filters(on=TODAY)
        measured.work[_FORECAST] = _best(lambda: forecast(today), tries=1)
        refresh_figures(organisation_id, now=NOW)
        measured.work[_KEPT] = _best(lambda: dashboard(today, now=NOW))
        measured.work[_WAITS] = _best(lambda: waiting(on=TODAY, now=NOW))
        measured.work[_USUAL] = _best(
            lambda: keep_usual_days(organisation_id=organisation_id, today=TODAY, now=NOW), tries=1
        )
        calls = Asked(
            creditor=Creditor.objects.earliest("id").pk, person=None, now=NOW, today=TODAY, tasks=()
        )
        measured.work[_WORK] = _best(lambda: work(calls))
    return measured


def _measure_typed(measured: Measured, name: str) -> None:
    """Run the commands as a person types them, from the start of Python to the last line."""
    start = _best(lambda: _typed("--version")).seconds
    asked = ("--organisation", name)
    slowest = Spent()
    for back in _DAYS:
        day = (TODAY - timedelta(days=back)).isoformat()
        spent = _best(lambda day=day: _typed("report", "ageing", "--on", day, *asked))
        slowest = max(slowest, spent, key=lambda one: one.seconds)
    dso = _best(lambda: _typed("report", "dso", "--months", "24", "--on", TODAY.isoformat(), *asked))
    measured.work[_AGEING_TYPED], measured.work[_DSO_TYPED] = slowest, dso
    measured.floors[_AGEING_TYPED] = start + measured.floors[_AGEING]
    measured.floors[_DSO_TYPED] = start + measured.floors[_DSO]


def _typed(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "acquit", *words], stdout=subprocess.DEVNULL, check=True)


def _best(work: Callable[[], object], tries: int = 3) -> Spent:
    found = []
    for _ in range(tries):
        with timed() as spent:
            work()
        found.append(spent)
    return min(found, key=lambda one: one.seconds)


def _bare(statement: str, params: list[int]) -> float:
    from django.db import connections

    def read() -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement, params)
            cursor.fetchall()

    return _best(read).seconds


def figures(rows: int, sizes: Mapping[int, Measured]) -> Iterator[Figure]:
    """Yield what was measured at `rows`, beside the same at a tenth of it."""
    large, small = sizes[rows], sizes.get(rows // 10)
    floors = {
        _AGEING: "one bare sum of today", _LIST: "one bare sum of today", _DSO: "bare sums by month",
        _AGEING_TYPED: "--version and one bare sum", _DSO_TYPED: "--version and bare sums by month",
    }  # fmt: skip
    for work, spent in large.work.items():
        days = ", ".join(f"{back} days ago {seconds:.2f} s" for back, seconds in large.days.items())
        yield Figure(
            work=f"{work}, {rows:,} invoices",
            value=spent.seconds,
            target=_TARGETS.get(work),
            floor=large.floors.get(_AGEING if work == _LIST else work),
            floor_is=floors.get(work, ""),
            smaller=small.work[work].seconds if small else None,
            processor=None if work in _TYPED else spent.processor,
            note=days if work == _AGEING else "",
        )


def main() -> None:
    """Print the figures of a tenth of the rows asked for, and of all, as JSON."""
    rows = int(sys.argv[1])
    with prepared_database():
        sizes = {size: measure(size) for size in (rows // 10, rows)}
        print(json.dumps([asdict(figure) for figure in figures(rows, sizes)]))


if __name__ == "__main__":
    main()
