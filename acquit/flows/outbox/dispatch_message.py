"""Dispatch: claim, decide again, render, freeze, send outside any transaction, record.

Some messages are begun by one commit and recorded by another; each is looked at once more just before
it leaves. A crash between leaves those in hand *sending*, which a person sees; they are never sent
again blindly (F-02). What was claimed but provably not begun is given back.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from acquit.channels.base import Accepted, Outcome, Refused, Unknown
from acquit.core.contact_hours import next_moment
from acquit.core.decision import Act, Decision, Wait
from acquit.flows.material.alerts import close_alert, open_alert
from acquit.flows.material.attempt import Attempt, Claimed, begin, claims_of, key_of, mine, unmoved
from acquit.flows.material.background import backgrounds_of
from acquit.flows.material.carriage import Carriage, Carrying, Route
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.decided import why_not, withdraw
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.leaving import prepare
from acquit.flows.material.poke import poke
from acquit.flows.material.recording import record_accepted, record_not_sent, record_outcome
from acquit.store.accounts.models import Creditor
from acquit.store.encoding import encode_total
from acquit.store.facts import Case, CaseLoader
from acquit.store.outbox.models import Carrier, Message
from acquit.wording.template import Unsayable

#: Failures in a row after which a carrier is left alone: for so long, or until the next run where it is
#: the environment's. Then one message tries it again.
PAUSE_AFTER = 5
_PAUSE = timedelta(minutes=15)
#: A claim without any attempt begun after this time was never sent: its worker died before.
_UNBEGUN_AFTER = timedelta(minutes=10)
#: What is held up by another transaction or by a carrier's limits comes back with the next tick.
_A_TICK = timedelta(minutes=1)
_CLAIM_AT_ONCE = 100
#: Attempts begun by one commit, and recorded by one: what a crash may leave unknown.
TOGETHER = 10


@dataclass(slots=True)
class Dispatched:
    """How the run went: messages per (channel, outcome), and the carriers that paused, by name."""

    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    paused: dict[str, str] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    answered: set[str] = field(default_factory=set)

    def rests(self, carrying: Carrying, *, planned: int = 0) -> bool:
        """Say whether the carrier paused, or has with `planned` more carried all that its limits allow."""
        spent = carrying.most is not None and self.tried[carrying.name] + planned >= carrying.most
        return spent or carrying.name in self.paused

    def probes(self, carrying: Carrying) -> bool:
        """Say whether the carrier comes out of a pause and has not carried anything yet."""
        return carrying.probes and carrying.name not in self.answered


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run works with: its moment, its carriers, its count."""

    now: datetime
    carriage: Carriage
    done: Dispatched
    clock: Callable[[], datetime] | None = None

    def moment(self, attempts: Sequence[Attempt]) -> datetime:
        """Return when `attempts` begin: to a limit it matters how long this run has been going on."""
        return self.clock() if self.clock and any(one.limited for one in attempts) else self.now

    def carrying(self, message: Message) -> Carrying:
        return self.carriage.open[message.creditor_id, message.channel]

    def count(self, message: Message, word: str) -> None:
        self.done.messages[message.channel, word] += 1


def dispatch_messages(
    *,
    organisation_id: int,
    now: datetime,
    worker: str,
    sessions: Carriage,
    creditor_id: int | None = None,
    most: int | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Dispatched:
    """Send every message that is ready and whose hour has come, each after one more look.

    `clock` is one for all workers, that a carrier's limits hold over them however long they run; without
    it all begins at `now`.
    """
    done = Dispatched()
    left = most
    _tell_closed(organisation_id, sessions, now)
    while left is None or left > 0:
        routes = [route for route, carrying in sessions.open.items() if not done.rests(carrying)]
        size = _CLAIM_AT_ONCE if left is None else min(left, _CLAIM_AT_ONCE)
        claimed = claim(
            organisation_id, now=now, worker=worker, routes=routes, creditor_id=creditor_id, most=size
        )
        if not claimed:
            break
        _dispatch(organisation_id, claimed, _Run(now, sessions, done, clock))
        if left is not None:
            left -= len(claimed)
    return done


def claim(
    organisation_id: int,
    *,
    now: datetime,
    worker: str,
    routes: Iterable[Route],
    creditor_id: int | None = None,
    most: int = 1,
) -> list[int]:
    """Take up to `most` ready messages of `routes` for this worker, and commit; return their ids.

    A creditor with an unusual day that nobody confirmed keeps all of its messages (F-60).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_message SET state = 'sending', claimed_at = %(now)s,
                claimed_by = %(worker)s, attempts = attempts + 1
            WHERE id IN (
                SELECT m.id FROM outbox_message m
                WHERE m.organisation_id = %(organisation)s AND m.state = 'ready'
                  AND m.not_before <= %(now)s AND m.creditor_id || ' ' || m.channel = ANY(%(routes)s)
                  AND (%(creditor)s::bigint IS NULL OR m.creditor_id = %(creditor)s)
                  AND NOT EXISTS (
                    SELECT 1 FROM cases_task t
                    WHERE t.organisation_id = m.organisation_id AND t.creditor_id = m.creditor_id
                      AND t.account_id IS NULL AND t.kind = 'volume' AND t.closed_at IS NULL)
                ORDER BY m.not_before, m.id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            {
                "now": now, "worker": worker, "organisation": organisation_id,
                "routes": [f"{creditor} {channel}" for creditor, channel in routes],
                "creditor": creditor_id, "most": most,
            },
        )  # fmt: skip
        return sorted(row[0] for row in cursor.fetchall())


def give_back_unbegun(*, organisation_id: int, now: datetime) -> int:
    """Give back messages whose worker died before any attempt began; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_message m SET state = 'ready', attempts = attempts - 1
            WHERE m.organisation_id = %s AND m.state = 'sending' AND m.claimed_at < %s
              AND NOT EXISTS (SELECT 1 FROM outbox_delivery d
                WHERE d.organisation_id = m.organisation_id AND d.message_id = m.id
                  AND d.attempt = m.attempts)
            """,
            [organisation_id, now - _UNBEGUN_AFTER],
        )
        return int(cursor.rowcount)


def _dispatch(organisation_id: int, ids: list[int], run: _Run) -> None:
    messages = {m.id: m for m in Message.objects.filter(organisation_id=organisation_id, id__in=ids)}
    loader = CaseLoader(organisation_id, run.now)
    accounts = [messages[i].account_id for i in ids]
    cases = {c.account_id: c for c in loader.load(accounts, in_flight=False)}
    contacts = contacts_for(organisation_id, [(messages[i].debtor_id, messages[i].channel) for i in ids])
    decisions = {i: decide_case(cases[messages[i].account_id]) for i in ids}
    acts = [(messages[i], decision) for i, decision in decisions.items() if isinstance(decision, Act)]
    backgrounds, claims = backgrounds_of(organisation_id, acts), claims_of(organisation_id, ids)
    waiting = [
        Claimed(
            message=messages[i],
            case=cases[messages[i].account_id],
            decision=decisions[i],
            contact=contacts.get((messages[i].debtor_id, messages[i].channel)),
            background=backgrounds.get(i),
            claims=claims[i],
        )
        for i in ids
    ]
    while waiting:
        size = 1 if run.done.probes(run.carrying(waiting[0].message)) else TOGETHER
        together, waiting = waiting[:size], waiting[size:]
        attempts = list(_attempts(together, run))
        if attempts:
            _make(attempts, run)


def _attempts(together: Sequence[Claimed], run: _Run) -> Iterator[Attempt]:
    """Yield those of the claimed messages that are still wanted; say why not of the others."""
    planned: Counter[str] = Counter()
    for claimed in together:
        message, carrying = claimed.message, run.carrying(claimed.message)
        spent = (
            carrying.most is not None
            and run.done.tried[carrying.name] + planned[carrying.name] >= carrying.most
        )
        if spent or run.done.rests(carrying):
            _give_back(message)
            continue
        found = _attempt(claimed, run)
        if isinstance(found, Attempt):
            planned[carrying.name] += 1
            yield found
        else:
            run.count(message, found)


def _attempt(claimed: Claimed, run: _Run) -> Attempt | str:
    """Word and freeze one claimed message if it is still wanted, or say why not."""
    message, case, decision = claimed.message, claimed.case, claimed.decision
    refused = _not_any_more(message, case, decision, run.now)
    if refused is not None:
        return refused
    if not isinstance(decision, Act):
        raise TypeError(f"{decision} was taken for a message")
    if not message.reply_token:
        message.reply_token = secrets.token_hex(10)
    try:
        leaving = prepare(message, case, decision, claimed.contact, run.now, background=claimed.background)
    except Unsayable as error:
        return _to_person(message, f"unsayable: {error}")
    if leaving is None:
        _withdraw(message, "no_address", run.now)
        return "withdrawn"
    carrying = run.carrying(message)
    return Attempt(
        claimed=claimed, act=decision, leaving=leaving, carrier_id=carrying.carrier_id,
        limited=carrying.most is not None,
    )  # fmt: skip


def _make(attempts: Sequence[Attempt], run: _Run) -> None:
    """Begin the attempts by one commit, send each, record what came of them."""
    moment = run.moment(attempts)
    states = begin(attempts, now=moment)
    for one in attempts:
        message = one.claimed.message
        if message.id in states.moved:
            _give_back(message)
            run.count(message, "facts_changed")
        elif message.id not in states.begun:
            _give_back(message, not_before=moment + _A_TICK)
            run.count(message, "facts_changed" if message.id in states.held else "paced")
    left = [one for one in attempts if one.claimed.message.id in states.begun]
    taken: list[tuple[Message, Accepted]] = []
    try:
        for position, one in enumerate(list(left)):
            outcome = _send(one, run, first=position == 0)
            left.pop(0)
            if isinstance(outcome, Accepted):
                taken.append((one.claimed.message, outcome))
    finally:
        # Whatever went wrong, these left, and those were never handed over.
        if taken:
            record_accepted(taken, now=run.now)
        for one in left[1:]:
            record_not_sent(one.claimed.message, "interrupted", now=run.now)


def _send(one: Attempt, run: _Run, *, first: bool) -> Outcome | None:
    """Hand one begun message to its carrier and record any outcome but acceptance; None: not handed over."""
    message, carrying = one.claimed.message, run.carrying(one.claimed.message)
    if carrying.name in run.done.paused:
        record_not_sent(message, run.done.paused[carrying.name], now=run.now)
        run.count(message, "held_back")
        return None
    if not first and not unmoved(one.claimed):
        record_not_sent(message, "facts_changed", now=run.now)
        run.count(message, "facts_changed")
        return None
    run.done.tried[carrying.name] += 1
    leaving = one.leaving
    outcome = carrying.session.send(leaving.frozen, leaving.envelope, idempotency_key=key_of(message))
    if isinstance(outcome, Accepted):
        run.count(message, "sent")
    else:
        run.count(message, record_outcome(message, outcome, one.claimed.contact, now=run.now))
    _count_failures(message, outcome, run)
    return outcome


def _not_any_more(message: Message, case: Case, decision: Decision, now: datetime) -> str | None:
    """Withdraw, postpone or return to a person what today's facts no longer want as it is."""
    if isinstance(decision, Wait):
        until = datetime.combine(decision.until, case.creditor.window.opens, tzinfo=case.zone)
        Message.objects.filter(id=message.id, state="sending").update(
            state="ready", not_before=until, because=decision.reasons[0].code
        )
        return "postponed"
    wanted = isinstance(decision, Act) and (decision.step, decision.channel) == (
        message.step,
        message.channel,
    )
    if not wanted:
        _withdraw(message, why_not(decision), now)
        return "withdrawn"
    slot = case.creditor.window.next_slot(now, case.zone, case.calendar)
    slot = next_moment(slot, message.channel, case.snapshot.kind, case.country, case.zone, case.calendar)
    if slot > now:
        Message.objects.filter(id=message.id, state="sending").update(state="ready", not_before=slot)
        return "postponed"
    if isinstance(decision, Act):
        changed = message.total != encode_total(decision.total)
        if (decision.asks and message.approved_at is None) or (message.edited and changed):
            return _to_person(message, "sums_changed" if message.edited else "asks_a_person")
    return None


def _to_person(message: Message, because: str) -> str:
    mine(message).update(state="to_approve", asks=True, approved_at=None, because=because, edited=False)
    return "to_approve"


def _withdraw(message: Message, because: str, now: datetime) -> None:
    with transaction.atomic():
        withdraw(message.id, because=because, states=("sending",))
        poke(message.organisation_id, [message.account_id], now=now)


def _give_back(message: Message, *, not_before: datetime | None = None) -> None:
    later = {"not_before": not_before} if not_before is not None else {}
    mine(message).update(state="ready", attempts=message.attempts - 1, **later)


def _count_failures(message: Message, outcome: Outcome, run: _Run) -> None:
    """Leave a carrier alone after several failures in a row, or one on its probe; with one alert."""
    carrying, done = run.carrying(message), run.done
    if not (isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and not outcome.permanent)):
        done.failures[carrying.name] = 0
        if done.probes(carrying):
            _resume(carrying, run)
        done.answered.add(carrying.name)
        return
    done.failures[carrying.name] += 1
    enough = 1 if done.probes(carrying) else PAUSE_AFTER
    if done.failures[carrying.name] >= enough and carrying.name not in done.paused:
        done.paused[carrying.name] = outcome.because
        if carrying.carrier_id is not None:
            Carrier.objects.filter(id=carrying.carrier_id).update(
                paused_until=run.now + _PAUSE, paused_because=outcome.because
            )
        creditor = Creditor.objects.get(id=message.creditor_id)
        open_alert(creditor, f"{message.channel}_paused", now=run.now, because=outcome.because)


def _resume(carrying: Carrying, run: _Run) -> None:
    """The probe was answered: the carrier works again, and its alerts are over."""
    if carrying.carrier_id is not None:
        Carrier.objects.filter(id=carrying.carrier_id).update(paused_until=None, paused_because="")
    routes = [route for route, other in run.carriage.open.items() if other.name == carrying.name]
    for creditor in Creditor.objects.filter(id__in={creditor_id for creditor_id, _ in routes}):
        for channel in {channel for _, channel in routes}:
            close_alert(creditor, f"{channel}_paused", now=run.now)


def _tell_closed(organisation_id: int, sessions: Carriage, now: datetime) -> None:
    """Alert where a message is ready and no carrier can take it: never a silent nothing."""
    if not sessions.closed:
        return
    ready = Message.objects.filter(organisation_id=organisation_id, state="ready", not_before__lte=now)
    for creditor_id, channel in sorted(set(ready.values_list("creditor_id", "channel"))):
        because = sessions.closed.get((creditor_id, channel))
        if because is not None:
            creditor = Creditor.objects.get(id=creditor_id)
            open_alert(creditor, f"{channel}_paused", now=now, because=because)
