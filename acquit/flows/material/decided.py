"""Recording decisions: what changed, the messages they ask for, the tasks, the next look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from acquit.core.decision import THANKS, Act, Decision
from acquit.core.scenario import Stage
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.decisions import keep_decisions
from acquit.flows.material.subscribers import Told, tell_all
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import Round, StepClaim, Task
from acquit.store.encoding import encode_reasons, encode_total
from acquit.store.facts import Case, CaseLoader
from acquit.store.insert import insert_rows
from acquit.store.outbox.models import LIVE, PENDING, Message

#: Tasks that a decision opens, and closes again when it no longer asks for them.
_DECIDED_TASKS = ("possible_payment", "no_address", "nobody_answers", "payment_announced")
_OPEN_TASKS = """
SELECT account_id, kind, id FROM cases_task
WHERE organisation_id = %s AND account_id = ANY(%s) AND kind = ANY(%s) AND closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case, what was decided on it, and when to look again (None: when poked)."""

    case: Case
    decision: Decision
    look_at: datetime | None


def record(loader: CaseLoader, decided: Sequence[Decided]) -> None:
    """Write what `decided` says: decisions that changed, messages, tasks, the next look."""
    if not decided:
        return
    keep_decisions(loader.organisation_id, [(d.case, d.decision) for d in decided], now=loader.now)
    _take_back(loader, decided)
    _queue(loader, [d for d in decided if isinstance(d.decision, Act)])
    _record_tasks(loader, decided)
    _record_looks(loader, decided)
    _tell_broken(loader, decided)


def _tell_broken(loader: CaseLoader, decided: Iterable[Decided]) -> None:
    """Tell of each promise that was not kept, when that is first seen; what the network announced is none."""
    tell_all(
        "promise_broken",
        [
            Told(
                f"broken {one.case.account_id} {until}", one.case.creditor.id, one.case.account_id,
                {"until": until},
            )
            for one in decided
            for until in _broken_days(one.decision)
        ],
        organisation_id=loader.organisation_id, now=loader.now,
    )  # fmt: skip


def _broken_days(decision: Decision) -> set[str]:
    return {
        f"{reason.params['until']:%Y-%m-%d}"
        for reason in decision.reasons
        if reason.code == "broken_promise" and "code" not in reason.params
    }


def _take_back(loader: CaseLoader, decided: Iterable[Decided]) -> None:
    """Withdraw pending messages that the decision no longer wants as they are."""
    pending = {
        d.case.live_message: d.decision
        for d in decided
        if d.case.live_message is not None and d.case.live_state in PENDING
    }
    kept = _as_asked(loader, pending)
    for message_id, decision in pending.items():
        if message_id not in kept:
            withdraw(message_id, because=why_not(decision))


def _as_asked(loader: CaseLoader, wanted: Mapping[int, Decision]) -> set[int]:
    """Return the pending messages that are what is asked for; the sums of those are refreshed."""
    acts = {key: decision for key, decision in wanted.items() if isinstance(decision, Act)}
    mine = {"organisation_id": loader.organisation_id}
    claimed = defaultdict(set)
    claims = StepClaim.objects.filter(**mine, message_id__in=acts)
    for claim in claims.values_list("message_id", "term_id", "round", "step", "repetition"):
        claimed[claim[0]].add(claim[1:])
    return {
        message.id
        for message in Message.objects.filter(**mine, id__in=acts)
        if _still_says(message, acts[message.id], claimed[message.id])
    }


def _still_says(message: Message, act: Act, claims: set[tuple[Any, ...]]) -> bool:
    """Tell whether a pending message is what `act` asks for; its sums are refreshed if so."""
    same = (message.step, message.channel) == (act.step, act.channel)
    if not same or claims != set(act.claims):
        return False
    total, listed = encode_total(act.total), list(act.listed)
    if (message.total, message.listed) != (total, listed):
        if message.edited:
            return False
        Message.objects.filter(id=message.id, state__in=PENDING).update(
            total=total, listed=listed, reasons=encode_reasons(act.reasons)
        )
    return True


def why_not(decision: Decision) -> str:
    """Return the reason code for which a message that was planned is no longer wanted."""
    if isinstance(decision, Act):
        return "paid" if decision.step == THANKS else "replaced"
    return decision.reasons[0].code


def withdraw(message_id: int, *, because: str, states: Sequence[str] = PENDING) -> bool:
    """Take a message back and free its steps; false if it is no longer in `states`."""
    taken = Message.objects.filter(id=message_id, state__in=states).update(state="withdrawn", because=because)
    if taken:
        StepClaim.objects.filter(message_id=message_id, state="planned").delete()
    return bool(taken)


def _queue(loader: CaseLoader, acts: list[Decided]) -> None:
    live = set(
        Message.objects.filter(
            organisation_id=loader.organisation_id,
            account_id__in=[d.case.account_id for d in acts],
            state__in=LIVE,
        ).values_list("account_id", flat=True)
    )
    new = [d for d in acts if d.case.account_id not in live]
    contacts = contacts_for(loader.organisation_id, [(d.case.debtor_id, _act(d).channel) for d in new])
    messages = [_message(loader, d, contacts.get((d.case.debtor_id, _act(d).channel))) for d in new]
    insert_rows(messages)
    pairs = list(zip(messages, new, strict=True))
    _open_rounds(loader, new)
    insert_rows(
        [
            StepClaim(
                organisation_id=loader.organisation_id, account_id=d.case.account_id,
                term_id=claim.term, round=claim.round, step=claim.step,
                repetition=claim.repetition, on=d.case.today, message=message,
            )
            for message, d in pairs
            for claim in _act(d).claims
        ]
    )  # fmt: skip


def _act(one: Decided) -> Act:
    if not isinstance(one.decision, Act):
        raise TypeError(f"{one.decision} asks for no message")
    return one.decision


def _message(loader: CaseLoader, one: Decided, contact: Contact | None) -> Message:
    act, case = _act(one), one.case
    slot = case.creditor.window.next_slot(loader.now, case.zone, case.calendar)
    return Message(
        organisation_id=loader.organisation_id, creditor_id=case.creditor.id,
        debtor_id=case.debtor_id, account_id=case.account_id, contact=contact,
        channel=act.channel, scenario=act.scenario, step=act.step,
        stage=act.stage.words, state="planned", listed=list(act.listed),
        total=encode_total(act.total), reasons=encode_reasons(act.reasons), asks=act.asks,
        planned_on=case.today, not_before=slot,
    )  # fmt: skip


def _open_rounds(loader: CaseLoader, acts: Iterable[Decided]) -> None:
    """Begin the round of each claimed term, under the version that it keeps to its end."""
    rounds = [
        Round(
            organisation_id=loader.organisation_id, term_id=claim.term, number=claim.round,
            version_id=one.case.version_id, started_on=one.case.today,
        )
        for one in acts
        if _act(one).stage is not Stage.THANKS
        for claim in _act(one).claims
    ]  # fmt: skip
    insert_rows(rounds, known="skip")


def _record_tasks(loader: CaseLoader, decided: Sequence[Decided]) -> None:
    wanted = {(d.case.account_id, kind): d.case for d in decided for kind in d.decision.tasks}
    open_tasks = loader.read(_OPEN_TASKS, [d.case.account_id for d in decided], list(_DECIDED_TASKS))
    have = {(account_id, kind): identity for account_id, kind, identity in open_tasks}
    over = [identity for key, identity in have.items() if key not in wanted]
    if over:
        Task.objects.filter(id__in=over).update(closed_at=loader.now)
    insert_rows(
        [
            Task(
                organisation_id=loader.organisation_id, creditor_id=case.creditor.id,
                account_id=account_id, kind=kind, opened_at=loader.now,
            )
            for (account_id, kind), case in wanted.items()
            if (account_id, kind) not in have
        ]
    )  # fmt: skip


def _record_looks(loader: CaseLoader, decided: Sequence[Decided]) -> None:
    """Set the next look; who pokes meanwhile waits for the plan's lock, and is not lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE accounts_account a SET look_at = d.next
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS d(id, next)
            WHERE a.organisation_id = %s AND a.id = d.id
            """,
            [
                [d.case.account_id for d in decided],
                [d.look_at for d in decided],
                loader.organisation_id,
            ],
        )
