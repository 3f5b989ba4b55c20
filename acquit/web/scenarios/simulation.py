"""What a scenario would send within the next days to the creditor's accounts, or to a fair share of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil

from django.db.models import F
from django.db.models.functions import Mod

from acquit.core.decision import Act
from acquit.core.diary import diary
from acquit.core.scenario import Scenario
from acquit.flows.material.law import limits_of
from acquit.store.accounts.models import Account, Creditor
from acquit.store.facts import Case, CaseLoader
from acquit.store.ledger.models import Term

DAYS = 30
#: Enough for a picture, few enough to be drawn while one waits.
MOST_ACCOUNTS = 400
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A working day of the calendar: how many messages, how dark, and whether it is the peak."""

    on: date
    count: int
    shade: int
    peak: bool
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The messages of the next days. `accounts` were looked at, out of `portfolio` that owe something."""

    accounts: int
    portfolio: int
    invoices: int
    channels: tuple[tuple[str, int], ...]
    total: int
    to_approve: int
    untouched: int
    weeks: tuple[tuple[Day, ...], ...]
    peak: Day | None


def simulate(scenario: Scenario, creditor: Creditor, *, now: datetime, days: int = DAYS) -> Simulation:
    """Run the diary of each account as if it followed `scenario` from its first step on."""
    owing = Account.objects.filter(
        creditor=creditor, pk__in=Term.objects.filter(allocated__lt=F("amount")).values("account_id")
    )
    portfolio = owing.count()
    every = max(1, ceil(portfolio / MOST_ACCOUNTS))
    sample = owing.annotate(share=Mod("pk", every)).filter(share=0) if every > 1 else owing
    ids = list(sample.order_by("pk").values_list("pk", flat=True)[:MOST_ACCOUNTS])
    loader = CaseLoader(creditor.organisation_id, now)
    tally = _Tally()
    for start in range(0, len(ids), _BATCH):
        for case in loader.load(ids[start : start + _BATCH]):
            tally.add(case, scenario, days)
    today = loader.creditor(creditor.pk).day(now)
    return tally.result(portfolio, today, days)


class _Tally:
    """Counts while accounts go by."""

    def __init__(self) -> None:
        self.days: Counter[date] = Counter()
        self.channels: Counter[str] = Counter()
        self.accounts = self.invoices = self.to_approve = self.untouched = 0

    def add(self, case: Case, scenario: Scenario, days: int) -> None:
        """Count the messages of one account."""
        regime = limits_of(case)
        snapshot = replace(
            case.snapshot,
            list_accepted=True,
            stale=False,
            unheard_since=None,
            in_flight="",
            terms=tuple(replace(term, scenario=None) for term in case.snapshot.terms),
        )
        before = self.channels.total()
        for entry in diary(snapshot, scenario, regime, case.calendar, case.today, days=days):
            if isinstance(entry.decision, Act):
                self.days[entry.on] += 1
                self.channels[entry.decision.channel] += 1
                self.to_approve += entry.decision.asks
        self.accounts += 1
        self.invoices += len({term.invoice for term in snapshot.terms if term.open > 0})
        self.untouched += self.channels.total() == before

    def result(self, portfolio: int, today: date, days: int) -> Simulation:
        """Return what was counted, laid out by weeks."""
        weeks = _weeks(self.days, today, days)
        return Simulation(
            accounts=self.accounts,
            portfolio=portfolio,
            invoices=self.invoices,
            channels=tuple(self.channels.most_common()),
            total=self.channels.total(),
            to_approve=self.to_approve,
            untouched=self.untouched,
            weeks=weeks,
            peak=next((day for week in weeks for day in week if day.peak), None),
        )


def _weeks(counts: Counter[date], today: date, days: int) -> tuple[tuple[Day, ...], ...]:
    """Lay the days out from Monday; Saturday and Sunday only where something falls on them."""
    last = today + timedelta(days=days)
    monday = today - timedelta(days=today.weekday())
    most = max(counts.values(), default=0)
    peak = min((on for on, count in counts.items() if count == most), default=None)
    shown = 7 if any(on.weekday() > 4 for on in counts) else 5
    weeks = []
    while monday <= last:
        week = [monday + timedelta(days=offset) for offset in range(shown)]
        weeks.append(
            tuple(
                Day(
                    on=on,
                    count=counts[on],
                    shade=ceil(counts[on] * 5 / most) if most else 0,
                    peak=on == peak,
                    ahead=today <= on <= last,
                )
                for on in week
            )
        )
        monday += timedelta(days=7)
    return tuple(weeks)
