"""Claims that lapse: told three times, moved by what the law says and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.cases.close_task import close_task
from acquit.flows.law.record_interruption import cancel_interruption, record_interruption
from acquit.flows.law.watch_limitation import watch_limitation
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.errors import DaysOutOfOrder, MovesNothing, NotAgreed
from acquit.store.accounts.models import Creditor, Debtor
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.store.law.models import Interruption
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


def agree(one, years, **more):
    return record_interruption(
        organisation_id=one.organisation_id, account_id=one.id, kind="agreed_term", years=years,
        on=date(2026, 1, 5), today=TODAY, now=NOW, **more,
    )  # fmt: skip


def test_what_businesses_agreed_is_watched_in_place_of_the_law(creditor) -> None:
    one = account(creditor, "A")
    invoice(one, "F-1", due=date(2026, 2, 1))
    invoice(one, "F-2", due=date(2021, 11, 1))
    mine = {"organisation_id": creditor.organisation_id, "now": NOW}
    watch_limitation(**mine)
    assert told() == [["F-2", "2026-11-01", "3"]]
    kept = agree(one, 1)
    watch_limitation(**mine)
    assert told() == [["F-2", "2022-11-01", "3"], ["F-1", "2027-02-01", "3"]]
    cancel_interruption(interruption_id=kept, **mine)
    agree(one, 10)
    watch_limitation(**mine)
    assert told() == []
    loader = CaseLoader(creditor.organisation_id, NOW)
    assert "time_barred" not in [r.code for r in decide_case(loader.one(one.id)).reasons]


@pytest.mark.parametrize(
    ("years", "debtor"),
    [
        (0, {}), (11, {}), (None, {}), (5, {"kind": "consumer"}), (5, {"kind": "public"}),
        (5, {"country": "US"}), (5, {"kind": "consumer", "country": "DE"}),
    ],
)  # fmt: skip
def test_outside_its_bounds_and_with_a_consumer_nothing_is_agreed(creditor, years, debtor) -> None:
    one = account(creditor, "A", **debtor)
    with pytest.raises(NotAgreed):
        agree(one, years)
    assert not Interruption.objects.exists()


def test_the_database_keeps_the_bounds(creditor) -> None:
    one = account(creditor, "A")
    for kind, years in (("agreed_term", 11), ("agreed_term", None), ("acknowledgement", 5)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Interruption.objects.create(
                organisation_id=creditor.organisation_id, account=one, kind=kind, on=TODAY, years=years,
                recorded_at=NOW,
            )  # fmt: skip


def test_an_agreement_counts_no_more_once_the_debtor_is_a_consumer(creditor) -> None:
    one = account(creditor, "A")
    invoice(one, "F-1", due=date(2024, 12, 1))
    agree(one, 10)
    watch_limitation(organisation_id=creditor.organisation_id, now=NOW)
    assert told() == []
    Debtor.objects.update(kind="consumer")
    watch_limitation(organisation_id=creditor.organisation_id, now=NOW)
    assert told() == [["F-1", "2026-12-01", "3"]]


def test_a_written_claim_begins_it_again_of_a_public_body_only(creditor) -> None:
    said = {"organisation_id": creditor.organisation_id, "today": TODAY, "now": NOW, "on": date(2025, 3, 1)}
    public, firm = account(creditor, "A", kind="public"), account(creditor, "B")
    invoice(public, "F-1", due=date(2022, 3, 1))
    with pytest.raises(MovesNothing):
        record_interruption(kind="written_claim", account_id=firm.id, **said)
    watch_limitation(organisation_id=creditor.organisation_id, now=NOW)
    assert told() == [["F-1", "2027-01-01", "3"]]
    record_interruption(kind="written_claim", account_id=public.id, **said)
    watch_limitation(organisation_id=creditor.organisation_id, now=NOW)
    assert told() == []
