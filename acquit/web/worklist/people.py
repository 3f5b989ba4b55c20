"""Who works here, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from acquit.store import tenancy
from acquit.store.accounts.models import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A colleague. `short` is what a line of the list has room for: « Malik B. »."""

    id: int
    name: str
    short: str


class People:
    """The colleagues of one page, read once, and only where one is named."""

    @cached_property
    def all(self) -> tuple[Person, ...]:
        """Everybody who works in the organisation, by name."""
        members = Membership.objects.filter(
            organisation_id=tenancy.current_organisation() or 0, user__is_active=True
        ).values_list("user_id", "user__first_name", "user__last_name", "user__username")
        found = [_person(*row) for row in members]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    @cached_property
    def _known(self) -> dict[int, Person]:
        return {one.id: one for one in self.all}

    def name(self, person: int | None) -> str:
        """Return the name of a person, or an empty text for nobody and for those who left."""
        found = self._known.get(person) if person is not None else None
        return found.name if found else ""

    def short(self, person: int | None) -> str:
        """Return the short name of a person."""
        found = self._known.get(person) if person is not None else None
        return found.short if found else ""

    def names(self, people: Iterable[int]) -> str:
        """Return several names, one after the other."""
        return ", ".join(filter(None, map(self.name, people)))


def _person(key: int, first: str, last: str, user: str) -> Person:
    name = f"{first} {last}".strip() or user
    short = f"{first} {last[:1]}." if first and last else name.partition("@")[0]
    return Person(id=key, name=name, short=short)
