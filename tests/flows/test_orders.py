"""Orders for payment: to be served in time, void after it; the service alone moves the limitation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.cases.close_task import close_task
from acquit.flows.law.record_interruption import cancel_interruption
from acquit.flows.law.record_order import cancel_order, record_order, serve_order
from acquit.flows.law.watch_orders import watch_orders
from acquit.flows.material.errors import DaysOutOfOrder, NotPositive, OrderServed, OrderVoid
from acquit.flows.material.law import limits_of
from acquit.store.accounts.models import User
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.store.law.models import Interruption, PaymentOrder
from acquit.store.ledger.models import Term
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor

#: Made after 1 September 2026: three months to serve it, to Wednesday 2 December.
MADE = date(2026, 9, 2)


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


@pytest.fixture
def owing(creditor):
    one = account(creditor, "A")
    invoice(one, "F-1", "1200.00", due=date(2024, 5, 1))
    return one


def made(owing, *, on=MADE, now=NOW, today=TODAY, amount="1200.00"):
    return record_order(
        organisation_id=owing.organisation_id, account_id=owing.pk, ordered_on=on, court="TC Avignon",
        amount=Decimal(amount), currency="EUR", today=today, now=now,
    )  # fmt: skip


def served(owing, order, *, on, now=NOW, today=TODAY):
    return serve_order(
        organisation_id=owing.organisation_id, order_id=order, served_on=on, today=today, now=now
    )


def told(kind="serve_order"):
    return [task.params["orders"] for task in Task.objects.filter(kind=kind, closed_at=None)]


def at(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def lapses(owing):
    case = CaseLoader(owing.organisation_id, NOW).one(owing.pk)
    from acquit.core.regimes.limitation import lapses_on

    (term,) = case.snapshot.terms
    return lapses_on(limits_of(case).lapses_on, term.due, case.snapshot.kind, term.moved)


@pytest.mark.parametrize(
    ("on", "until"),
    [(date(2026, 8, 28), "2027-03-01"), (MADE, "2026-12-02"), (date(2026, 11, 14), "2027-02-15")],
)
def test_an_order_asks_to_be_served_by_its_last_day(owing, on, until) -> None:
    order = made(owing, on=on)
    ((one,),) = told()
    assert one[:3] == [str(order), on.isoformat(), "TC Avignon"]
    assert one[5] == until


def test_it_moves_nothing_until_it_is_served(owing) -> None:
    before = lapses(owing)
    order = made(owing)
    assert lapses(owing) == before == date(2029, 5, 1)
    kept = served(owing, order, on=date(2026, 11, 20))
    assert lapses(owing) == date(2031, 11, 20)
    assert told() == []
    assert cancel_interruption(organisation_id=owing.organisation_id, interruption_id=kept, now=NOW)
    assert lapses(owing) == before
    assert len(told()) == 1


def test_after_its_last_day_it_is_void_and_cannot_be_served(owing) -> None:
    order = made(owing)
    mine = {"organisation_id": owing.organisation_id}
    last, after = date(2026, 12, 2), date(2026, 12, 3)
    assert watch_orders(now=at(last), **mine) == 1
    assert told("order_void") == []
    assert watch_orders(now=at(after), **mine) == 1
    assert told() == []
    assert told("order_void")[0][0][-1] == "void"
    with pytest.raises(OrderVoid):
        served(owing, order, on=after, today=after, now=at(after))
    assert not Interruption.objects.exists()
    assert served(owing, order, on=last, today=after, now=at(after))
    assert told("order_void") == []


def test_a_closed_warning_comes_back_nearer_and_once_when_void(owing, organisation) -> None:
    person = User.objects.create(username="p", email="p@example.org")
    mine = {"organisation_id": owing.organisation_id}
    made(owing, on=date(2026, 10, 1), now=at(date(2026, 10, 2)), today=date(2026, 10, 2))
    seen = []
    for day in range(1, 100):
        today = date.fromordinal(date(2026, 10, 2).toordinal() + day)
        watch_orders(now=at(today), **mine)
        for task in Task.objects.filter(closed_at=None):
            seen.append((today, task.kind, task.params["orders"][0][-1]))
            close_task(task_id=task.pk, now=at(today), by=person.pk, **mine)
    assert seen == [
        (date(2026, 10, 3), "serve_order", ""),
        (date(2026, 12, 4), "serve_order", "month"),
        (date(2026, 12, 28), "serve_order", "week"),
        (date(2027, 1, 5), "order_void", "void"),
    ]


def test_a_debt_that_is_paid_asks_for_no_service(owing) -> None:
    made(owing)
    Term.objects.update(allocated=Decimal("1200.00"))
    assert watch_orders(organisation_id=owing.organisation_id, now=NOW) == 0
    assert told() == []


def test_it_is_recorded_once_served_once_and_taken_back_with_its_service(owing) -> None:
    order = made(owing)
    assert made(owing) == order
    assert PaymentOrder.objects.count() == 1
    served(owing, order, on=date(2026, 11, 20))
    with pytest.raises(OrderServed):
        served(owing, order, on=date(2026, 11, 21))
    with pytest.raises(IntegrityError), transaction.atomic():
        Interruption.objects.create(
            organisation_id=owing.organisation_id, account=owing, order_id=order, kind="order_served",
            on=date(2026, 11, 21), recorded_at=NOW,
        )  # fmt: skip
    mine = {"organisation_id": owing.organisation_id, "order_id": order, "now": NOW}
    assert cancel_order(**mine)
    assert not cancel_order(**mine)
    assert lapses(owing) == date(2029, 5, 1)
    assert PaymentOrder.objects.get().cancelled_at == NOW
    with pytest.raises(OrderServed):
        served(owing, order, on=date(2026, 11, 20))
    assert made(owing) != order


@pytest.mark.parametrize(
    ("on", "amount", "error"),
    [(date(2026, 11, 25), "10", DaysOutOfOrder), (MADE, "0", NotPositive)],
)
def test_what_cannot_be_is_refused(owing, on, amount, error) -> None:
    with pytest.raises(error):
        made(owing, on=on, amount=amount)
    assert not PaymentOrder.objects.exists()


@pytest.mark.parametrize("on", [date(2026, 9, 1), date(2026, 11, 25)])
def test_a_service_lies_between_the_order_and_today(owing, on) -> None:
    with pytest.raises(DaysOutOfOrder):
        served(owing, made(owing), on=on)
