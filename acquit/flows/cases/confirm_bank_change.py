"""Confirm which account is to be paid: two persons have to say the same."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.bank_guard import TASK, wake
from acquit.flows.material.errors import Impossible
from acquit.store.cases.models import BankChange, Task

#: What may be found: the account that our messages name is right, or we changed it ourselves.
OUTCOMES = OURS, CHANGED = ("ours", "changed")


class SamePerson(Impossible):
    """Another person has to confirm: the first confirmation is yours."""

    french = "Une autre personne doit confirmer : la première confirmation est la vôtre."


class BankChangeOver(Impossible):
    """This was confirmed already."""

    french = "La vérification est déjà terminée."


def confirm_bank_change(
    *, organisation_id: int, bank_change_id: int, by: int, outcome: str, now: datetime
) -> bool:
    """Note what `by` found out; true once a second person said the same, and messages leave again.

    Who finds something else than the first begins anew. Raises SamePerson, BankChangeOver.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    with transaction.atomic():
        guards = BankChange.objects.filter(organisation_id=organisation_id, id=bank_change_id)
        guard = guards.select_for_update(of=("self",)).get()
        if guard.ended_at is not None:
            raise BankChangeOver
        if guard.first_by_id == by and guard.first_says == outcome:
            raise SamePerson
        if guard.first_says != outcome:
            guards.update(first_by=by, first_at=now, first_says=outcome)
            return False
        guards.update(second_by=by, ended_at=now, outcome=outcome)
        Task.objects.filter(
            organisation_id=organisation_id, creditor=guard.creditor_id, account=guard.account_id,
            kind=TASK, closed_at=None,
        ).update(closed_at=now, closed_by=by)  # fmt: skip
        wake(guard, now=now)
    return True
