"""The heart: what to do about one debtor today, and why.

One pure function serves the daily run, the last look before sending, the preview, the
simulation and the « Pourquoi ? » page, so that they cannot disagree. The sixteen rules are told
in docs/algorithms/decision.md; the numbers in the comments are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from acquit.core.calendar import Calendar
from acquit.core.compose import Message, TooLittle, compose, thanks_message
from acquit.core.decision import Act, Decision, Hold, Reason, Stop, Wait
from acquit.core.money import Money, totals
from acquit.core.payment_guard import possible_payment
from acquit.core.regimes.limitation import lapses_on
from acquit.core.scenario import Scenario, Stage
from acquit.core.snapshot import ZERO, Policy, Snapshot
from acquit.core.view import View, merged, sorted_out

_DAY = timedelta(days=1)
#: Without any date in sight, a waiting account is looked at again after this many days.
_IDLE = timedelta(days=30)
_MONTH = timedelta(days=30)


class Regime(Protocol):
    """What the decision asks of the law."""

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day from which the claim can no longer be sued for; None if unknown."""


class Barrier(NamedTuple):
    """What keeps the message in: until a day, or until a person or a fact moves (None)."""

    reason: Reason
    until: date | None = None
    tasks: tuple[str, ...] = ()


def decide(
    snapshot: Snapshot,
    scenario: Scenario | None,
    regime: Regime | None,
    calendar: Calendar,
    today: date,
) -> Decision:
    """Return what to do about the debtor on `today`, with the reasons, the decisive one first."""
    least = max(snapshot.policy.tolerance, ZERO)
    owed = [term for term in snapshot.terms if term.open > least]
    thanks = thanks_message(snapshot, scenario, owed, today)
    stopped = _settled(snapshot) if not owed and thanks is None else _stopped(snapshot)
    if stopped:
        return Stop(reasons=stopped)
    view = sorted_out(owed, snapshot, scenario, calendar, today)
    if owed and view.over_for_good():
        return Stop(reasons=merged(e.reason for e in view.excluded))
    message = thanks or compose(view, snapshot)
    if not isinstance(message, Message):
        return _nothing_to_say(message, view, snapshot, calendar, today)
    others = view.reasons() if owed else _settled(snapshot)
    barriers = tuple(_barriers(message, view, snapshot, calendar, today))
    decision = _kept_in(barriers, others) or _act(message, others, snapshot, regime, today)
    return _with_alert(decision, view)


def _with_alert(decision: Act | Hold | Wait, view: View) -> Decision:
    """Tell a person of a payment that the network announced (211) and that did not come."""
    if any(note.code == "broken_promise" and "code" in note.params for note in view.notes):
        return replace(decision, tasks=(*decision.tasks, "payment_announced"))
    return decision


def _kept_in(barriers: tuple[Barrier, ...], others: tuple[Reason, ...]) -> Hold | Wait | None:
    if not barriers:
        return None
    decisive, reasons = barriers[0], (*(barrier.reason for barrier in barriers), *others)
    if decisive.until is None:
        return Hold(reasons=reasons, tasks=decisive.tasks)
    return Wait(until=decisive.until, reasons=reasons)


def _settled(snapshot: Snapshot) -> tuple[Reason, ...]:
    """Rule 1: nothing is owed, or only what the creditor tolerates."""
    rest = totals(Money(t.open, t.currency) for t in snapshot.terms if t.open > 0)
    if not rest:
        return (Reason("paid"),)
    params = {"minimum": snapshot.policy.tolerance, "total": rest}
    return (Reason("paid"), Reason("below_minimum", params))


def _stopped(snapshot: Snapshot) -> tuple[Reason, ...]:
    """Rule 2: what takes the whole account out of our hands."""
    if snapshot.stopped is not None:
        return (Reason(snapshot.stopped),)
    return (Reason("intercompany"),) if snapshot.kind == "intercompany" else ()


def _nothing_to_say(
    message: TooLittle | None, view: View, snapshot: Snapshot, calendar: Calendar, today: date
) -> Decision:
    """Rules 6 to 8 when they leave nothing to send today; what would hold it is said too."""
    reasons = view.reasons()
    if message is not None:
        reasons = (message.reason, *reasons)
    holds = tuple(_unheard(snapshot))
    if snapshot.credits or snapshot.receipts:
        asked = view.claimed()
        sums = {m.currency: m.amount for m in totals(Money(a, t.currency) for t, a in asked)}
        credit = possible_payment(snapshot, asked, sums, today)
        reasons = reasons if credit is None else (*reasons, credit)
    away = _away(snapshot, today)
    if away is not None:
        reasons = (*reasons, away.reason)
    if holds:
        return Hold(reasons=(*holds, *reasons))
    dates = [*view.next_looks(today, too_little=message is not None)]
    if message is not None and not dates:
        dates = [today + _IDLE]
    if not dates:
        return Hold(reasons=reasons)
    until = calendar.next_working(max(min(dates), today + _DAY))
    return Wait(until=until, reasons=reasons)


def _unheard(snapshot: Snapshot) -> Iterator[Reason]:
    """Rules 3 and 5, and a contested account to pay: what holds whatever the terms say."""
    if snapshot.stale:
        yield Reason("stale_data")
    if snapshot.bank_change:
        yield Reason("bank_change")
    if snapshot.unread_reply:
        yield Reason("unread_reply")


def _away(snapshot: Snapshot, today: date) -> Barrier | None:
    """Rule 5: an out-of-office notice moves the contact past the day it names."""
    away = snapshot.away_until
    if away is None or today > away:
        return None
    return Barrier(Reason("away", {"until": away}), away + _DAY)


def _barriers(
    message: Message, view: View, snapshot: Snapshot, calendar: Calendar, today: date
) -> Iterator[Barrier]:
    """Yield what keeps `message` from leaving today, in the order of the rules."""
    yield from _doubts(message, view, snapshot, today)
    if snapshot.in_flight:
        yield Barrier(Reason("in_flight", {"state": snapshot.in_flight}))
    if not snapshot.list_accepted:
        yield Barrier(Reason("first_list"))
    yield from _pressure(snapshot, calendar, today)
    if not calendar.is_working(today):
        yield Barrier(Reason("not_a_working_day"), calendar.next_working(today))
    if message.channel is None:
        params = {"channel": message.wanted_channel}
        yield Barrier(Reason(message.lack, params), tasks=(message.lack,))
    if not snapshot.volume_confirmed:
        yield Barrier(Reason("volume"))


def _doubts(message: Message, view: View, snapshot: Snapshot, today: date) -> Iterator[Barrier]:
    """Yield rules 3 to 5: data not fresh, answers not heard or not read, money that may be the answer.

    Every message but the thank-you tells where to pay: none leaves while that is contested.
    """
    if snapshot.stale:
        yield Barrier(Reason("stale_data"))
    if _may_have_answered(message, snapshot):
        yield Barrier(Reason("mailbox_silent", {"on": snapshot.unheard_since}))
    if snapshot.bank_change and message.stage is not Stage.THANKS:
        yield Barrier(Reason("bank_change"))
    if (snapshot.credits or snapshot.receipts) and message.stage is not Stage.THANKS:
        credit = possible_payment(snapshot, view.claimed(), message.asked, today)
        if credit is not None:
            yield Barrier(credit, tasks=("possible_payment",))
    if snapshot.unread_reply:
        yield Barrier(Reason("unread_reply"))
    away = _away(snapshot, today)
    if away is not None:
        yield away


def _may_have_answered(message: Message, snapshot: Snapshot) -> bool:
    """Whether a debtor whom e-mail reaches may have said why not to remind him, unheard."""
    by_mail = message.channel == "email" or "email" in snapshot.channels
    return snapshot.unheard_since is not None and by_mail and message.stage is not Stage.THANKS


def _pressure(snapshot: Snapshot, calendar: Calendar, today: date) -> Iterator[Barrier]:
    """Rule 12: the debtor was contacted too recently, or too often."""
    policy, most = snapshot.policy, snapshot.policy.contacts_per_30_days
    if snapshot.contacts:
        last = max(contact.on for contact in snapshot.contacts)
        allowed = calendar.add_working_days(last, policy.contact_gap)
        if any(contact.on == today and not contact.by_hand for contact in snapshot.contacts):
            allowed = max(allowed, today + _DAY)
        if today < allowed:
            params = {"on": last, "days": policy.contact_gap}
            yield Barrier(Reason("contact_gap", params), calendar.next_working(allowed))
    if most is None:
        return
    recent = sorted(c.on for c in snapshot.contacts if c.on > today - _MONTH)
    if len(recent) >= most:
        freed = recent[len(recent) - most] + _MONTH if most else today + _IDLE
        params = {"count": len(recent), "most": most}
        yield Barrier(Reason("too_many_contacts", params), calendar.next_working(freed))


def _act(
    message: Message,
    others: tuple[Reason, ...],
    snapshot: Snapshot,
    regime: Regime | None,
    today: date,
) -> Act:
    """Let the message leave; a person may have to look first (rule 15)."""
    asking = _asking(message, snapshot.policy, regime, snapshot.kind, today)
    thanks = message.stage is Stage.THANKS
    why = Reason("thanks_due" if thanks else "step_reached", message.why(today))
    return Act(
        step=message.step,
        stage=message.stage,
        channel=message.channel or message.wanted_channel,
        claims=message.claims,
        listed=tuple(term.key for term, _ in message.listed),
        invoices=message.invoices,
        total=message.total,
        asks=bool(asking),
        reasons=(why, *asking, *message.notes, *others),
        tasks=(message.unreachable,) if message.unreachable else (),
        scenario=message.scenario,
    )


def _asking(
    message: Message, policy: Policy, regime: Regime | None, kind: str, today: date
) -> tuple[Reason, ...]:
    """Rule 15: why a person must look before this message leaves; empty when it may go alone."""
    if message.stage is Stage.THANKS:
        return ()
    formal = message.stage is Stage.FORMAL_NOTICE and not policy.formal_notice_leaves_alone
    above = policy.ask_above is not None and any(money.amount > policy.ask_above for money in message.total)
    reasons = []
    if message.asks or formal or above or message.profile in policy.asked_profiles:
        params = {"above": policy.ask_above} if above else {}
        reasons.append(Reason("asks_a_person", params))
    lapsed = [
        term.invoice
        for term, _ in message.listed
        if regime is not None
        and (day := lapses_on(regime.lapses_on, term.due, kind, term.moved))
        and day <= today
    ]
    if lapsed:
        reasons.append(Reason("time_barred", {"invoices": tuple(dict.fromkeys(lapsed))}))
    return tuple(reasons)
