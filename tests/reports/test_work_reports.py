"""Disputes, provision, effect of steps and collectors' activity from SQL, against the core and by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.ageing import STANDARD
from acquit.core.effect import Asked, effect, sums
from acquit.core.ledger import ZERO, Ledger, open_balances
from acquit.core.loss import OURS, LossRule, RuleOutOfOrder, rule_of
from acquit.reports.collectors import collectors
from acquit.reports.delays import delays
from acquit.reports.disputes import disputes
from acquit.reports.effects import effects
from acquit.reports.filters import Filters
from acquit.reports.promises import promises_kept
from acquit.reports.provision import provision
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Dispute, ManualContact, Promise, PromisedTerm
from acquit.store.ledger.models import Allocation, Invoice, InvoiceVat, Payment, Term
from acquit.store.outbox.models import Message
from tests.core.ledgers import days, ledgers
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt
from tests.reports.test_equal_to_core import RANDOM, written


def message(of: Account, terms: list[int], *, on: date, step: str = "friendly", **more: Any) -> Message:
    return Message.objects.create(
        organisation_id=of.organisation_id, creditor_id=of.creditor_id, debtor_id=of.debtor_id, account=of,
        channel="email", scenario="polite", step=step, stage="reminder", state="sent", listed=terms,
        planned_on=on, not_before=NOW, sent_at=datetime.combine(on, time(9), tzinfo=UTC), **more,
    )  # fmt: skip


@RANDOM
@given(data=st.data(), ledger=ledgers(), on=days, within=st.integers(1, 40))
def test_effects_disputes_and_provision(  # noqa: C901, PLR0912  three reports of one ledger
    organisation: Any, data: Any, ledger: Ledger, on: date, within: int
) -> None:
    sent = [
        (invoice, data.draw(days), data.draw(st.sampled_from(["friendly", "firm"])))
        for invoice in ledger.invoices if data.draw(st.booleans())
    ]  # fmt: skip
    said = {
        invoice.key: (
            data.draw(days), data.draw(st.none() | days),
            data.draw(st.none() | st.decimals("1", "9999", places=2)),
        )
        for invoice in ledger.invoices if data.draw(st.booleans())
    }  # fmt: skip
    asked = Filters(on=on)
    with written(organisation, ledger):
        rows = {row.number: row for row in Invoice.objects.order_by("id")}
        for of, day, step in sent:
            row = rows[f"FA{of.key}"]
            terms = list(Term.objects.filter(invoice=row).order_by("id").values_list("id", flat=True))
            message(Account.objects.get(pk=row.account_id), terms, on=day, step=step)
        for key, (opened, ended, amount) in said.items():
            row = rows[f"FA{key}"]
            Dispute.objects.create(
                organisation_id=organisation.id, account_id=row.account_id, invoice=row, opened_on=opened,
                resolved_on=ended, amount=amount, category="price", recorded_at=NOW,
            )  # fmt: skip
        told = {(r.step, r.currency): r.effect for r in effects(asked, within=within)}
        contested, aside = disputes(asked), provision(asked)

    messages: dict[Any, list[Asked]] = defaultdict(list)
    for of, day, step in sent:
        if not on - timedelta(days=365) <= day or day + timedelta(days=within) > on:
            continue
        open_, paid = [], []
        for term in of.terms:
            tied = [
                a for a in ledger.allocations
                if a.term == term.key and a.effective_on <= on and not (a.undone_on and a.undone_on <= on)
            ]  # fmt: skip
            left = term.amount - sum((a.amount for a in tied if a.effective_on <= day), ZERO)
            if left > 0:
                open_.append(left)
                paid.append(sum(
                    (a.amount for a in tied if a.source == "payment"
                     and day < a.effective_on <= day + timedelta(days=within)), ZERO,
                ))  # fmt: skip
        if open_:
            done = sum(p >= o for p, o in zip(paid, open_, strict=True))
            messages[step, of.currency].append(Asked(sum(open_), sum(paid), len(open_), done))
    meant = {key: effect(sums(of)) for key, of in messages.items()}
    assert told.keys() == meant.keys()
    for key, one in told.items():
        other = meant[key]
        assert other is not None
        assert (one.messages, one.asked, one.paid, one.invoices_paid) == (
            other.messages, other.asked, other.paid, other.invoices_paid,
        )  # fmt: skip
        assert one.amount_interval == pytest.approx(other.amount_interval, abs=1e-6)
        assert one.invoice_interval == pytest.approx(other.invoice_interval, abs=1e-6)

    owed = open_balances(ledger, on)
    by_currency: dict[str, Decimal] = defaultdict(Decimal)
    for of in ledger.invoices:
        opened, ended, amount = said.get(of.key, (None, None, None))
        if opened is not None and opened <= on and not (ended and ended <= on):
            of_invoice = sum((owed.get(term.key, ZERO) for term in of.terms), ZERO)
            by_currency[of.currency] += of_invoice if amount is None else min(amount, of_invoice)
    assert {row.currency: row.amount for row in contested if row.count} == by_currency
    for row in contested:
        assert sum(row.ages) == row.amount
    year = on - timedelta(days=365)
    ended_in_it = Counter(
        of.currency for of in ledger.invoices
        if (ended := said.get(of.key, (None, None))[1]) is not None and year < ended <= on
    )  # fmt: skip
    assert {row.currency: row.resolved for row in contested if row.resolved} == ended_in_it

    losses: dict[str, Decimal] = defaultdict(Decimal)
    for of in ledger.invoices:
        for term in of.terms:
            left = owed.get(term.key, ZERO)
            if left > 0:
                percent = OURS.percents[OURS.buckets.place(term.due_on, on)]
                losses[of.currency] += left * 100 / 120 * percent / 100
    for currency, loss in losses.items():
        found = sum((row.aside for row in aside if row.currency == currency), ZERO)
        assert found == pytest.approx(loss, abs=Decimal("0.000001"))


@pytest.fixture
def creditor(organisation: Any) -> Creditor:
    return ready_creditor(organisation.id)


def test_a_rule_of_the_creditors_on_amounts_without_their_own_vat(creditor: Creditor) -> None:
    of = account(creditor, "C1")
    half = invoice(of, "F1", "1200.00", due=TODAY - timedelta(days=100))
    invoice(of, "F2", "600.00", due=TODAY - timedelta(days=100))
    InvoiceVat.objects.create(
        organisation_id=of.organisation_id, invoice=half.invoice, category="S", rate=10, base=1000, tax=200
    )
    free = invoice(of, "F3", "100.00", due=TODAY - timedelta(days=100)).invoice
    InvoiceVat.objects.create(
        organisation_id=of.organisation_id, invoice=free, category="E", rate=0, base=100, tax=0
    )
    Creditor.objects.filter(pk=creditor.pk).update(provision_rule=[[0, "0"], [60, "5"], [None, "50"]])
    (row,) = provision(Filters(on=TODAY))
    assert (row.open, row.percent) == (1900, 50)
    assert (round(row.without_tax, 9), round(row.aside, 9)) == (1600, 800)
    assert (row.items, row.assumed, row.rule_is_ours, row.column) == (3, 1, False, ">60")


def test_a_rule_is_refused_that_does_not_hold() -> None:
    with pytest.raises(RuleOutOfOrder):
        LossRule((30,), (Decimal(0), Decimal(10)))
    with pytest.raises(RuleOutOfOrder):
        rule_of([[0, "0"], [60, "5"], [30, "6"], [None, "50"]])
    assert rule_of([]) is OURS


def test_disputes_that_ended(creditor: Creditor) -> None:
    term = invoice(account(creditor, "C1"), "F1")
    for opened, ended, category in (
        (40, 30, "price"),
        (25, 5, "price"),
        (400, 390, "price"),
        (9, None, "goods"),
    ):
        Dispute.objects.create(
            organisation_id=creditor.organisation_id, account_id=term.account_id, invoice_id=term.invoice_id,
            category=category, opened_on=TODAY - timedelta(days=opened), recorded_at=NOW,
            resolved_on=None if ended is None else TODAY - timedelta(days=ended),
        )  # fmt: skip
    open_, ended_ = disputes(Filters(on=TODAY))
    assert (ended_.category, ended_.resolved, ended_.resolved_days) == ("price", 2, 15)
    assert (ended_.count, ended_.amount, ended_.mean_days, ended_.ages) == (0, 0, None, (0,) * len(STANDARD))
    assert (open_.resolved, open_.resolved_days) == (0, None)
    assert (open_.category, open_.amount, open_.oldest_days) == ("goods", 1200, 9)
    assert open_.ages == (0, 1200, 0, 0, 0)
    assert len(open_.ages) == len(STANDARD)


def test_what_collectors_did_and_the_cash_after(creditor: Creditor, organisation: Any) -> None:
    one, two = account(creditor, "C1"), account(creditor, "C2")
    Account.objects.filter(pk=one.pk).update(owner_id=organisation.user_id)
    term = invoice(one, "F1", "500.00", due=TODAY - timedelta(days=20))
    mine = {
        "organisation_id": creditor.organisation_id,
        "recorded_at": NOW,
        "recorded_by_id": organisation.user_id,
    }
    for of, ago, outcome in ((one, 10, "promise"), (one, 9, "no_answer"), (two, 40, "promise")):
        ManualContact.objects.create(
            **mine,
            debtor=of.debtor,
            account=of,
            on=TODAY - timedelta(days=ago),
            channel="phone",
            outcome=outcome,
        )
    message(one, [term.pk], on=TODAY - timedelta(days=5), approved_by_id=organisation.user_id)
    word = Promise.objects.create(
        **mine, account=one, until=TODAY - timedelta(days=8), made_on=TODAY - timedelta(days=10)
    )
    PromisedTerm.objects.create(organisation_id=creditor.organisation_id, promise=word, term=term)
    money = receipt(one, "500.00", on=TODAY - timedelta(days=7))
    receipt(two, "90.00", on=TODAY - timedelta(days=39))
    Allocation.objects.create(
        organisation_id=creditor.organisation_id, account=one, term=term, payment=money, amount=500,
        effective_on=money.received_on, recorded_at=NOW,
    )  # fmt: skip
    (row,) = collectors(Filters(on=TODAY))
    assert (row.contacts, row.calls, row.reached, row.accounts, row.promises) == (3, 2, 1, 1, 1)
    assert dict(row.cash) == {"EUR": 500}
    # Tuesday is the second working day after the Monday of the promise: the money came in time.
    (kept,) = promises_kept(Filters(on=TODAY, by="collector"))
    assert (kept.key, kept.kept.kept, kept.kept.kept_amount, kept.kept.rate) == (
        organisation.user_id,
        1,
        500,
        100,
    )
    (habit,) = delays(Filters(on=TODAY, by="debtor"))
    assert (habit.delays.median, habit.late, habit.filters.debtor_id) == (13, 1, one.debtor_id)
    assert effects(Filters(on=TODAY)) == ()


def test_a_write_off_after_a_message_is_not_its_effect(creditor: Creditor) -> None:
    of = account(creditor, "C1")
    for number, kind in enumerate(("payment", "write_off", "doubtful", "vanished")):
        term = invoice(of, f"F{number}", "100.00", due=TODAY - timedelta(days=60))
        message(of, [term.pk], on=TODAY - timedelta(days=40), step=kind)
        money = receipt(of, f"{100 + number}.00", on=TODAY - timedelta(days=30))
        Payment.objects.filter(pk=money.pk).update(kind=kind)
        Allocation.objects.create(
            organisation_id=of.organisation_id, account=of, term=term, payment=money, amount=100,
            effective_on=money.received_on, recorded_at=NOW,
        )  # fmt: skip
    found = {row.step: (row.effect.asked, row.effect.paid) for row in effects(Filters(on=TODAY))}
    assert found == {
        "payment": (100, 100),
        "write_off": (100, 0),
        "doubtful": (100, 0),
        "vanished": (100, 100),
    }


def test_thanks_ask_for_nothing_and_what_was_paid_for_a_while_is_not_set_aside(creditor: Creditor) -> None:
    of, day = account(creditor, "C1"), TODAY - timedelta(days=40)
    term = invoice(of, "F1", "100.00", due=TODAY - timedelta(days=400))
    money = receipt(of, "100.00", on=day)
    Allocation.objects.create(
        organisation_id=of.organisation_id, account=of, term=term, payment=money, amount=100,
        effective_on=day, undone_on=TODAY - timedelta(days=20), recorded_at=NOW,
    )  # fmt: skip
    Message.objects.filter(pk=message(of, [term.pk], on=day - timedelta(days=5)).pk).update(stage="thanks")
    assert effects(Filters(on=TODAY)) == ()
    assert provision(Filters(on=day)) == ()
    assert [row.items for row in provision(Filters(on=TODAY))] == [1]
