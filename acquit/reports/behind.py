"""What stands behind a figure: the list that adds up to it, and which part of it. It is kept in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from acquit.reports.filters import Filters, read_day, read_number, read_word

#: What each field of a part is called in an address.
_SAID = {
    "since": "depuis", "week": "semaine", "days": "sous", "within": "jours", "person": "personne",
    "kind": "genre", "category": "motif", "scenario": "scenario", "step": "etape", "stage": "stade",
    "channel": "canal", "experiment": "comparaison", "arm": "texte",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of what the filters ask for a list shows; each list looks at the fields that it knows.

    `week` counts from 0, `days` and `within` are days, `person` is a user's id, `arm` one of the
    two texts of an `experiment`. None means all.
    """

    since: date | None = None
    week: int | None = None
    days: int | None = None
    within: int | None = None
    person: int | None = None
    kind: str | None = None
    category: str | None = None
    scenario: str | None = None
    step: str | None = None
    stage: str | None = None
    channel: str | None = None
    experiment: int | None = None
    arm: str | None = None

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Return what an address asks for; what cannot be read is left out."""
        found: dict[str, Any] = {}
        for of in fields(cls):
            said = given.get(_SAID[of.name])
            if said is not None:
                found[of.name] = _read(str(of.type), said)
        return cls(**found)

    def query(self) -> str:
        """Return the address that `parse` reads back.

        >>> Part(week=2, kind="promise").query()
        'semaine=2&genre=promise'
        """
        return urlencode(self.said())

    def said(self) -> dict[str, str]:
        """Return what the address names, by its names there."""
        return {_SAID[name]: str(value) for name, value in asdict(self).items() if value is not None}


def _read(kind: str, said: str) -> Any:
    if kind.startswith("int"):
        return read_number(said)
    return read_day(said) if kind.startswith("date") else read_word(said, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind a figure: the list, the day and accounts of it, and which part."""

    list: str
    filters: Filters
    part: Part = field(default_factory=Part)
