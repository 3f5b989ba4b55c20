"""What colleagues do about a piece of work: who has it, who reads it, when it comes back, what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from acquit.store.cases.work import CLAIM_LASTS, Comment, Mention, WorkState
from acquit.web.components import Choice, ReasonMenu
from acquit.web.inert import inert
from acquit.web.worklist.people import Person

if TYPE_CHECKING:
    from acquit.web.worklist.page import At

#: The newest comments that a pane shows; the older ones unfold.
LAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a colleague said, and when."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is known of a piece of work beside its facts. `cited`: a comment names the reader, unseen."""

    kind: str
    id: int
    owner: str
    mine: bool
    reader: str
    reads_since: datetime | None
    rests: date | None
    cited: bool
    older: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    people: tuple[Person, ...]
    later: ReasonMenu


def strip_of(here: At, kind: str, number: int) -> Strip:
    """Return what colleagues do about a piece of work, as the person who reads needs to know it."""
    state = WorkState.objects.filter(kind=kind, item=number).first() or WorkState(kind=kind, item=number)
    alive = state.claimed_at is not None and state.claimed_at >= here.now - CLAIM_LASTS
    other = alive and state.claimed_by_id not in (None, here.person)
    said = [
        Remark(who=here.people.name(by) or gettext("Quelqu’un"), at=at, text=inert(text))
        for by, at, text in Comment.objects.filter(kind=kind, item=number)
        .order_by("written_at", "id")
        .values_list("written_by_id", "written_at", "text")
    ]
    cited = (
        bool(said)
        and Mention.objects.filter(
            person_id=here.person, seen_at=None, comment__kind=kind, comment__item=number
        ).exists()
    )
    return Strip(
        kind=kind,
        id=number,
        owner=here.people.name(state.assigned_to_id),
        mine=state.assigned_to_id == here.person,
        reader=here.people.name(state.claimed_by_id) if other else "",
        reads_since=state.claimed_at if other else None,
        rests=state.snoozed_until if state.snoozed_until and state.snoozed_until > here.today else None,
        cited=cited,
        older=tuple(said[:-LAST]),
        remarks=tuple(said[-LAST:]),
        people=here.people.all,
        later=_later(here, kind, number),
    )


def _later(here: At, kind: str, number: int) -> ReasonMenu:
    return ReasonMenu(
        label=gettext("Plus tard"),
        icon="moon",
        key="S",
        title=gettext("Revoir quand\u00a0?"),
        action=here.url("worklist:snooze", kind, number),
        choices=(
            Choice(value="1", words=gettext("Demain")),
            Choice(value="3", words=gettext("Dans 3 jours")),
            Choice(value="monday", words=gettext("Lundi")),
        ),
        field="when",
        on="day",
        on_words=gettext("Une date"),
        on_from=here.today + timedelta(days=1),
        hint=gettext("Rien ne part et rien n’est suspendu\u00a0: la ligne revient ce jour-là, ou dès que le"
                     " client répond."),
        up=False,
    )  # fmt: skip
