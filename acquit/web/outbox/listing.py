"""The list of messages by state: one page of them, and how many there are, whatever their number.

Counting stops at MOST in each state: beyond, the search is the way to a message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from acquit.core.scenario import from_mapping
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import ScenarioVersion
from acquit.store.encoding import decode_total
from acquit.store.outbox.models import PAPER, Message
from acquit.web import formats
from acquit.web.search import MOST as MOST_FOUND
from acquit.web.search import found_accounts
from acquit.web.steps import StepNames
from acquit.web.words import CHANNEL_ICONS, CHANNELS, Chip, Words, language, message_chip, said

PER_PAGE = 50
MOST = 10_000
#: A message *sending* for longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A tab of the list: messages in some states, of some channels where it names them."""

    key: str
    words: Words
    states: tuple[str, ...]
    channels: tuple[str, ...] = ()
    newest: str = "planned_on"

    def condition(self) -> Q:
        """Return what the messages of this view fulfil."""
        fits = Q(state__in=self.states) if len(self.states) > 1 else Q(state=self.states[0])
        return fits & Q(channel__in=self.channels) if self.channels else fits


VIEWS = (
    View(key="a-partir", words=_("À partir"), states=("planned", "to_approve", "ready")),
    View(key="en-cours", words=_("En cours"), states=("sending",)),
    View(key="a-imprimer", words=_("À imprimer"), states=("handed_over",), channels=PAPER),
    View(key="a-appeler", words=_("À appeler"), states=("handed_over",), channels=("phone",)),
    View(key="echecs", words=_("Échecs"), states=("failed",)),
    View(key="envoyes", words=_("Envoyés"), states=("sent",)),
    View(key="retires", words=_("Retirés"), states=("withdrawn", "skipped")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message of the list."""

    message: Message
    step: str
    channel: str
    icon: str
    total: str
    chip: Chip
    at: datetime | None
    stuck: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a view. `capped` names the views with more messages than are counted."""

    rows: tuple[Row, ...]
    page: Page[int]
    counts: Mapping[str, int]
    capped: frozenset[str]
    view: View
    too_many: bool = False


def listing(creditor: Creditor, *, state: str, words: str, page: int, now: datetime, alone: bool) -> Listing:
    """Return a page of a state's messages. `alone`: the organisation has no other creditor.

    Without a state it is the first that has something; of words, what the accounts say that they name.
    """
    found = found_accounts(words) if words else None
    messages = Message.objects.all() if alone else Message.objects.filter(creditor=creditor)
    if found is not None:
        messages = messages.filter(account_id__in=found[:MOST_FOUND]) if found else messages.none()
    counts = _counts(messages)
    view = next((one for one in VIEWS if one.key == state), None) or next(
        (one for one in VIEWS if counts[one.key]), VIEWS[0]
    )
    whole = min(counts[view.key], MOST)
    pages: Page[int] = Paginator(range(whole), PER_PAGE).get_page(page)
    start = max(pages.start_index() - 1, 0)
    ordered = messages.filter(view.condition()).order_by("-planned_on", "-id")
    chosen = list(ordered.select_related("debtor").defer("body", "reasons")[start : start + PER_PAGE])
    return Listing(
        rows=tuple(rows_of(chosen, creditor, now)),
        page=pages,
        counts=counts,
        capped=frozenset(key for key, number in counts.items() if number > MOST),
        view=view,
        too_many=found is not None and len(found) > MOST_FOUND,
    )


def _counts(messages: QuerySet[Message]) -> dict[str, int]:
    """Count each view in one statement, no further than one above MOST."""
    if messages.query.is_empty():
        return {view.key: 0 for view in VIEWS}
    parts: list[str] = []
    params: list[Any] = []
    for view in VIEWS:
        query = messages.filter(view.condition()).order_by().values("id")[: MOST + 1].query
        text, given = query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({text}) AS v)")  # noqa: S608  Django wrote the inside
        params += given
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        row = cursor.fetchone() or ()
    return {view.key: int(number) for view, number in zip(VIEWS, row, strict=True)}


def rows_of(messages: Sequence[Message], creditor: Creditor, now: datetime) -> list[Row]:
    """Return messages as lines."""
    names = step_names(creditor.organisation_id, {message.scenario for message in messages})
    return [_row(message, names, now) for message in messages]


def step_names(organisation_id: int, keys: set[str]) -> StepNames:
    """Return the names of the steps of the scenarios named."""
    newest = (
        ScenarioVersion.objects.filter(
            organisation_id=organisation_id, scenario__key__in=keys, published_at__isnull=False
        )
        .order_by("scenario_id", "-number")
        .distinct("scenario_id")
    )
    return StepNames([from_mapping(one) for one in newest.values_list("definition", flat=True)])


def _row(message: Message, names: StepNames, now: datetime) -> Row:
    total = decode_total(message.total)
    stuck = is_stuck(message, now)
    chip = message_chip(message.state)
    return Row(
        message=message,
        step=names.name(message.scenario, message.step),
        channel=said(CHANNELS, message.channel),
        icon=CHANNEL_ICONS.get(message.channel, "mail"),
        total=" + ".join(formats.amount(one.amount, one.currency, language=language()) for one in total),
        chip=Chip(str(_("Envoi bloqué")), "warn", "alert-triangle") if stuck else chip,
        at=message.sent_at or message.claimed_at or message.not_before,
        stuck=stuck,
    )


def is_stuck(message: Message, now: datetime) -> bool:
    """Tell whether nobody will say any more whether the message left."""
    claimed = message.claimed_at
    return message.state == "sending" and claimed is not None and claimed < now - STUCK_AFTER
