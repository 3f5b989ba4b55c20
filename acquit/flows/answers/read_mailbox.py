"""Read what is new in a mailbox and keep it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import DataError

from acquit.channels.email.imap import CannotRead, Fetched, ImapConfig, ImapReader
from acquit.flows.material.alerts import open_alert
from acquit.flows.material.answers.hearing import ALERT, TELL_AFTER, listen_again
from acquit.flows.material.answers.keep import Kept, keep
from acquit.flows.material.answers.reading import alone, config_of, forget_token
from acquit.flows.material.answers.told import Arrived
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Mailbox

log = logging.getLogger(__name__)

#: How many mails one reading takes at most: the next one goes on.
MOST = 500
_SAVE_EVERY = 20
_LONGEST_PAUSE = timedelta(hours=1)
#: After the server numbered its mails anew, those of the last days are looked at again: each is kept once.
_AGAIN = timedelta(days=3)

Opener = Callable[[ImapConfig], ImapReader]


@dataclass(slots=True)
class Reading:
    """How a reading went: mails per state, those known before, and what went wrong if anything did."""

    kept: Counter[str] = field(default_factory=Counter)
    known: int = 0
    trouble: str = ""
    busy: bool = False
    more: bool = False


def read_mailbox(
    *,
    organisation_id: int,
    mailbox_id: int,
    now: datetime,
    token_urls: Mapping[str, str] | None = None,
    opener: Opener = ImapReader,
    most: int = MOST,
) -> Reading:
    """Keep what arrived in a mailbox since it was last read; one worker at a time, each mail once.

    What goes wrong is written down, and tried again later and later; nothing is lost meanwhile, since the
    server keeps its mails.
    """
    reading = Reading()
    with alone(mailbox_id) as held:
        if not held:
            reading.busy = True
            return reading
        mailbox = Mailbox.objects.get(organisation_id=organisation_id, id=mailbox_id)
        try:
            with opener(config_of(mailbox, now=now, token_urls=token_urls or {})) as reader:
                _read(mailbox, reader, reading, now, most)
        except CannotRead as error:
            reading.trouble = str(error)
            _failed(mailbox, error, now)
        else:
            _went_well(mailbox, now, more=reading.more)
    return reading


def _read(mailbox: Mailbox, reader: ImapReader, reading: Reading, now: datetime, most: int) -> None:
    after, since = mailbox.last_uid, mailbox.since
    if mailbox.uid_validity != reader.uid_validity:
        after = 0
        if mailbox.read_through is not None:
            since = max(since, (mailbox.read_through - _AGAIN).date())
    done: list[int] = []
    for fetched in reader.new(after=after, since=since, most=most):
        kept = _keep(mailbox, _arrived(mailbox, reader, fetched, now), now)
        reading.kept[kept.state] += not kept.known
        reading.known += kept.known
        done.append(fetched.uid)
        if len(done) % _SAVE_EVERY == 0:
            _so_far(mailbox, reader, fetched.uid)
    reading.more = len(done) == most
    if done or mailbox.uid_validity != reader.uid_validity:
        _so_far(mailbox, reader, done[-1] if done else 0)
    reader.settle(done)


def _keep(mailbox: Mailbox, arrived: Arrived, now: datetime) -> Kept:
    """Keep one mail; one that cannot be read is kept as it is, and does not stop those behind it."""
    try:
        return keep(mailbox.organisation_id, arrived, now=now)
    except (ValueError, TypeError, LookupError, DataError):
        log.exception("mailbox %s, mail %s cannot be read", mailbox.id, arrived.uid)
        return keep(mailbox.organisation_id, replace(arrived, legible=False), now=now)


def _arrived(mailbox: Mailbox, reader: ImapReader, fetched: Fetched, now: datetime) -> Arrived:
    # A server's clock may be wrong: what it says of a day to come is not believed.
    return Arrived(
        content=fetched.content, received_at=min(fetched.received_at, now), complete=fetched.complete,
        creditor_id=mailbox.creditor_id, mailbox_id=mailbox.id, uid_validity=reader.uid_validity,
        uid=fetched.uid,
    )  # fmt: skip


def _so_far(mailbox: Mailbox, reader: ImapReader, uid: int) -> None:
    mailbox.uid_validity, mailbox.last_uid = reader.uid_validity, uid
    mailbox.save(update_fields=["uid_validity", "last_uid"])


def _went_well(mailbox: Mailbox, now: datetime, *, more: bool) -> None:
    heard_at = mailbox.read_through or mailbox.created_at
    silent = now - heard_at > timedelta(hours=mailbox.silent_hours)
    Mailbox.objects.filter(id=mailbox.id).update(
        failures=0, failing_since=None, trouble="", cause="", next_try_at=None,
        read_through=mailbox.read_through if more else now,
    )  # fmt: skip
    if mailbox.failures or silent:
        listen_again(mailbox.organisation_id, now=now)


def _failed(mailbox: Mailbox, error: CannotRead, now: datetime) -> None:
    failures = mailbox.failures + 1
    pause = min(timedelta(minutes=2 ** min(failures - 1, 10)), _LONGEST_PAUSE)
    Mailbox.objects.filter(id=mailbox.id).update(
        failures=failures, trouble=str(error), cause=error.cause, next_try_at=now + pause,
        failing_since=mailbox.failing_since or now,
    )  # fmt: skip
    if error.refused:
        forget_token(mailbox)
    if error.refused or failures >= TELL_AFTER:
        creditors = Creditor.objects.filter(organisation_id=mailbox.organisation_id).order_by("id")
        creditor = creditors.filter(id=mailbox.creditor_id or 0).first() or creditors[0]
        open_alert(creditor, ALERT, now=now, mailbox=mailbox.name, because=str(error))
