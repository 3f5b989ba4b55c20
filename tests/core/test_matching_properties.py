"""What holds for every proposal, whatever is open and whatever came in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from acquit.core.matching.facts import MATCH_REASON_CODES, OpenItem, Receipt, Rules
from acquit.core.matching.propose import MOST, Matcher
from acquit.core.matching.sums import HALF, sums_to
from tests.core.cases import searched
from tests.core.receipts import PAYERS, item, ledgers, receipt, receipts

Drawn = tuple[tuple[OpenItem, ...], Receipt]
CASES = ledgers().flatmap(lambda items: st.tuples(st.just(items), receipts(items)))


@searched
@given(CASES)
def test_parts_sum_up_to_the_receipt_and_never_exceed_what_is_open(drawn: Drawn) -> None:
    items, came = drawn
    open_ = {one.key: one for one in items}
    for proposal in Matcher(items, PAYERS, Rules()).propose(came):
        assert sum(part.amount for part in proposal.parts) == came.amount
        named = [part.item for part in proposal.parts if part.item is not None]
        assert len(named) == len(set(named))
        for part in proposal.parts:
            assert part.amount != 0
            if part.item is None:
                assert part.amount > 0
                continue
            one = open_[part.item]
            assert one.account == part.account
            assert one.currency == came.currency
            assert 0 < part.amount <= one.open or one.open == part.amount < 0


@searched
@given(CASES)
def test_the_difference_is_what_the_items_owe_above_the_money(drawn: Drawn) -> None:
    items, came = drawn
    open_ = {one.key: one.open for one in items}
    for proposal in Matcher(items, PAYERS, Rules()).propose(came):
        owed = sum(open_[part.item] for part in proposal.parts if part.item is not None)
        assert proposal.difference == owed - came.amount
        assert (proposal.difference_kind == "") == (proposal.difference == 0)
        assert (proposal.difference_kind == "on_account") == (proposal.difference < 0)


@searched
@given(CASES)
def test_proposals_are_few_scored_reasoned_and_different(drawn: Drawn) -> None:
    items, came = drawn
    proposals = Matcher(items, PAYERS, Rules()).propose(came)
    assert len(proposals) <= MOST
    assert [p.score for p in proposals] == sorted((p.score for p in proposals), reverse=True)
    assert len({p.parts for p in proposals}) == len(proposals)
    for proposal in proposals:
        assert 1 <= proposal.score <= 99
        codes = [reason.code for reason in proposal.reasons]
        assert codes
        assert set(codes) <= MATCH_REASON_CODES
        assert len(codes) == len(set(codes))


@searched
@given(CASES)
def test_refused_accounts_and_strangers_to_the_known_ones_never_appear(drawn: Drawn) -> None:
    items, came = drawn
    for proposal in Matcher(items, PAYERS, Rules()).propose(came):
        assert came.refused.isdisjoint(proposal.accounts)
        assert came.accounts is None or set(proposal.accounts) <= came.accounts


@searched
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(drawn: Drawn, chance: object) -> None:
    items, came = drawn
    shuffled = Matcher(chance.sample(items, len(items)), chance.sample(PAYERS, len(PAYERS)), Rules())
    assert shuffled.propose(came) == Matcher(items, PAYERS, Rules()).propose(came)


@searched
@given(CASES)
def test_amount_alone_is_never_sure(drawn: Drawn) -> None:
    items, came = drawn
    bare = replace(came, label="", payer_name="", payer_iban="", accounts=None)
    matcher = Matcher(items, PAYERS, Rules(threshold=1))
    proposals = matcher.propose(bare)
    assert not any(proposal.is_sure for proposal in proposals)
    assert matcher.apply_alone(proposals) is None


@searched
@given(CASES)
def test_what_is_applied_alone_is_sure_and_settles_what_it_names(drawn: Drawn) -> None:
    """Nothing on the account but a rounding, nothing left owed but what the rules write off."""
    items, came = drawn
    matcher = Matcher(items, PAYERS, rules := Rules())
    applied = matcher.apply_alone(matcher.propose(came))
    if applied is None:
        return
    assert applied.is_sure
    assert applied.score >= rules.threshold
    assert applied.difference_kind != "part"
    assert applied.difference >= -rules.tolerance


@searched
@given(ledgers(), st.integers(100, 900_000), st.sampled_from(("ARV", "FOR", "USM")))
def test_an_equal_amount_at_another_debtor_keeps_a_name_from_being_sure(
    items: tuple[OpenItem, ...], cents: int, other: str
) -> None:
    amount = Decimal(cents) / 100
    others = [one for one in items if one.account != "HEX"]
    own = item("F-2026-0001", amount)
    came = receipt(amount, "VIR SEPA", "GROUPE HEXALIS")
    twin = item("F-2026-0002", amount, other)
    matcher = Matcher((*others, own, twin), PAYERS, Rules())
    assert matcher.apply_alone(matcher.propose(came)) is None
    alone = Matcher((own,), PAYERS, Rules())
    assert alone.apply_alone(alone.propose(came)) is not None


@searched
@given(st.lists(st.integers(1, 400), max_size=30), st.integers(1, 4_000))
def test_sums_are_right_and_bounded(amounts: list[int], target: int) -> None:
    sums = sums_to(amounts, target)
    for places in sums.found:
        assert len(places) > 1
        assert len(set(places)) == len(places)
        assert sum(amounts[place] for place in places) == target
    assert len({tuple(sorted(amounts[p] for p in places)) for places in sums.found}) == len(sums.found)
    assert sums.steps <= 2 * HALF + 2 * len(amounts)


@searched
@given(st.lists(st.integers(1, 60), max_size=9), st.data())
def test_a_sum_that_is_there_is_found(amounts: list[int], data: st.DataObject) -> None:
    chosen = (
        data.draw(st.sets(st.sampled_from(range(len(amounts))), min_size=2)) if len(amounts) > 1 else set()
    )
    assume(chosen)
    sums = sums_to(amounts, sum(amounts[place] for place in chosen))
    assert sums.complete
    assert sums.found


@searched
@given(st.integers(2, 1_000), st.integers(2, 1_000), st.booleans())
def test_a_thousand_items_stay_bounded(many: int, wanted: int, equal: bool) -> None:
    """Counted, not timed: the sums formed do not grow with the square of the items."""
    amounts = [9_000] * many if equal else [10_007 + 13 * place for place in range(many)]
    sums = sums_to(amounts, 9_000 * wanted)
    assert sums.steps <= 2 * HALF + 2 * many
    if equal and wanted <= many:
        assert sums.found == (tuple(range(wanted)),)


def test_the_oldest_of_a_thousand_equal_items_are_taken() -> None:
    items = [item(f"F-{place:04}", "90.00", days=place) for place in range(1_000)]
    matcher = Matcher(items, PAYERS, Rules())
    came = receipt("270.00", accounts=frozenset(("HEX",)))
    best = matcher.propose(came)[0]
    assert [part.item for part in best.parts] == ["HEX:F-0000", "HEX:F-0001", "HEX:F-0002"]
    assert Decimal(270) == sum(part.amount for part in best.parts)
