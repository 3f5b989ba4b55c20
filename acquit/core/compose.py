"""Who is asked for what in one message: grouping, tone, amounts, thanks (rules 1, 7, 8, 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.core.decision import THANKS, Claim, Reason
from acquit.core.money import Money, totals
from acquit.core.payment_guard import unmatched
from acquit.core.scenario import Scenario, Stage, Step
from acquit.core.snapshot import ZERO, Snapshot, TermFacts
from acquit.core.steps import stage_of
from acquit.core.view import Listed, Ready, View

NO_ADDRESS, NOBODY_ANSWERS = "no_address", "nobody_answers"
#: A thank-you later than this many days after the payment would only surprise.
THANK_WITHIN = timedelta(days=14)
#: The address on an envelope serves a registered letter too.
_SAME_ADDRESS = {"registered_letter": "letter"}


class TooLittle(NamedTuple):
    """A step is reached, but what would be asked is under the minimum (rule 7)."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What would be said. `channel` is None when no usable address exists.

    `lack` is why, and the task that it leaves; `unreachable` is the lack of another message, which gave
    way to this one.
    """

    step: str
    stage: Stage
    channel: str | None
    wanted_channel: str
    claims: tuple[Claim, ...]
    listed: tuple[Listed, ...]
    total: tuple[Money, ...]
    asks: bool = False
    profile: str = ""
    scenario: str = ""
    lack: str = ""
    unreachable: str = ""
    notes: tuple[Reason, ...] = ()

    @property
    def said_by(self) -> tuple[str, str]:
        """The scenario and the step that say it."""
        return self.scenario, self.step

    @property
    def invoices(self) -> tuple[str, ...]:
        """The numbers of the invoices listed, each once."""
        return _numbers([term for term, _ in self.listed])

    @property
    def asked(self) -> dict[str, Decimal]:
        """What the listed terms owe per currency, before unmatched credits."""
        return {money.currency: money.amount for money in _sums(self.listed)}

    def why(self, today: date) -> dict[str, Any]:
        """Return the parameters of the sentence that says why this message is due.

        A courtesy is about what falls due, though it lists what is late; any other about what is late.
        """
        coming = self.stage is Stage.COURTESY
        terms = [term for term, _ in self.listed]
        about = [term for term in terms if (term.due >= today) is coming] or terms
        oldest = min((term.due for term in about), default=today)
        return {
            "step": self.step,
            "invoices": _numbers(about),
            "days": (today - oldest).days,
        }


def thanks_message(
    snapshot: Snapshot, scenario: Scenario | None, owed: Sequence[TermFacts], today: date
) -> Message | None:
    """Return the thank-you for what was just paid late or after a reminder (rule 1).

    Never while something else is overdue, never for what was written off.
    """
    channel = scenario.thank if scenario is not None else None
    if scenario is None or channel is None or not _reached_by(channel, snapshot):
        return None
    since = max(today - THANK_WITHIN, snapshot.thank_since or date.min)
    paid = [t for t in snapshot.terms if _deserves_thanks(t, scenario, since, today)]
    if not paid or any(term.due < today for term in owed):
        return None
    paid.sort(key=lambda term: (term.due, term.invoice))
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
    reminded = any(stage_of(done, plan) >= Stage.REMINDER for done in term.done)
    return reminded or term.paid_on > term.due


def compose(view: View, snapshot: Snapshot) -> Message | TooLittle | None:
    """Return the one message of the day: the furthest step, all that is late, one total.

    A step without any usable address gives way to what else is due and leaves a task; a group
    under the minimum gives way too, and so do reminders that only a courtesy beside them lifts over it.
    """
    ready = view.ready
    unreachable: Message | None = None
    too_little: TooLittle | None = None
    while ready:
        group, listed = _group(ready, view)
        message = _message(group, listed, snapshot)
        if isinstance(message, TooLittle):
            too_little = too_little or message
            ready = [r for r in ready if r not in group]
        elif (reminders := _too_little_late(group, listed, snapshot)) is not None:
            too_little = too_little or reminders.said
            ready = [r for r in ready if r not in reminders.group]
        elif message.channel is None:
            unreachable = unreachable or message
            ready = [r for r in ready if (r.scenario.key, r.step.key) != message.said_by]
        else:
            return replace(message, unreachable=unreachable.lack if unreachable else "")
    return unreachable or too_little


def _group(ready: list[Ready], view: View) -> tuple[list[Ready], list[Listed]]:
    """Return the claims of one message and the terms that it lists.

    A formal notice claims and lists only the terms that have reached it; a step that is not
    `together` takes no other step's terms with it.
    """
    top = max(ready, key=_rank)
    formal = top.step.stage is Stage.FORMAL_NOTICE
    if formal or not top.step.together:
        group = [r for r in ready if r.step.key == top.step.key and r.scenario.key == top.scenario.key]
    else:
        group = [r for r in ready if r.step.stage is not Stage.FORMAL_NOTICE and r.step.together]
    listed = {r.term.key: (r.term, r.amount) for r in group}
    if not formal:
        elsewhere = set() if top.step.together else {r.term.key for r in ready} - set(listed)
        for term, amount in view.late:
            if term.key not in elsewhere:
                listed.setdefault(term.key, (term, amount))
    return group, sorted(listed.values(), key=_by_due)


class _TooLittleLate(NamedTuple):
    group: list[Ready]
    said: TooLittle


def _too_little_late(
    group: list[Ready], listed: Sequence[Listed], snapshot: Snapshot
) -> _TooLittleLate | None:
    """Return the reminders of a group that what is not due yet alone makes worth a message."""
    coming = {r.term.key for r in group if r.step.stage is Stage.COURTESY}
    reminders = [r for r in group if r.term.key not in coming]
    if not coming or not reminders:
        return None
    said = _message(reminders, [pair for pair in listed if pair[0].key not in coming], snapshot)
    return _TooLittleLate(reminders, said) if isinstance(said, TooLittle) else None


def _rank(ready: Ready) -> tuple[int, int]:
    return ready.rank


def _by_due(listed: Listed) -> tuple[date, str]:
    return listed[0].due, listed[0].invoice


def _message(group: list[Ready], listed: Sequence[Listed], snapshot: Snapshot) -> Message | TooLittle:
    minimum = max(group, key=_rank).scenario.minimum
    asked = {money.currency: money.amount for money in _sums(listed)}
    kept = dict(_worth_asking(asked, snapshot, minimum))
    small = tuple(Money(asked[c], c) for c in sorted(asked) if c not in kept)
    below = Reason("below_minimum", {"minimum": minimum, "total": small})
    group = [ready for ready in group if ready.term.currency in kept]
    if not group:
        return TooLittle(below)
    listed = [pair for pair in listed if pair[0].currency in kept]
    top = max(group, key=_rank)
    step = top.step
    return Message(
        step=step.key,
        stage=step.stage,
        channel=_channel(step, snapshot),
        wanted_channel=step.channel,
        lack=NOBODY_ANSWERS if _in_vain(step.channel, step, snapshot) else NO_ADDRESS,
        claims=tuple(Claim(r.term.key, r.term.round, r.step.key, r.repetition) for r in group),
        listed=tuple(listed),
        total=tuple(Money(amount, currency) for currency, amount in sorted(kept.items())),
        asks=step.asks,
        profile=snapshot.profile,
        scenario=top.scenario.key,
        notes=(*_notes(listed, snapshot), *([below] if small else ())),
    )


def _sums(listed: Sequence[Listed]) -> tuple[Money, ...]:
    return totals(Money(amount, term.currency) for term, amount in listed)


def _worth_asking(
    asked: Mapping[str, Decimal], snapshot: Snapshot, minimum: Decimal
) -> Iterator[tuple[str, Decimal]]:
    """Yield each currency whose net total, after unmatched credits, is worth a message.

    A total that the credits cover whole is kept too: the payment guard holds it and says why.
    """
    tolerance = snapshot.policy.tolerance
    for currency, amount in asked.items():
        if amount <= max(tolerance, ZERO) or amount < minimum:
            continue
        net = amount - unmatched(snapshot, currency)
        if net >= minimum or net <= tolerance:
            yield currency, net


def _channel(step: Step, snapshot: Snapshot) -> str | None:
    for channel in (step.channel, step.otherwise):
        if channel is None or _in_vain(channel, step, snapshot):
            continue
        if _reached_by(channel, snapshot):
            return channel
    return None


def _in_vain(channel: str, step: Step, snapshot: Snapshot) -> bool:
    """Tell whether a call for this step was tried as often as it may be, and nobody answered."""
    return channel == "phone" and step.key in snapshot.unanswered


def _reached_by(channel: str, snapshot: Snapshot) -> bool:
    return channel in snapshot.channels or _SAME_ADDRESS.get(channel) in snapshot.channels


def _notes(listed: Sequence[Listed], snapshot: Snapshot) -> Iterator[Reason]:
    currencies = {term.currency for term, _ in listed}
    for currency in sorted(currencies):
        credit = unmatched(snapshot, currency)
        if credit:
            yield Reason("unallocated_credit", {"amount": credit, "currency": currency})
    partly = [term for term, _ in listed if term.open < term.amount]
    if partly:
        yield Reason("partial_payment", {"invoices": _numbers(partly)})
    reopened = [term for term, _ in listed if term.resumed_on is not None]
    if reopened:
        yield Reason("reopened", {"invoices": _numbers(reopened)})


def _numbers(terms: Sequence[TermFacts]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.invoice for term in terms))
