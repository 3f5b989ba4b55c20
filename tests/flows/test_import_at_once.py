"""Imports that meet, and imports that are killed: once, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from acquit.store.ledger.models import (
    Invoice,
    SourceFile,
)
from tests.flows.importing import INVOICES, bring, snapshot


def test_two_imports_of_one_file_at_once_bring_it_once(founded):
    outcomes = []

    def bring_it():
        try:
            outcomes.append(bring(founded, INVOICES))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done.created for done in outcomes) == [0, 0, 5]
    with founded.open():
        assert Invoice.objects.count() == 3


INTERRUPTED = """
import sys, django
django.setup()
from datetime import UTC, datetime
from acquit.flows.ledger.import_file import import_file
def stop(stage, done, total):
    if (stage, done) == ("merging", int(sys.argv[3])):
        print("there", flush=True)
        sys.stdin.read()
import_file(
    organisation_id=int(sys.argv[1]), creditor_id=int(sys.argv[2]), name="f.csv",
    content=sys.argv[4].encode(), now=datetime(2026, 11, 24, tzinfo=UTC), progress=stop)
"""


@pytest.mark.parametrize("step", [3, 7, 12])
def test_an_import_that_is_killed_leaves_nothing(founded, step):
    with founded.open():
        before = snapshot()
    argv = [sys.executable, "-c", INTERRUPTED, str(founded.id), str(founded.creditor_id), str(step), INVOICES]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), text=True
    ) as process:
        assert process.stdout.readline() == "there\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    time.sleep(0.1)
    with founded.open():
        assert snapshot() == before
        assert not SourceFile.objects.exists()
    assert bring(founded, INVOICES).created == 5
