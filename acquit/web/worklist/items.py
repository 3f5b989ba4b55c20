"""The list of what waits for a person at a creditor: messages, calls, letters, failures and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from acquit.core.scenario import Scenario, from_mapping
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import ScenarioVersion, Task
from acquit.store.encoding import decode_total
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.balances import owed_by
from acquit.web.steps import StepNames
from acquit.web.words import CHANNEL_ICONS, language
from acquit.web.worklist.words import TASKS

#: The list shows the largest of each sort; the counts tell of all.
MOST = 200
#: A message *sending* for longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=10)
#: Tasks that stand for work on one account; a refusal shows as its failed message.
_SHOWN_TASKS = tuple(TASKS)
VIEWS = ("messages", "appels", "lettres", "echecs", "taches")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the list. `kind`: message, call, letter, failure or task; `amount` sorts it."""

    kind: str
    id: int
    icon: str
    name: str
    why: str
    amount: Decimal
    total: str
    note: str
    step: str = ""
    pick: bool = False

    @property
    def route(self) -> str:
        """Return the name of the page that shows it."""
        return "worklist:task" if self.kind == "task" else "worklist:message"

    def url(self, view: str) -> str:
        """Return the address of the item, inside a view of the list."""
        return reverse(self.route, args=[self.id]) + (f"?vue={view}" if view else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Messages of one step that could be approved together."""

    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """What one view of the list shows, and how many there are in each view."""

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    steps: tuple[Step, ...]

    @property
    def total(self) -> int:
        """Return how many things wait in all."""
        return sum(self.counts.values())

    def place(self, kind: str, number: int) -> int | None:
        """Return where an item stands in the list, from 0."""
        for position, item in enumerate(self.items):
            if (item.kind == "task") == (kind == "task") and item.id == number:
                return position
        return None


def worklist(creditor: Creditor, view: str, *, now: datetime, today: date) -> Worklist:
    """Return the items of `view`, the largest amount first; all of them where it is empty."""
    messages = _largest(waiting(creditor, view, now=now))
    tasks = _tasks(creditor) if view in ("", "taches") else []
    names = StepNames(_scenarios(creditor.organisation_id))
    terms = _terms(messages)
    items = [
        *(_message_item(one, names, terms, today) for one in messages),
        *_task_items(tasks, today),
    ]
    items.sort(key=lambda item: (-item.amount, item.name, item.id))
    return Worklist(
        items=tuple(items[:MOST]), counts=counts(creditor, now=now), steps=_steps(creditor, names)
    )


def waiting(creditor: Creditor, view: str, *, now: datetime) -> QuerySet[Message]:
    """Return the messages of `view` that wait for a person."""
    fitting = {
        "messages": Q(state="to_approve"),
        "appels": Q(state="handed_over", channel="phone"),
        "lettres": Q(state="handed_over", channel="letter"),
        "echecs": Q(state="failed") | Q(state="sending", claimed_at__lt=now - STUCK_AFTER),
        "taches": Q(pk__in=()),
    }
    every = fitting["messages"] | Q(state="handed_over") | fitting["echecs"]
    return Message.objects.filter(fitting.get(view, every), creditor=creditor)


def waiting_count(request: HttpRequest) -> int | None:
    """Count what waits for a person at the creditor, for the side bar."""
    creditor = getattr(request, "creditor", None)
    return None if creditor is None else sum(counts(creditor, now=timezone.now()).values())


def counts(creditor: Creditor, *, now: datetime) -> dict[str, int]:
    """Return how many things wait in each view."""
    found = dict.fromkeys(VIEWS, 0)
    messages = waiting(creditor, "", now=now).order_by().values_list("state", "channel")
    tasks = _open_tasks(creditor).order_by().annotate(state=Value("task"), channel=Value(""))
    number = Count("id")
    counted = messages.annotate(number=number).union(
        tasks.values_list("state", "channel").annotate(number=number), all=True
    )
    for state, channel, many in counted:
        found["taches" if state == "task" else _view_of(state, channel)] += many
    return found


def _view_of(state: str, channel: str) -> str:
    if state == "to_approve":
        return "messages"
    if state == "handed_over":
        return "lettres" if channel == "letter" else "appels"
    return "echecs"


def _largest(messages: QuerySet[Message]) -> list[Message]:
    """Return the largest messages; sums are texts in JSON, so the database reads the first of each."""
    by_amount = messages.extra(select={"first_sum": "coalesce((total->0->>0)::numeric, 0)"})
    chosen = by_amount.extra(order_by=["-first_sum", "id"])
    return list(chosen.select_related("debtor").defer("body", "reasons")[:MOST])


def _open_tasks(creditor: Creditor) -> QuerySet[Task]:
    return Task.objects.filter(
        creditor=creditor, account__isnull=False, closed_at=None, kind__in=_SHOWN_TASKS
    )


def _tasks(creditor: Creditor) -> list[Task]:
    return list(_open_tasks(creditor).select_related("account__debtor").order_by("opened_at", "id")[:MOST])


def _terms(messages: Iterable[Message]) -> dict[int, tuple[int, date]]:
    """Return the invoice and the due date of every term that the messages list."""
    ids = {term for message in messages for term in message.listed}
    rows = Term.objects.filter(id__in=ids).values_list("id", "invoice_id", "due_on")
    return {term: (invoice, due) for term, invoice, due in rows}


def _message_item(
    message: Message, names: StepNames, terms: Mapping[int, tuple[int, date]], today: date
) -> Item:
    total = decode_total(message.total)
    listed = [terms[term] for term in message.listed if term in terms]
    view = _view_of(message.state, message.channel)
    kind = {"messages": "message", "appels": "call", "lettres": "letter"}.get(view, "failure")
    step = names.name(message.scenario, message.step)
    return Item(
        kind=kind,
        id=message.pk,
        icon="alert-circle" if kind == "failure" else CHANNEL_ICONS.get(message.channel, "mail"),
        name=message.debtor.name,
        why=_why(message, step, listed, today),
        amount=total[0].amount if total else Decimal(0),
        total=" + ".join(
            formats.whole_amount(one.amount, one.currency, language=language()) for one in total
        ),
        note=_note(listed),
        step=f"{message.scenario}/{message.step}",
        pick=kind == "message",
    )


def _why(message: Message, step: str, listed: Sequence[tuple[int, date]], today: date) -> str:
    if message.state == "failed":
        return gettext("%(step)s\u00a0: refusé, rien n’est parti") % {"step": step}
    if message.state == "sending":
        return gettext("%(step)s\u00a0: on ne sait pas si le message est parti") % {"step": step}
    if not listed:
        return step
    late = (today - min(due for _, due in listed)).days
    if late <= 0:
        return gettext("%(step)s\u00a0: échéance le %(day)s") % {
            "step": step,
            "day": formats.near_day(min(due for _, due in listed), today=today, language=language()),
        }
    return gettext("%(step)s\u00a0: la plus ancienne a %(days)s") % {
        "step": step, "days": formats.days(late, language=language())
    }  # fmt: skip


def _note(listed: Sequence[tuple[int, date]]) -> str:
    count = len({invoice for invoice, _ in listed})
    return ngettext("%(count)s facture", "%(count)s factures", count) % {"count": count} if count else ""


def _task_items(tasks: Sequence[Task], today: date) -> Iterable[Item]:
    owed = owed_by([task.account_id for task in tasks if task.account_id], today=today)
    for task in tasks:
        if task.account is None:
            continue
        balances = owed.get(task.account_id or 0, [])
        words, icon = TASKS[task.kind]
        yield Item(
            kind="task",
            id=task.pk,
            icon=icon,
            name=task.account.debtor.name,
            why=str(words),
            amount=balances[0].overdue if balances else Decimal(0),
            total=" + ".join(
                formats.whole_amount(one.overdue, one.currency, language=language())
                for one in balances
                if one.overdue
            ),
            note=gettext("échu") if balances and balances[0].overdue else "",
        )


def _steps(creditor: Creditor, names: StepNames) -> tuple[Step, ...]:
    """Return the steps that have several messages to approve."""
    rows = (
        Message.objects.filter(creditor=creditor, state="to_approve")
        .order_by()
        .values_list("scenario", "step")
        .annotate(number=Count("id"))
    )
    found = [
        Step(key=f"{scenario}/{step}", words=names.name(scenario, step), count=number)
        for scenario, step, number in rows
        if number > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.words)))


def _scenarios(organisation_id: int) -> list[Scenario]:
    newest = (
        ScenarioVersion.objects.filter(organisation_id=organisation_id, published_at__isnull=False)
        .order_by("scenario_id", "-number")
        .distinct("scenario_id")
    )
    definitions: list[Any] = list(newest.values_list("definition", flat=True))
    return [from_mapping(definition) for definition in definitions]
