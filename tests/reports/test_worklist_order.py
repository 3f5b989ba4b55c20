"""What waits comes in the order of what a contact can still change: urgency, cash at risk, cash at stake."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.core.payer_days import UsualDays as Told
from acquit.core.payer_model import STALE
from acquit.reports.worklist import Asked, Work, work
from acquit.store.accounts.models import Creditor, Debtor
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Message
from acquit.store.payers.models import UsualDays
from tests.flows.banking import SOURCES, bring_lines, line
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt

PUNCTUAL = Told(days=(2,) * 10 + (8,) * 10, weight=40)
SLOW = Told(days=tuple(range(30, 70, 2)), weight=20)


@pytest.fixture
def creditor(organisation: Any) -> Any:
    return ready_creditor(organisation.id)


def keep(of: Any, told: Told, **said: Any) -> None:
    given = {"debtor": None if "segment" in said else of.debtor, "known_on": TODAY} | said
    UsualDays.objects.create(
        organisation_id=of.organisation_id, days=list(told.days), weight=told.weight, **given
    )


def call(of: Any, *amounts: str, late: int = 1, state: str = "handed_over") -> Message:
    """Make a call that asks for new terms of the account, `late` days after their due date."""
    terms = [
        invoice(of, f"{of.external_id}-{n}", amount, due=TODAY - timedelta(days=late))
        for n, amount in enumerate(amounts)
    ]
    total = sum((Decimal(amount) for amount in amounts), Decimal(0))
    return Message.objects.create(
        organisation_id=of.organisation_id, creditor_id=of.creditor_id, debtor_id=of.debtor_id, account=of,
        channel="phone", scenario="polite", step="friendly", stage="reminder", state=state,
        listed=[term.id for term in terms], total=[[str(total), "EUR"]], planned_on=TODAY, not_before=NOW,
    )  # fmt: skip


def task(of: Any, kind: str = "missing_contact") -> Task:
    return Task.objects.create(
        organisation_id=of.organisation_id, creditor_id=of.creditor_id, account=of, kind=kind, opened_at=NOW
    )


def listed(creditor: Any, **said: Any) -> list[Work]:
    tasks = ("missing_contact", "bank_change", "possible_payment")
    return work(Asked(creditor=creditor.pk, person=None, now=NOW, today=TODAY, tasks=tasks), **said)


def accounts(found: list[Work]) -> list[int | None]:
    return [one.account for one in found]


def test_what_comes_by_itself_waits_behind_less_that_is_at_risk(creditor: Any) -> None:
    sure, doubtful = account(creditor, "SURE"), account(creditor, "RISK")
    call(sure, "10000.00")
    call(doubtful, "8000.00")
    assert accounts(listed(creditor)) == [sure.id, doubtful.id], "while nothing is known, the larger sum"
    keep(sure, PUNCTUAL)
    keep(doubtful, SLOW)
    found = listed(creditor)
    assert accounts(found) == [doubtful.id, sure.id]
    assert [(one.expected, one.currency) for one in found] == [(8000, "EUR"), (10000, "EUR")]
    for one, told in zip(found, (SLOW, PUNCTUAL), strict=True):
        assert float(one.at_risk or 0) == pytest.approx(float(one.expected) * told.at_risk(1), abs=0.01)


def test_urgency_comes_before_any_cash(creditor: Any) -> None:
    guard, broken, rich = (account(creditor, code) for code in ("GUARD", "BROKEN", "RICH"))
    for one in (guard, broken, rich):
        keep(one, PUNCTUAL if one is not rich else SLOW)
    invoice(guard, "G1", "10.00", due=TODAY - timedelta(days=1))
    task(guard, "bank_change")
    call(broken, "20.00", state="failed")
    call(rich, "9000.00")
    assert accounts(listed(creditor)) == [guard.id, broken.id, rich.id]


def test_a_message_is_about_its_terms_and_a_task_about_what_is_late(creditor: Any) -> None:
    asked, late = account(creditor, "ASKED"), account(creditor, "LATE")
    for one in (asked, late):
        invoice(one, f"{one.external_id}-old", "500.00", due=TODAY - timedelta(days=200))
        keep(one, PUNCTUAL)
    call(asked, "1000.00", "2000.00")
    task(late)
    invoice(late, "LATE-new", "1000.00", due=TODAY - timedelta(days=1))
    invoice(late, "LATE-next", "7777.00", due=TODAY)
    found = {one.account: one for one in listed(creditor)}
    assert found[asked.id].expected == 3000
    assert float(found[asked.id].at_risk or 0) == pytest.approx(3000 * PUNCTUAL.at_risk(1), abs=0.01)
    assert found[late.id].expected == 1500
    assert float(found[late.id].at_risk or 0) == pytest.approx(500 + 1000 * PUNCTUAL.at_risk(1), abs=0.01)


def test_what_has_arrived_and_waits_to_be_matched_is_not_at_risk(
    creditor: Any, organisation: Any, settings: Any
) -> None:
    settings.SOURCES = SOURCES
    Creditor.objects.update(match_alone=False)
    paid, half, other, person = (account(creditor, code) for code in ("PAID", "HALF", "OTHER", "PERSON"))
    Debtor.objects.filter(pk=person.debtor_id).update(kind="consumer")
    amounts = {paid: "1000.00", half: "900.00", other: "800.00", person: "700.00"}
    for number, (one, amount) in enumerate(amounts.items(), 1):
        keep(one, SLOW)
        invoice(one, f"F26-000{number}", amount, due=TODAY - timedelta(days=1))
        task(one, "missing_contact" if one is other else "possible_payment")
    receipt(other, "800.00")
    receipt(half, "200.00")
    receipt(person, "699.00")
    lines = line("1000.00", "VIR F26-0001"), line("300.00", "VIR F26-0002")
    bring_lines(organisation, *lines, creditor_id=creditor.id)
    found = {one.account: one for one in listed(creditor)}
    assert list(found) == [other.id, half.id, person.id, paid.id]
    assert found[paid.id].at_risk == 0
    assert float(found[half.id].at_risk or 0) == pytest.approx(400 * SLOW.at_risk(1), abs=0.01)
    assert float(found[other.id].at_risk or 0) == pytest.approx(800 * SLOW.at_risk(1), abs=0.01)
    assert found[paid.id].expected == 1000, "the cash at stake stays whole"


def test_of_a_natural_person_only_the_sum_counts(creditor: Any) -> None:
    person, firm = account(creditor, "PERSON", kind="consumer"), account(creditor, "FIRM")
    keep(person, PUNCTUAL)
    keep(person, PUNCTUAL, segment="consumer FR")
    keep(person, PUNCTUAL, segment="")
    keep(firm, SLOW)
    call(person, "1000.00")
    call(firm, "1010.00", late=40)
    found = {one.account: one for one in listed(creditor)}
    assert found[person.id].at_risk is None
    assert found[firm.id].at_risk is not None
    assert accounts(listed(creditor)) == [person.id, firm.id], "1 000 whole before what of 1 010 is at risk"


def test_who_has_no_past_is_like_his_segment_then_like_everybody(creditor: Any) -> None:
    here, abroad = account(creditor, "HERE"), account(creditor, "ABROAD", country="BE")
    keep(here, SLOW, segment="business FR")
    keep(here, PUNCTUAL, segment="")
    call(here, "100.00")
    call(abroad, "100.00")
    found = {one.account: float(one.at_risk or 0) for one in listed(creditor)}
    assert found == {
        here.id: pytest.approx(100 * SLOW.at_risk(1), abs=0.01),
        abroad.id: pytest.approx(100 * PUNCTUAL.at_risk(1), abs=0.01),
    }


def test_what_is_stale_says_nothing(creditor: Any) -> None:
    one = account(creditor, "ONE")
    keep(one, PUNCTUAL, known_on=TODAY - STALE)
    call(one, "100.00")
    assert listed(creditor)[0].at_risk is None


def test_pages_never_overlap(creditor: Any) -> None:
    for n in range(7):
        one = account(creditor, f"C{n}")
        keep(one, (PUNCTUAL, SLOW)[n % 2])
        call(one, "100.00", "50.00")
    whole = listed(creditor)
    pages = [one for first in range(0, 7, 2) for one in listed(creditor, first=first, most=2)]
    assert pages == whole
    assert len({one.id for one in whole}) == 7
