"""Dispatch: claim, decide again, render, freeze, send outside any transaction, record.

A crash between the claim and the record leaves the message *sending*, which a person sees; it is
never sent again blindly (F-02). What was claimed but provably not begun is given back.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from acquit.channels.base import Accepted, HandedOver, Outcome, Refused, Unknown
from acquit.core.decision import Act, Decision, Wait
from acquit.flows.material.alerts import open_alert
from acquit.flows.material.attempt import MOST_ATTEMPTS, Claimed, begin, claims_of, key_of, mine
from acquit.flows.material.background import backgrounds_of
from acquit.flows.material.carriage import Carriage, Carrying, Route
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.decided import why_not, withdraw
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.leaving import prepare
from acquit.flows.material.poke import poke
from acquit.flows.material.sent import mark_sent
from acquit.flows.material.unreached import stop_contact
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.cases.models import Task
from acquit.store.encoding import encode_total
from acquit.store.facts import Case, CaseLoader
from acquit.store.outbox.models import Carrier, Delivery, Message
from acquit.wording.template import Unsayable

#: Failures in a row after which a carrier is left alone: for so long, or until the next run where it is
#: the environment's.
PAUSE_AFTER = 5
_PAUSE = timedelta(minutes=15)
_FIRST_RETRY = timedelta(minutes=5)
#: A claim without any attempt begun after this time was never sent: its worker died before.
_UNBEGUN_AFTER = timedelta(minutes=10)
_CLAIM_AT_ONCE = 50


@dataclass(slots=True)
class Dispatched:
    """How the run went: messages per (channel, outcome), and the carriers that paused, by name."""

    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    paused: dict[str, str] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)

    def rests(self, carrying: Carrying) -> bool:
        """Say whether the carrier paused, or has carried all that its limits allow."""
        spent = carrying.most is not None and self.tried[carrying.name] >= carrying.most
        return spent or carrying.name in self.paused


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one message is handled: the moment, the open carrier, and the count of the run."""

    now: datetime
    carrying: Carrying
    done: Dispatched


def dispatch_messages(
    *,
    organisation_id: int,
    now: datetime,
    worker: str,
    sessions: Carriage,
    creditor_id: int | None = None,
    most: int | None = None,
) -> Dispatched:
    """Send every message that is ready and whose hour has come, each after one more look."""
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
        _dispatch(organisation_id, claimed, now, sessions, done)
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


def _dispatch(
    organisation_id: int, ids: list[int], now: datetime, sessions: Carriage, done: Dispatched
) -> None:
    messages = {m.id: m for m in Message.objects.filter(organisation_id=organisation_id, id__in=ids)}
    loader = CaseLoader(organisation_id, now)
    accounts = [messages[i].account_id for i in ids]
    cases = {c.account_id: c for c in loader.load(accounts, in_flight=False)}
    contacts = contacts_for(organisation_id, [(messages[i].debtor_id, messages[i].channel) for i in ids])
    decisions = {i: decide_case(cases[messages[i].account_id]) for i in ids}
    acts = [(messages[i], decision) for i, decision in decisions.items() if isinstance(decision, Act)]
    backgrounds, claims = backgrounds_of(organisation_id, acts), claims_of(organisation_id, ids)
    for message_id in ids:
        message = messages[message_id]
        carrying = sessions.open[message.creditor_id, message.channel]
        if done.rests(carrying):
            _give_back(message)
            continue
        claimed = Claimed(
            message=message,
            case=cases[message.account_id],
            decision=decisions[message_id],
            contact=contacts.get((message.debtor_id, message.channel)),
            background=backgrounds.get(message_id),
            claims=claims[message_id],
        )
        outcome = _one(claimed, _Desk(now, carrying, done))
        done.messages[message.channel, outcome] += 1


def _one(claimed: Claimed, desk: _Desk) -> str:
    """Make one claimed message leave if it is still wanted, or say why not."""
    message, case, decision, contact = claimed.message, claimed.case, claimed.decision, claimed.contact
    refused = _not_any_more(message, case, decision, desk.now)
    if refused is not None:
        return refused
    if not isinstance(decision, Act):
        raise TypeError(f"{decision} was taken for a message")
    if not message.reply_token:
        message.reply_token = secrets.token_hex(10)
    try:
        leaving = prepare(message, case, decision, contact, desk.now, background=claimed.background)
    except Unsayable as error:
        return _to_person(message, f"unsayable: {error}")
    if leaving is None:
        _withdraw(message, "no_address", desk.now)
        return "withdrawn"
    if not begin(claimed, decision, leaving, now=desk.now, carrier_id=desk.carrying.carrier_id):
        _give_back(message)
        return "facts_changed"
    desk.done.tried[desk.carrying.name] += 1
    outcome = desk.carrying.session.send(leaving.frozen, leaving.envelope, idempotency_key=key_of(message))
    return _record(message, outcome, contact, desk)


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


def _give_back(message: Message) -> None:
    mine(message).update(state="ready", attempts=message.attempts - 1)


def _record(message: Message, outcome: Outcome, contact: Contact | None, desk: _Desk) -> str:
    """Write down what came of the attempt, in one transaction."""
    now = desk.now
    with transaction.atomic():
        match outcome:
            case Accepted():
                _end(message, "accepted", now, ref=outcome.provider_ref, detail=outcome.detail)
                mark_sent(message, now=now)
                word = "sent"
            case HandedOver():
                _end(message, "handed_over", now, detail=outcome.to)
                Message.objects.filter(id=message.id).update(state="handed_over")
                word = "handed_over"
            case Unknown():
                _end(message, "unknown", now, detail=outcome.because)
                word = "unknown"
            case Refused():
                _end(message, "refused", now, detail=outcome.because, permanent=outcome.permanent)
                word = _refused(message, outcome, contact, now)
    _count_failures(message, outcome, desk)
    return word


def _end(
    message: Message,
    outcome: str,
    now: datetime,
    *,
    ref: str = "",
    detail: str = "",
    permanent: bool = False,
) -> None:
    Delivery.objects.filter(
        organisation_id=message.organisation_id, message=message, attempt=message.attempts
    ).update(outcome=outcome, ended_at=now, provider_ref=ref, detail=detail, permanent=permanent)


def _refused(message: Message, refused: Refused, contact: Contact | None, now: datetime) -> str:
    """Try again later, mark the dead address, or ask a person: the step is not done (F-03, F-16)."""
    if refused.blames_address and contact is not None:
        stop_contact(message, contact, now=now)
        withdraw(message.id, because=refused.because, states=("sending",))
        poke(message.organisation_id, [message.account_id], now=now)
        return "refused"
    if not refused.permanent and message.attempts < MOST_ATTEMPTS:
        wait = _FIRST_RETRY * 2 ** (message.attempts - 1)
        Message.objects.filter(id=message.id).update(
            state="ready", not_before=now + wait, because=refused.because
        )
        return "retry"
    Message.objects.filter(id=message.id).update(state="failed", because=refused.because)
    Task.objects.bulk_create(
        [
            Task(
                organisation_id=message.organisation_id, creditor_id=message.creditor_id,
                account_id=message.account_id, kind="refused", opened_at=now,
                params={"message": message.id, "because": refused.because},
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return "failed"


def _count_failures(message: Message, outcome: Outcome, desk: _Desk) -> None:
    """Leave a carrier alone after several failures in a row, with one alert."""
    carrying, done = desk.carrying, desk.done
    if not (isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and not outcome.permanent)):
        done.failures[carrying.name] = 0
        return
    done.failures[carrying.name] += 1
    if done.failures[carrying.name] >= PAUSE_AFTER and carrying.name not in done.paused:
        done.paused[carrying.name] = outcome.because
        if carrying.carrier_id is not None:
            Carrier.objects.filter(id=carrying.carrier_id).update(
                paused_until=desk.now + _PAUSE, paused_because=outcome.because
            )
        creditor = Creditor.objects.get(id=message.creditor_id)
        open_alert(creditor, f"{message.channel}_paused", now=desk.now, because=outcome.because)


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
