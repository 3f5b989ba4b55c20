"""Opening a mailbox: its secrets, a token that still holds, and that nobody else reads it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal, cast

from django.db import connection

from acquit.channels.email.imap import CONSENT, OTHER, SEALED, CannotRead, ImapConfig
from acquit.channels.email.oauth import Grant, NotGranted, refreshed
from acquit.store.answers.models import Mailbox
from acquit.store.secrets import Sealed, seal, unseal

PASSWORD = "password"  # noqa: S105  the name of a way to sign in
#: Of the two numbers that name an advisory lock, ours: "mailbox".
_LOCK = 0x6D61696C
#: A token is renewed this long before it ends.
_MARGIN = timedelta(minutes=3)


@contextmanager
def alone(mailbox_id: int) -> Iterator[bool]:
    """Hold a mailbox for this connection; false where another worker reads it now.

    The lock ends with the connection, so that a worker that dies leaves none behind.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, mailbox_id % 2**31])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, mailbox_id % 2**31])


def config_of(mailbox: Mailbox, *, now: datetime, token_urls: Mapping[str, str]) -> ImapConfig:
    """Return how to open `mailbox`, with a fresh token where it needs one; raise CannotRead.

    `token_urls` are addresses to ask for tokens instead of the published ones.
    """
    try:
        secrets = unseal(mailbox.sealed)
    except Sealed as error:
        raise CannotRead(str(error), cause=SEALED, refused=True) from error
    token = ""
    if mailbox.login != PASSWORD:
        token = _token(mailbox, secrets, now, token_urls.get(mailbox.login, ""))
    return ImapConfig(
        host=mailbox.host, port=mailbox.port, user=mailbox.user, folder=mailbox.folder,
        security=cast("Literal['ssl', 'starttls', 'none']", mailbox.security),
        password=secrets.get(PASSWORD, ""), access_token=token, move_to=mailbox.move_to,
    )  # fmt: skip


def _token(mailbox: Mailbox, secrets: dict[str, str], now: datetime, token_url: str) -> str:
    known = secrets.get("access_token", "")
    if known and mailbox.access_until is not None and now + _MARGIN < mailbox.access_until:
        return known
    grant = Grant(
        by=mailbox.login, client_id=mailbox.client_id, tenant=mailbox.tenant,
        client_secret=secrets.get("client_secret", ""), refresh_token=secrets.get("refresh_token", ""),
    )  # fmt: skip
    try:
        token = refreshed(grant, token_url=token_url)
    except NotGranted as error:
        cause = CONSENT if error.permanent else OTHER
        raise CannotRead(str(error), cause=cause, refused=error.permanent) from error
    secrets |= {"access_token": token.access_token, "refresh_token": token.refresh_token}
    before, mailbox.sealed = mailbox.sealed, seal(secrets)
    mailbox.access_until = now + timedelta(seconds=token.expires_in)
    # Where a person entered other secrets meanwhile, theirs stay.
    Mailbox.objects.filter(id=mailbox.id, sealed=before).update(
        sealed=mailbox.sealed, access_until=mailbox.access_until
    )
    return token.access_token


def forget_token(mailbox: Mailbox) -> None:
    """Throw the access token away: the server did not take it, and the next try asks for another."""
    Mailbox.objects.filter(id=mailbox.id).update(access_until=None)
