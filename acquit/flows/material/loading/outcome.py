"""What an import did, or would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from acquit.sources.errors import Question, RowError
from acquit.sources.words import Why

#: What is counted, in the order in which it is shown.
TABLES = (
    "debtors", "invoices", "credit_notes", "payments", "allocations", "contacts", "statements",
    "bank_lines", "statuses",
)  # fmt: skip

#: Told while an import works: the stage ("reading", "copying", "merging", "keeping"), done, total.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows of each table of `TABLES` were new, differed, or were known as they are."""

    created: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)

    def total(self, what: str) -> int:
        """Return the sum over the tables of "created", "updated" or "unchanged"."""
        counted: Mapping[str, int] = getattr(self, what)
        return sum(counted.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The open balance of a creditor in one currency, before and after."""

    currency: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file brought. `file_id` is None after a dry run, and `creditor_id` where a dry run
    found no creditor yet.

    `mapping` says of each field from which column it comes and why; `choices` what was asked of
    the reader beyond what it finds by itself, remembered ones included.
    """

    file_id: int | None
    creditor_id: int | None
    creditor: str
    kind: str
    rows: int
    counts: Counts = field(default_factory=Counts)
    quarantined: tuple[RowError, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Why, ...] = ()
    columns: tuple[str, ...] = ()
    mapping: tuple[Any, ...] = ()  # of acquit.sources.base.Mapped
    unknown_columns: tuple[str, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    totals: tuple[Change, ...] = ()
    already_imported: bool = False

    @property
    def created(self) -> int:
        """Return how many rows are new, over all tables."""
        return self.counts.total("created")

    @property
    def updated(self) -> int:
        """Return how many rows differed, over all tables."""
        return self.counts.total("updated")

    @property
    def unchanged(self) -> int:
        """Return how many rows were known as they are, over all tables."""
        return self.counts.total("unchanged")
