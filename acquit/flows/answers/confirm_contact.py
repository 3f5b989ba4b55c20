"""Write to somebody else from now on, as an answer says."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from acquit.channels.email.mailbox import usable
from acquit.flows.material.answers.handling import NotIdentified, finish, take
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Contact


class NoSuchMailbox(Impossible):
    """This cannot be an e-mail address."""

    french = "Ce n’est pas une adresse e-mail."


def confirm_contact(
    *,
    organisation_id: int,
    answer_id: int,
    email: str,
    now: datetime,
    name: str = "",
    role: str = "",
    make_main: bool = True,
    by: int | None = None,
) -> int:
    """Keep the contact that an answer names, and end its hold; return the contact's id.

    The one who wrote stays a contact. With `make_main` the new one is written to first. Raises
    AnswerTaken, NotIdentified, NoSuchMailbox.
    """
    address = usable(email)
    if address is None:
        raise NoSuchMailbox
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        if answer.debtor_id is None:
            raise NotIdentified
        contacts = Contact.objects.filter(organisation_id=organisation_id, debtor_id=answer.debtor_id)
        known = contacts.alias(folded=Lower("email")).filter(folded=address.lower()).order_by("id").first()
        contact = known or Contact(
            organisation_id=organisation_id, debtor_id=answer.debtor_id, email=address, name=name, role=role
        )
        contact.is_main = make_main or contact.is_main
        contact.save()
        if make_main:
            contacts.exclude(id=contact.id).update(is_main=False)
        finish(answer, "wrong_contact", now=now, by=by)
    return contact.id
