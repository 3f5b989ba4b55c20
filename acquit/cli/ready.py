"""Django, the database and the organisation, for the verbs that need them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from acquit.cli.answer import Refused

if TYPE_CHECKING:
    from acquit.store.accounts.models import Creditor, Organisation

INIT = "Run `acquit init` first."


def ready() -> None:
    """Set Django up; refuse with the sentence of a setting that says nonsense."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as why:
        raise Refused(str(why)) from why
    gc.freeze()
    gc.enable()


@contextmanager
def in_organisation(name: str | None = None) -> Iterator[Organisation]:
    """Work within the organisation of that name, or the only one there is."""
    ready()
    from acquit.store import tenancy
    from acquit.store.accounts.models import Organisation

    found = []
    for number in _numbers(tenancy.organisation_ids):
        with tenancy.organisation(number):
            one = Organisation.objects.get(pk=number)
            if name is None or one.name.casefold() == name.casefold():
                found.append(one)
    chosen = _only(found, name)
    with tenancy.organisation(chosen.pk):
        yield chosen


def creditor(key: str | None = None) -> Creditor:
    """Return the creditor with that key, or the only one of the organisation at work."""
    from acquit.store.accounts.models import Creditor

    every = list(Creditor.objects.order_by("key"))
    found = [one for one in every if key is None or key in {one.key, one.name, one.siren}]
    if len(found) == 1:
        return found[0]
    keys = ", ".join(one.key for one in every) or "none yet"
    if key is not None:
        raise Refused(f"There is no creditor {key!r}. There are: {keys}.")
    raise Refused(f"Choose one with --creditor. There are: {keys}.")


def _numbers(ask: Callable[[], list[int]]) -> list[int]:
    from django.db.utils import DatabaseError

    from acquit.store.database.embedded import NoEmbeddedServer

    try:
        return ask()
    except (DatabaseError, NoEmbeddedServer) as why:
        raise Refused(f"The database is not ready: {str(why).strip()}", INIT) from why


def _only(found: list[Organisation], name: str | None) -> Organisation:
    if len(found) == 1:
        return found[0]
    if name is not None:
        raise Refused(f"There is no organisation {name!r}.")
    if not found:
        raise Refused("There is no organisation yet.", INIT)
    names = ", ".join(sorted(one.name for one in found))
    raise Refused(f"Choose one with --organisation. There are: {names}.")
