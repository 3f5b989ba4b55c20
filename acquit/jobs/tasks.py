"""The periodic work. A job only wakes: what is to be done stands in the tables of facts.

So a lost job delays a reminder by one tick; it cannot lose one, nor send one twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from acquit.store import tenancy

log = logging.getLogger(__name__)

Task = TypeVar("Task", bound=Callable[..., Any])


def _task(**options: Any) -> Callable[[Task], Task]:
    # Procrastinate's decorators are typed for its own classes; the function's type is kept here.
    return cast("Callable[[Task], Task]", app.task(**options))


def _periodic(cron: str) -> Callable[[Task], Task]:
    return cast("Callable[[Task], Task]", app.periodic(cron=cron))


@_periodic("* * * * *")
@_task(queueing_lock="tick", name="tick")
def tick(timestamp: int) -> None:
    """Wake every organisation, each in a job of its own so that a slow one delays no other."""
    for number in tenancy.organisation_ids():
        wake(number)


@_periodic("* * * * *")
@_task(queueing_lock="read_mailboxes", name="read_mailboxes")
def read_mailboxes(timestamp: int) -> None:
    """Have every mailbox read, each in a job of its own so that a slow server delays no other."""
    from acquit.jobs.mailboxes import due_mailboxes

    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            mailboxes = due_mailboxes(number)
        for mailbox in mailboxes:
            try:
                app.configure_task("read_mailbox", queueing_lock=f"mailbox {mailbox}").defer(
                    organisation_id=number, mailbox_id=mailbox
                )
            except AlreadyEnqueued:
                log.debug("mailbox %s is waiting already", mailbox)


@_task(name="read_mailbox")
def read_mailbox(organisation_id: int, mailbox_id: int) -> None:
    """Keep what is new in one mailbox."""
    from acquit.jobs.mailboxes import read_one

    reading = read_one(organisation_id, mailbox_id)
    if reading.trouble:
        log.warning("organisation %s, mailbox %s: %s", organisation_id, mailbox_id, reading.trouble)


@_periodic("*/5 * * * *")
@_task(queueing_lock="clear_stalled", name="clear_stalled")
async def clear_stalled(timestamp: int) -> None:
    """Close the jobs whose worker died: the next tick does their work."""
    for job in await app.job_manager.get_stalled_jobs():
        log.error("a worker died at job %s (%s)", job.id, job.task_name)
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


@_periodic("23 4 * * *")
@_task(queueing_lock="watch_law", name="watch_law")
def watch_law(timestamp: int) -> None:
    """Look once a day at what the law moves, each organisation in a job of its own."""
    for number in tenancy.organisation_ids():
        app.configure_task("watch_law_organisation", queueing_lock=f"law {number}").defer(
            organisation_id=number
        )


@_task(name="watch_law_organisation")
def watch_law_organisation(organisation_id: int) -> None:
    """Look at limitation, insolvency and charges for one organisation."""
    from acquit.jobs.law import watch_law as work

    looked = work(organisation_id)
    if looked.because:
        log.warning("organisation %s, BODACC: %s", organisation_id, looked.because)


@_periodic("40 2 * * *")
@_task(queueing_lock="learn_payers", name="learn_payers")
def learn_payers(timestamp: int) -> None:
    """Learn how debtors pay on the first night of the week; keep their days, propose profiles every night."""
    from acquit.flows.accounts.keep_usual_days import keep_usual_days
    from acquit.flows.accounts.learn_payers import learn_payers as learn
    from acquit.flows.accounts.propose_profiles import propose_profiles

    now = datetime.fromtimestamp(timestamp, UTC)
    for number in tenancy.organisation_ids():
        try:
            if now.weekday() == 0:
                learn(organisation_id=number, today=now.date(), now=now)
            keep_usual_days(organisation_id=number, today=now.date(), now=now)
            propose_profiles(organisation_id=number, today=now.date(), now=now)
        except Exception:
            log.exception("organisation %s: nothing could be learned of its payers", number)


@_task(name="settle_import")
def settle_import(organisation_id: int) -> None:
    """Keep what an import makes known without waiting for the night: the usual days, then the figures."""
    from acquit.flows.accounts.keep_usual_days import keep_usual_days
    from acquit.jobs.figures import refresh_figures as work

    now = datetime.now(UTC)
    keep_usual_days(organisation_id=organisation_id, today=now.date(), now=now)
    work(organisation_id)


@_periodic("*/5 * * * *")
@_task(queueing_lock="refresh_figures", name="refresh_figures")
def refresh_figures(timestamp: int) -> None:
    """Reckon anew, an organisation after the other, the figures whose facts have changed."""
    from acquit.jobs.figures import refresh_figures as work

    for number in tenancy.organisation_ids():
        try:
            work(number)
        except Exception:
            log.exception("organisation %s: its figures could not be reckoned", number)


@_periodic("*/10 * * * *")
@_task(queueing_lock="send_digests", name="send_digests")
def send_digests(timestamp: int) -> None:
    """Send our own people their mails of the morning, an organisation after the other."""
    from acquit.jobs.digests import send_digests as work

    for number in tenancy.organisation_ids():
        try:
            work(number)
        except Exception:
            log.exception("organisation %s: its digests could not be sent", number)


@_task(name="tick_organisation")
def tick_organisation(organisation_id: int) -> None:
    """Plan and send for one organisation."""
    from acquit.jobs.tick import tick_organisation as work

    plan, sent = work(organisation_id)
    for account, why in plan.broken:
        log.error("organisation %s, account %s: %s", organisation_id, account, why)
    for channel, because in sent.paused.items():
        log.warning("organisation %s, channel %s paused: %s", organisation_id, channel, because)


@_periodic("*/5 * * * *")
@_task(queueing_lock="ask_providers", name="ask_providers")
def ask_providers(timestamp: int) -> None:
    """Ask the carriers of every organisation, each in a job of its own, what became of their messages."""
    for number in tenancy.organisation_ids():
        _defer_once("ask_organisation", f"ask {number}", number)


@_task(name="ask_organisation")
def ask_organisation(organisation_id: int) -> None:
    """Ask the carriers of one organisation: first whether what stayed *sending* left."""
    from acquit.flows.outbox.ask_providers import ask_providers as ask
    from acquit.flows.outbox.resolve_sending import resolve_unknown

    with tenancy.organisation(organisation_id):
        resolve_unknown(organisation_id=organisation_id, now=datetime.now(UTC))
        ask(organisation_id=organisation_id, now=datetime.now(UTC))


@_periodic("* * * * *")
@_task(queueing_lock="notify", name="notify")
def notify(timestamp: int) -> None:
    """Tell the subscriptions of every organisation, each in a job of its own."""
    for number in tenancy.organisation_ids():
        _defer_once("notify_organisation", f"notify {number}", number)


@_task(name="notify_organisation")
def notify_organisation(organisation_id: int) -> None:
    """Tell the subscriptions of one organisation."""
    from acquit.flows.outbox.notify import notify as tell

    with tenancy.organisation(organisation_id):
        tell(organisation_id=organisation_id, clock=lambda: datetime.now(UTC))


@_periodic("50 2 * * *")
@_task(queueing_lock="forget_calls", name="forget_calls")
def forget_calls(timestamp: int) -> None:
    """Take what subscriptions were told long ago out of their log."""
    from acquit.flows.outbox.notify import forget_calls as forget

    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            forget(organisation_id=number, now=datetime.fromtimestamp(timestamp, UTC))


def wake(organisation_id: int) -> None:
    """Ask for a tick of the organisation now, unless one is waiting already.

    Nothing keeps two ticks of one organisation apart: they share its work, and a lock would
    outlive a killed worker.
    """
    _defer_once("tick_organisation", f"organisation {organisation_id}", organisation_id)


def follow_import(organisation_id: int) -> None:
    """Ask for what is kept of the facts to follow an import, unless that is asked for already."""
    _defer_once("settle_import", f"import {organisation_id}", organisation_id)


def _defer_once(name: str, lock: str, organisation_id: int) -> None:
    try:
        app.configure_task(name, queueing_lock=lock).defer(organisation_id=organisation_id)
    except AlreadyEnqueued:
        log.debug("%s is waiting already", lock)
