"""Correct a row that was refused and import it, or drop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from acquit.flows.material.loading.outcome import Imported
from acquit.sources.errors import RowError


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the corrected row brought, or why it is still refused."""

    imported: Imported | None
    error: RowError | None


def correct_row(
    *,
    organisation_id: int,
    row_id: int,
    cells: Mapping[str, str],
    now: datetime,
    by: int | None = None,
) -> Corrected:
    """Read a quarantined row again with `cells` in place of those of the same column names.

    A row that is still refused stays in quarantine with its new cells and reason. Raises
    RowSettled where it was corrected or dropped already.
    """
    raise NotImplementedError


def drop_row(*, organisation_id: int, row_id: int, now: datetime) -> None:
    """Take a row out of quarantine without importing it. Raises RowSettled."""
    raise NotImplementedError
