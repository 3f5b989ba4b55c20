"""The aged balance: its edges, and that it always adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.core.ageing import STANDARD, Buckets, EdgesOutOfOrder, age
from acquit.core.ledger import CreditNote, Holder, Invoice, Ledger, Term, balances
from tests.core.ledgers import days, ledgers

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("due", "column"),
    [
        ("2026-11-23", "not due"),
        ("2026-11-22", "not due"),
        ("2026-11-21", "1-30"),
        ("2026-10-23", "1-30"),
        ("2026-10-22", "31-60"),
        ("2026-09-23", "31-60"),
        ("2026-09-22", "61-90"),
        ("2026-08-24", "61-90"),
        ("2026-08-23", ">90"),
        ("2020-01-01", ">90"),
    ],
)
def test_the_edges_of_the_standard_buckets(due: str, column: str) -> None:
    assert STANDARD.labels()[STANDARD.place(date.fromisoformat(due), ON)] == column


def test_other_edges() -> None:
    buckets = Buckets((15, 45))
    assert buckets.labels() == ("not due", "1-15", "16-45", ">45")
    assert [buckets.place(date(2026, 11, d), ON) for d in (22, 7, 6)] == [0, 1, 2]


@pytest.mark.parametrize("edges", [(), (0, 30), (30, 30), (60, 30), (-1,)])
def test_edges_that_do_not_grow_are_refused(edges: tuple[int, ...]) -> None:
    with pytest.raises(EdgesOutOfOrder):
        Buckets(edges)


def test_an_unmatched_credit_note_has_its_own_column() -> None:
    holder = Holder("C001", "EUR")
    terms = (
        Term(key=1, due_on=date(2026, 10, 30), amount=Decimal(400)),
        Term(key=2, due_on=date(2026, 11, 30), amount=Decimal(200)),
    )
    bill = Invoice(key="FA1", account="C001", currency="EUR", issued_on=date(2026, 9, 30), terms=terms)
    note = CreditNote(
        key="AV1", account="C001", currency="EUR", amount=Decimal(150), issued_on=date(2026, 10, 1)
    )
    aged = age(Ledger(invoices=(bill,), credit_notes=(note,)), ON)[holder]
    assert aged.amounts == (200, 400, 0, 0, 0)
    assert (aged.unallocated, aged.overdue, aged.balance) == (150, 400, 450)


@settings(max_examples=60)
@given(ledgers(), days, st.sets(st.integers(1, 200), min_size=1, max_size=4))
def test_each_line_adds_up_to_the_balance(ledger: Ledger, on: date, edges: set[int]) -> None:
    lines = age(ledger, on, Buckets(tuple(sorted(edges))))
    assert {holder: line.balance for holder, line in lines.items()} == balances(ledger, on)
