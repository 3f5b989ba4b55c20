"""Plan the day: decide on every account that is to be looked at, and queue what shall leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.db import IntegrityError, connection, transaction

from acquit.core.decision import Act, Decision, Hold, Stop, Wait
from acquit.core.volume import unusual
from acquit.flows.material.alerts import open_alert
from acquit.flows.material.answers.hearing import tell_of_silence
from acquit.flows.material.decided import Decided, record
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.feeds import tell
from acquit.flows.material.unknown import close_paid_unknowns
from acquit.store.accounts.models import Account, Creditor
from acquit.store.facts import Case, CaseLoader
from acquit.store.outbox.models import Message

#: An account on hold is looked at again after a day, even if nobody pokes it.
_HOLD_AGAIN = timedelta(days=1)
#: Holds that end for the whole creditor at once, by a poke of all its accounts.
_HOLDS_OF_ALL = frozenset({"first_list", "volume"})
_HISTORY = timedelta(days=60)


@dataclass(slots=True)
class DayPlan:
    """What the plan decided. `broken` are accounts that could not be decided on, with why."""

    decisions: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[tuple[str, str]] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    unaccepted: set[int] = field(default_factory=set)

    def count(self, decided: Decided) -> None:
        """Count one decision."""
        decision, case = decided.decision, decided.case
        self.decisions[type(decision).__name__.lower()] += 1
        code = decision.reasons[0].code
        self.reasons[code] += 1
        if code == "first_list":
            self.unaccepted.add(case.creditor.id)
        if isinstance(decision, Act):
            self.messages[decision.channel, "to_approve" if decision.asks else "ready"] += 1


def plan_day(
    *,
    organisation_id: int,
    now: datetime,
    creditor_id: int | None = None,
    due_by: datetime | None = None,
    dry_run: bool = False,
    batch: int = 1000,
) -> DayPlan:
    """Decide on every account whose `look_at` has come, and queue the messages.

    `due_by` widens it to accounts that would be looked at by then: for the day of another date.

    In batches, each its own transaction; an account that cannot be decided on is listed and
    skipped (F-61). Two workers share the work: rows taken by one are skipped by the other.
    A dry run decides the same and writes nothing (F-62).
    """
    plan = DayPlan()
    loader = CaseLoader(organisation_id, now)
    if not dry_run:
        close_paid_unknowns(organisation_id, now=now)
    last = 0
    while True:
        with transaction.atomic():
            ids = _due(organisation_id, due_by or now, creditor_id, last, batch, lock=not dry_run)
            if not ids:
                break
            last = ids[-1]
            _plan_batch(loader, ids, plan, dry_run=dry_run)
    if not dry_run:
        _finish(organisation_id, now, creditor_id, plan, loader)
    return plan


def _due(
    organisation_id: int, by: datetime, creditor_id: int | None, last: int, batch: int, *, lock: bool
) -> list[int]:
    waiting = Account.objects.filter(organisation_id=organisation_id, look_at__lte=by, id__gt=last).order_by(
        "id"
    )
    if creditor_id is not None:
        waiting = waiting.filter(creditor_id=creditor_id)
    if lock:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    return list(waiting.values_list("id", flat=True)[:batch])


def _plan_batch(loader: CaseLoader, ids: list[int], plan: DayPlan, *, dry_run: bool) -> None:
    decided = list(_decide_all(loader, ids, plan))
    if not dry_run:
        try:
            with transaction.atomic():
                record(loader, decided)
        except IntegrityError:
            decided = list(_record_singly(loader, decided, plan))
    for one in decided:
        plan.count(one)


def _decide_all(loader: CaseLoader, ids: Sequence[int], plan: DayPlan) -> Iterator[Decided]:
    for case in loader.load(ids):
        try:
            decision = decide_case(case)
        except Exception as error:  # noqa: BLE001  one broken account must not stop the run
            plan.broken.append((case.external_id, f"{type(error).__name__}: {error}"))
            if not connection.in_atomic_block:
                continue
            Account.objects.filter(id=case.account_id).update(look_at=loader.now + _HOLD_AGAIN)
            continue
        yield Decided(case, decision, look_again(case, decision, loader.now))


def _record_singly(loader: CaseLoader, decided: Sequence[Decided], plan: DayPlan) -> Iterator[Decided]:
    for one in decided:
        try:
            with transaction.atomic():
                record(loader, [one])
        except IntegrityError as error:
            plan.broken.append((one.case.external_id, str(error).split("\n")[0]))
        else:
            yield one


def look_again(case: Case, decision: Decision, now: datetime) -> datetime | None:
    """Return when the account is to be looked at next if nothing pokes it."""
    if isinstance(decision, Stop):
        return None
    if isinstance(decision, Wait):
        start = datetime.combine(decision.until, time.min, tzinfo=case.creditor.zone)
        return start.astimezone(UTC)
    if isinstance(decision, Hold) and decision.reasons[0].code in _HOLDS_OF_ALL:
        return None
    return now + _HOLD_AGAIN


def _finish(
    organisation_id: int, now: datetime, creditor_id: int | None, plan: DayPlan, loader: CaseLoader
) -> None:
    """Raise the creditors' alerts, then let the planned messages go to their next state."""
    creditors = Creditor.objects.filter(organisation_id=organisation_id).order_by("id")
    if creditor_id is not None:
        creditors = creditors.filter(id=creditor_id)
    for creditor in creditors:
        facts = loader.creditor(creditor.id)
        with transaction.atomic():
            if _unusual(creditor, now, facts.day(now)):
                open_alert(creditor, "volume", now=now)
                plan.alerts.append(f"{creditor.key}: volume")
            stale = loader.stale(facts)
            tell(creditor, stale, now=now)
            if stale:
                plan.alerts.append(f"{creditor.key}: stale_data")
            silent = loader.unheard(facts)
            tell_of_silence(creditor, silent, now=now)
            if silent:
                plan.alerts.append(f"{creditor.key}: mailbox_silent")
            if creditor.id in plan.unaccepted:
                open_alert(creditor, "first_list", now=now)
                plan.alerts.append(f"{creditor.key}: first_list")
            _release(creditor)


def _unusual(creditor: Creditor, now: datetime, today: object) -> bool:
    if creditor.volume_confirmed_on == today:
        return False
    counts: Counter[object] = Counter(
        Message.objects.filter(
            organisation_id=creditor.organisation_id,
            creditor=creditor,
            planned_on__gte=(now - _HISTORY).date(),
        )
        .exclude(state__in=("withdrawn", "skipped"))
        .values_list("planned_on", flat=True)
    )
    planned = counts.pop(today, 0)
    return unusual(planned, list(counts.values()), creditor.volume_limit)


def _release(creditor: Creditor) -> None:
    planned = Message.objects.filter(
        organisation_id=creditor.organisation_id, creditor=creditor, state="planned"
    )
    planned.filter(asks=True, approved_at__isnull=True).update(state="to_approve")
    planned.update(state="ready")
