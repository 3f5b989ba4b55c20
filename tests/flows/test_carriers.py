"""Carriers: which one carries what, its limits and pauses, and a channel from outside that needs one line.

The channel is `tests/fixtures/pigeon`, a folder that Acquit has never heard of.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from acquit.flows.cases.publish_scenario import UnusableScenario, publish_scenario
from acquit.flows.outbox.ask_providers import ask_providers
from acquit.flows.outbox.dispatch_message import dispatch_messages, give_back_unbegun
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.resolve_sending import resolve_unknown
from acquit.jobs.sessions import open_sessions
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.cases.models import StepClaim, Task
from acquit.store.outbox.models import Carrier, Delivery, Message
from acquit.store.secrets import seal
from tests.fixtures.database import World
from tests.fixtures.loft_server import Loft, loft
from tests.flows.world import account, invoice, mailbox, ready_creditor

ROOT = Path(__file__).parents[2]
PIGEON = "tests.fixtures.pigeon"
FLIES = {
    "key": "flying", "name": {"fr": "Par les airs", "en": "By air"},
    "steps": [
        {"key": "friendly", "when": "3 days after due", "do": "pigeon", "otherwise": "letter"},
        {"key": "firm", "when": "8 days after previous step", "do": "email"},
    ],
}  # fmt: skip


@pytest.fixture
def birds() -> Iterator[Loft]:
    with loft() as opened:
        yield opened


@pytest.fixture
def creditor(organisation: World, settings) -> Creditor:
    settings.CHANNELS = [*settings.CHANNELS, PIGEON]
    creditor = ready_creditor(
        organisation.id, works_every_day=True, window_opens="00:00:00", window_closes="00:00:00"
    )
    version = publish_scenario(organisation_id=organisation.id, definition=FLIES, now=datetime.now(UTC))
    Creditor.objects.update(default_scenario=version.scenario_id)
    return creditor


def carrier(of: Creditor, birds: Loft, **more) -> Carrier:
    said = {"creditor": None, "name": "Colombier", "settings": {"url": birds.url}} | more
    return Carrier.objects.create(
        organisation_id=of.organisation_id, channel="pigeon", provider="loft", secrets=seal({"key": "k"}),
        token=f"{Carrier.objects.count():x<43}", made_at=datetime.now(UTC), **said,
    )  # fmt: skip


def owes(creditor: Creditor, code: str, phone: str = "+33600000001") -> None:
    debtor = account(creditor, code)
    Contact.objects.filter(debtor_id=debtor.debtor_id).update(phone=phone)
    invoice(debtor, f"FA-{code}", due=(datetime.now(UTC) - timedelta(days=10)).date())


def run(creditor: Creditor, now: datetime | None = None):
    now = now or datetime.now(UTC)
    plan_day(organisation_id=creditor.organisation_id, now=now)
    with open_sessions(creditor.organisation_id) as opened:
        return dispatch_messages(
            organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened
        )


def test_a_scenario_may_name_what_is_installed_and_nothing_else(creditor, settings) -> None:
    settings.CHANNELS = settings.CHANNELS[:-1]
    with pytest.raises(UnusableScenario, match="pigeon"):
        publish_scenario(organisation_id=creditor.organisation_id, definition=FLIES, now=datetime.now(UTC))


def test_a_message_leaves_by_a_channel_from_outside(creditor, birds) -> None:
    own = carrier(creditor, birds)
    owes(creditor, "C001")
    assert run(creditor).messages == {("pigeon", "sent"): 1}
    ((key, to, slip),) = birds.flown
    assert (to, "FA-C001" in slip.decode()) == ("+33600000001", True)
    attempt = Delivery.objects.get()
    assert (attempt.carrier_id, attempt.provider_ref, attempt.idempotency_key) == (own.id, "slip-0", key)
    birds.landed.add("slip-0")
    later = datetime.now(UTC) + timedelta(minutes=16)
    assert ask_providers(organisation_id=creditor.organisation_id, now=later).new == 1
    assert ask_providers(organisation_id=creditor.organisation_id, now=later + timedelta(days=1)).new == 0
    assert Message.objects.get().delivered_at == later


def test_without_a_carrier_the_message_waits_and_somebody_is_told(creditor) -> None:
    owes(creditor, "C001")
    assert not run(creditor).messages
    assert Message.objects.get().state == "ready"
    assert "no carrier" in Task.objects.get(kind="pigeon_paused").params["because"]


def test_a_creditors_own_carrier_comes_before_that_of_all(creditor, birds) -> None:
    carrier(creditor, birds, settings={"url": "http://127.0.0.1:9"})
    own = carrier(creditor, birds, creditor=creditor)
    owes(creditor, "C001")
    run(creditor)
    assert Delivery.objects.get().carrier_id == own.id


def test_while_its_carrier_is_paused_nothing_leaves_by_another(creditor, birds) -> None:
    carrier(creditor, birds)
    carrier(creditor, birds, creditor=creditor, paused_because="by hand")
    owes(creditor, "C001")
    assert not run(creditor).messages
    assert birds.flown == []


def test_limits_leave_the_rest_to_the_next_run(creditor, birds) -> None:
    carrier(creditor, birds, per_minute=2, per_hour=3)
    for number in range(4):
        owes(creditor, f"C00{number}", f"+3360000000{number}")
    run(creditor)
    assert len(birds.flown) == 2
    run(creditor, datetime.now(UTC) + timedelta(seconds=10))
    assert Message.objects.filter(state="ready").count() == 2
    assert set(Message.objects.filter(state="ready").values_list("attempts", flat=True)) == {0}


def test_a_limit_holds_over_two_workers_that_begin_at_once(creditor, birds) -> None:
    """Both have counted before either begins: the test holds the carrier's row until both ask for it."""
    own = carrier(creditor, birds, per_hour=7)
    for number in range(120):  # a worker takes a hundred at once: both must have some
        owes(creditor, f"C{number:03}", f"+33600000{number:03}")
    plan_day(organisation_id=creditor.organisation_id, now=datetime.now(UTC))
    environment = os.environ | {"ACQUIT_CHANNELS": PIGEON, "PYTHONPATH": str(ROOT)}
    command = [Path(sys.executable).parent / "acquit", "run"]
    with transaction.atomic():
        Carrier.objects.select_for_update(of=("self",)).get(pk=own.pk)
        workers = [
            subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        # One that found nothing left to take has ended: the limit must hold all the same.
        _until(lambda: _waiting_for_the_carrier() >= 2 or any(one.poll() is not None for one in workers))
    for worker in workers:
        _, said = worker.communicate(timeout=60)
        assert worker.returncode == 0, said.decode()[-500:]
    assert len(birds.flown) == 7
    assert Delivery.objects.count() == 7
    assert Message.objects.filter(state="ready").count() == 113


def _waiting_for_the_carrier() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_limit_holds_though_a_worker_has_been_running_for_long(creditor, birds) -> None:
    """What a long run begins counts from its own moment, not from when the run began."""
    carrier(creditor, birds, per_minute=5)
    for number in range(10):
        owes(creditor, f"C{number:03}", f"+336000000{number:02}")
    start = datetime.now(UTC)
    plan_day(organisation_id=creditor.organisation_id, now=start)
    with open_sessions(creditor.organisation_id) as first, open_sessions(creditor.organisation_id) as second:
        for opened, begins, moment in (
            (first, start, start + timedelta(seconds=55)), (second, *[start + timedelta(seconds=61)] * 2),
        ):  # fmt: skip
            dispatch_messages(
                organisation_id=creditor.organisation_id, now=begins, worker="w", sessions=opened,
                clock=lambda moment=moment: moment,
            )  # fmt: skip
    assert len(birds.flown) == 5


def test_a_carrier_that_fails_five_times_pauses_with_one_alert(creditor, birds) -> None:
    own = carrier(creditor, birds)
    birds.says = 503
    for number in range(7):
        owes(creditor, f"C00{number}", f"+3360000000{number}")
    done = run(creditor)
    assert done.paused == {"pigeon/Colombier": "503"}
    assert birds.calls == 5
    own.refresh_from_db()
    assert own.paused_because == "503"
    assert own.paused_until is not None
    assert Task.objects.filter(kind="pigeon_paused").count() == 1


def test_the_server_of_the_environment_carries_where_there_is_no_carrier(creditor, settings) -> None:
    owes(creditor, "C001", "")
    Creditor.objects.update(default_scenario=None)
    with mailbox() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        with open_sessions(creditor.organisation_id) as opened:
            assert opened.open[creditor.id, "email"].carrier_id is None
            assert (creditor.id, "pigeon") in opened.closed


def _killed(creditor: Creditor, moment: str) -> None:
    """Run the day in a process of its own that dies before it hands over, or after the answer."""
    plan_day(organisation_id=creditor.organisation_id, now=datetime.now(UTC))
    done = subprocess.run(
        [Path(sys.executable).parent / "acquit", "run"], check=False, capture_output=True, timeout=60,
        env=os.environ | {"ACQUIT_CHANNELS": PIGEON, "LOFT_DIES": moment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()[-500:]
    assert Message.objects.get().state == "sending"


@pytest.mark.parametrize(("moment", "arrived"), [("after", 1), ("before", 0)])
def test_f02_killed_around_the_providers_answer_one_message_leaves(creditor, birds, moment, arrived) -> None:
    """The provider that keeps our keys says whether it left; meanwhile nothing is sent again."""
    carrier(creditor, birds)
    owes(creditor, "C001")
    _killed(creditor, moment)
    assert len(birds.flown) == arrived
    later = datetime.now(UTC) + timedelta(minutes=20)
    give_back_unbegun(organisation_id=creditor.organisation_id, now=later)
    assert not run(creditor, later).messages
    assert Message.objects.get().state == "sending"

    assert resolve_unknown(organisation_id=creditor.organisation_id, now=later) == 1
    assert Message.objects.get().state == ("sent" if arrived else "ready")
    run(creditor, later)
    message = Message.objects.get()
    assert message.state == "sent"
    assert birds.keys == [f"acquit-{message.id}-{message.reply_token}"]
    assert birds.calls == 1
    assert StepClaim.objects.get().state == "done"


def test_f02_what_the_provider_cannot_say_stays_for_a_person(creditor, birds) -> None:
    carrier(creditor, birds)
    owes(creditor, "C001")
    _killed(creditor, "after")
    birds.says = 500
    later = datetime.now(UTC) + timedelta(minutes=20)
    assert resolve_unknown(organisation_id=creditor.organisation_id, now=later) == 0
    assert not run(creditor, later).messages
    assert Message.objects.get().state == "sending"
    assert birds.calls == 1
