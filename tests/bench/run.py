"""The day's run on a large portfolio: to decided and queued, everything decided anew, and nothing due.

The floors are one bare SQL statement that finds what is late per account, as a peer would, and
the bare writing of as many messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connections

from acquit.flows.accounts.found_organisation import found_organisation
from acquit.flows.outbox.plan_day import DayPlan, plan_day
from acquit.store import tenancy
from acquit.store.accounts.models import Account
from tests.bench.clock import Spent, timed
from tests.bench.portfolio import NOW, write_portfolio
from tests.bench.report import Figure

DUE, ANEW, AGAIN = "day's run", "everything decided anew", "the same day again"
_TARGETS = {DUE: 15.0, ANEW: 90.0}
_LATE = """
SELECT account_id, sum(amount - allocated), min(due_on), count(*) FROM ledger_term
WHERE organisation_id = %(organisation)s AND allocated < amount AND due_on < %(today)s {due}
GROUP BY account_id
"""
_OF_DUE_ACCOUNTS = """AND account_id IN (SELECT id FROM accounts_account
  WHERE organisation_id = %(organisation)s AND look_at <= %(now)s)"""
_AT_ONCE = 2_000


@dataclass(slots=True)
class Measured:
    """What was measured on a portfolio of one size."""

    organisation_id: int
    work: dict[str, Spent] = field(default_factory=dict)
    plans: dict[str, DayPlan] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)


def measure(rows: int) -> Measured:
    """Write a portfolio of `rows` open invoices and run its days."""
    founded = found_organisation(name=f"Bench {rows}", now=NOW)
    measured = Measured(founded.organisation_id)
    write_portfolio(founded.organisation_id, rows)
    with tenancy.organisation(founded.organisation_id):
        measured.floors[DUE] = _bare_statement(founded.organisation_id, _OF_DUE_ACCOUNTS)
        _run(measured, DUE)
        _run(measured, AGAIN)
        Account.objects.filter(organisation_id=founded.organisation_id).update(look_at=NOW)
        measured.floors[ANEW] = _bare_statement(founded.organisation_id, "")
        _run(measured, ANEW)
    return measured


def _run(measured: Measured, work: str) -> None:
    with timed() as measured.work[work]:
        plan = plan_day(organisation_id=measured.organisation_id, now=NOW)
    if plan.broken or plan.alerts:
        raise SystemExit(f"{work}: {plan.broken[:3]} {plan.alerts}")
    measured.plans[work] = plan


def _bare_statement(organisation_id: int, due: str) -> float:
    with connections["owner"].cursor() as cursor, timed() as spent:
        cursor.execute(
            _LATE.format(due=due), {"organisation": organisation_id, "today": NOW.date(), "now": NOW}
        )
        cursor.fetchall()
    return spent.seconds


def bare_writes(rows: int) -> tuple[float, float]:
    """Return rows a second by COPY, and by one commit a row, into a table without any index."""
    line = ("email", "standard", "friendly", "ready", '[["1200.00", "EUR"]]', "x" * 200)
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bare (a text, b text, c text, d text, e jsonb, f text)")
        with timed() as copied, cursor.copy("COPY bare FROM STDIN") as copy:
            for _ in range(rows):
                copy.write_row(line)
        with timed() as committed:
            for _ in range(_AT_ONCE):
                cursor.execute("INSERT INTO bare VALUES (%s, %s, %s, %s, %s, %s)", line)
        cursor.execute("DROP TABLE bare")
    return rows / copied.seconds, _AT_ONCE / committed.seconds


def figures(rows: int, sizes: Mapping[int, Measured]) -> Iterator[Figure]:
    """Yield what was measured at `rows`, beside the same at a tenth of it."""
    large, small = sizes[rows], sizes[rows // 10]
    for work in (DUE, ANEW, AGAIN):
        yield Figure(
            work=f"{work}, {rows // 10:,} open invoices",
            value=small.work[work].seconds,
            floor=small.floors.get(work),
            floor_is="one bare SQL statement" if work in small.floors else "",
            processor=small.work[work].processor,
        )
        plan = large.plans[work]
        decided = ", ".join(f"{kind} {count:,}" for kind, count in plan.decisions.most_common())
        seconds = large.work[work].seconds
        yield Figure(
            work=f"{work}, {rows:,} open invoices",
            value=seconds,
            target=_TARGETS.get(work),
            floor=large.floors.get(work),
            floor_is="one bare SQL statement" if work in large.floors else "",
            smaller=small.work[work].seconds,
            processor=large.work[work].processor,
            note=f"{decided}; {sum(plan.decisions.values()) / seconds:,.0f} accounts/s" if decided else "",
        )
    copied, committed = bare_writes(max(_AT_ONCE, rows // 100))
    yield Figure(work="bare COPY of messages", value=copied, unit="/s")
    yield Figure(work="bare messages, one commit each", value=committed, unit="/s")
