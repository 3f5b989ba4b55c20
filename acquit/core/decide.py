"""The heart: what to do about one debtor today, and why.

One pure function serves the daily run, the last look before sending, the preview, the
simulation and the « Pourquoi ? » page, so that they cannot disagree. The sixteen rules are told
in docs/algorithms/decision.md; the numbers in the comments are theirs.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from acquit.core.calendar import Calendar
from acquit.core.compose import Message, TooLittle, View, compose, merged, thanks_message
from acquit.core.decision import Act, Decision, Hold, Reason, Stop, Wait
from acquit.core.exclusion import Excluded, examine
from acquit.core.payment_guard import possible_payment
from acquit.core.scenario import Scenario, Stage
from acquit.core.snapshot import ZERO, Policy, Snapshot, TermFacts
from acquit.core.steps import Applies, next_step

_DAY = timedelta(days=1)
#: Without any date in sight, a waiting account is looked at again after this many days.
_IDLE = timedelta(days=30)


class Regime(Protocol):
    """What the decision asks of the law."""

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day from which the claim can no longer be sued for; None if unknown."""


def decide(
    snapshot: Snapshot,
    scenario: Scenario | None,
    regime: Regime | None,
    calendar: Calendar,
    today: date,
) -> Decision:
    """Return what to do about the debtor on `today`, with the reasons, the decisive one first."""
    tolerance = snapshot.policy.tolerance
    owed = [term for term in snapshot.terms if term.open > 0 and term.open > tolerance]
    thanks = thanks_message(snapshot, scenario, owed, today)
    if not owed and thanks is None:
        return Stop(reasons=(Reason("paid"),))
    stopped = _stopped(snapshot)
    if stopped is not None:
        return Stop(reasons=(stopped,))
    if scenario is None:
        return Hold(reasons=(Reason("no_scenario"),))
    view = _view(owed, snapshot, scenario, calendar, today)
    if owed and len(view.excluded) == len(owed) and view.excluded_for_good():
        return Stop(reasons=merged(e.reason for e in view.excluded))
    message = thanks or compose(view, snapshot, scenario)
    return (
        _held(snapshot, view, message, today)
        or _nothing_to_say(view, message, calendar, today)
        or _leave(message, view, snapshot, regime, calendar, today)
    )


def _stopped(snapshot: Snapshot) -> Reason | None:
    """Rule 2: what takes the whole account out of our hands."""
    if snapshot.stopped is not None:
        return Reason(snapshot.stopped)
    if snapshot.kind == "intercompany":
        return Reason("intercompany")
    return None


def _view(
    owed: list[TermFacts], snapshot: Snapshot, scenario: Scenario, calendar: Calendar, today: date
) -> View:
    """Sort the terms out: left out, late, ready for a step, or waiting for one (rules 6, 8-11)."""
    view = View()
    asked_terms = []
    late: dict[str, Decimal] = {}
    for term in owed:
        asked = examine(term, snapshot, calendar, today)
        if isinstance(asked, Excluded):
            view.excluded.append(asked)
            continue
        asked_terms.append((term, asked))
        if term.due < today:
            late[term.currency] = late.get(term.currency, ZERO) + asked.amount
            view.late.append((term, asked.amount))
        view.notes.extend(asked.notes)
    applies = Applies(snapshot.kind, snapshot.profile, late)
    mixed = any(term.scenario is not None for term, _ in asked_terms)
    for term, asked in asked_terms:
        plan = term.scenario or scenario
        due = next_step(
            term, plan, today=today, calendar=calendar, applies=applies,
            habit_days=snapshot.habit_days,
        )  # fmt: skip
        view.place(term, asked, plan, due, today, mixed=mixed)
    return view


def _held(
    snapshot: Snapshot, view: View, message: Message | TooLittle | None, today: date
) -> Decision | None:
    """Rules 3 to 5: data not fresh, money that may be the answer, an answer not yet read."""
    others = view.other_reasons()
    if snapshot.stale:
        return Hold(reasons=(Reason("stale_data"), *others))
    if isinstance(message, Message) and message.stage is not Stage.THANKS:
        credit = possible_payment(message, snapshot)
        if credit is not None:
            return Hold(reasons=(credit, *others), tasks=("possible_payment",))
    if snapshot.unread_reply:
        return Hold(reasons=(Reason("unread_reply"), *others))
    away = snapshot.away_until
    if message is not None and away is not None and today <= away:
        return Wait(until=away + _DAY, reasons=(Reason("away", {"until": away}), *others))
    return None


def _nothing_to_say(
    view: View, message: Message | TooLittle | None, calendar: Calendar, today: date
) -> Decision | None:
    """Rules 6 to 8 when they leave nothing to send today."""
    if isinstance(message, Message):
        return None
    reasons = list(view.other_reasons())
    dates = [on for on, _ in view.waits] + [e.until for e in view.excluded if e.until]
    if isinstance(message, TooLittle):
        reasons.insert(0, message.reason)
        dates = dates or [today + _IDLE]
    if not dates:
        return Hold(reasons=tuple(reasons))
    until = calendar.next_working(max(min(dates), today + _DAY))
    return Wait(until=until, reasons=tuple(reasons))


def _leave(
    message: Message | TooLittle | None,
    view: View,
    snapshot: Snapshot,
    regime: Regime | None,
    calendar: Calendar,
    today: date,
) -> Decision:
    """Rules 9 and 12 to 16: when the message leaves, by which channel, and who decides."""
    assert isinstance(message, Message)  # noqa: S101  the two other shapes were answered above
    others = view.other_reasons()
    if snapshot.in_flight:
        return Hold(reasons=(Reason("in_flight", {"state": snapshot.in_flight}), *others))
    if not snapshot.list_accepted:
        return Hold(reasons=(Reason("first_list"), *others))
    pressed = _pressed(snapshot, calendar, today)
    if pressed is not None:
        return Wait(until=calendar.next_working(pressed[0]), reasons=(pressed[1], *others))
    if not calendar.is_working(today):
        return Wait(
            until=calendar.next_working(today), reasons=(Reason("not_a_working_day"), *others)
        )
    if message.channel is None:
        params = {"channel": message.wanted_channel}
        return Hold(reasons=(Reason("no_address", params), *others), tasks=("no_address",))
    if not snapshot.volume_confirmed:
        return Hold(reasons=(Reason("volume"), *others))
    asking = _asking(message, snapshot.policy, regime, snapshot.kind, today)
    why = Reason("thanks_due" if message.stage is Stage.THANKS else "step_reached", message.why(today))
    return Act(
        step=message.step,
        stage=message.stage,
        channel=message.channel,
        claims=message.claims,
        listed=tuple(term.key for term, _ in message.listed),
        invoices=tuple(dict.fromkeys(term.invoice for term, _ in message.listed)),
        total=message.total,
        asks=bool(asking),
        reasons=(why, *asking, *message.notes, *others),
        tasks=("no_address",) if message.unreachable else (),
        scenario=message.scenario,
    )


def _pressed(snapshot: Snapshot, calendar: Calendar, today: date) -> tuple[date, Reason] | None:
    """Rule 12: the first day on which the debtor may be contacted again, if it is not today."""
    policy = snapshot.policy
    if not snapshot.contacts:
        return None
    last = max(contact.on for contact in snapshot.contacts)
    allowed = calendar.add_working_days(last, policy.contact_gap)
    if any(contact.on == today and not contact.by_hand for contact in snapshot.contacts):
        allowed = max(allowed, today + _DAY)
    if today < allowed:
        return allowed, Reason("contact_gap", {"on": last, "days": policy.contact_gap})
    most = policy.contacts_per_30_days
    if most is None:
        return None
    recent = sorted(c.on for c in snapshot.contacts if c.on > today - timedelta(days=30))
    if len(recent) >= max(most, 1):
        freed = recent[len(recent) - max(most, 1)] + timedelta(days=30)
        return freed, Reason("contact_gap", {"count": len(recent), "most": most})
    return None


def _asking(
    message: Message, policy: Policy, regime: Regime | None, kind: str, today: date
) -> tuple[Reason, ...]:
    """Rule 15: why a person must look before this message leaves; empty when it may go alone."""
    if message.stage is Stage.THANKS:
        return ()
    formal = message.stage is Stage.FORMAL_NOTICE and not policy.formal_notice_leaves_alone
    above = policy.ask_above is not None and any(
        money.amount > policy.ask_above for money in message.total
    )
    reasons = []
    if message.asks or formal or above or message.profile in policy.asked_profiles:
        params = {"above": policy.ask_above} if above else {}
        reasons.append(Reason("asks_a_person", params))
    lapsed = [
        term.invoice
        for term, _ in message.listed
        if regime is not None and (day := regime.lapses_on(term.due, kind)) and day <= today
    ]
    if lapsed:
        reasons.append(Reason("time_barred", {"invoices": tuple(lapsed)}))
    return tuple(reasons)
