"""Orders for payment: to be served in time, void after it; the service alone moves the limitation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from acquit.flows.cases.close_task import close_task
from acquit.flows.law.record_interruption import cancel_interruption
from acquit.flows.law.record_order import (
    cancel_order,
    oppose_order,
    record_order,
    serve_order,
    withdraw_opposition,
)
from acquit.flows.law.watch_orders import watch_orders
from acquit.flows.material.errors import (
    DaysOutOfOrder,
    NoOrderHere,
    NotPositive,
    NotServed,
    OrderServed,
    OrderVoid,
)
from acquit.flows.material.law import limits_of
from acquit.flows.material.orders import served as follows
from acquit.store.accounts.models import Creditor, Debtor, User
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.store.law.models import Interruption, PaymentOrder
from acquit.store.ledger.models import Allocation, Term
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt

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


def made(owing, *, on=MADE, now=NOW, today=TODAY, amount="1200.00", interest=""):
    return record_order(
        organisation_id=owing.organisation_id, account_id=owing.pk, ordered_on=on, court="TC Avignon",
        amount=Decimal(amount), currency="EUR", interest=interest, today=today, now=now,
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


@pytest.mark.parametrize(
    ("creditor_country", "debtor"),
    [
        ("DE", {"country": "DE"}), ("FR", {"country": "DE"}), ("FR", {"country": "US"}),
        ("FR", {"country": "BE", "kind": "consumer"}), ("BE", {"country": "FR"}),
    ],
)  # fmt: skip
def test_where_french_law_gives_none_no_order_is_recorded_and_no_limit_reckoned(
    creditor, owing, creditor_country, debtor
) -> None:
    order = made(owing)
    assert len(told()) == 1
    Creditor.objects.update(country=creditor_country)
    Debtor.objects.update(**debtor)
    for refused in (lambda: made(owing, amount="10"), lambda: served(owing, order, on=date(2026, 11, 20))):
        with pytest.raises(NoOrderHere):
            refused()
    assert watch_orders(organisation_id=owing.organisation_id, now=NOW) == 0
    assert told() == []


def test_a_debtor_overseas_is_before_a_french_court(owing) -> None:
    Debtor.objects.update(country="RE")
    assert made(owing)


def reckoned(order, today):
    row = PaymentOrder.objects.select_related("account__debtor").get(pk=order)
    on = Interruption.objects.get(order=row, cancelled_at=None).on
    return follows(row, on, today=today, rates={}, year_basis=365)


def test_what_was_ordered_bears_the_legal_rate_and_five_points_once_it_is_ignored(owing) -> None:
    order = made(owing, on=date(2026, 1, 5), interest="legal", now=at(date(2026, 1, 6)))
    served(owing, order, on=date(2026, 1, 10))
    found = reckoned(order, date(2026, 6, 30))
    assert (found.oppose_until, found.enforceable_from) == (date(2026, 2, 10), date(2026, 2, 11))
    assert (found.surcharge_from, found.title_until) == (date(2026, 4, 12), date(2036, 2, 11))
    # 1 200 × 2.62 % × 171 / 365, and × 5 % × 80 / 365
    assert str(found.interest.legal.interest) == "14.73 EUR"
    assert str(found.interest.surcharge.interest) == "13.15 EUR"
    assert reckoned(order, date(2026, 4, 11)).interest.surcharge is None
    assert reckoned(order, date(2027, 2, 1)).interest is None  # nobody knows the rate of 2027


def test_it_runs_on_no_more_than_is_owed_still(owing) -> None:
    order = made(owing, on=date(2026, 1, 5), amount="1500.00", interest="legal")
    served(owing, order, on=date(2026, 1, 10))
    term = Term.objects.get()
    paid = receipt(owing, "1000.00", on=date(2026, 4, 1))
    Allocation.objects.create(
        organisation_id=owing.organisation_id, account=owing, term=term, payment=paid,
        amount=Decimal("1000.00"), effective_on=date(2026, 4, 1), recorded_at=NOW,
    )  # fmt: skip
    found = reckoned(order, date(2026, 6, 30)).interest
    assert [(str(one.base), one.days) for one in found.legal.segments] == [
        ("1200.0000", 81),
        ("200.0000", 90),
    ]
    assert [str(one.base) for one in found.surcharge.segments] == ["200.0000"]
    Debtor.objects.update(insolvent_on=date(2026, 3, 1))
    stopped = reckoned(order, date(2026, 6, 30)).interest
    assert (stopped.legal.segments[-1].last, stopped.surcharge) == (date(2026, 2, 28), None)


def test_another_rate_than_the_legal_one_gains_nothing(owing) -> None:
    order = made(owing, on=date(2026, 1, 5), interest="other")
    served(owing, order, on=date(2026, 1, 10))
    assert reckoned(order, date(2026, 6, 30)).interest is None


def test_an_order_that_was_opposed_bears_nothing_until_the_court_has_judged(owing) -> None:
    order = made(owing, on=date(2026, 1, 5), interest="legal")
    said = {"organisation_id": owing.organisation_id, "order_id": order, "now": NOW}
    with pytest.raises(NotServed):
        oppose_order(opposed_on=date(2026, 1, 20), today=TODAY, **said)
    kept = served(owing, order, on=date(2026, 1, 10))
    for wrong in (date(2026, 1, 9), date(2026, 11, 25)):
        with pytest.raises(DaysOutOfOrder):
            oppose_order(opposed_on=wrong, today=TODAY, **said)
    oppose_order(opposed_on=date(2026, 1, 20), today=TODAY, **said)
    assert reckoned(order, TODAY).interest is None
    with pytest.raises(NotServed):
        oppose_order(opposed_on=date(2026, 1, 21), today=TODAY, **said)
    withdraw_opposition(**said)
    assert reckoned(order, TODAY).interest is not None
    oppose_order(opposed_on=date(2026, 1, 20), today=TODAY, **said)
    cancel_interruption(organisation_id=owing.organisation_id, interruption_id=kept, now=NOW)
    assert PaymentOrder.objects.get().opposed_on is None
