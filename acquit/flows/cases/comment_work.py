"""Say something to colleagues about a piece of work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from acquit.flows.material.errors import NothingWritten
from acquit.store.accounts.models import Membership, folded
from acquit.store.cases.work import Comment, Mention

_MARK = re.compile(r"(?<![\w.@])@(\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment that was kept, whom it tells, and what follows an @ and names nobody, or several."""

    comment_id: int
    told: tuple[int, ...]
    unknown: tuple[str, ...]


def comment_work(
    *,
    organisation_id: int,
    creditor_id: int,
    account_id: int | None,
    kind: str,
    item: int,
    text: str,
    now: datetime,
    by: int,
) -> Said:
    """Keep `text` beside a piece of work and tell those whom it names by « @name ».

    A colleague is named by his full name, his first name where it is his alone, or his user name.
    What the writer himself was told about this work counts as seen. Raises NothingWritten.
    """
    text = text.strip()
    if not text:
        raise NothingWritten
    told, unknown = named_in(text, _names(organisation_id))
    with transaction.atomic():
        comment = Comment.objects.create(
            organisation_id=organisation_id, creditor_id=creditor_id, account_id=account_id, kind=kind,
            item=item, text=text, written_at=now, written_by_id=by,
        )  # fmt: skip
        Mention.objects.bulk_create(
            Mention(organisation_id=organisation_id, comment=comment, person_id=person)
            for person in told
            if person != by
        )
        see_mentions(organisation_id=organisation_id, kind=kind, item=item, person=by, now=now)
    return Said(comment_id=comment.pk, told=tuple(one for one in told if one != by), unknown=unknown)


def see_mentions(*, organisation_id: int, kind: str, item: int, person: int, now: datetime) -> int:
    """Note that a person has seen what names him about a piece of work; return how many there were."""
    unseen = Mention.objects.filter(
        organisation_id=organisation_id, person_id=person, seen_at=None, comment__kind=kind,
        comment__item=item,
    )  # fmt: skip
    return Mention.objects.filter(pk__in=list(unseen.values_list("pk", flat=True))).update(seen_at=now)


def named_in(text: str, names: Mapping[str, Iterable[int]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return whom `text` names by « @name », and what names nobody or several; the longest name wins.

    >>> named_in("@Ana Roy et @ana : voir @Max, écrire à a@max.fr", {"ana roy": [1], "ana": [1, 2]})
    ((1,), ('ana', 'Max'))
    """
    told: dict[int, None] = {}
    unknown: dict[str, None] = {}
    for mark in _MARK.finditer(text):
        rest = text[mark.start(1) :]
        low = folded(rest)
        fitting = [name for name in names if low.startswith(name) and not low[len(name) :][:1].isalnum()]
        people = list(names[max(fitting, key=len)]) if fitting else []
        if len(people) == 1:
            told[people[0]] = None
        else:
            unknown[re.match(r"[\w.-]*\w", rest)[0]] = None  # type: ignore[index]
    return tuple(told), tuple(unknown)


def _names(organisation_id: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    members = Membership.objects.filter(organisation_id=organisation_id, user__is_active=True)
    for person, first, last, user in members.values_list(
        "user_id", "user__first_name", "user__last_name", "user__username"
    ):
        for name in (f"{first} {last}", first, last, user, user.partition("@")[0]):
            if name.strip():
                found.setdefault(folded(name.strip()), set()).add(person)
    return found
