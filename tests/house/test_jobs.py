"""The worker wakes every organisation, in a process of its own, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from django.db import connection

from acquit.jobs.tasks import tick, wake


def _jobs() -> list[tuple[str, str, dict[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text, args::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_a_tick_wakes_each_organisation_once(found):
    first, second = found("A").id, found("B").id
    tick(timestamp=0)
    tick(timestamp=60)
    wake(first)
    assert _jobs() == [
        ("tick_organisation", "todo", f'{{"organisation_id": {number}}}') for number in (first, second)
    ]


def test_a_worker_does_what_waits_and_stops_cleanly(founded):
    wake(founded.id)
    worker = subprocess.Popen([sys.executable, "-m", "acquit", "worker"], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if all(status not in ("todo", "doing") for _, status, _ in _jobs()):
                break
            time.sleep(0.1)
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=60)
    assert _jobs() == [], said.decode()
    assert worker.returncode == 0, said.decode()
    assert b"Traceback" not in said


def test_a_worker_looks_for_garbage_among_what_came_after_it_began(founded):
    code = (
        "from acquit.cli.ready import ready; ready()\n"
        "import gc, sys\n"
        "from acquit.jobs.worker import settle\n"
        "settle()\n"
        "print(gc.get_freeze_count() > 10 * len(gc.get_objects()), 'acquit.jobs.tick' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True", "True"]


def test_the_worker_connects_as_the_role_that_security_binds(founded):
    code = (
        "from acquit.cli.ready import ready; ready()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT current_user, (SELECT count(*) FROM accounts_creditor)')\n"
        "    print(cursor.fetchone())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("('acquit_app_")
    assert said.stdout.endswith("', 0)\n")
