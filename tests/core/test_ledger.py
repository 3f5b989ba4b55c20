"""What is owed at the end of a day, from the facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.core.ageing import age
from acquit.core.ledger import (
    Allocation,
    CreditNote,
    Holder,
    Invoice,
    Ledger,
    Payment,
    Term,
    balances,
    open_balance,
    open_balances,
    unallocated,
)
from acquit.core.money import Money
from tests.core.ledgers import days, ledgers

DUPONT = Holder("DUPONT", "EUR")
ISSUED, PAID, LATER = date(2026, 3, 1), date(2026, 4, 10), date(2026, 4, 20)
DAY = timedelta(days=1)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def invoice(*amounts: str, key: str = "FA1", issued_on: date = ISSUED) -> Invoice:
    terms = tuple(
        Term(key=(key, n), due_on=issued_on + timedelta(days=30 * n), amount=Decimal(amount))
        for n, amount in enumerate(amounts, 1)
    )
    return Invoice(key=key, account="DUPONT", currency="EUR", issued_on=issued_on, terms=terms)


def payment(amount: str, **said: date) -> Payment:
    return Payment(
        key="V1", account="DUPONT", currency="EUR", amount=Decimal(amount),
        **{"received_on": PAID, **said},
    )  # fmt: skip


def matched(amount: str, *, term: int = 1, source: str = "payment", **said: date) -> Allocation:
    return Allocation(
        term=("FA1", term), source=source, source_key="V1", amount=Decimal(amount),
        **{"effective_on": PAID, **said},
    )  # fmt: skip


def test_a_payment_counts_from_its_value_date() -> None:
    bill = invoice("1000")
    ledger = Ledger(invoices=(bill,), payments=(payment("400"),), allocations=(matched("400"),))
    assert open_balance(ledger, bill, PAID - DAY) == euros("1000")
    assert open_balance(ledger, bill, PAID) == euros("600")


def test_an_invoice_is_owed_from_its_issue() -> None:
    bill = invoice("1000")
    ledger = Ledger(invoices=(bill,))
    assert balances(ledger, ISSUED - DAY) == {DUPONT: Decimal(0)}
    assert open_balances(ledger, ISSUED - DAY) == {}
    assert open_balance(ledger, bill, ISSUED - DAY) == euros("0")
    assert balances(ledger, ISSUED) == {DUPONT: Decimal(1000)}


def test_each_instalment_is_owed_for_itself() -> None:
    bill = invoice("500", "300", "200")
    ledger = Ledger(invoices=(bill,), payments=(payment("300"),), allocations=(matched("300", term=2),))
    owed = open_balances(ledger, PAID)
    assert [owed["FA1", n] for n in (1, 2, 3)] == [500, 0, 200]
    assert open_balance(ledger, bill, PAID) == euros("700")


def test_an_undone_matching_reopens_from_that_day() -> None:
    bill = invoice("1000")
    ledger = Ledger(
        invoices=(bill,),
        payments=(payment("1000"),),
        allocations=(matched("1000", undone_on=LATER),),
    )
    assert open_balance(ledger, bill, LATER - DAY) == euros("0")
    assert open_balance(ledger, bill, LATER) == euros("1000")
    assert unallocated(ledger, LATER) == {DUPONT: Decimal(1000)}
    assert balances(ledger, LATER) == {DUPONT: Decimal(0)}


def test_a_matching_undone_on_its_first_day_never_counted() -> None:
    bill = invoice("1000")
    ledger = Ledger(
        invoices=(bill,),
        payments=(payment("1000"),),
        allocations=(matched("1000", undone_on=PAID),),
    )
    assert open_balance(ledger, bill, PAID) == euros("1000")


def test_a_returned_debit_is_owed_again_even_if_nobody_undid_the_matching() -> None:
    bill = invoice("1000")
    ledger = Ledger(
        invoices=(bill,),
        payments=(payment("1000", returned_on=LATER),),
        allocations=(matched("1000"),),
    )
    assert balances(ledger, LATER - DAY) == {DUPONT: Decimal(0)}
    assert balances(ledger, LATER) == {DUPONT: Decimal(1000)}
    assert open_balance(ledger, bill, LATER) == euros("1000")
    assert unallocated(ledger, LATER)[DUPONT] == 0


def test_a_cancelled_credit_note_is_ignored() -> None:
    """F-22: from its cancellation on, matched or not."""
    bill = invoice("1000")
    note = CreditNote(
        key="V1", account="DUPONT", currency="EUR", amount=Decimal(250),
        issued_on=PAID, cancelled_on=LATER,
    )  # fmt: skip
    ledger = Ledger(
        invoices=(bill,),
        credit_notes=(note,),
        allocations=(matched("100", source="credit_note"),),
    )
    assert balances(ledger, PAID) == {DUPONT: Decimal(750)}
    assert open_balance(ledger, bill, PAID) == euros("900")
    assert balances(ledger, LATER) == {DUPONT: Decimal(1000)}
    assert open_balance(ledger, bill, LATER) == euros("1000")


def test_an_advance_stays_unallocated_until_the_invoice_exists() -> None:
    bill = invoice("1000", issued_on=LATER)
    ledger = Ledger(invoices=(bill,), payments=(payment("1000"),), allocations=(matched("1000"),))
    assert balances(ledger, PAID) == {DUPONT: Decimal(-1000)}
    assert unallocated(ledger, PAID) == {DUPONT: Decimal(1000)}
    assert balances(ledger, LATER) == {DUPONT: Decimal(0)}
    assert unallocated(ledger, LATER) == {DUPONT: Decimal(0)}


def test_currencies_are_never_added() -> None:
    dollars = replace(invoice("70", key="FA2"), currency="USD")
    ledger = Ledger(invoices=(invoice("1000"), dollars))
    assert balances(ledger, PAID) == {
        DUPONT: Decimal(1000),
        Holder("DUPONT", "USD"): Decimal(70),
    }


@settings(max_examples=60)
@given(ledgers(), days, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(ledger: Ledger, on: date, luck: object) -> None:
    def shuffled(facts: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(facts)
        luck.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    other = Ledger(
        invoices=shuffled(ledger.invoices),
        credit_notes=shuffled(ledger.credit_notes),
        payments=shuffled(ledger.payments),
        allocations=shuffled(ledger.allocations),
    )
    assert balances(other, on) == balances(ledger, on)
    assert open_balances(other, on) == open_balances(ledger, on)
    assert age(other, on) == age(ledger, on)


@settings(max_examples=60)
@given(ledgers(), days)
def test_open_terms_less_unmatched_credits_are_the_balance(ledger: Ledger, on: date) -> None:
    owed = open_balances(ledger, on)
    left = unallocated(ledger, on)
    for holder, balance in balances(ledger, on).items():
        terms = sum(
            owed[term.key]
            for bill in ledger.invoices
            if Holder(bill.account, bill.currency) == holder and bill.counts(on)
            for term in bill.terms
        )
        assert terms - left[holder] == balance
