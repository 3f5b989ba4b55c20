"""A mailbox that cannot be read: what it holds, how that is told, and how what waited leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from acquit.flows.answers.go_on_without import TooLong, go_on_without, wait_again
from acquit.flows.answers.keep_mailbox import Said, SilentTooLong, keep_mailbox
from acquit.flows.answers.read_mailbox import read_mailbox
from acquit.flows.material.errors import InThePast, ReasonMissing
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Creditor
from acquit.store.answers.models import Mailbox as Box
from acquit.store.answers.models import MailboxWaiver
from acquit.store.cases.models import Decision, Task
from acquit.store.facts import CaseLoader
from acquit.store.outbox.models import Message
from tests.fixtures.database import World
from tests.fixtures.mailserver import PASSWORD, MailServer
from tests.flows.answering import written
from tests.flows.world import NOW, TODAY, Mailbox, account, invoice, mailbox, ready_creditor, sessions

BOX = "relances@valmeric.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id, contact_gap=1)


def listened(
    creditor: Creditor, *, port: int = 1, now: Any = NOW, mailbox_id: int | None = None, **more: Any
) -> int:
    """A mailbox; at port 1 nobody answers."""
    said = {"host": "127.0.0.1", "user": BOX, "port": port, "security": "none", "since": date(2020, 1, 1),
            "secrets": {"password": PASSWORD}} | more  # fmt: skip
    return keep_mailbox(
        organisation_id=creditor.organisation_id, said=Said(**said), today=TODAY, now=now,
        mailbox_id=mailbox_id,
    )  # fmt: skip


def read(creditor: Creditor, key: int, now: Any) -> str:
    return read_mailbox(organisation_id=creditor.organisation_id, mailbox_id=key, now=now).trouble


def run(creditor: Creditor, box: Mailbox, now: Any) -> Any:
    plan = plan_day(organisation_id=creditor.organisation_id, now=now)
    with sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened)
    return plan


def alerts() -> list[Task]:
    return list(Task.objects.filter(kind="mailbox", closed_at=None).order_by("id"))


def test_f46_a_mailbox_that_nobody_reads_holds_and_lets_go_when_it_is_read(
    creditor, box, mail_server: MailServer
) -> None:
    one = account(creditor, "KERLEAU")
    invoice(one, "FA-1")
    key = listened(creditor, now=NOW - 2 * DAY)
    assert read(creditor, key, NOW - 2 * DAY)
    plan = run(creditor, box, NOW)
    assert (plan.reasons, plan.alerts) == ({"mailbox_silent": 1}, [f"{creditor.key}: mailbox_silent"])
    assert not box.mails
    decision = Decision.objects.get(is_current=True)
    assert decision.reasons[0] == ["mailbox_silent", {"on": (TODAY - 2 * DAY).isoformat()}]
    assert [task.creditor_id for task in alerts()] == [creditor.id]
    Box.objects.filter(id=key).update(port=mail_server.imap_port)
    assert read(creditor, key, NOW + HOUR) == ""
    assert (alerts(), Account.objects.get().look_at) == ([], NOW + HOUR)
    run(creditor, box, NOW + HOUR)
    assert len(box.mails) == 1


def test_what_is_ready_and_what_a_person_approved_is_held_too(creditor, box) -> None:
    invoice(account(creditor, "KERLEAU"), "FA-1")
    key = listened(creditor)
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    assert Message.objects.get().state == "ready"
    Box.objects.filter(id=key).update(created_at=NOW - 2 * DAY)
    run(creditor, box, NOW)
    assert Message.objects.get().state == "withdrawn"
    assert not box.mails


def test_it_holds_after_its_own_hours_and_no_sooner(creditor, box) -> None:
    invoice(account(creditor, "KERLEAU"), "FA-1")
    key = listened(creditor, now=NOW - 30 * HOUR, silent_hours=30)
    loader = CaseLoader(creditor.organisation_id, NOW)
    assert not loader.unheard(loader.creditor(creditor.id))
    listened(creditor, now=NOW, silent_hours=29, mailbox_id=key)
    assert run(creditor, box, NOW).reasons == {"mailbox_silent": 1}
    listened(creditor, now=NOW, silent_hours=31, mailbox_id=key)
    run(creditor, box, NOW)
    assert len(box.mails) == 1
    for hours in (0, 721):
        with pytest.raises(SilentTooLong):
            listened(creditor, now=NOW, silent_hours=hours, mailbox_id=key)


def test_no_mailbox_or_one_that_is_not_read_any_more_or_of_another_creditor_holds_nothing(
    creditor, box
) -> None:
    other = Creditor.objects.create(organisation_id=creditor.organisation_id, key="autre", name="Autre")
    listened(creditor, now=NOW - 9 * DAY, creditor_id=other.id)
    listened(creditor, now=NOW - 9 * DAY, user="vieux@valmeric.example", is_active=False)
    invoice(account(creditor, "KERLEAU"), "FA-1")
    run(creditor, box, NOW)
    assert len(box.mails) == 1


def test_a_person_goes_on_without_it_for_a_while_and_the_word_is_kept(creditor, box, organisation) -> None:
    invoice(account(creditor, "KERLEAU"), "FA-1")
    key = listened(creditor, now=NOW - 2 * DAY)
    assert run(creditor, box, NOW).reasons == {"mailbox_silent": 1}
    said = {"organisation_id": creditor.organisation_id, "mailbox_id": key, "now": NOW}
    with pytest.raises(ReasonMissing):
        go_on_without(**said, until=NOW + DAY, because=" ")
    with pytest.raises(InThePast):
        go_on_without(**said, until=NOW, because="panne")
    with pytest.raises(TooLong):
        go_on_without(**said, until=NOW + 32 * DAY, because="panne")
    go_on_without(**said, until=NOW + 3 * HOUR, because="L’hébergeur est en panne", by=organisation.user_id)
    assert alerts() == []
    run(creditor, box, NOW)
    assert len(box.mails) == 1
    kept = MailboxWaiver.objects.get()
    assert (kept.because, kept.made_by_id) == ("L’hébergeur est en panne", organisation.user_id)
    loader = CaseLoader(creditor.organisation_id, NOW + 4 * HOUR)
    assert loader.unheard(loader.creditor(creditor.id)), "its time is over"
    wait_again(**said)
    loader = CaseLoader(creditor.organisation_id, NOW)
    assert loader.unheard(loader.creditor(creditor.id)), "taken back"
    assert MailboxWaiver.objects.count() == 1


def test_mails_that_are_still_to_be_read_are_not_heard_yet(creditor, mail_server: MailServer) -> None:
    key = listened(creditor, port=mail_server.imap_port, now=NOW - 2 * DAY)
    with mail_server.imap(BOX) as client:
        for number in range(2):
            client.append("INBOX", written("Bonjour.", key=f"k{number}"))
    heard = []
    for _ in range(3):
        reading = read_mailbox(organisation_id=creditor.organisation_id, mailbox_id=key, now=NOW, most=1)
        assert reading.trouble == ""
        loader = CaseLoader(creditor.organisation_id, NOW)
        heard.append(not loader.unheard(loader.creditor(creditor.id)))
    assert heard == [False, False, True]
