"""`acquit run`: the day, from decisions to messages that left."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.flows.outbox.dispatch_message import Dispatched
    from acquit.flows.outbox.plan_day import DayPlan
    from acquit.store.accounts.models import Creditor

#: The hour of a day that is named, in the creditor's zone: inside any usual sending window.
_MORNING = time(9, 30)
_FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


def command(
    on: Annotated[str, typer.Option(help="The day to run, 2026-03-12; today if not given.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide, write nothing.")] = False,
    no_send: Annotated[bool, typer.Option("--no-send", help="Plan, send nothing.")] = False,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Run the day: decide on every account that is due, then send what may leave.

    Example: acquit run --on 2026-03-12 --dry-run
    """
    with in_organisation(organisation) as owner:
        one = chosen(creditor) if creditor else None
        now = moment(on, _zone(one))
        plan = _plan(owner.pk, one, now, dry_run=dry_run, whole=bool(on))
        sent = None if dry_run or no_send else _send(owner.pk, one, now)
        waiting, because = _waiting(owner.pk), _because(owner.pk)
    document = _document(now, plan, sent, waiting) | {"waiting_because": dict(because)}
    lines = [*_lines(plan, sent, waiting), *(f"  {number} × {why}" for why, number in because.items())]
    say(document, lines, as_json=as_json)


def moment(on: str, zone: ZoneInfo) -> datetime:
    """Return the moment of the run: now, or the morning of the day named."""
    if not on:
        return datetime.now(UTC)
    return datetime.combine(day(on), _MORNING, tzinfo=zone).astimezone(UTC)


def day(said: str) -> date:
    """Return the day of an option; refuse what is none."""
    try:
        return date.fromisoformat(said)
    except ValueError as why:
        raise Refused(f"{said!r} is not a day of the form 2026-03-12.") from why


def _zone(creditor: Creditor | None) -> ZoneInfo:
    from acquit.store.accounts.models import Creditor

    one = creditor or Creditor.objects.order_by("id").first()
    return ZoneInfo(one.timezone if one else "Europe/Paris")


def _plan(
    organisation_id: int, creditor: Creditor | None, now: datetime, *, dry_run: bool, whole: bool
) -> DayPlan:
    """Plan the day; the day of a date that is named looks at every account."""
    from acquit.flows.outbox.plan_day import plan_day

    return plan_day(
        organisation_id=organisation_id,
        now=now,
        creditor_id=creditor.pk if creditor else None,
        due_by=_FOR_EVER if whole else None,
        dry_run=dry_run,
    )


def _send(organisation_id: int, creditor: Creditor | None, now: datetime) -> Dispatched:
    from acquit.flows.outbox.dispatch_message import dispatch_messages, give_back_unbegun
    from acquit.jobs.sessions import open_sessions
    from acquit.jobs.tick import worker_name
    from acquit.store.database.clock import database_now

    give_back_unbegun(organisation_id=organisation_id, now=now)
    with open_sessions(organisation_id) as sessions:
        return dispatch_messages(
            organisation_id=organisation_id,
            now=now,
            worker=worker_name(),
            sessions=sessions,
            clock=database_now,
            creditor_id=creditor.pk if creditor else None,
        )


def _waiting(organisation_id: int) -> Counter[str]:
    from acquit.store.outbox.models import LIVE, Message

    states = Message.objects.filter(organisation_id=organisation_id, state__in=LIVE)
    return Counter(states.values_list("state", flat=True))


def _because(organisation_id: int) -> Counter[str]:
    """Return what keeps messages that should have left, in the words of the carrier or by its code."""
    from acquit.store.outbox.models import Message

    ready = Message.objects.filter(organisation_id=organisation_id, state="ready").exclude(because="")
    return Counter(ready.values_list("because", flat=True))


def _document(now: datetime, plan: DayPlan, sent: Dispatched | None, waiting: Counter[str]) -> dict[str, Any]:
    return {
        "at": now,
        "decisions": dict(plan.decisions),
        "reasons": dict(plan.reasons),
        "messages": _nested(plan.messages),
        "dispatched": _nested(sent.messages) if sent else {},
        "paused": sent.paused if sent else {},
        "waiting": dict(waiting),
        "broken": [{"account": account, "why": why} for account, why in plan.broken],
        "alerts": plan.alerts,
    }


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (channel, state), number in sorted(counts.items()):
        nested.setdefault(channel, {})[state] = number
    return nested


def _lines(plan: DayPlan, sent: Dispatched | None, waiting: Counter[str]) -> list[str]:
    lines = [f"{sum(plan.decisions.values())} accounts decided on: {_list(plan.decisions)}."]
    lines += [f"  {number:>7}  {code}" for code, number in plan.reasons.most_common()]
    lines += [
        f"{number} {channel} messages asked for ({state})"
        for (channel, state), number in sorted(plan.messages.items())
    ]
    if sent is not None:
        lines += [
            f"{number} {channel}: {outcome}" for (channel, outcome), number in sorted(sent.messages.items())
        ]
        lines += [f"{channel} paused: {because}" for channel, because in sent.paused.items()]
    if waiting:
        lines.append(f"In the outbox: {_list(waiting)}.")
    lines += [f"Alert: {alert}" for alert in plan.alerts]
    if any(alert.endswith("first_list") for alert in plan.alerts):
        lines.append("Nothing leaves before the first list is accepted: acquit accept --help")
    lines += [f"Could not decide on {account}: {why}" for account, why in plan.broken]
    return lines


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.most_common()) or "none"
