"""What a person makes of an answer: once, and with the accounts looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from acquit.flows.material.answers.keep import wake
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Account
from acquit.store.answers.models import HANDLED, UNREAD, Answer, AnswerCandidate


class AnswerTaken(Impossible):
    """Somebody dealt with this answer already."""

    french = "Quelqu’un s’est déjà occupé de cette réponse."


class NotIdentified(Impossible):
    """Say first whose answer this is."""

    french = "Indiquez d’abord de quel client vient cette réponse."


class NotOfThisDebtor(Impossible):
    """This account or invoice is not of the debtor who wrote."""

    french = "Ce compte ou cette facture n’est pas du client qui a écrit."


def take(organisation_id: int, answer_id: int) -> Answer:
    """Return an unread answer, locked until the transaction ends; raise AnswerTaken."""
    answer = Answer.objects.select_for_update(of=("self",)).get(organisation_id=organisation_id, id=answer_id)
    if answer.state != UNREAD:
        raise AnswerTaken
    return answer


def account_of(answer: Answer, account_id: int | None) -> Account:
    """Return the account that is meant: the one that is said, else the answer's.

    Raises NotIdentified, NotOfThisDebtor.
    """
    if answer.debtor_id is None:
        raise NotIdentified
    wanted = account_id or answer.account_id
    accounts = Account.objects.filter(organisation_id=answer.organisation_id, debtor_id=answer.debtor_id)
    if wanted is not None:
        accounts = accounts.filter(id=wanted)
    found = list(accounts.order_by("id")[:2])
    if not found:
        raise NotOfThisDebtor
    if len(found) > 1:
        raise NotIdentified
    return found[0]


def finish(
    answer: Answer, outcome: str, *, now: datetime, by: int | None, state: str = HANDLED, **led_to: Any
) -> None:
    """Write down what was made of the answer; whom it held is looked at again."""
    held = held_by(answer)
    answer.state, answer.outcome, answer.handled_at, answer.handled_by_id = state, outcome, now, by
    for name, value in led_to.items():
        setattr(answer, name, value)
    answer.save(update_fields=["state", "outcome", "handled_at", "handled_by", *led_to])
    wake(answer.organisation_id, held, now=now)


def held_by(answer: Answer) -> Iterable[int]:
    """Return the debtors that are left alone for the sake of this answer."""
    if answer.debtor_id is not None:
        return [answer.debtor_id]
    candidates = AnswerCandidate.objects.filter(organisation_id=answer.organisation_id, answer=answer)
    return list(candidates.values_list("debtor_id", flat=True))
