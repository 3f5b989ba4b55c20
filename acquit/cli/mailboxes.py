"""`acquit mailboxes`: where answers arrive, how far each mailbox was read, and what goes wrong."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, OrganisationName, Refused, say
from acquit.cli.ready import in_organisation, ready

if TYPE_CHECKING:
    from acquit.store.answers.models import Mailbox

#: How the secret is called by the way of signing in; with OAuth 2 it is a refresh token.
_KEYS = {"password": "password"}


def command(
    add: Annotated[
        str | None,
        typer.Option(metavar="USER@HOST[:PORT]", help="Read this mailbox from now on; USER may hold an @."),
    ] = None,
    login: Annotated[
        str,
        typer.Option(help="password, microsoft or google; its secret in ACQUIT_MAILBOX_SECRET."),
    ] = "password",
    security: Annotated[str, typer.Option(help="ssl, starttls or none.")] = "ssl",
    client_id: Annotated[str, typer.Option(help="Of the application, for OAuth 2.")] = "",
    tenant: Annotated[str, typer.Option(help="Of Microsoft.")] = "",
    folder: Annotated[str, typer.Option(help="The folder to read.")] = "INBOX",
    move_to: Annotated[str, typer.Option(help="Where read mails go; they stay where nothing is said.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Leave older mails alone; today.")
    ] = None,
    silent_hours: Annotated[
        int, typer.Option(help="Unread for longer, reminders wait: at most 720.", min=1, max=720)
    ] = 24,
    without: Annotated[
        int | None, typer.Option(metavar="ID", help="Go on though this mailbox cannot be read.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --without: through this day.")
    ] = None,
    because: Annotated[str, typer.Option(help="With --without: why; it is kept.")] = "",
    read: Annotated[bool, typer.Option("--read", help="Read every mailbox now.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Read as soon as something arrives.")] = False,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List the mailboxes in which answers arrive; add one, read them, or watch them.

    Example: acquit mailboxes --add relances@dupont.example@imap.dupont.example
    """
    if watch:
        _watch()
        return
    with in_organisation(organisation) as owner:
        if add is not None:
            secrets = {
                _KEYS.get(login, "refresh_token"): os.environ.get("ACQUIT_MAILBOX_SECRET", ""),
                "client_secret": os.environ.get("ACQUIT_MAILBOX_CLIENT_SECRET", ""),
            }
            said = {
                "login": login, "security": security, "client_id": client_id, "tenant": tenant,
                "folder": folder, "move_to": move_to, "since": since.date() if since else None,
                "silent_hours": silent_hours, "secrets": secrets,
            }  # fmt: skip
            _add(owner.pk, add, said)
        if without is not None:
            _go_on(owner.pk, without, until, because)
        readings = _read(owner.pk) if read else {}
        rows = [_row(one, readings.get(one.pk)) for one in _mailboxes(owner.pk)]
    say({"mailboxes": rows}, _lines(rows), as_json=as_json)


def _add(organisation_id: int, where: str, said: dict[str, Any]) -> None:
    from acquit.flows.answers.keep_mailbox import Said, keep_mailbox
    from acquit.flows.material.errors import Impossible

    user, _, place = where.rpartition("@")
    host, _, port = place.partition(":")
    number = port or ("993" if said["security"] == "ssl" else "143")
    if not user or not number.isdecimal():
        raise typer.BadParameter(f"{where!r} is not USER@HOST[:PORT]", param_hint="--add")
    now = datetime.now(UTC)
    try:
        keep_mailbox(
            organisation_id=organisation_id, today=now.date(), now=now,
            said=Said(host=host, user=user, port=int(number), **said),
        )  # fmt: skip
    except Impossible as error:
        raise Refused(f"{error} (ACQUIT_MAILBOX_SECRET holds the secret)") from error


def _go_on(organisation_id: int, mailbox_id: int, until: datetime | None, because: str) -> None:
    from acquit.flows.answers.go_on_without import go_on_without
    from acquit.flows.material.errors import Impossible

    if until is None:
        raise typer.BadParameter("say through which day", param_hint="--until")
    if mailbox_id not in {one.pk for one in _mailboxes(organisation_id)}:
        raise typer.BadParameter(f"no mailbox has the number {mailbox_id}", param_hint="--without")
    end = datetime.combine(until.date(), time.max, tzinfo=UTC)
    try:
        go_on_without(
            organisation_id=organisation_id, mailbox_id=mailbox_id, until=end, because=because,
            now=datetime.now(UTC),
        )  # fmt: skip
    except Impossible as error:
        raise Refused(str(error)) from error


def _read(organisation_id: int) -> dict[int, Any]:
    from acquit.jobs.mailboxes import read_one

    active = [one.pk for one in _mailboxes(organisation_id) if one.is_active]
    return {number: read_one(organisation_id, number) for number in active}


def _watch() -> None:
    ready()
    from acquit.jobs.mailboxes import watch

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    watch(stop)


def _mailboxes(organisation_id: int) -> list[Mailbox]:
    from acquit.store.answers.models import Mailbox

    return list(Mailbox.objects.filter(organisation_id=organisation_id).order_by("id"))


def _row(one: Mailbox, reading: Any) -> dict[str, Any]:
    off = "off" if one.sealed else "removed"
    state = off if not one.is_active else "failing" if one.failures else "read" if one.read_through else "new"
    return {
        "id": one.pk, "name": one.name, "host": one.host, "user": one.user, "folder": one.folder,
        "login": one.login, "state": state, "read_through": one.read_through, "failures": one.failures,
        "failing_since": one.failing_since, "trouble": one.trouble or None,
        "cause": one.cause or None,
        "kept": sum(reading.kept.values()) if reading else None,
    }  # fmt: skip


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "No mailbox is read: acquit mailboxes --add USER@HOST, or « Boîtes de réception » on the screen"
    for row in rows:
        when = f"{row['read_through']:%Y-%m-%d %H:%M}" if row["read_through"] else "never"
        kept = "" if row["kept"] is None else f", {row['kept']} kept now"
        trouble = f", {row['failures']} failures: {row['trouble']}" if row["failures"] else ""
        yield f"{row['id']:>4}  {row['user']} at {row['host']}  {row['state']}, read {when}{kept}{trouble}"
