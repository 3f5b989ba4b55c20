"""Add a mailbox in which answers arrive, or change one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from acquit.channels.email.oauth import TOKEN_URLS
from acquit.flows.material.answers.hearing import listen_again
from acquit.flows.material.answers.reading import PASSWORD
from acquit.flows.material.errors import Impossible
from acquit.store.answers.models import Mailbox
from acquit.store.secrets import seal, unseal


class MailboxKnown(Impossible):
    """This mailbox is read already."""

    french = "Cette boîte est déjà relevée."


class MailboxIncomplete(Impossible):
    """A mailbox needs a host, a user and a way to sign in."""

    french = "Une boîte a besoin d’un serveur, d’un identifiant et d’un moyen de connexion."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A mailbox as a person describes it. `secrets` left empty keep those that are known.

    Their keys: "password"; or "refresh_token" and "client_secret" for OAuth 2.
    """

    host: str
    user: str
    name: str = ""
    creditor_id: int | None = None
    port: int = 993
    security: str = "ssl"
    login: str = PASSWORD
    client_id: str = ""
    tenant: str = ""
    folder: str = "INBOX"
    move_to: str = ""
    since: date | None = None
    is_active: bool = True
    silent_hours: int = 24
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def keep_mailbox(
    *, organisation_id: int, said: Said, today: date, now: datetime, mailbox_id: int | None = None
) -> int:
    """Keep a mailbox; return its id. From another place on, it is read from `since`, else from today.

    Raises MailboxKnown, MailboxIncomplete.
    """
    if not said.host.strip() or not said.user.strip() or said.login not in (PASSWORD, *TOKEN_URLS):
        raise MailboxIncomplete
    mailboxes = Mailbox.objects.filter(organisation_id=organisation_id)
    mailbox = (
        mailboxes.get(id=mailbox_id)
        if mailbox_id is not None
        else Mailbox(organisation_id=organisation_id, created_at=now, since=said.since or today)
    )
    before = (mailbox.host, mailbox.user, mailbox.folder)
    for name in (
        "port",
        "security",
        "login",
        "client_id",
        "tenant",
        "move_to",
        "is_active",
        "creditor_id",
        "silent_hours",
    ):
        setattr(mailbox, name, getattr(said, name))
    mailbox.host, mailbox.user = said.host.strip().lower(), said.user.strip()
    mailbox.folder, mailbox.since = said.folder or "INBOX", said.since or mailbox.since
    mailbox.name = said.name.strip() or mailbox.user
    _seal(mailbox, said)
    if before != (mailbox.host, mailbox.user, mailbox.folder):
        mailbox.uid_validity, mailbox.last_uid, mailbox.read_through = None, 0, None
    mailbox.failures, mailbox.failing_since, mailbox.trouble, mailbox.next_try_at = 0, None, "", None
    try:
        with transaction.atomic():
            mailbox.save()
            listen_again(organisation_id, now=now)
    except IntegrityError as error:
        raise MailboxKnown from error
    return mailbox.id


def _seal(mailbox: Mailbox, said: Said) -> None:
    entered = {key: value for key, value in said.secrets.items() if value}
    if not entered:
        if not mailbox.sealed:
            raise MailboxIncomplete
        return
    known = unseal(mailbox.sealed) if mailbox.sealed else {}
    known.pop("access_token", None)
    mailbox.sealed, mailbox.access_until = seal({**known, **entered}), None
