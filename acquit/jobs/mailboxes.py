"""Reading mailboxes: each minute by a job, or at once where the server tells of news (IDLE)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.db.models import Q

from acquit.channels.email.imap import CannotRead, ImapReader
from acquit.channels.email.scanner import Scanner
from acquit.flows.answers.read_mailbox import Reading, read_mailbox
from acquit.flows.answers.scan_files import scan_files
from acquit.flows.material.answers.reading import config_of
from acquit.store import tenancy
from acquit.store.answers.models import Mailbox

log = logging.getLogger(__name__)

#: How long one waits for news before looking in any case, in seconds.
LOOK_AFTER = 120.0
#: Where the server does not tell of news.
_POLL = 60.0


def due_mailboxes(organisation_id: int) -> list[int]:
    """Return the mailboxes that are to be read now."""
    now = datetime.now(UTC)
    active = Mailbox.objects.filter(organisation_id=organisation_id, is_active=True)
    return list(
        active.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
        .order_by("id")
        .values_list("id", flat=True)
    )


def read_one(organisation_id: int, mailbox_id: int) -> Reading:
    """Read a mailbox to its end, and have the files that came with it scanned where a scanner is set up."""
    with tenancy.organisation(organisation_id):
        while True:
            reading = read_mailbox(
                organisation_id=organisation_id, mailbox_id=mailbox_id, now=datetime.now(UTC),
                token_urls=settings.ACQUIT_OAUTH_TOKEN_URLS,
            )  # fmt: skip
            if settings.ACQUIT_CLAMD:
                scan_files(
                    organisation_id=organisation_id, scanner=Scanner(settings.ACQUIT_CLAMD),
                    now=datetime.now(UTC),
                )  # fmt: skip
            if not reading.more:
                return reading


def watch(stop: threading.Event) -> None:
    """Keep every active mailbox open and read it as soon as something arrives, until `stop` is set."""
    threads = [
        threading.Thread(target=_watch_one, args=(owner, mailbox, stop), daemon=True)
        for owner, mailbox in _every()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _every() -> Iterator[tuple[int, int]]:
    for owner in tenancy.organisation_ids():
        with tenancy.organisation(owner):
            for mailbox in due_mailboxes(owner):
                yield owner, mailbox


def _watch_one(organisation_id: int, mailbox_id: int, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            reading = read_one(organisation_id, mailbox_id)
            if reading.trouble:
                log.warning("mailbox %s: %s", mailbox_id, reading.trouble)
            if reading.trouble or reading.busy or not _news(organisation_id, mailbox_id, stop):
                stop.wait(_POLL)
    finally:
        connection.close()


def _news(organisation_id: int, mailbox_id: int, stop: threading.Event) -> bool:
    """Wait for news; false where the server cannot tell of any, or not now."""
    with tenancy.organisation(organisation_id):
        mailbox = Mailbox.objects.get(id=mailbox_id)
        try:
            config = config_of(mailbox, now=datetime.now(UTC), token_urls=settings.ACQUIT_OAUTH_TOKEN_URLS)
            with ImapReader(config) as reader:
                return reader.wait(LOOK_AFTER, until=stop.is_set)
        except CannotRead as error:
            log.warning("mailbox %s: %s", mailbox_id, error)
            return False
