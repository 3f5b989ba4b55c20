"""Go on without a mailbox that is silent, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from acquit.flows.material.answers.hearing import listen_again
from acquit.flows.material.errors import Impossible, InThePast, ReasonMissing
from acquit.store.answers.models import Mailbox, MailboxWaiver

_LONGEST = timedelta(days=31)


class TooLong(Impossible):
    """That is too long: a month at most, then say it again."""

    french = "C’est trop long\u00a0: un mois au plus, puis redites-le."


def go_on_without(
    *,
    organisation_id: int,
    mailbox_id: int,
    until: datetime,
    because: str,
    now: datetime,
    by: int | None = None,
) -> int:
    """Let reminders leave through `until` though the mailbox is silent; return the waiver's id.

    It takes the place of an earlier word. Raises ReasonMissing, InThePast, TooLong.
    """
    if not because.strip():
        raise ReasonMissing
    if until <= now:
        raise InThePast
    if until > now + _LONGEST:
        raise TooLong
    with transaction.atomic():
        mailbox = _locked(organisation_id, mailbox_id)
        _end(mailbox, now)
        waiver = MailboxWaiver.objects.create(
            organisation_id=organisation_id, mailbox=mailbox, until=until, because=because.strip()[:200],
            made_at=now, made_by_id=by,
        )  # fmt: skip
        listen_again(organisation_id, now=now)
    return waiver.pk


def wait_again(*, organisation_id: int, mailbox_id: int, now: datetime) -> None:
    """Take the word back: the mailbox's silence holds again."""
    with transaction.atomic():
        _end(_locked(organisation_id, mailbox_id), now)


def _end(mailbox: Mailbox, now: datetime) -> None:
    mailbox.waivers.filter(ended_at=None, until__gt=now).update(ended_at=now)


def _locked(organisation_id: int, mailbox_id: int) -> Mailbox:
    mailboxes = Mailbox.objects.select_for_update(of=("self",))
    return mailboxes.get(organisation_id=organisation_id, id=mailbox_id)
