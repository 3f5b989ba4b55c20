"""Interest and fixed sums as rows: claimed, kept, paid, given up, exported."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.flows.law.mark_exported import mark_exported
from acquit.flows.law.settle_charges import claim_charges, settle_charges
from acquit.flows.law.waive_charge import claim_again, pay_charge, waive_charge
from acquit.flows.ledger.allocate_payment import allocate_payment, undo_allocation
from acquit.flows.material.background import backgrounds_of
from acquit.flows.material.charges import charged, keep_charges
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.errors import AlreadySettled, MoreThanCharged, ReasonMissing
from acquit.flows.material.penalties import penalties_of
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.reports.balances import balances
from acquit.reports.charges import charges, entries, to_export
from acquit.reports.filters import Filters
from acquit.reports.spreadsheet import csv_text
from acquit.store.accounts.models import Creditor, Debtor
from acquit.store.charges import settled_of
from acquit.store.facts import CaseLoader
from acquit.store.law.models import LateCharge
from acquit.store.ledger.models import Allocation, Invoice
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor, receipt, sessions

CLAIMING = {
    "key": "state", "name": {"fr": "Public", "en": "Public"},
    "steps": [{"key": "claim", "when": "8 days after due", "do": "email", "template": "public_claim"}],
}  # fmt: skip


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


@pytest.fixture
def late(creditor):
    """An invoice of 10 000 that was due on 31 July, claimed on 24 November."""
    one = account(creditor, "A")
    term = invoice(one, "F-1", "10000.00", due=date(2026, 7, 31))
    claim_charges(organisation_id=one.organisation_id, account_id=one.id, today=TODAY, now=NOW)
    return one, term


def pay(one, term, amount, on):
    paid = receipt(one, amount, on=on)
    allocate_payment(
        organisation_id=one.organisation_id, payment_id=paid.id, term_ids=[term.id] if term else [], now=NOW
    )
    return paid


def of(kind: str) -> LateCharge:
    return LateCharge.objects.select_related("invoice").get(kind=kind)


def test_f26_interest_outlives_the_principal(late) -> None:
    one, term = late
    assert of("interest").amount == Decimal("394.08")
    pay(one, term, "10000.00", on=date(2026, 9, 14))
    assert settle_charges(organisation_id=one.organisation_id, now=NOW) == 1
    interest = of("interest")
    assert (interest.amount, interest.to_on, interest.final) == (Decimal("152.88"), date(2026, 9, 14), True)
    assert interest.lines[0][:6] == ["2026-08-01", "2026-09-14", "10000.00", "12.40", "45", "152.8767"]
    assert [(c.row.kind, c.left) for c in charges(account_id=one.id, open_only=True)] == [
        ("fixed_sum", Decimal(40)), ("interest", Decimal("152.88")),
    ]  # fmt: skip
    assert settle_charges(organisation_id=one.organisation_id, now=NOW) == 0


def test_f25_the_fixed_sum_stands_once_however_often_it_is_claimed(late) -> None:
    one, _ = late
    for later in range(3):
        day = TODAY + timedelta(days=later)
        claim_charges(organisation_id=one.organisation_id, account_id=one.id, today=day, now=NOW)
    assert LateCharge.objects.filter(kind="fixed_sum").count() == 1
    assert LateCharge.objects.filter(kind="interest").count() == 1


def test_a_message_that_claims_keeps_what_it_claimed(creditor) -> None:
    version = add_version(creditor.organisation_id, CLAIMING, now=NOW)
    Creditor.objects.filter(id=creditor.id).update(default_scenario=version.scenario_id)
    invoice(account(creditor, "A", kind="public"), "F-1", "1200.00", due=date(2026, 11, 10))
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    assert not LateCharge.objects.exists()
    with mailbox() as box, sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=NOW, worker="here", sessions=opened)
    assert len(box.mails) == 1
    assert (of("interest").amount, of("interest").claimed_on) == (Decimal("4.79"), TODAY)
    assert of("fixed_sum").amount == 40


def test_a_charge_is_paid_by_what_is_left_of_a_payment_and_owed_again_when_that_is_undone(late) -> None:
    one, term = late
    paid = pay(one, term, "10100.00", on=date(2026, 9, 14))
    settle_charges(organisation_id=one.organisation_id, now=NOW)
    said = {"organisation_id": one.organisation_id, "payment_id": paid.id, "now": NOW}
    assert pay_charge(charge_id=of("fixed_sum").pk, **said) == 0
    assert pay_charge(charge_id=of("interest").pk, **said) == Decimal("92.88")
    with pytest.raises(MoreThanCharged):
        pay_charge(charge_id=of("interest").pk, **said)
    case = CaseLoader(one.organisation_id, NOW).one(one.id)
    assert case.snapshot.credits == ()
    assert [t.invoice for t in case.snapshot.terms if t.open] == []
    assert [b.open_balance for b in balances(Filters(on=TODAY))] == [Decimal(0)]
    allocation = Allocation.objects.get(term__invoice__number="IFR-F-1")
    undo_allocation(organisation_id=one.organisation_id, allocation_id=allocation.pk, on=TODAY, now=NOW)
    assert (of("fixed_sum").paid, of("fixed_sum").paid_on) == (0, None)
    assert not Invoice.objects.filter(number="IFR-F-1").exists()
    assert [b.open_balance for b in balances(Filters(on=TODAY))] == [Decimal(-40)]


def test_what_was_given_up_with_a_reason_is_never_asked_again(late) -> None:
    one, term = late
    said = {"organisation_id": one.organisation_id, "today": TODAY, "now": NOW}
    with pytest.raises(ReasonMissing):
        waive_charge(charge_id=of("fixed_sum").pk, reason=" ", **said)
    for kind in ("fixed_sum", "interest"):
        waive_charge(charge_id=of(kind).pk, reason="geste commercial", **said)
    with pytest.raises(AlreadySettled):
        waive_charge(charge_id=of("interest").pk, reason="encore", **said)
    case = CaseLoader(one.organisation_id, NOW).one(one.id)
    settled = settled_of(one.organisation_id, [term.id])
    law = penalties_of(case, list(case.snapshot.terms), {}, settled)
    assert (law.interest, law.fixed_sums) == ({term.id: 0}, {})
    assert charged(case, [term.id], {}, settled) == ()
    assert charges(account_id=one.id, open_only=True) == []
    claim_again(organisation_id=one.organisation_id, charge_id=of("fixed_sum").pk, now=NOW)
    assert [c.row.kind for c in charges(account_id=one.id, open_only=True)] == ["fixed_sum"]


@pytest.mark.parametrize(
    ("imputation", "interest"), [("principal_first", "269.07"), ("interest_first", "271.28")]
)
def test_b7_what_a_part_payment_settles_first_is_the_creditors_choice(creditor, imputation, interest) -> None:
    Creditor.objects.filter(id=creditor.id).update(imputation=imputation)
    one = account(creditor, "A")
    term = invoice(one, "F-1", "10000.00", due=date(2026, 6, 30))
    pay(one, term, "4000.00", on=date(2026, 8, 29))
    when = NOW.replace(month=9, day=30)
    case = CaseLoader(one.organisation_id, when).one(one.id)
    receipts = {term.id: [(date(2026, 8, 29), Decimal(4000), False)]}
    law = penalties_of(case, list(case.snapshot.terms), receipts)
    assert law.interest == {term.id: Decimal(interest)}


def test_a_consumer_is_charged_nothing(creditor) -> None:
    one = account(creditor, "A", kind="consumer")
    invoice(one, "F-1", "500.00", due=date(2026, 7, 31))
    assert claim_charges(organisation_id=one.organisation_id, account_id=one.id, today=TODAY, now=NOW) == 0


def test_the_accountant_is_given_each_charge_once_and_without_vat(late, creditor) -> None:
    one, term = late
    pay(one, term, "10000.00", on=date(2026, 9, 14))
    settle_charges(organisation_id=one.organisation_id, now=NOW)
    rows = to_export(creditor_id=creditor.id)
    sheet = entries(rows, on=TODAY)
    said = csv_text(sheet).splitlines()
    assert said[1:3] == [
        "OD,2026-11-24,411000,A,INT-F-1,Pénalités de retard F-1 (non soumise à TVA),152.88,0.00,EUR",
        "OD,2026-11-24,763100,,INT-F-1,Pénalités de retard F-1 (non soumise à TVA),0.00,152.88,EUR",
    ]
    assert sum(row[6] - row[7] for row in sheet.rows) == 0
    mark_exported(organisation_id=one.organisation_id, charge_ids=[row.pk for row in rows], now=NOW)
    assert to_export(creditor_id=creditor.id) == []
    assert len(to_export(creditor_id=creditor.id, again=True)) == 2
    invoice(one, "INT-F-1", "152.88")
    assert [c.row.kind for c in charges(account_id=one.id, open_only=True)] == ["fixed_sum"]


def test_what_is_claimed_is_what_the_message_says(late) -> None:
    one, term = late
    case = CaseLoader(one.organisation_id, NOW).one(one.id)
    law = penalties_of(case, list(case.snapshot.terms), {})
    found = {c.kind: c.amount for c in charged(case, [term.id], {})}
    assert found == {"interest": law.interest[term.id], "fixed_sum": law.fixed_sums[term.id]}
    assert decide_case(case).reasons
    keep_charges(one.organisation_id, one.id, charged(case, [term.id], {}), on=TODAY)
    assert backgrounds_of(one.organisation_id, []) == {}


def test_a_judgment_freezes_what_was_claimed(late) -> None:
    one, _ = late
    Debtor.objects.filter(id=one.debtor_id).update(insolvent_on=date(2026, 9, 15))
    assert settle_charges(organisation_id=one.organisation_id, now=NOW) == 1
    assert (of("interest").amount, of("interest").final) == (Decimal("152.88"), True)


@pytest.mark.parametrize("imputation", ["principal_first", "interest_first"])
def test_what_came_after_the_judgment_is_no_interest(late, creditor, imputation) -> None:
    """Money that came before anybody knew of the judgment lessens the debt, not the interest."""
    one, term = late
    Creditor.objects.filter(id=creditor.id).update(imputation=imputation)
    pay(one, term, "4000.00", on=date(2026, 9, 20))
    Debtor.objects.filter(id=one.debtor_id).update(insolvent_on=date(2026, 9, 15))
    case = CaseLoader(one.organisation_id, NOW).one(one.id)
    receipts = {term.id: [(date(2026, 9, 20), Decimal(4000), False)]}
    law = penalties_of(case, list(case.snapshot.terms), receipts)
    assert law.interest == {term.id: Decimal("152.88")}
    assert settle_charges(organisation_id=one.organisation_id, now=NOW) == 1
    assert of("interest").amount == Decimal("152.88")
