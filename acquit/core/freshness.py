"""How old the facts may be: one feed for each place that a creditor learns from (rule 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from acquit.core.calendar import Calendar


class FeedKind(NamedTuple):
    """What a kind of feed brings, and how it is judged until a person says otherwise.

    `files` are the kinds of files that fill it. `holds`: without news of it nothing leaves.
    `by_arrival`: what it brings tells no last day, so that a file is as young as its arrival.
    """

    files: tuple[str, ...]
    brings: frozenset[str]
    holds: bool = True
    by_arrival: bool = False


INVOICES, PAYMENTS, STATUSES = "invoices", "payments", "statuses"
#: Single documents come when there is one: their silence says nothing until a person says that it does.
KINDS: Mapping[str, FeedKind] = {
    "fec": FeedKind(("fec",), frozenset({INVOICES, PAYMENTS})),
    "invoices": FeedKind(("invoices",), frozenset({INVOICES}), by_arrival=True),
    "payments": FeedKind(("payments",), frozenset({PAYMENTS})),
    "bank": FeedKind(("camt", "mt940", "cfonb120", "ofx", "bank_csv"), frozenset({PAYMENTS})),
    "einvoices": FeedKind(("einvoice",), frozenset({INVOICES}), holds=False, by_arrival=True),
    "network": FeedKind(("cdar",), frozenset({STATUSES}), holds=False, by_arrival=True),
}
#: A source that nobody described is taken to bring all that reminders rest on.
_UNKNOWN = FeedKind((), frozenset({INVOICES, PAYMENTS}))
#: Kinds of files that say nothing about what is owed.
SILENT = frozenset({"contacts"})


def kind_of(name: str) -> FeedKind:
    """Return what the kind of feed `name` brings."""
    return KINDS.get(name, _UNKNOWN)


def filled_by(file_kind: str) -> str | None:
    """Return the kind of feed that a kind of file fills, None where it fills none.

    >>> filled_by("mt940"), filled_by("contacts"), filled_by("tomorrow's connector")
    ('bank', None, "tomorrow's connector")
    """
    if file_kind in SILENT:
        return None
    return next((name for name, kind in KINDS.items() if file_kind in kind.files), file_kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One place that facts come from. What it brought covers everything through `newest_on`.

    `days` is how many working days it may be old; `bank_account` is "" but for a bank's statements.
    """

    key: Any
    kind: str
    newest_on: date
    days: int
    bank_account: str = ""

    def fresh_through(self, calendar: Calendar) -> date:
        """Return the last day on which it is not too old."""
        return calendar.add_working_days(self.newest_on, self.days)


def too_old(feeds: Iterable[Feed], calendar: Calendar, today: date) -> tuple[Feed, ...]:
    """Return the feeds that are older than they may be on `today`, the oldest first.

    >>> bank = Feed(key=1, kind="bank", newest_on=date(2026, 11, 19), days=3)  # a Thursday
    >>> too_old([bank], Calendar(), date(2026, 11, 24)), too_old([bank], Calendar(), date(2026, 11, 25))
    ((), (Feed(key=1, kind='bank', newest_on=datetime.date(2026, 11, 19), days=3, bank_account=''),))
    """
    old = [feed for feed in feeds if feed.fresh_through(calendar) < today]
    return tuple(sorted(old, key=lambda feed: (feed.newest_on, feed.kind, feed.bank_account)))
