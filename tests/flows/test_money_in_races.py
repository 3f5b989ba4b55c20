"""Money that arrives while something else happens: nothing leaves for what is paid, nothing is half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from acquit.flows.bank.undo_match import undo_match
from acquit.flows.outbox import dispatch_message
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store import tenancy
from acquit.store.bank.models import BankAccount, BankLine, BankMatch, MatchProposal
from acquit.store.ledger.models import Allocation, Payment, SourceFile, Term
from acquit.store.outbox.models import Delivery, Message
from tests.flows.banking import SOURCES, bring_lines, days_ago, file_of, line, statement
from tests.flows.importing import bring, fec, sale, snapshot, still_owed
from tests.flows.importing import receipt as booked
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor, sessions

LATER = NOW + timedelta(minutes=1)
PAID = line("1200.00", "VIR DUPONT FA-2026-101", counterparty_name="DUPONT SARL")
LIKELY = line("1200.00", "VIREMENT RECU")


@pytest.fixture(autouse=True)
def _banks(settings):
    settings.SOURCES = SOURCES


@pytest.fixture
def creditor(organisation):
    creditor = ready_creditor(organisation.id)
    invoice(account(creditor, "C001", name="Dupont SARL"), "FA-2026-101", "1200.00")
    return creditor


@pytest.fixture
def box():
    with mailbox() as opened:
        yield opened


def dispatch(creditor, box, *, now=LATER):
    with sessions(box) as opened:
        return dispatch_messages(
            organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened
        )


@pytest.mark.parametrize(("arrives", "because"), [(PAID, "paid"), (LIKELY, "possible_payment")])
def test_f06_a_bank_line_between_plan_and_dispatch_stops_the_message(
    organisation, creditor, box, arrives, because
):
    """F-06, F-07: matched alone or only likely, nothing leaves."""
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Message.objects.get().state == "ready"
    bring_lines(organisation, arrives, now=LATER)
    dispatch(creditor, box)
    assert not box.mails
    assert (Message.objects.get().state, Message.objects.get().because) == ("withdrawn", because)


@pytest.mark.parametrize("arrives", [PAID, LIKELY])
def test_f06_a_bank_line_during_the_last_look_stops_the_message(
    organisation, creditor, box, monkeypatch, arrives
):
    """The statement is imported by another process between the last decision and the attempt."""
    plan_day(organisation_id=organisation.id, now=NOW)
    prepare = dispatch_message.prepare

    def arrives_meanwhile(*args, **kwargs):
        monkeypatch.setattr(dispatch_message, "prepare", prepare)
        in_another_thread(lambda: bring_lines(organisation, arrives, now=LATER))
        return prepare(*args, **kwargs)

    monkeypatch.setattr(dispatch_message, "prepare", arrives_meanwhile)
    dispatch(creditor, box)
    assert not box.mails
    assert not Delivery.objects.exists()
    assert Message.objects.get().state == "withdrawn"


def test_f66_a_match_undone_during_dispatch_thanks_nobody(organisation, creditor, box, monkeypatch):
    """The thanks were decided on; then a person says that it was another's money."""
    Term.objects.update(due_on=days_ago(20))
    bring_lines(organisation, PAID)
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Message.objects.get().step == "thanks"
    prepare = dispatch_message.prepare

    def undone_meanwhile(*args, **kwargs):
        monkeypatch.setattr(dispatch_message, "prepare", prepare)
        in_another_thread(lambda: undo_match(
            organisation_id=organisation.id, line_id=BankLine.objects.get().id, now=LATER, on=TODAY,
            by=organisation.user_id,
        ))  # fmt: skip
        return prepare(*args, **kwargs)

    monkeypatch.setattr(dispatch_message, "prepare", undone_meanwhile)
    dispatch(creditor, box)
    assert not box.mails
    assert set(still_owed().values()) == {Decimal(1200)}


def test_f65_a_message_of_unknown_fate_is_closed_by_the_payment(organisation, creditor, box):
    """It is never sent again, and nobody has to find out any more."""
    plan_day(organisation_id=organisation.id, now=NOW)
    box.before_answer = hang_up
    dispatch(creditor, box)
    assert Message.objects.get().state == "sending"
    plan_day(organisation_id=organisation.id, now=LATER)
    assert Message.objects.get().state == "sending", "still a person's to find out"
    bring_lines(organisation, PAID, now=LATER)
    plan_day(organisation_id=organisation.id, now=LATER)
    first = Message.objects.order_by("id")[0]
    assert (first.state, first.because) == ("withdrawn", "paid")
    assert Delivery.objects.get().outcome == "unknown"
    assert not Message.objects.exclude(step="thanks").exclude(id=first.id).exists()
    assert set(still_owed().values()) == {0}


def hang_up():
    """Do what a server does that dies after it took the message."""
    raise ConnectionResetError


def in_another_thread(work):
    """Do `work` on a connection of its own, and wait for it."""
    failed = []

    def run():
        try:
            with tenancy.organisation(1):
                work()
        except BaseException as why:  # noqa: BLE001
            failed.append(why)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed


INTERRUPTED = """
import sys, django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
from acquit.flows.ledger.import_file import import_file
settings.SOURCES = ["tests.flows.banking"]
def stop(stage, done, total):
    if (stage, done) == ("merging", int(sys.argv[3])):
        print("there", flush=True)
        sys.stdin.read()
import_file(
    organisation_id=int(sys.argv[1]), creditor_id=int(sys.argv[2]), name="b.json",
    content=sys.argv[4].encode(), now=datetime(2026, 11, 24, 9, 30, tzinfo=UTC), progress=stop)
"""


@pytest.mark.parametrize("step", [10, 12, 13])
def test_a_statement_whose_import_is_killed_leaves_nothing(organisation, creditor, step):
    """Killed before the lines, before the matching, and when all was done but not committed."""
    before = snapshot()
    content = file_of(statement(PAID, LIKELY)).decode()
    argv = [
        sys.executable, "-c", INTERRUPTED, str(organisation.id), str(organisation.creditor_id), str(step),
        content,
    ]  # fmt: skip
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), text=True
    ) as process:
        assert process.stdout.readline() == "there\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert snapshot() == before
    for model in (BankAccount, BankLine, BankMatch, MatchProposal, SourceFile):
        assert not model.objects.exists()
    bring_lines(organisation, PAID, LIKELY)
    assert set(still_owed().values()) == {0}
    assert BankLine.objects.count() == 2


@pytest.mark.parametrize("turn", range(3))
def test_a_ledger_and_a_statement_at_once_count_the_money_once(organisation, turn):
    """F-07: matching while a FEC is imported; whoever is first, the balance is the same."""
    ready_creditor(organisation.id)
    bring(organisation, fec(sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101")), name="a.txt")
    whole = fec(
        sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101", letter="A"),
        booked(2, "20261120", "DUPONT SARL", 1200, letter="A"),
    )
    work = [
        lambda: bring(organisation, whole, name="b.txt", now=LATER),
        lambda: bring_lines(organisation, PAID, now=LATER),
    ]  # fmt: skip
    threads = [threading.Thread(target=in_another_thread, args=[one]) for one in work]
    for thread in threads if turn % 2 else reversed(threads):
        thread.start()
    for thread in threads:
        thread.join()
    assert set(still_owed().values()) == {0}
    assert Payment.objects.filter(returned_on=None).count() == 1
    assert Allocation.objects.filter(undone_on=None).count() == 1
    assert BankLine.objects.get().matched == Decimal(1200)
