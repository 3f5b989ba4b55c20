"""Why one term is left out of what is asked, and how much of it may be asked (rule 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from acquit.core.calendar import Calendar
from acquit.core.decision import Reason
from acquit.core.snapshot import ZERO, Promise, Snapshot, Status, TermFacts

_DAY = timedelta(days=1)
_BY_DAY = attrgetter("on")

#: The network refused, rejected, cancelled or lost the invoice: it cannot be collected as it is.
_ENDS = frozenset({210, 213, 220, 221, 501})
_PIECE_MISSING, _COMPLETED = 208, 209
#: The account to pay is contested: fraud is possible, only a person may go on.
_PAYEE_CHANGED = 227
_APPROVED, _PARTLY_APPROVED, _DISPUTED = 205, 206, 207
_PAYMENT_SENT, _COLLECTED = 211, 212
_FACTORED, _NOT_FACTORED = 225, 228
#: Working days that a payment announced on the network (211) is given before its grace.
PAYMENT_SENT_DAYS = 3
#: Working days that the debtor has to look at the piece that was missing (209).
COMPLETED_DAYS = 3


class Excluded(NamedTuple):
    """The term is left out; `until` is the day to look again, None when a person must act."""

    reason: Reason
    until: date | None = None


class Asked(NamedTuple):
    """The term may be asked for `amount`; `notes` are reasons that changed it."""

    amount: Decimal
    notes: tuple[Reason, ...] = ()


def examine(term: TermFacts, snapshot: Snapshot, calendar: Calendar, today: date) -> Excluded | Asked:
    """Return whether `term` may be asked today, and for how much.

    The order is that of severity: what ends the claim, what suspends it, what the debtor said.
    """
    ended = _ended(term, snapshot)
    if ended is not None:
        return Excluded(ended)
    statuses: Sequence[Status] = ()
    if term.statuses:
        statuses = sorted(term.statuses, key=_BY_DAY)
        stopped = _by_status(statuses, term, calendar, today)
        if stopped is not None:
            return stopped
    if term.held and (term.held_until is None or today <= term.held_until):
        until = None if term.held_until is None else term.held_until + _DAY
        return Excluded(_reason("on_hold", term, until=term.held_until), until)
    if term.missing:
        return Excluded(_reason("missing_from_list", term))
    if term.disputed is None and term.promise is None and not statuses:
        return Asked(term.open)
    return _by_word(term, statuses, snapshot.policy.promise_grace, calendar, today)


def _reason(why: str, term: TermFacts, **params: object) -> Reason:
    return Reason(why, {**params, "invoices": (term.invoice,)})


def _ended(term: TermFacts, snapshot: Snapshot) -> Reason | None:
    if term.written_off:
        return _reason("written_off", term)
    if snapshot.insolvent_on is not None and term.issued <= snapshot.insolvent_on:
        return _reason("insolvent", term, on=snapshot.insolvent_on)
    if term.factored:
        return _reason("factored", term)
    if term.direct_debit:
        return _reason("direct_debit", term)
    if term.instalment_plan:
        return _reason("instalment_plan", term)
    return None


def _by_status(
    statuses: Sequence[Status], term: TermFacts, calendar: Calendar, today: date
) -> Excluded | None:
    """Return why the network's word leaves `term` out, if it does."""
    ended = next((s.code for s in statuses if s.code in _ENDS), None)
    if ended is not None:
        return Excluded(_reason("einvoice_stopped", term, code=ended))
    collected = next((s for s in reversed(statuses) if s.code == _COLLECTED), None)
    if collected is not None and _since(collected, term.resumed_on):
        if collected.unseen is None or collected.unseen >= term.open:
            return Excluded(_reason("paid", term, code=_COLLECTED))
        if collected.unseen > 0:
            params = {"amount": collected.unseen, "currency": term.currency, "on": collected.on}
            return Excluded(_reason("possible_payment", term, **params))
    if _latest(statuses, _FACTORED, _NOT_FACTORED) == _FACTORED:
        return Excluded(_reason("factored", term))
    return _suspended(statuses, term, calendar, today)


def _suspended(
    statuses: Sequence[Status], term: TermFacts, calendar: Calendar, today: date
) -> Excluded | None:
    """Return what waits for a piece or for a person; a piece sent gives the debtor some days."""
    unresolved = [s for s in statuses if _since(s, term.resolved_on)]
    if any(s.code == _PAYEE_CHANGED for s in unresolved):
        return Excluded(_reason("einvoice_stopped", term, code=_PAYEE_CHANGED))
    if not any(s.code == _PIECE_MISSING for s in unresolved):
        return None
    if _latest(unresolved, _PIECE_MISSING, _COMPLETED) == _PIECE_MISSING:
        return Excluded(_reason("einvoice_stopped", term, code=_PIECE_MISSING))
    completed_on = max(s.on for s in unresolved if s.code == _COMPLETED)
    until = calendar.add_working_days(completed_on, COMPLETED_DAYS)
    if today >= until:
        return None
    return Excluded(_reason("einvoice_stopped", term, code=_COMPLETED, until=until), until)


def _since(status: Status, day: date | None) -> bool:
    return day is None or status.on > day


def _latest(statuses: Sequence[Status], *codes: int) -> int | None:
    return next((s.code for s in reversed(statuses) if s.code in codes), None)


def _by_word(
    term: TermFacts, statuses: Sequence[Status], grace: int, calendar: Calendar, today: date
) -> Excluded | Asked:
    """Return what the debtor's word leaves of `term`: a dispute, a promise, a payment sent."""
    disputed = _disputed(term, statuses)
    if disputed is not None and disputed >= term.open:
        return Excluded(_reason("disputed", term))
    notes: list[Reason] = []
    amount = term.open
    if disputed:
        amount -= disputed
        notes.append(_reason("partly_disputed", term, amount=disputed, currency=term.currency))
    promise = _promise(term, statuses, calendar)
    if promise is not None:
        grace_ends = calendar.add_working_days(promise.until, grace)
        if today <= grace_ends:
            look_on = grace_ends + _DAY
            return Excluded(_reason("promised", term, until=promise.until, look_on=look_on), look_on)
        if not promise.kept and not _spoken_since(term, promise):
            told = {} if promise is term.promise else {"code": _PAYMENT_SENT}
            notes.append(_reason("broken_promise", term, until=promise.until, **told))
    return Asked(amount, tuple(notes))


def _spoken_since(term: TermFacts, promise: Promise) -> bool:
    return any(done.on > promise.until for done in term.done)


def _disputed(term: TermFacts, statuses: Sequence[Status]) -> Decimal | None:
    """Return the part of the open balance that is in dispute, by hand or on the network.

    Of the network's word on the content (205, 206, 207) the last one counts; a partial
    approval that names no sum approves nothing that could be asked.
    """
    content = (_APPROVED, _PARTLY_APPROVED, _DISPUTED)
    said = [s for s in statuses if s.code in content and _since(s, term.resolved_on)]
    if not said or said[-1].code == _APPROVED:
        return term.disputed
    if said[-1].code == _DISPUTED or said[-1].approved is None:
        return term.open
    paid = term.amount - term.open
    refused = term.open - max(said[-1].approved - paid, ZERO)
    return max(term.disputed or ZERO, refused)


def _promise(term: TermFacts, statuses: Sequence[Status], calendar: Calendar) -> Promise | None:
    """Return the debtor's latest word on a day of payment, given by hand or announced (211)."""
    sent = [s for s in statuses if s.code == _PAYMENT_SENT and _since(s, term.resumed_on)]
    if not sent:
        return term.promise
    day, unseen = sent[-1].on, sent[-1].unseen
    until = calendar.add_working_days(day, PAYMENT_SENT_DAYS)
    announced = Promise(until, kept=unseen is not None and unseen <= 0, made_on=day)
    if term.promise is not None and term.promise.until > announced.until:
        return term.promise
    return announced
