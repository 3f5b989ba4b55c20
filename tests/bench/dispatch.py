"""How many messages leave a second: looked at again, worded, frozen, sent and recorded.

E-mails by one and by two workers, each a process of its own, beside bare smtplib in as many processes
that send the same bytes to the same server; letters set by Typst by two workers.
"""

from __future__ import annotations

import multiprocessing
import smtplib
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connections

from acquit.channels.email.smtp import SmtpConfig, SmtpSession
from acquit.flows.material.carriage import Carriage, Carrying
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.jobs.worker import settle
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Evidence, Message
from tests.bench.clock import timed
from tests.bench.portfolio import NOW
from tests.bench.report import Figure

MAILS, LETTERS, WARMING = 2_000, 300, 20
_TARGET, _TARGET_OF_LETTERS = 600, 120


def figures(organisation_id: int, port: int) -> Iterator[Figure]:
    """Yield the rates on messages that a run of `organisation_id` left ready, fewer where it left few."""
    with tenancy.organisation(organisation_id):
        ready = Message.objects.filter(state="ready", channel="email").count()
    mails, letters = (min(most, ready // 4) for most in (MAILS, LETTERS))
    for workers in (1, 2):
        share = mails // workers
        sent, seconds, processor, server = _in_processes(
            workers, partial(_mail, organisation_id, port, share)
        )
        if not sent:
            raise SystemExit(f"No e-mail left of {ready} that were ready.")
        bare, bare_seconds, bare_processor, _ = _in_processes(
            workers, partial(_bare, organisation_id, port, share)
        )
        yield Figure(
            work=f"e-mails, {workers} worker{'s' if workers > 1 else ''}",
            value=sent / seconds,
            unit="/s",
            target=_TARGET if workers == 2 else None,
            floor=bare / bare_seconds,
            floor_is="bare smtplib, the same bytes, as many processes",
            processor=processor,
            note=(
                f"{sent} sent; a mail takes {1000 * (processor - server) / sent:.2f} ms of its worker and"
                f" {1000 * server / sent:.2f} ms of the database; bare, {1000 * bare_processor / bare:.2f} ms"
            ),
        )
    yield _letters(organisation_id, letters)


def _letters(organisation_id: int, letters: int) -> Figure:
    with connections["owner"].cursor() as cursor:
        # The step's `otherwise`: the same messages, for want of a mailbox, on paper.
        cursor.execute(
            "UPDATE accounts_contact SET email = '' WHERE organisation_id = %s AND debtor_id IN"
            " (SELECT debtor_id FROM outbox_message WHERE organisation_id = %s AND state = 'ready')",
            [organisation_id, organisation_id],
        )
        cursor.execute(
            "UPDATE outbox_message SET channel = 'letter' WHERE organisation_id = %s AND state = 'ready'",
            [organisation_id],
        )
    made, seconds, processor, server = _in_processes(2, partial(_mail, organisation_id, 0, letters // 2))
    return Figure(
        work="letters, 2 workers", value=made / seconds, unit="/s", target=_TARGET_OF_LETTERS,
        processor=processor,
        note=(
            f"{made} set and handed over; one takes {1000 * (processor - server) / made:.1f} ms of its worker"
            f" and {1000 * server / made:.1f} ms of the database"
        ),
    )  # fmt: skip


def _in_processes(workers: int, work: Callable[[Any], None]) -> tuple[int, float, float, float]:
    """Run `work` in so many processes at once; return pieces, seconds, and the processor's seconds.

    These are of the processes and of the database for them; then of the database alone.

    The clock starts when all are ready: what it costs to start a process is not what is measured.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready, go, done = context.Barrier(workers + 1), context.Event(), context.Queue()
    started = [context.Process(target=work, args=((ready, go, done),), daemon=True) for _ in range(workers)]
    for process in started:
        process.start()
    ready.wait(timeout=120)
    began = time.perf_counter()
    go.set()
    counts = [done.get(timeout=600) for _ in started]
    seconds = time.perf_counter() - began
    for process in started:
        process.join()
    made, processor, server = (sum(figures) for figures in zip(*counts, strict=True))
    return made, seconds, processor, server


def _mail(organisation_id: int, port: int, most: int, line: Any) -> None:
    ready, go, done = line
    with tenancy.organisation(organisation_id):
        creditors = list(Creditor.objects.values_list("id", flat=True))
        with _carriage(creditors, port) as carriage:
            worker = f"bench {multiprocessing.current_process().pid}"
            send = partial(
                dispatch_messages, organisation_id=organisation_id, now=NOW, worker=worker, sessions=carriage
            )
            # A worker has been at work for long: its templates are compiled, its fonts are read.
            settle()
            send(most=min(WARMING, most // 4))
            ready.wait()
            go.wait()
            with timed() as spent:
                sent = send(most=most)
            count = sent.messages["email", "sent"] + sent.messages["letter", "handed_over"]
            done.put((count, spent.processor, spent.server))


class _carriage:  # noqa: N801  used as a function
    """The bench's carriers: the sink for e-mails, the printer for letters."""

    def __init__(self, creditors: list[int], port: int) -> None:
        from acquit import channels

        config = SmtpConfig(host="127.0.0.1", port=port or 25, security="none", timeout=30)
        self._mail = SmtpSession(config)
        printer = channels.get("letter").providers["print"].open({})
        self._carriage = Carriage(
            {(one, "email"): Carrying(session=self._mail, name="email") for one in creditors if port}
            | {(one, "letter"): Carrying(session=printer, name="letter") for one in creditors if not port}
        )

    def __enter__(self) -> Carriage:
        return self._carriage

    def __exit__(self, *_: object) -> None:
        self._mail.__exit__(None, None, None)


def _bare(organisation_id: int, port: int, most: int, line: Any) -> None:
    ready, go, done = line
    with tenancy.organisation(organisation_id):
        frozen = Evidence.objects.filter(organisation_id=organisation_id, media_type="message/rfc822")
        mails = [bytes(content) for content in frozen.values_list("content", flat=True)[:most]]
    ready.wait()
    go.wait()
    with timed() as spent, smtplib.SMTP("127.0.0.1", port) as server:
        for mail in mails:
            server.sendmail("claire@creancier.example", ["compta@client.example"], mail)
    done.put((len(mails), spent.processor, 0.0))
