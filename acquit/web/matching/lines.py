"""Which bank lines stand where: those to verify by group, those matched, those set aside.

Three statements, whatever their number: counting of what is done stops at MOST.
"""
# ruff: noqa: S608  the pieces of SQL put together are constants of this module

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from acquit.store.accounts.models import Creditor
from acquit.store.bank.models import BankAccount, BankLine

#: From this score on, proposals may be accepted all together.
SURE = 95
#: How many lines of a group are shown beside the others, and on a page of its own.
SHOWN, PER_PAGE = 10, 50
MOST = 10_000
#: The groups of what is to verify, by the word of their URL.
SURES, TO_CHOOSE, WITHOUT = GROUPS = ("sures", "a-choisir", "sans")

_OPEN = """
FROM bank_bankline l
LEFT JOIN bank_matchproposal p
  ON p.organisation_id = l.organisation_id AND p.line_id = l.id AND p.rank = 1
LEFT JOIN bank_matchproposal q
  ON q.organisation_id = l.organisation_id AND q.line_id = l.id AND q.rank = 2
WHERE l.creditor_id = %(creditor)s AND l.matched < l.amount AND l.set_aside_at IS NULL
  AND (l.direction = 'credit' OR l.is_return)
"""
#: Two proposals of the same score are a choice, however high it is.
_GROUP = f"""
CASE WHEN p.score >= {SURE} AND q.score IS DISTINCT FROM p.score AND NOT l.is_return THEN '{SURES}'
  WHEN p.id IS NOT NULL OR l.is_return THEN '{TO_CHOOSE}' ELSE '{WITHOUT}' END
"""
_COUNTS = f"SELECT {_GROUP}, l.currency, count(*), sum(l.amount - l.matched) {_OPEN} GROUP BY 1, 2"
_PLACES = f"""
SELECT id, named FROM (
  SELECT id, named, row_number() OVER (PARTITION BY named ORDER BY booked_on DESC, id) AS place
  FROM (SELECT l.id, l.booked_on, {_GROUP} AS named {_OPEN}) AS open
) AS placed
WHERE named = ANY(%(groups)s) AND place > %(start)s AND place <= %(end)s
ORDER BY named, place
"""
_WAITING = f"SELECT count(*) {_OPEN}"
_SURE_IDS = f"SELECT l.id {_OPEN} AND {_GROUP} = '{SURES}' ORDER BY l.booked_on DESC, l.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines to verify of one sort: how many, how much by currency, and those that are shown."""

    key: str
    count: int = 0
    sums: tuple[tuple[Decimal, str], ...] = ()
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The lines to verify: the three groups in their order."""

    groups: Mapping[str, Group] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many lines wait in all."""
        return sum(group.count for group in self.groups.values())

    @property
    def ids(self) -> tuple[int, ...]:
        """The lines that are shown, from the top of the page to its end."""
        return tuple(key for name in GROUPS for key in self.groups[name].ids)


def waiting(creditor: Creditor, *, group: str = "", page: int = 1, shown_too: bool = True) -> Waiting:
    """Return what is to verify: the first lines of each group, or a page of one group, or none of them.

    A page that is no more, since its lines were dealt with, is the last one.
    """
    whole = () if not shown_too else (group,) if group else GROUPS
    size = PER_PAGE if group else SHOWN
    params: dict[str, Any] = {"creditor": creditor.pk, "groups": list(whole)}
    counts: dict[str, int] = dict.fromkeys(GROUPS, 0)
    sums: dict[str, list[tuple[Decimal, str]]] = {name: [] for name in GROUPS}
    shown: dict[str, list[int]] = {name: [] for name in GROUPS}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, params)
        for name, currency, number, total in cursor.fetchall():
            counts[name] += number
            sums[name].append((total, currency))
        last = max(-(-counts[group] // size), 1) if group else 1
        params |= {"start": (min(page, last) - 1) * size, "end": min(page, last) * size}
        if whole:
            cursor.execute(_PLACES, params)
            for key, name in cursor.fetchall():
                shown[name].append(key)
    return Waiting(
        groups={
            name: Group(
                key=name, count=counts[name], sums=tuple(sorted(sums[name], reverse=True)),
                ids=tuple(shown[name]),
            )
            for name in GROUPS
        }
    )  # fmt: skip


def sure_ids(creditor: Creditor) -> list[int]:
    """Return every line whose proposal may be accepted together with the others."""
    with connection.cursor() as cursor:
        cursor.execute(_SURE_IDS, {"creditor": creditor.pk})
        return [row[0] for row in cursor.fetchall()]


def waiting_count(request: HttpRequest) -> int | None:
    """Count what is to verify at the creditor, for the side bar; the room's own page knows already."""
    creditor: Creditor | None = getattr(request, "creditor", None)
    if creditor is None:
        return None
    known: Waiting | None = getattr(request, "waiting_lines", None)
    if known is not None:
        return known.count
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"creditor": creditor.pk})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


_MATCHED = "l.matched > 0 AND l.matched = l.amount"
_ASIDE = "l.set_aside_at IS NOT NULL"
_DONE = """
SELECT
  (SELECT count(*) FROM (SELECT FROM bank_bankline l WHERE l.creditor_id = %(creditor)s AND {matched}
    LIMIT %(most)s) AS m),
  (SELECT count(*) FROM (SELECT FROM bank_bankline l WHERE l.creditor_id = %(creditor)s AND {aside}
    LIMIT %(most)s) AS a)
"""


def done_counts(creditor: Creditor) -> tuple[int, int]:
    """Count the lines that are matched whole and those set aside, each no further than MOST."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE.format(matched=_MATCHED, aside=_ASIDE), {"creditor": creditor.pk, "most": MOST})
        row = cursor.fetchone() or (0, 0)
    return int(row[0]), int(row[1])


def done_ids(creditor: Creditor, *, aside: bool, start: int, end: int) -> Sequence[int]:
    """Return some of the lines that are dealt with, the newest first.

    Each bank account is read by its own index, so that a page costs the same after years.
    """
    lines = BankLine.objects.filter(creditor=creditor)
    lines = (
        lines.filter(set_aside_at__isnull=False)
        if aside
        else lines.filter(matched__gt=0, matched=F("amount"))
    )
    accounts = BankAccount.objects.filter(creditor=creditor).values_list("id", flat=True)
    found: list[tuple[Any, int]] = []
    for account in accounts:
        newest = lines.filter(bank_account_id=account).order_by("-booked_on", "-id")
        found += newest.values_list("booked_on", "id")[:end]
    return [key for _, key in sorted(found, reverse=True)[start:end]]
