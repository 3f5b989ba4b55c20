"""What a report is asked for, as one frozen value: it stands in the address and opens the list behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self, get_args
from urllib.parse import urlencode

from acquit.core.ageing import STANDARD, Buckets, EdgesOutOfOrder

Group = Literal["account", "debtor", "collector", "creditor", "country", "profile"]
AgedBy = Literal["due", "invoice"]
GROUPS: tuple[Group, ...] = get_args(Group)
#: The collector of the accounts that nobody owns.
NOBODY = 0
#: Days of which months before and after can be counted.
_FIRST, _LAST = date(1970, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The day, how its rows are grouped and aged, and which accounts it is about; empty means every one.

    `collector` is a user's id, or NOBODY. `bucket` is a column of `buckets`, for the list behind a figure;
    with `late` it is everything beyond the first.
    """

    on: date
    by: Group = "account"
    aged_by: AgedBy = "due"
    buckets: Buckets = STANDARD
    creditor_id: int | None = None
    debtor_id: int | None = None
    account_id: int | None = None
    collector: int | None = None
    country: str = ""
    profile: str = ""
    kind: str = ""
    currency: str = ""
    bucket: int | None = None
    late: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, str], *, today: date) -> Self:
        """Return what an address asks for; what cannot be read is left out, never an error."""
        by, aged_by = given.get("par", ""), given.get("age", "")
        buckets = _buckets(given.get("tranches", ""))
        place = read_number(given.get("tranche", ""))
        return cls(
            on=read_day(given.get("au", "")) or today,
            by=by if by in GROUPS else "account",
            aged_by="invoice" if aged_by == "facture" else "due",
            buckets=buckets,
            creditor_id=read_number(given.get("societe", "")),
            debtor_id=read_number(given.get("client", "")),
            account_id=read_number(given.get("compte", "")),
            collector=read_number(given.get("gestionnaire", "")),
            country=read_word(given.get("pays", ""), 2).upper(),
            profile=read_word(given.get("profil", ""), 20),
            kind=read_word(given.get("nature", ""), 20),
            currency=read_word(given.get("devise", ""), 3).upper(),
            bucket=place if place is not None and place < len(buckets) else None,
            late=given.get("retard", "") == "1",
        )

    def query(self, *, today: date | None = None) -> str:
        """Return the address that `parse` reads back; what is usual, and the day if today, is not in it."""
        said: dict[str, Any] = {
            "au": None if self.on == today else self.on.isoformat(),
            "par": None if self.by == "account" else self.by,
            "age": "facture" if self.aged_by == "invoice" else None,
            "tranches": None if self.buckets == STANDARD else ",".join(map(str, self.buckets.edges)),
            "societe": self.creditor_id,
            "client": self.debtor_id,
            "compte": self.account_id,
            "gestionnaire": self.collector,
            "pays": self.country or None,
            "profil": self.profile or None,
            "nature": self.kind or None,
            "devise": self.currency or None,
            "tranche": self.bucket,
            "retard": "1" if self.late else None,
        }
        return urlencode({name: value for name, value in said.items() if value is not None})

    def of_group(self, key: int | str | None) -> Self:
        """Return the filters of one row of the report: those of the whole, narrowed to what it groups."""
        field = {"account": "account_id", "debtor": "debtor_id", "creditor": "creditor_id"}.get(
            self.by, self.by
        )
        narrowed: dict[str, Any] = {field: NOBODY if field == "collector" and key is None else key}
        return replace(self, **narrowed)

    def in_bucket(self, place: int | None) -> Self:
        """Return the filters of one column; None is what is late, all of it."""
        return replace(self, bucket=place, late=place is None)

    @property
    def ages(self) -> tuple[str, ...]:
        """The names of the columns of days; nothing is « not due » that is aged from its invoice.

        >>> Filters(on=date(2026, 3, 1)).ages[:2], Filters(on=date(2026, 3, 1), aged_by="invoice").ages[:2]
        (('not_due', '1-30'), ('0', '1-30'))
        """
        first, *late = self.buckets.labels()
        return ("0" if self.aged_by == "invoice" else first.replace(" ", "_"), *late)

    @property
    def narrows(self) -> bool:
        """Whether only some of the accounts are asked for."""
        return any(
            (
                self.creditor_id is not None, self.debtor_id is not None, self.account_id is not None,
                self.collector is not None, self.country, self.profile, self.kind,
            )
        )  # fmt: skip


def _buckets(said: str) -> Buckets:
    try:
        return Buckets(tuple(int(edge) for edge in said.split(",")[:12])) if said else STANDARD
    except (EdgesOutOfOrder, ValueError):
        return STANDARD


def read_day(said: str) -> date | None:
    """Return a day that an address names; None where nothing can be counted back or on from it."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def read_word(said: str, longest: int) -> str:
    """Return a word that an address names, or nothing where it holds what no word does."""
    return said[:longest] if said.isprintable() else ""


def read_number(said: str) -> int | None:
    """Return a number that an address names, if it is one."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None
