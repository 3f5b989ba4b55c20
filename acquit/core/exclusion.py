"""Why one term is left out of what is asked, and how much of it may be asked (rule 6)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from acquit.core.calendar import Calendar
from acquit.core.decision import Reason
from acquit.core.snapshot import ZERO, Promise, Snapshot, Status, TermFacts

_DAY = timedelta(days=1)

#: The network refused, rejected, cancelled or lost the invoice: it cannot be collected as it is.
_ENDS = frozenset({210, 213, 220, 221, 501})
#: A piece is missing (208), or the account to pay is contested (227): a person acts first.
_SUSPENDS = frozenset({208, 227})
_RESUMES = frozenset({209})
_DISPUTES, _APPROVES, _PARTLY = 207, 205, 206
_PAYMENT_SENT, _COLLECTED = 211, 212
_FACTORED, _NOT_FACTORED = 225, 228
#: Working days that a payment announced on the network (211) is given before its grace.
PAYMENT_SENT_DAYS = 3


class Excluded(NamedTuple):
    """The term is left out; `until` is the day to look again, None when a person must act."""

    reason: Reason
    until: date | None = None


class Asked(NamedTuple):
    """The term may be asked for `amount`; `notes` are reasons that changed it."""

    amount: Decimal
    notes: tuple[Reason, ...] = ()
    broken_promise: bool = False


def examine(term: TermFacts, snapshot: Snapshot, calendar: Calendar, today: date) -> Excluded | Asked:
    """Return whether `term` may be asked today, and for how much.

    The order is that of severity: what ends the claim, what suspends it, what the debtor said.
    """
    invoices = {"invoices": (term.invoice,)}
    if term.written_off:
        return Excluded(Reason("written_off", invoices))
    if snapshot.insolvent_on is not None and term.issued <= snapshot.insolvent_on:
        return Excluded(Reason("insolvent", {"on": snapshot.insolvent_on, **invoices}))
    if term.factored:
        return Excluded(Reason("factored", invoices))
    if term.direct_debit:
        return Excluded(Reason("direct_debit", invoices))
    if term.statuses:
        ended = _by_status(term.statuses, invoices)
        if ended is not None:
            return ended
    return _by_word(term, snapshot, calendar, today)


def _by_status(statuses: tuple[Status, ...], invoices: dict[str, tuple[str]]) -> Excluded | None:
    codes = [status.code for status in statuses]
    ended = next((code for code in codes if code in _ENDS), None)
    if ended is not None:
        return Excluded(Reason("einvoice_stopped", {"code": ended, **invoices}))
    if _COLLECTED in codes:
        return Excluded(Reason("paid", {"code": _COLLECTED, **invoices}))
    suspended = factored = False
    for code in codes:
        suspended = (suspended or code in _SUSPENDS) and code not in _RESUMES
        factored = (factored or code == _FACTORED) and code != _NOT_FACTORED
    if factored:
        return Excluded(Reason("factored", invoices))
    if suspended:
        return Excluded(Reason("einvoice_stopped", {"code": codes[-1], **invoices}))
    return None


def _by_word(
    term: TermFacts, snapshot: Snapshot, calendar: Calendar, today: date
) -> Excluded | Asked:
    invoices = {"invoices": (term.invoice,)}
    if term.instalment_plan:
        return Excluded(Reason("instalment_plan", invoices))
    if term.held and (term.held_until is None or today <= term.held_until):
        until = None if term.held_until is None else term.held_until + _DAY
        return Excluded(Reason("on_hold", {"until": term.held_until, **invoices}), until)
    disputed = _disputed(term)
    if disputed is not None and disputed >= term.open:
        return Excluded(Reason("disputed", invoices))
    promise = _promise(term, calendar)
    if promise is not None and not promise.kept:
        grace_ends = calendar.add_working_days(promise.until, snapshot.policy.promise_grace)
        if today <= grace_ends:
            params = {"until": promise.until, "look_on": grace_ends + _DAY, **invoices}
            return Excluded(Reason("promised", params), grace_ends + _DAY)
    amount, notes = term.open, []
    if disputed:
        amount -= disputed
        notes.append(Reason("partly_disputed", {"amount": disputed, "currency": term.currency, **invoices}))
    broken = promise is not None and not promise.kept and not _spoken_since(term, promise)
    if broken and promise is not None:
        notes.append(Reason("broken_promise", {"until": promise.until, **invoices}))
    return Asked(amount, tuple(notes), broken)


def _spoken_since(term: TermFacts, promise: Promise) -> bool:
    return bool(term.done) and term.done[-1].on > promise.until


def _disputed(term: TermFacts) -> Decimal | None:
    """Return the part of the open balance that is in dispute, by hand or on the network.

    Of the network's word on the content (205, 206, 207) the last one counts.
    """
    disputed = term.disputed
    said = next((s for s in reversed(term.statuses) if s.code in (205, 206, 207)), None)
    if said is not None and said.code == _DISPUTES:
        disputed = term.open
    elif said is not None and said.code == _PARTLY and said.approved is not None:
        paid = term.amount - term.open
        disputed = max(disputed or ZERO, term.open - max(said.approved - paid, ZERO))
    return disputed


def _promise(term: TermFacts, calendar: Calendar) -> Promise | None:
    sent = next((s for s in reversed(term.statuses) if s.code == _PAYMENT_SENT), None)
    if sent is None:
        return term.promise
    announced = Promise(calendar.add_working_days(sent.on, PAYMENT_SENT_DAYS), made_on=sent.on)
    if term.promise is not None and term.promise.until > announced.until:
        return term.promise
    return announced
