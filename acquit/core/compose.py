"""Who is asked for what in one message: grouping, tone, amounts, thanks (rules 1, 7, 8, 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.core.decision import THANKS, Claim, Reason
from acquit.core.exclusion import Asked, Excluded
from acquit.core.money import Money, totals
from acquit.core.scenario import Scenario, Stage, Step
from acquit.core.snapshot import ZERO, Snapshot, TermFacts
from acquit.core.steps import Due

#: A thank-you later than this many days after the payment would only surprise.
THANK_WITHIN = timedelta(days=14)
_FOR_GOOD = frozenset({"insolvent", "written_off", "paid"})


class Ready(NamedTuple):
    """A term whose step is reached, and the amount that may be asked."""

    term: TermFacts
    step: Step
    rank: tuple[int, int]
    repetition: int
    asked: Asked
    scenario: Scenario


class TooLittle(NamedTuple):
    """A step is reached, but what would be asked is under the minimum (rule 7)."""

    reason: Reason


@dataclass(slots=True)
class View:
    """The account's terms sorted out for one day."""

    ready: list[Ready] = field(default_factory=list)
    late: list[tuple[TermFacts, Decimal]] = field(default_factory=list)
    waits: list[tuple[date, Reason]] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)

    def place(
        self,
        term: TermFacts,
        asked: Asked,
        plan: Scenario,
        due: Due | None,
        today: date,
        *,
        mixed: bool,
    ) -> None:
        """Put `term` where its next step says: ready, waiting, or at the end of its plan."""
        if due is None:
            self.over.append(term.invoice)
            return
        step = plan.steps[due.position]
        if due.on <= today:
            rank = (step.stage if mixed else 0, due.position)
            self.ready.append(Ready(term, step, rank, due.repetition, asked, plan))
            return
        habit = due.habit and term.due < today
        params = {"until": due.on, "step": step.key, "invoices": (term.invoice,)}
        self.waits.append((due.on, Reason("habit" if habit else "not_yet", params)))

    def excluded_for_good(self) -> bool:
        """Tell whether nothing that was left out will ever come back by itself."""
        return all(e.reason.code in _FOR_GOOD for e in self.excluded)

    def other_reasons(self) -> tuple[Reason, ...]:
        """Return what else weighs, said once per kind, in the order of the rules."""
        over = [Reason("scenario_over", {"invoices": tuple(self.over)})] if self.over else []
        waits = [reason for _, reason in sorted(self.waits, key=_by_date)]
        return merged([*(e.reason for e in self.excluded), *self.notes, *over, *waits])


def _by_date(wait: tuple[date, Reason]) -> date:
    return wait[0]


def merged(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return `reasons` with those of one code made one, their invoices put together."""
    found: dict[str, dict[str, Any]] = {}
    for reason in reasons:
        params = found.get(reason.code)
        if params is None:
            found[reason.code] = dict(reason.params)
        elif "invoices" in params:
            params["invoices"] += tuple(reason.params.get("invoices", ()))
    return tuple(Reason(code, params) for code, params in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What would be said. `channel` is None when no usable address exists."""

    step: str
    stage: Stage
    channel: str | None
    wanted_channel: str
    claims: tuple[Claim, ...]
    listed: tuple[tuple[TermFacts, Decimal], ...]
    total: tuple[Money, ...]
    asks: bool = False
    profile: str = ""
    scenario: str = ""
    unreachable: bool = False
    notes: tuple[Reason, ...] = ()

    def why(self, today: date) -> dict[str, Any]:
        """Return the parameters of the sentence that says why this message is due."""
        oldest = min((term.due for term, _ in self.listed), default=today)
        return {
            "step": self.step,
            "invoices": tuple(dict.fromkeys(term.invoice for term, _ in self.listed)),
            "days": (today - oldest).days,
        }


def thanks_message(
    snapshot: Snapshot, scenario: Scenario | None, owed: list[TermFacts], today: date
) -> Message | None:
    """Return the thank-you for what was just paid late or after a reminder (rule 1).

    Never while something else is overdue, never for what was written off.
    """
    channel = scenario.thank if scenario is not None else None
    if scenario is None or channel is None or channel not in snapshot.channels:
        return None
    since = max(today - THANK_WITHIN, snapshot.thank_since or date.min)
    paid = [t for t in snapshot.terms if _deserves_thanks(t, scenario, since, today)]
    if not paid or any(term.due < today for term in owed):
        return None
    return Message(
        step=THANKS,
        stage=Stage.THANKS,
        channel=channel,
        wanted_channel=channel,
        claims=tuple(Claim(term.key, term.round, THANKS, 0) for term in paid),
        listed=tuple((term, ZERO) for term in paid),
        total=(),
        scenario=scenario.key,
    )


def _deserves_thanks(term: TermFacts, scenario: Scenario, since: date, today: date) -> bool:
    if term.open > 0 or term.thanked or term.paid_on is None or term.written_off:
        return False
    if not since <= term.paid_on <= today:
        return False
    plan = term.scenario or scenario
    stages = [step.stage if (step := plan.step(d.step)) else Stage.REMINDER for d in term.done]
    return term.paid_on > term.due or any(stage >= Stage.REMINDER for stage in stages)


def compose(view: View, snapshot: Snapshot, scenario: Scenario) -> Message | TooLittle | None:
    """Return the one message of the day: the furthest step, all that is late, one total.

    A step without any usable address gives way to the next group and leaves a task; a group
    under the minimum gives way too.
    """
    ready = view.ready
    unreachable: Message | None = None
    too_little: TooLittle | None = None
    while ready:
        group, listed = _group(ready, view)
        ready = [r for r in ready if r not in group]
        message = _message(group, listed, snapshot, scenario)
        if isinstance(message, TooLittle):
            too_little = too_little or message
        elif message.channel is None:
            unreachable = unreachable or message
        elif unreachable is not None:
            return _with_task(message)
        else:
            return message
    return unreachable or too_little


def _with_task(message: Message) -> Message:
    fields = {name: getattr(message, name) for name in Message.__slots__}
    return Message(**{**fields, "unreachable": True})


def _group(
    ready: list[Ready], view: View
) -> tuple[list[Ready], list[tuple[TermFacts, Decimal]]]:
    """Return the claims of one message and the terms that it lists.

    A formal notice claims and lists only the terms that have reached it; a step that is not
    `together` takes no other step's terms with it.
    """
    top = max(ready, key=lambda r: r.rank)
    if top.step.stage is Stage.FORMAL_NOTICE or not top.step.together:
        group = [r for r in ready if r.step is top.step]
    else:
        group = [r for r in ready if r.step.stage is not Stage.FORMAL_NOTICE and r.step.together]
    listed = {r.term.key: (r.term, r.asked.amount) for r in group}
    if top.step.stage is not Stage.FORMAL_NOTICE:
        elsewhere = set() if top.step.together else {r.term.key for r in ready} - set(listed)
        for term, amount in view.late:
            if term.key not in elsewhere:
                listed.setdefault(term.key, (term, amount))
    return group, sorted(listed.values(), key=lambda pair: (pair[0].due, pair[0].invoice))


def _message(
    group: list[Ready],
    listed: list[tuple[TermFacts, Decimal]],
    snapshot: Snapshot,
    scenario: Scenario,
) -> Message | TooLittle:
    top = max(group, key=lambda r: r.rank)
    kept = dict(_worth_asking(listed, snapshot, scenario))
    listed = [(term, amount) for term, amount in listed if term.currency in kept]
    group = [ready for ready in group if ready.term.currency in kept]
    if not group:
        asked = totals(Money(amount, term.currency) for term, amount in listed or _all(top))
        params = {"minimum": scenario.minimum, "total": asked}
        return TooLittle(Reason("below_minimum", params))
    top = max(group, key=lambda r: r.rank)
    step = top.step
    return Message(
        step=step.key,
        stage=step.stage,
        channel=_channel(step, snapshot),
        wanted_channel=step.channel,
        claims=tuple(Claim(r.term.key, r.term.round, r.step.key, r.repetition) for r in group),
        listed=tuple(listed),
        total=tuple(Money(amount, currency) for currency, amount in sorted(kept.items())),
        asks=step.asks,
        profile=snapshot.profile,
        scenario=top.scenario.key,
        notes=tuple(_notes(listed, snapshot)),
    )


def _all(top: Ready) -> list[tuple[TermFacts, Decimal]]:
    return [(top.term, top.asked.amount)]


def _worth_asking(
    listed: list[tuple[TermFacts, Decimal]], snapshot: Snapshot, scenario: Scenario
) -> Iterator[tuple[str, Decimal]]:
    """Yield each currency whose net total, after unmatched credits, is worth a message.

    A total that the credits cover whole is kept too: the payment guard holds it and says why.
    """
    tolerance = snapshot.policy.tolerance
    for money in totals(Money(amount, term.currency) for term, amount in listed):
        if money.amount <= max(tolerance, ZERO) or money.amount < scenario.minimum:
            continue
        net = money.amount - unmatched(snapshot, money.currency)
        if net >= scenario.minimum or net <= tolerance:
            yield money.currency, net


def unmatched(snapshot: Snapshot, currency: str) -> Decimal:
    """Return the credits of `currency` that nobody matched yet."""
    return sum((c.amount for c in snapshot.credits if c.currency == currency), ZERO)


def _channel(step: Step, snapshot: Snapshot) -> str | None:
    for channel in (step.channel, step.otherwise):
        if channel is not None and channel in snapshot.channels:
            return channel
    return None


def _notes(
    listed: list[tuple[TermFacts, Decimal]], snapshot: Snapshot
) -> Iterator[Reason]:
    currencies = {term.currency for term, _ in listed}
    for currency in sorted(currencies):
        credit = unmatched(snapshot, currency)
        if credit:
            yield Reason("unallocated_credit", {"amount": credit, "currency": currency})
    partly = tuple(term.invoice for term, _ in listed if term.open < term.amount)
    if partly:
        yield Reason("partial_payment", {"invoices": partly})
    reopened = tuple(term.invoice for term, _ in listed if term.resumed_on is not None)
    if reopened:
        yield Reason("reopened", {"invoices": reopened})
