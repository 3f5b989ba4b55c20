"""Add a mailbox in which answers arrive, or change one; try it, switch it off and on, remove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from acquit.channels.email.imap import CannotRead, ImapReader
from acquit.channels.email.oauth import TOKEN_URLS
from acquit.flows.material.answers.hearing import listen_again
from acquit.flows.material.answers.reading import PASSWORD, alone, config_of
from acquit.flows.material.errors import Impossible, SecretForAnother
from acquit.store.answers.models import Mailbox
from acquit.store.secrets import Sealed, seal, unseal

#: A person waits for a try: so long at most, in seconds, for each answer of the server.
TRY_SECONDS = 10
#: So many hours of silence may hold nothing: a month and no more.
MOST_HOURS = 720


class MailboxKnown(Impossible):
    """This mailbox is read already."""

    french = "Cette boîte est déjà relevée."


class MailboxIncomplete(Impossible):
    """A mailbox needs a host, a user and a way to sign in."""

    french = "Une boîte a besoin d’un serveur, d’un identifiant et d’un moyen de connexion."


class SilentTooLong(Impossible):
    """A mailbox may be silent for a month at most."""

    french = "Une boîte peut rester sans lecture un mois au plus."


class MailboxBusy(Impossible):
    """This mailbox is being read: try again in a moment."""

    french = "Cette boîte est en cours de lecture\u00a0: recommencez dans un instant."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A mailbox as a person describes it. `secrets` left empty keep those that are known.

    Not read for `silent_hours` (1 to MOST_HOURS), it holds reminders.
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

    One that was removed goes on where it was left. Raises MailboxKnown, MailboxIncomplete,
    SilentTooLong, SecretForAnother, MailboxBusy.
    """
    if mailbox_id is None:
        return _keep(organisation_id, said, today, now, _removed(organisation_id, said))
    with alone(mailbox_id) as held:
        if not held:
            raise MailboxBusy
        return _keep(organisation_id, said, today, now, mailbox_id)


def try_mailbox(
    *,
    organisation_id: int,
    said: Said,
    now: datetime,
    mailbox_id: int | None = None,
    token_urls: Mapping[str, str] | None = None,
    access_token: str = "",
) -> CannotRead | None:
    """Open a mailbox as it is described; return why it cannot be read, or None. Nothing is kept or moved.

    `access_token` is one that a consent has just brought.
    Raises MailboxIncomplete, SilentTooLong, SecretForAnother.
    """
    mailbox = _described(organisation_id, said, now.date(), now, mailbox_id)
    if access_token:
        mailbox.sealed = seal({**_known(mailbox), "access_token": access_token})
        mailbox.access_until = now + timedelta(hours=1)
    return _why_not(mailbox, now, token_urls)


def retry_mailbox(
    *, organisation_id: int, mailbox_id: int, now: datetime, token_urls: Mapping[str, str] | None = None
) -> CannotRead | None:
    """Open a mailbox as it is kept; where it opens, it is read with the next tick whatever failed before."""
    mailbox = Mailbox.objects.get(organisation_id=organisation_id, id=mailbox_id)
    error = _why_not(mailbox, now, token_urls)
    if error is None:
        Mailbox.objects.filter(id=mailbox_id).update(next_try_at=None)
    return error


def _why_not(mailbox: Mailbox, now: datetime, token_urls: Mapping[str, str] | None) -> CannotRead | None:
    try:
        config = config_of(mailbox, now=now, token_urls=token_urls or {})
        with ImapReader(replace(config, move_to="", timeout=TRY_SECONDS)):
            return None
    except CannotRead as error:
        return error


def switch_mailbox(*, organisation_id: int, mailbox_id: int, on: bool, now: datetime) -> None:
    """Read a mailbox no more, so that it holds nothing, or read it again. Raises MailboxIncomplete."""
    with transaction.atomic():
        mailbox = _locked(organisation_id, mailbox_id)
        if on and not mailbox.sealed:
            raise MailboxIncomplete
        mailbox.is_active, mailbox.next_try_at = on, None
        mailbox.save(update_fields=["is_active", "next_try_at"])
        listen_again(organisation_id, now=now)


def remove_mailbox(*, organisation_id: int, mailbox_id: int, now: datetime) -> None:
    """Read a mailbox no more and forget its secrets; the answers that came from it stay."""
    with transaction.atomic():
        mailbox = _locked(organisation_id, mailbox_id)
        mailbox.is_active, mailbox.sealed, mailbox.access_until = False, "", None
        mailbox.save(update_fields=["is_active", "sealed", "access_until"])
        listen_again(organisation_id, now=now)


def _locked(organisation_id: int, mailbox_id: int) -> Mailbox:
    mailboxes = Mailbox.objects.select_for_update(of=("self",))
    return mailboxes.get(organisation_id=organisation_id, id=mailbox_id)


def _removed(organisation_id: int, said: Said) -> int | None:
    """Return the mailbox that stood at this place and was removed."""
    gone = Mailbox.objects.filter(organisation_id=organisation_id, is_active=False, sealed="")
    host, user, folder = _place(said)
    return gone.filter(host=host, user=user, folder=folder).values_list("id", flat=True).first()


def _keep(organisation_id: int, said: Said, today: date, now: datetime, mailbox_id: int | None) -> int:
    mailbox = _described(organisation_id, said, today, now, mailbox_id)
    mailbox.failures, mailbox.failing_since, mailbox.next_try_at = 0, None, None
    mailbox.trouble = mailbox.cause = ""
    try:
        with transaction.atomic():
            mailbox.save()
            listen_again(organisation_id, now=now)
    except IntegrityError as error:
        raise MailboxKnown from error
    return mailbox.id


def _place(said: Said) -> tuple[str, str, str]:
    return said.host.strip().lower(), said.user.strip(), said.folder or "INBOX"


def _described(
    organisation_id: int, said: Said, today: date, now: datetime, mailbox_id: int | None
) -> Mailbox:
    """Return the mailbox as it would be kept."""
    host, user, folder = _place(said)
    if not host or not user or said.login not in (PASSWORD, *TOKEN_URLS):
        raise MailboxIncomplete
    if not 1 <= said.silent_hours <= MOST_HOURS:
        raise SilentTooLong
    mailbox = (
        Mailbox.objects.get(organisation_id=organisation_id, id=mailbox_id)
        if mailbox_id is not None
        else Mailbox(organisation_id=organisation_id, created_at=now, since=said.since or today)
    )
    door, place = _door(mailbox), (mailbox.host, mailbox.user, mailbox.folder)
    for name in (
        "port", "security", "login", "client_id", "tenant", "move_to", "is_active", "creditor_id",
        "silent_hours",
    ):  # fmt: skip
        setattr(mailbox, name, getattr(said, name))
    mailbox.host, mailbox.user, mailbox.folder = host, user, folder
    mailbox.since, mailbox.name = said.since or mailbox.since, said.name.strip() or user
    _seal(mailbox, said, same_door=door == _door(mailbox))
    if place != (host, user, folder):
        mailbox.uid_validity, mailbox.last_uid, mailbox.read_through = None, 0, None
    return mailbox


def _door(mailbox: Mailbox) -> tuple[object, ...]:
    """Return what a secret is for: whoever changes it has to know the secret, lest it go to a stranger."""
    return (
        mailbox.host, mailbox.port, mailbox.security, mailbox.user, mailbox.login, mailbox.client_id,
        mailbox.tenant,
    )  # fmt: skip


def _seal(mailbox: Mailbox, said: Said, *, same_door: bool) -> None:
    entered = {key: value for key, value in said.secrets.items() if value}
    if not entered:
        if not mailbox.sealed:
            raise MailboxIncomplete
        if not same_door:
            raise SecretForAnother
        return
    known = _known(mailbox) if same_door else {}
    known.pop("access_token", None)
    mailbox.sealed, mailbox.access_until = seal({**known, **entered}), None


def _known(mailbox: Mailbox) -> dict[str, str]:
    """Return the secrets that are kept; none where their key is lost, so that they can be entered anew."""
    try:
        return unseal(mailbox.sealed)
    except Sealed:
        return {}
