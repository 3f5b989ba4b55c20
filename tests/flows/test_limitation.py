"""Claims that lapse: told three times, moved by what the law says and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from acquit.flows.cases.close_task import close_task
from acquit.flows.law.record_interruption import cancel_interruption, record_interruption
from acquit.flows.law.watch_limitation import watch_limitation
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.errors import DaysOutOfOrder, MovesNothing
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def told() -> list[list[str]]:
    task = Task.objects.filter(kind="limitation", closed_at=None).first()
    return task.params["invoices"] if task else []


@pytest.mark.parametrize(
    ("kind", "trade", "due", "told_as"),
    [
        ("business", "general", date(2022, 10, 1), ("2027-10-01", "12")),
        ("business", "general", date(2022, 5, 1), ("2027-05-01", "6")),
        ("business", "general", date(2022, 1, 1), ("2027-01-01", "3")),
        ("consumer", "general", date(2025, 2, 1), ("2027-02-01", "3")),
        ("public", "general", date(2022, 3, 1), ("2027-01-01", "3")),
        ("business", "transport", date(2026, 5, 1), ("2027-05-01", "6")),
        ("business", "general", date(2021, 11, 1), ("2026-11-01", "3")),
    ],
)
def test_a_claim_that_lapses_is_told(creditor, kind, trade, due, told_as) -> None:
    Creditor.objects.filter(id=creditor.id).update(trade=trade)
    invoice(account(creditor, "A", kind=kind), "F-1", due=due)
    invoice(account(creditor, "B"), "F-2")
    assert watch_limitation(organisation_id=creditor.organisation_id, now=NOW) == (
        2 if trade != "general" else 1
    )
    assert told()[0] == ["F-1", *told_as]


def test_each_warning_is_given_once_and_ends_with_its_cause(creditor, organisation) -> None:
    one = account(creditor, "A")
    term = invoice(one, "F-1", due=date(2022, 5, 1))
    mine = {"organisation_id": creditor.organisation_id}
    from acquit.store.accounts.models import User

    person = User.objects.create(username="p", email="p@example.org")
    watch_limitation(now=NOW, **mine)
    assert close_task(task_id=Task.objects.get(kind="limitation").pk, now=NOW, by=person.pk, **mine)
    watch_limitation(now=NOW + timedelta(days=1), **mine)
    assert told() == []
    watch_limitation(now=NOW + timedelta(days=90), **mine)
    assert told() == [["F-1", "2027-05-01", "3"]]
    type(term).objects.filter(id=term.id).update(written_off_on=TODAY)
    watch_limitation(now=NOW + timedelta(days=91), **mine)
    assert told() == []


def test_an_acknowledgement_begins_it_again_and_a_letter_does_not(creditor) -> None:
    one = account(creditor, "A")
    invoice(one, "F-1", due=date(2021, 11, 1))
    loader = CaseLoader(creditor.organisation_id, NOW)
    assert "time_barred" in [r.code for r in decide_case(loader.one(one.id)).reasons]
    said = {"organisation_id": creditor.organisation_id, "account_id": one.id, "today": TODAY, "now": NOW}
    for kind in ("formal_notice", "registered_letter", "reminder"):
        with pytest.raises(MovesNothing):
            record_interruption(kind=kind, on=TODAY, **said)
    with pytest.raises(DaysOutOfOrder):
        record_interruption(kind="acknowledgement", on=TODAY + timedelta(days=1), **said)
    too_late = record_interruption(kind="acknowledgement", on=date(2026, 11, 2), **said)
    assert "time_barred" in [r.code for r in decide_case(loader.one(one.id)).reasons]
    cancel_interruption(organisation_id=creditor.organisation_id, interruption_id=too_late, now=NOW)
    record_interruption(kind="court_claim", on=date(2026, 10, 1), **said)
    assert "time_barred" not in [r.code for r in decide_case(loader.one(one.id)).reasons]
    watch_limitation(organisation_id=creditor.organisation_id, now=NOW)
    assert told() == []
