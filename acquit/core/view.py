"""The terms of an account sorted out for one day: ready, late, waiting, left out, over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from acquit.core.calendar import Calendar
from acquit.core.decision import Reason
from acquit.core.exclusion import Excluded, examine
from acquit.core.scenario import Scenario, Step
from acquit.core.snapshot import ZERO, Snapshot, TermFacts
from acquit.core.steps import Applies, Due, next_step

_DAY = timedelta(days=1)
_FOR_GOOD = frozenset({"insolvent", "written_off", "paid"})
_ORDER = attrgetter("due", "invoice", "amount")

#: A term and what may be asked of it.
Listed = tuple[TermFacts, Decimal]


class Ready(NamedTuple):
    """A term whose step is reached, and the amount that may be asked."""

    term: TermFacts
    step: Step
    rank: tuple[int, int]
    repetition: int
    amount: Decimal
    scenario: Scenario


class Waiting(NamedTuple):
    """A term whose next step lies ahead; `habit` if the debtor's habit alone delays it."""

    on: date
    step: str
    invoice: str
    habit: bool


@dataclass(slots=True)
class View:
    """What there is to say of each term. `asked` are the terms that nothing leaves out."""

    asked: list[Listed] = field(default_factory=list)
    ready: list[Ready] = field(default_factory=list)
    late: list[Listed] = field(default_factory=list)
    waits: list[Waiting] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    minimums: bool = False

    def over_for_good(self) -> bool:
        """Tell whether all is left out and nothing of it will ever come back by itself."""
        return not self.asked and all(e.reason.code in _FOR_GOOD for e in self.excluded)

    def claimed(self) -> list[Listed]:
        """Return what a message of today could claim: what is late or ready, else all."""
        found = {term.key: (term, amount) for term, amount in self.late}
        found |= {r.term.key: (r.term, r.amount) for r in self.ready}
        return list(found.values()) or self.asked

    def next_looks(self, today: date, *, too_little: bool) -> Iterator[date]:
        """Yield the days on which time alone may change the answer.

        A term that becomes late adds to the sum that a minimum is compared with.
        """
        for waiting in self.waits:
            yield waiting.on
        for excluded in self.excluded:
            if excluded.until is not None:
                yield excluded.until
        if too_little or self.minimums:
            for term, _ in self.asked:
                if term.due >= today:
                    yield term.due + _DAY

    def reasons(self) -> tuple[Reason, ...]:
        """Return all that weighs, said once per kind, in the order of the rules."""
        found = [*(e.reason for e in self.excluded), *self.notes]
        found = [*merged(found)] if found else found
        for code, invoices in (
            ("asks_a_person", self.asking),
            ("no_scenario", self.unplanned),
            ("scenario_over", self.over),
        ):
            if invoices:
                found.append(Reason(code, {"invoices": tuple(dict.fromkeys(invoices))}))
        if self.waits:
            found.extend(_waiting(self.waits))
        return tuple(found)


def _waiting(waits: list[Waiting]) -> Iterator[Reason]:
    waits = sorted(waits)
    delayed = [waiting for waiting in waits if waiting.habit]
    for code, those in (("habit", delayed), ("not_yet", waits)):
        if those:
            invoices = tuple(dict.fromkeys([waiting.invoice for waiting in those]))
            first = those[0]
            yield Reason(code, {"until": first.on, "step": first.step, "invoices": invoices})


def merged(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return `reasons` with those of one code made one, their invoices put together."""
    found: dict[str, dict[str, Any]] = {}
    for reason in reasons:
        params = found.setdefault(reason.code, dict(reason.params))
        if "invoices" in params:
            both = (*params["invoices"], *reason.params.get("invoices", ()))
            params["invoices"] = tuple(dict.fromkeys(both))
    return tuple(Reason(code, params) for code, params in found.items())


def sorted_out(
    owed: Iterable[TermFacts],
    snapshot: Snapshot,
    scenario: Scenario | None,
    calendar: Calendar,
    today: date,
) -> View:
    """Return the terms of `owed` as rules 6 and 8 to 11 place them on `today`."""
    view = View()
    mixed = False
    for term in sorted(owed, key=_ORDER):
        found = examine(term, snapshot, calendar, today)
        if isinstance(found, Excluded):
            view.excluded.append(found)
            continue
        view.asked.append((term, found.amount))
        if term.due < today:
            view.late.append((term, found.amount))
        view.notes.extend(found.notes)
        plan = term.scenario or scenario
        mixed = mixed or term.scenario is not None
        view.minimums = view.minimums or (plan is not None and plan.minimums)
    applies = _applies(view, snapshot, today)
    for asked in view.asked:
        plan = asked[0].scenario or scenario
        if plan is None:
            view.unplanned.append(asked[0].invoice)
        else:
            due = next_step(asked[0], plan, today=today, calendar=calendar, applies=applies,
                            habit_days=snapshot.habit_days)  # fmt: skip
            _place(view, asked, plan, due, today=today, mixed=mixed)
    return view


def _place(view: View, asked: Listed, plan: Scenario, due: Due | None, *, today: date, mixed: bool) -> None:
    """Put a term where its next step says: ready, waiting, or at the end of its plan."""
    term, amount = asked
    if due is None:
        view.over.append(term.invoice)
        return
    step = plan.steps[due.position]
    if due.on > today:
        habit = due.habit and term.due < today
        view.waits.append(Waiting(due.on, step.key, term.invoice, habit))
    elif term.asked == (step.key, due.repetition):
        view.asking.append(term.invoice)
    else:
        rank = (step.stage if mixed else 0, due.position)
        view.ready.append(Ready(term, step, rank, due.repetition, amount, plan))


def _applies(view: View, snapshot: Snapshot, today: date) -> Applies:
    if not view.minimums:
        return Applies(snapshot.kind, snapshot.profile)
    late: dict[str, Decimal] = {}
    coming: dict[tuple[str, date], Decimal] = {}
    for term, amount in view.asked:
        if term.due < today:
            late[term.currency] = late.get(term.currency, ZERO) + amount
        else:
            key = (term.currency, term.due)
            coming[key] = coming.get(key, ZERO) + amount
    return Applies(snapshot.kind, snapshot.profile, late, coming)
