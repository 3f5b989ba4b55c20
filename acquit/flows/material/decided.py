"""Recording decisions: what changed, the messages they ask for, the tasks, the next look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from acquit.core.decision import THANKS, Act, Decision, Wait
from acquit.core.scenario import Stage
from acquit.flows.material.contact import contacts_for
from acquit.store.accounts.models import Contact
from acquit.store.cases.models import Decision as DecisionRow
from acquit.store.cases.models import Round, StepClaim, Task
from acquit.store.encoding import encode_reasons, encode_total
from acquit.store.facts import Case, CaseLoader
from acquit.store.outbox.models import LIVE, PENDING, Message

#: Tasks that a decision opens, and closes again when it no longer asks for them.
_DECIDED_TASKS = ("possible_payment", "no_address")


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
    _record_decisions(loader, decided)
    _take_back(loader, decided)
    _queue(loader, [d for d in decided if isinstance(d.decision, Act)])
    _record_tasks(loader, decided)
    _record_looks(loader, decided)


def _record_decisions(loader: CaseLoader, decided: Sequence[Decided]) -> None:
    ids = [d.case.account_id for d in decided]
    current = {
        row.account_id: _fingerprint(row)
        for row in DecisionRow.objects.filter(
            organisation_id=loader.organisation_id, account_id__in=ids, is_current=True
        )
    }
    rows = [_decision_row(loader, d) for d in decided]
    changed = [row for row in rows if current.get(row.account_id) != _fingerprint(row)]
    DecisionRow.objects.filter(
        organisation_id=loader.organisation_id,
        account_id__in=[row.account_id for row in changed],
        is_current=True,
    ).update(is_current=False)
    DecisionRow.objects.bulk_create(changed, batch_size=1000)


def _decision_row(loader: CaseLoader, one: Decided) -> DecisionRow:
    decision = one.decision
    acts = isinstance(decision, Act)
    return DecisionRow(
        organisation_id=loader.organisation_id,
        account_id=one.case.account_id,
        on=one.case.today,
        decided_at=loader.now,
        kind=type(decision).__name__.lower(),
        step=decision.step if acts else "",
        channel=decision.channel if acts else "",
        until=decision.until if isinstance(decision, Wait) else None,
        reasons=encode_reasons(decision.reasons),
        total=encode_total(decision.total) if acts else [],
        tasks=list(decision.tasks),
        version_id=one.case.version_id,
    )


def _fingerprint(row: DecisionRow) -> tuple[Any, ...]:
    return (row.kind, row.step, row.channel, row.until, row.reasons, row.total, row.tasks)


def _take_back(loader: CaseLoader, decided: Iterable[Decided]) -> None:
    """Withdraw pending messages that the decision no longer wants as they are."""
    for one in decided:
        case, decision = one.case, one.decision
        if case.live_message is None or case.live_state not in PENDING:
            continue
        if isinstance(decision, Act) and _still_says(case.live_message, decision):
            continue
        withdraw(case.live_message, because=why_not(decision))


def _still_says(message_id: int, act: Act) -> bool:
    """Tell whether a pending message is what `act` asks for; its sums are refreshed if so."""
    message = Message.objects.get(id=message_id)
    claims = set(
        StepClaim.objects.filter(organisation_id=message.organisation_id, message=message).values_list(
            "term_id", "round", "step", "repetition"
        )
    )
    same = (message.step, message.channel) == (act.step, act.channel)
    if not same or claims != set(act.claims):
        return False
    total = encode_total(act.total)
    if message.total != total or message.listed != list(act.listed):
        changed = {"total": total, "listed": list(act.listed)}
        if message.edited:
            return False
        Message.objects.filter(id=message_id, state__in=PENDING).update(
            **changed, reasons=encode_reasons(act.reasons)
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
    Message.objects.bulk_create(messages, batch_size=500)
    pairs = list(zip(messages, new, strict=True))
    _open_rounds(loader, new)
    StepClaim.objects.bulk_create(
        [
            StepClaim(
                organisation_id=loader.organisation_id, account_id=d.case.account_id,
                term_id=claim.term, round=claim.round, step=claim.step,
                repetition=claim.repetition, on=d.case.today, message=message,
            )
            for message, d in pairs
            for claim in _act(d).claims
        ],
        batch_size=1000,
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
    Round.objects.bulk_create(rounds, ignore_conflicts=True, batch_size=1000)


def _record_tasks(loader: CaseLoader, decided: Sequence[Decided]) -> None:
    wanted = {(d.case.account_id, kind): d.case for d in decided for kind in d.decision.tasks}
    open_tasks = Task.objects.filter(
        organisation_id=loader.organisation_id,
        account_id__in=[d.case.account_id for d in decided],
        kind__in=_DECIDED_TASKS,
        closed_at=None,
    )
    have = {(task.account_id, task.kind): task.id for task in open_tasks}
    over = [identity for key, identity in have.items() if key not in wanted]
    Task.objects.filter(id__in=over).update(closed_at=loader.now)
    Task.objects.bulk_create(
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
