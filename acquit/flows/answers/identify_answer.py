"""Say whose an answer is, and remember his address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from acquit.flows.material.answers.handling import NotOfThisDebtor, held_by, take
from acquit.flows.material.answers.keep import guard, wake
from acquit.flows.material.answers.whose import only_account
from acquit.store.accounts.models import Account, Contact, Debtor
from acquit.store.answers.models import Answer, AnswerCandidate


def identify_answer(
    *,
    organisation_id: int,
    answer_id: int,
    debtor_id: int,
    now: datetime,
    account_id: int | None = None,
    remember: bool = True,
) -> None:
    """Tie an unread answer to a debtor; it holds him from now on, and the others no more.

    With `remember` the sender becomes a contact of his, not the main one, so that the next answer finds
    him. The fraud guard is raised as it would have been on arrival. Raises AnswerTaken, NotOfThisDebtor.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        debtor = Debtor.objects.get(organisation_id=organisation_id, id=debtor_id)
        accounts = Account.objects.filter(organisation_id=organisation_id, debtor=debtor)
        if account_id is not None and not accounts.filter(id=account_id).exists():
            raise NotOfThisDebtor
        before = set(held_by(answer))
        AnswerCandidate.objects.filter(organisation_id=organisation_id, answer=answer).delete()
        answer.debtor, answer.tie = debtor, "person"
        answer.account_id = account_id or only_account(organisation_id, debtor.id, answer.creditor_id)
        answer.contact = _contact(answer, debtor) if remember else None
        answer.save(update_fields=["debtor", "tie", "account", "contact"])
        guard(answer, now=now)
        wake(organisation_id, {*before, debtor.id}, now=now)


def _contact(answer: Answer, debtor: Debtor) -> Contact | None:
    """Return the debtor's contact with the answer's address, made where there was none."""
    field = "email" if answer.channel == "email" else "phone"
    if not answer.sender:
        return None
    contacts = Contact.objects.filter(organisation_id=answer.organisation_id, debtor=debtor)
    known = contacts.alias(folded=Lower(field)).filter(folded=answer.sender.lower()).order_by("id").first()
    return known or Contact.objects.create(
        organisation_id=answer.organisation_id, debtor=debtor, name=answer.sender_name,
        **{field: answer.sender},
    )  # fmt: skip
