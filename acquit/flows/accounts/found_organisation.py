"""Found an organisation: its name, its first creditor, its first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from acquit.flows.material.scenarios import add_shipped, give_rules
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor, Membership, Organisation, User

OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What there is now, and whether it was there before.

    `made_password` is set only where one was made up: it is known nowhere else.
    """

    organisation_id: int
    creditor_id: int
    user_id: int | None
    organisation_is_new: bool
    user_is_new: bool
    made_password: str | None


def found_organisation(
    *, name: str, now: datetime, email: str = "", password: str = "", country: str = "FR"
) -> Founded:
    """Create the organisation unless it is there, with a creditor of its name and an administrator.

    An organisation is made over the owner's connection: the web's role can see and write the
    organisation at work, and none is yet. A person who is there already keeps his password.
    """
    organisation, organisation_is_new = Organisation.objects.using(OWNER).get_or_create(
        name=name, defaults={"created_at": now}
    )
    with tenancy.organisation(organisation.pk), transaction.atomic():
        creditor = Creditor.objects.order_by("id").first() or Creditor.objects.create(
            organisation_id=organisation.pk,
            key=slugify(name)[:60] or "creditor",
            name=name,
            country=country,
        )
        add_shipped(organisation.pk, now=now)
        give_rules(creditor)
        user, made_password, user_is_new = _administrator(organisation.pk, email, password)
    return Founded(
        organisation_id=organisation.pk,
        creditor_id=creditor.pk,
        user_id=user.pk if user else None,
        organisation_is_new=organisation_is_new,
        user_is_new=user_is_new,
        made_password=made_password,
    )


def _administrator(organisation_id: int, email: str, password: str) -> tuple[User | None, str | None, bool]:
    if not email:
        return None, None, False
    email = User.objects.normalize_email(email.strip())
    user = User.objects.filter(email__iexact=email).first()
    made = None
    is_new = user is None
    if user is None:
        made = None if password else secrets.token_urlsafe(12)
        user = User.objects.create_user(email, email, password or made)
    Membership.objects.get_or_create(
        organisation_id=organisation_id, user=user, defaults={"role": "administrator"}
    )
    return user, made, is_new
