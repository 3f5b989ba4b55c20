"""The list of what waits for a person at a creditor, a page at a time, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from acquit.core.scenario import Scenario, from_mapping
from acquit.reports.worklist import Asked, Work, cited_work, work, work_counts
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Answer
from acquit.store.cases.models import ScenarioVersion, Task
from acquit.store.encoding import decode_total
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.balances import owed_by
from acquit.web.inert import inert
from acquit.web.steps import StepNames
from acquit.web.words import CHANNEL_ICONS, language
from acquit.web.worklist.proposal import proposal_words, sender_words
from acquit.web.worklist.words import KINDS, TASKS

#: How many lines a page of the list has.
PAGE = 50
#: The word of the address → what it shows (acquit.reports.worklist).
VIEWS = {
    "reponses": "answers", "messages": "approvals", "appels": "calls", "lettres": "letters",
    "echecs": "failures", "rapprochement": "matches", "taches": "tasks", "a-identifier": "unidentified",
    "plus-tard": "later", "cites": "cited",
}  # fmt: skip
#: The word of the address → whose work.
OWNERS = {"moi": "mine", "personne": "nobody"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the list. `kind`: message, task or answer; `view`: what it asks (acquit.reports.worklist).

    `owner` is who has it, `reader` who has it before his eyes now, `rests` the day on which it comes back.
    `risk` says in a sentence why it stands where it does.
    """

    kind: str
    id: int
    view: str
    icon: str
    name: str
    why: str
    total: str = ""
    note: str = ""
    risk: str = ""
    owner: int | None = None
    reader: int | None = None
    rests: date | None = None
    cited: bool = False

    @property
    def ident(self) -> str:
        """Return the name of its line in the page."""
        return f"{self.kind}-{self.id}"

    @property
    def route(self) -> str:
        """Return the name of the page that shows it."""
        return f"worklist:{self.kind}"

    @property
    def pick(self) -> bool:
        """Say whether it can be approved together with others."""
        return self.view == "approvals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Messages of one step that could be approved together; `key` also names the newest of them."""

    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page of one view of the list, from place `first` on, and how many there are in each view."""

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    steps: tuple[Step, ...]
    first: int
    count: int

    def place(self, kind: str, number: int) -> int | None:
        """Return where an item stands in the page, from 0. A call is a message."""
        kind = kind if kind in ("task", "answer") else "message"
        for position, item in enumerate(self.items):
            if (item.kind, item.id) == (kind, number):
                return position
        return None


def asked(creditor: Creditor, person: int | None, *, view: str = "", of: str = "") -> Asked:
    """Return what is asked of the list, now."""
    return Asked(
        creditor=creditor.pk, person=person, now=timezone.now(), today=timezone.localdate(),
        tasks=tuple(TASKS), view=VIEWS.get(view, ""), of=OWNERS.get(of, ""),
    )  # fmt: skip


def worklist(question: Asked, page: int, *, counts: Mapping[str, int] | None = None) -> Worklist:
    """Return a page of the list, counted from 1; beyond the end it is the last one."""
    numbers = counts or work_counts(question)
    count = numbers[question.view] if question.view else waiting_of(numbers)
    first = min(page - 1, max(count - 1, 0) // PAGE) * PAGE
    find = cited_work if question.view == "cited" else work
    found = find(question, first=first, most=PAGE)
    names = StepNames(_scenarios()) if any(one.kind == "message" for one in found) else StepNames([])
    steps = _steps(question.creditor, names) if question.view == "approvals" else ()
    return Worklist(
        items=tuple(_items(found, names, question)), counts=numbers, steps=steps, first=first, count=count
    )


def waiting_of(counts: Mapping[str, int]) -> int:
    """Return how much waits in all: neither what rests nor where one is cited is counted again."""
    return sum(number for view, number in counts.items() if view not in ("later", "cited"))


def waiting_count(request: HttpRequest) -> int | None:
    """Count what waits for a person at the creditor, for the side bar."""
    creditor = getattr(request, "creditor", None)
    if creditor is None:
        return None
    known: Mapping[str, int] | None = getattr(request, "waiting", None)
    return waiting_of(known or work_counts(asked(creditor, request.user.pk)))


def _items(found: Sequence[Work], names: StepNames, question: Asked) -> Iterable[Item]:
    """Yield the lines of what was found, in its order; what vanished meanwhile is left out."""
    drawn: dict[tuple[str, int], Item] = {}
    for kind, draw in (("message", _messages), ("task", _tasks), ("answer", _answers)):
        ids = [one.id for one in found if one.kind == kind]
        if ids:
            drawn |= {(kind, item.id): item for item in draw(ids, names, question.today)}
    for one in found:
        item = drawn.get((one.kind, one.id))
        if item is not None:
            risk, note = _risk(one, item.total)
            yield replace(
                item, risk=risk, note=note or item.note,
                view=one.view or item.view, owner=one.assigned_to, cited=one.cited,
                reader=one.reader(question.now, but=question.person), rests=one.snoozed_until,
            )  # fmt: skip


def _risk(one: Work, total: str) -> tuple[str, str]:
    """Return in a sentence, and in a few words, what of the cash at stake a contact can still change.

    `total` is all that is asked, in whatever currencies.
    """
    if one.at_risk is None or one.expected <= 0:
        return "", ""
    sums = {
        "risk": formats.whole_amount(one.at_risk, one.currency, language=language()),
        "all": formats.whole_amount(one.expected, one.currency, language=language()),
    }
    return (
        gettext(
            "Si personne ne s’en occupe, %(risk)s sur %(all)s seraient encore dus dans 30 jours, d’après les"
            " règlements passés."
        )
        % sums,
        gettext("tout à risque") if sums["risk"] == total else gettext("%(risk)s à risque") % sums,
    )


def _messages(ids: Sequence[int], names: StepNames, today: date) -> Iterable[Item]:
    found = list(Message.objects.filter(pk__in=ids).select_related("debtor").defer("body", "reasons"))
    terms = _terms(found)
    for message in found:
        total = decode_total(message.total)
        listed = [terms[term] for term in message.listed if term in terms]
        broken = message.state in ("failed", "sending")
        yield Item(
            kind="message",
            id=message.pk,
            view="",
            icon="alert-circle" if broken else CHANNEL_ICONS.get(message.channel, "mail"),
            name=inert(message.debtor.name),
            why=_why(message, names.name(message.scenario, message.step), listed, today),
            total=" + ".join(
                formats.whole_amount(one.amount, one.currency, language=language()) for one in total
            ),
            note=_note(listed),
        )


def _tasks(ids: Sequence[int], _names: StepNames, today: date) -> Iterable[Item]:
    found = list(Task.objects.filter(pk__in=ids).select_related("account__debtor"))
    owed = owed_by([task.account_id for task in found if task.account_id], today=today)
    for task in found:
        balances = owed.get(task.account_id or 0, [])
        words, icon = TASKS.get(task.kind, (task.kind, "user-check"))
        late = [one for one in balances if one.overdue]
        yield Item(
            kind="task",
            id=task.pk,
            view="",
            icon=icon,
            name=inert(task.account.debtor.name) if task.account else gettext("Alerte"),
            why=str(words),
            total=" + ".join(
                formats.whole_amount(one.overdue, one.currency, language=language()) for one in late
            ),
            note=gettext("échu") if late else "",
        )


def _answers(ids: Sequence[int], _names: StepNames, today: date) -> Iterable[Item]:
    found = list(
        Answer.objects.filter(pk__in=ids).defer("content", "text").select_related("debtor").order_by("id")
    )
    owed = owed_by([one.account_id for one in found if one.account_id], today=today)
    for one in found:
        late = [sum_ for sum_ in owed.get(one.account_id or 0, []) if sum_.overdue]
        quoted = " ".join(inert(one.said).split())[:120]
        words = proposal_words(one)
        yield Item(
            kind="answer",
            id=one.pk,
            view="",
            icon=KINDS[one.kind][1] if one.kind in KINDS else "message",
            name=inert(one.debtor.name) if one.debtor else sender_words(one),
            why=f"{words}\u00a0: «\u00a0{quoted}\u00a0»" if quoted else words,
            total=" + ".join(
                formats.whole_amount(sum_.overdue, sum_.currency, language=language()) for sum_ in late
            ),
            note=gettext("échu") if late else "",
        )


def _terms(messages: Iterable[Message]) -> dict[int, tuple[int, date]]:
    """Return the invoice and the due date of every term that the messages list."""
    ids = {term for message in messages for term in message.listed}
    rows = Term.objects.filter(id__in=ids).values_list("id", "invoice_id", "due_on")
    return {term: (invoice, due) for term, invoice, due in rows}


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


def _steps(creditor_id: int, names: StepNames) -> tuple[Step, ...]:
    """Return the steps that have several messages to approve."""
    rows = (
        Message.objects.filter(creditor_id=creditor_id, state="to_approve")
        .order_by()
        .values_list("scenario", "step")
        .annotate(number=Count("id"), newest=Max("id"))
    )
    found = [
        Step(key=f"{scenario}/{step}/{newest}", words=names.name(scenario, step), count=number)
        for scenario, step, number, newest in rows
        if number > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.words)))


def _scenarios() -> list[Scenario]:
    newest = (
        ScenarioVersion.objects.filter(published_at__isnull=False)
        .order_by("scenario_id", "-number")
        .distinct("scenario_id")
    )
    definitions: list[Any] = list(newest.values_list("definition", flat=True))
    return [from_mapping(definition) for definition in definitions]
