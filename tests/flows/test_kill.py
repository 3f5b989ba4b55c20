"""Two workers and the web, killed at random moments: nothing leaves twice, nothing is lost (F-01, F-02)."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from acquit.flows.outbox.dispatch_message import TOGETHER
from acquit.jobs.tasks import wake
from acquit.store.accounts.models import Account, Contact, Creditor, Debtor
from acquit.store.cases.models import StepClaim
from acquit.store.ledger.models import Invoice, Term
from acquit.store.outbox.models import Delivery, Message
from tests.fixtures.database import World
from tests.flows.world import mailbox, ready_creditor

MESSAGES = 1000
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)
_ACQUIT = Path(sys.executable).parent / "acquit"


@pytest.mark.slow
def test_killed_at_random_nothing_leaves_twice_and_nothing_is_lost(organisation: World) -> None:
    creditor = ready_creditor(
        organisation.id, works_every_day=True, window_opens="00:00:00", window_closes="00:00:00",
        volume_limit=5 * MESSAGES,
    )  # fmt: skip
    _debts(creditor)
    chance = random.Random(20261124)
    with mailbox() as box:
        # Two workers send a thousand in two seconds: too few moments to be killed at.
        box.before_answer = partial(time.sleep, 0.008)
        environment = os.environ | {
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(box.port), "EMAIL_USE_TLS": "no",
        }  # fmt: skip
        kills = _run_and_kill(organisation.id, environment, chance, lambda: len(box.mails))
        received = Counter(_MESSAGE_ID.search(mail.content)[1].decode() for mail in box.mails)
    states = Counter(Message.objects.values_list("state", flat=True))
    assert kills >= 5, states
    assert not [key for key, number in received.items() if number > 1], "a mail left twice"
    assert Message.objects.count() == MESSAGES
    assert set(states) <= {"sent", "sending"}, states
    sent = set(Message.objects.filter(state="sent").values_list("message_id", flat=True))
    stuck = set(Message.objects.filter(state="sending").values_list("message_id", flat=True))
    assert sent <= set(received), "recorded as sent, never received"
    assert set(received) <= sent | stuck, "received, and shown neither as sent nor as sending"
    for message in Message.objects.filter(state="sending"):
        assert Delivery.objects.filter(message=message, attempt=message.attempts).exists()
    assert StepClaim.objects.filter(state="done").count() == len(sent)
    assert len(stuck) <= kills * TOGETHER, "each killed process leaves at most what it had in hand"


def _debts(creditor: Creditor) -> None:
    """Write a thousand debtors who owe one late invoice each."""
    now = datetime.now(UTC)
    due = now.date() - timedelta(days=10)
    org = creditor.organisation_id
    debtors = Debtor.objects.bulk_create(
        Debtor(organisation_id=org, name=f"Client {n}") for n in range(MESSAGES)
    )
    Contact.objects.bulk_create(
        Contact(organisation_id=org, debtor=d, email=f"c{n}@client.example", is_main=True)
        for n, d in enumerate(debtors)
    )
    accounts = Account.objects.bulk_create(
        Account(
            organisation_id=org, creditor=creditor, debtor=d, external_id=f"C{n}",
            look_at=now - timedelta(days=1),
        )
        for n, d in enumerate(debtors)
    )  # fmt: skip
    invoices = Invoice.objects.bulk_create(
        Invoice(
            organisation_id=org, account=a, number=f"FA-{n:04}", external_key=f"FA-{n}",
            issued_on=due - timedelta(days=30), amount=100 + n, currency="EUR", known_on=due,
        )
        for n, a in enumerate(accounts)
    )  # fmt: skip
    Term.objects.bulk_create(
        Term(
            organisation_id=org, account_id=i.account_id, invoice=i, due_on=due, amount=i.amount,
            currency="EUR",
        )
        for i in invoices
    )  # fmt: skip


def _run_and_kill(organisation_id: int, environment, chance, arrived) -> int:
    """Run two workers and the web, kill one at random moments, until nothing is left to send."""
    started = [_worker(environment), _worker(environment), _web(environment)]
    kills, deadline = 0, time.monotonic() + 240
    try:
        while time.monotonic() < deadline:
            wake(organisation_id)
            wake(organisation_id)
            time.sleep(chance.uniform(0.05, 1.5))
            if _finished():
                break
            if arrived() and kills < 25:
                position = chance.choice((0, 0, 1, 1, 2))
                victim = started[position]
                _kill(victim)
                kills += 1
                started[position] = (_web if position == 2 else _worker)(environment)
            _give_back()
    finally:
        for process in started:
            _kill(process)
    _give_back()
    return kills


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started, at once and without a word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _finished() -> bool:
    # In the order in which work moves on: what moves between two looks is seen by the later one.
    if not Message.objects.exists() or Account.objects.filter(look_at__lte=datetime.now(UTC)).exists():
        return False
    if Message.objects.filter(state__in=("planned", "ready")).exists():
        return False
    return all(
        Delivery.objects.filter(message=m, attempt=m.attempts).exists()
        for m in Message.objects.filter(state="sending")
    )


def _give_back() -> None:
    """Do now what the tick does ten minutes after a claim: give back what never began.

    Only claims older than any live worker could be holding without having begun are touched.
    """
    from acquit.flows.outbox.dispatch_message import give_back_unbegun
    from acquit.store.tenancy import current_organisation

    organisation = current_organisation()
    assert organisation is not None
    give_back_unbegun(
        organisation_id=organisation, now=datetime.now(UTC) + timedelta(minutes=10, seconds=-20)
    )


def _worker(environment) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [_ACQUIT, "worker"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _web(environment) -> subprocess.Popen[bytes]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return subprocess.Popen(
        [_ACQUIT, "serve", "--no-worker", "--port", str(port)], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
