"""What came in per VAT rate: whole, in parts, back again; to the cent, whatever the order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.collected import Declared, Received, Undeclarable, Vat, missing, split

D1, D2, D3 = (date(2026, 10, 1) + timedelta(days=30 * n) for n in range(3))
TWO_RATES = (Vat(Decimal(20), Decimal(500), Decimal(100)), Vat(Decimal("5.5"), Decimal(200), Decimal(11)))


def declare(vat, received, declared=(), total=Decimal(811)):
    return missing(vat, received, declared, total=total, currency="EUR")


def test_a_whole_payment_is_the_invoice_at_each_rate() -> None:
    (one,) = declare(TWO_RATES, [Received(D1, Decimal(811))])
    assert one == (D1, {Decimal("5.5"): Decimal(211), Decimal(20): Decimal(600)})
    assert declare(TWO_RATES, [Received(D1, Decimal(811))], [Declared(*one)]) == ()


def test_a_part_is_split_in_proportion_and_the_rest_completes_it() -> None:
    (first,) = declare(TWO_RATES, [Received(D1, Decimal(100))])
    assert first.by_rate == {Decimal("5.5"): Decimal("26.02"), Decimal(20): Decimal("73.98")}
    both = [Received(D1, Decimal(100)), Received(D2, Decimal(711))]
    (second,) = declare(TWO_RATES, both, [Declared(*first)])
    assert second == (D2, {Decimal("5.5"): Decimal("184.98"), Decimal(20): Decimal("526.02")})


def test_two_payments_of_one_day_are_one_declaration_and_two_days_are_two() -> None:
    received = [Received(D1, Decimal(1)), Received(D1, Decimal(2)), Received(D2, Decimal(3))]
    assert [(one.on, one.total) for one in declare(TWO_RATES, received)] == [(D1, 3), (D2, 3)]


def test_what_was_undone_is_taken_back_at_the_rates_declared() -> None:
    (made,) = declare(TWO_RATES, [Received(D1, Decimal(100))])
    (back,) = declare(TWO_RATES, [], [Declared(*made)])
    assert back == (D1, {rate: -part for rate, part in made.by_rate.items()})
    assert declare(TWO_RATES, [], [Declared(*made), Declared(*back)]) == ()


def test_a_payment_replaced_by_one_of_another_day_is_taken_back_first() -> None:
    (made,) = declare(TWO_RATES, [Received(D2, Decimal(811))])
    moved = declare(TWO_RATES, [Received(D1, Decimal(811))], [Declared(*made)])
    assert [(one.on, one.total) for one in moved] == [(D2, -811), (D1, 811)]


def test_after_a_credit_note_only_the_money_is_declared() -> None:
    (one,) = declare(TWO_RATES, [Received(D1, Decimal(611))])
    assert one.total == 611


def test_rates_alike_under_two_categories_are_one() -> None:
    vat = (Vat(Decimal(0), Decimal(50), Decimal(0)), Vat(Decimal(0), Decimal(30), Decimal(0)))
    (one,) = declare(vat, [Received(D1, Decimal(80))], total=Decimal(80))
    assert one.by_rate == {Decimal(0): Decimal(80)}


@pytest.mark.parametrize(
    "vat",
    [
        (),
        (Vat(Decimal(20), Decimal(10), Decimal(2)),),
        (*TWO_RATES, Vat(Decimal(10), Decimal(-5), Decimal(0))),
    ],
)
def test_vat_that_does_not_cover_the_invoice_says_nothing(vat) -> None:
    with pytest.raises(Undeclarable):
        declare(vat, [Received(D1, Decimal(1))])


CENTS = st.integers(1, 5_000_00)
RATES = st.dictionaries(
    st.sampled_from([Decimal(n) for n in ("20", "10", "5.5", "2.1", "0")]), CENTS, min_size=1
)


def money(cents: int) -> Decimal:
    return Decimal(cents) / 100


@st.composite
def histories(draw: st.DrawFn):
    """An invoice, and payments of several days that together pay it in whole."""
    weights = draw(RATES)
    left = sum(weights.values())
    received, on = [], D1
    while left and len(received) < 6:
        part = draw(st.integers(1, left)) if len(received) < 5 else left
        received.append(Received(on, money(part)))
        left -= part
        on += timedelta(days=draw(st.integers(0, 2)))
    if left:
        received.append(Received(on, money(left)))
    vat = tuple(Vat(rate, money(cents), Decimal(0)) for rate, cents in weights.items())
    return vat, received


@given(histories())
def test_the_parts_of_any_payments_are_the_whole_exactly(history) -> None:
    vat, received = history
    total = sum((one.base for one in vat), Decimal(0))
    declared: list[Declared] = []
    for count in range(1, len(received) + 1):
        known = received[:count]
        for one in declare(vat, known, declared, total):
            assert all(part > 0 for part in one.by_rate.values())
            declared.append(Declared(*one))
        assert sum(sum(d.by_rate.values()) for d in declared) == sum(r.amount for r in known)
    sums = {one.rate: sum(d.by_rate.get(one.rate, Decimal(0)) for d in declared) for one in vat}
    assert sums == {one.rate: one.base for one in vat}


@given(histories(), st.data())
def test_all_that_goes_back_leaves_nothing_declared(history, data) -> None:
    vat, received = history
    total = sum((one.base for one in vat), Decimal(0))
    declared = [Declared(*one) for one in declare(vat, received, (), total)]
    kept = data.draw(st.lists(st.sampled_from(received), unique=True, max_size=len(received)))
    declared += [Declared(*one) for one in declare(vat, kept, declared, total)]
    assert declare(vat, kept, declared, total) == ()
    declared += [Declared(*one) for one in declare(vat, (), declared, total)]
    rates = {rate for d in declared for rate in d.by_rate}
    assert all(sum(d.by_rate.get(rate, Decimal(0)) for d in declared) == 0 for rate in rates)


@given(RATES, st.data())
def test_a_split_loses_no_cent_and_exceeds_no_weight(weights, data) -> None:
    over = {rate: money(cents) for rate, cents in weights.items()}
    amount = money(data.draw(st.integers(0, sum(weights.values()))))
    parts = split(amount, over, "EUR")
    assert sum(parts.values()) == amount
    assert all(0 <= parts[rate] <= over[rate] for rate in over)
