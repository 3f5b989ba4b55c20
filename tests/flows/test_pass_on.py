"""Who collects for another passes on what he received within a month, and is told by when (CPCE R124-6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from acquit.flows.cases.close_task import close_task
from acquit.flows.law.watch_pass_on import watch_pass_on
from acquit.store.accounts.models import Creditor, User
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Payment
from tests.flows.world import NOW, TODAY, account, ready_creditor, receipt


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, collects_for_others=True, collects_for="Cardon")


def watched(creditor, now=NOW):
    return watch_pass_on(organisation_id=creditor.organisation_id, now=now)


def told():
    return [one[1:] for task in Task.objects.filter(closed_at=None) for one in task.params["payments"]]


def test_each_payment_is_told_with_its_last_day_until_a_person_passed_it_on(creditor) -> None:
    one = account(creditor, "A")
    receipt(one, "300.00", on=date(2026, 10, 31))
    assert watched(creditor) == 1
    assert told() == [["2026-10-31", "300.0000", "EUR", "2026-11-30"]]
    person = User.objects.create(username="p", email="p@example.org")
    mine = {"organisation_id": creditor.organisation_id}
    assert close_task(task_id=Task.objects.get().pk, now=NOW, by=person.pk, **mine)
    assert watched(creditor) == 0
    receipt(one, "50.00", on=date(2026, 10, 28))
    receipt(one, "60.00", on=TODAY)
    watched(creditor)
    assert [row[1] for row in told()] == ["50.0000"]
    watched(creditor, NOW + timedelta(days=23))
    assert [row[1] for row in told()] == ["50.0000", "60.0000"]


def test_what_nobody_passed_on_stays_told_and_what_came_back_does_not(creditor) -> None:
    one = account(creditor, "A")
    receipt(one, "300.00", on=date(2026, 10, 24))
    watched(creditor)
    watched(creditor, NOW + timedelta(days=200))
    assert [row[3] for row in told()] == ["2026-11-24"]
    Payment.objects.update(returned_on=TODAY)
    assert watched(creditor) == 0
    assert told() == []


def test_only_money_for_another_whose_last_day_is_near_is_asked_about(creditor) -> None:
    one = account(creditor, "A")
    receipt(one, "1.00", on=date(2026, 10, 16))  # its last day was eight days ago
    written_off = receipt(one, "2.00", on=date(2026, 10, 25))
    Payment.objects.filter(pk=written_off.pk).update(kind="write_off")
    assert watched(creditor) == 0
    receipt(one, "3.00", on=date(2026, 10, 25))
    Creditor.objects.update(collects_for_others=False)
    assert watched(creditor) == 0
    Creditor.objects.update(collects_for_others=True)
    assert watched(creditor) == 1
    Creditor.objects.update(collects_for_others=False)
    assert watched(creditor) == 0
    assert told() == []
