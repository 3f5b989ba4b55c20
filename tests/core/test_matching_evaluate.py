"""The measure: on a ledger small enough to reckon by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from acquit.core.matching.evaluate import Answer, Books, Measure, Settled, answers, measure
from acquit.core.matching.facts import OpenItem, Receipt, Rules
from tests.core.receipts import DAY, PAYERS, item, receipt


def came(key: str, amount: str, days: int, account: str = "HEX", label: str = "") -> Receipt:
    on = DAY + timedelta(days)
    return receipt(amount, label, key=key, on=on, accounts=frozenset((account,)))


def settled(item_: str, by: str, amount: str, days: int) -> Settled:
    return Settled(item_, by, Decimal(amount), DAY + timedelta(days))


def measured(
    items: list[OpenItem], receipts: list[Receipt], lettering: list[Settled]
) -> tuple[list[Answer], Measure]:
    books = Books(items=items, payers=PAYERS, receipts=receipts, settled=lettering)
    found = list(answers(books, Rules()))
    return found, measure(found, books)


def test_a_ledger_that_is_found_again() -> None:
    items = [item("F-0001", "100.00"), item("F-0002", "250.00", days=3), item("A-0003", "-20.00", days=1)]
    found, counts = measured(
        items,
        [came("one", "100.00", 5), came("two", "230.00", 9), came("three", "7.00", 10)],
        [
            settled("HEX:F-0001", "one", "100.00", 5),
            settled("HEX:F-0002", "HEX:A-0003", "20.00", 6),
            settled("HEX:F-0002", "two", "230.00", 9),
        ],
    )
    assert [answer.is_right(answer.applied) for answer in found] == [True, True, False]
    assert counts.receipts == 3
    assert counts.without_truth == 1
    assert (counts.allocations, counts.by_credit_notes) == (3, 1)
    assert (counts.auto_applied, counts.wrong) == (2, 0)
    assert (counts.precision, counts.recall) == (1.0, 1.0)


def test_a_credit_note_that_we_deduct_and_he_deducted_later_is_the_same_allocation() -> None:
    items = [item("F-0002", "250.00"), item("A-0003", "-20.00", days=1)]
    _, counts = measured(
        items,
        [came("two", "230.00", 9)],
        [settled("HEX:F-0002", "two", "230.00", 9), settled("HEX:F-0002", "HEX:A-0003", "20.00", 20)],
    )
    assert (counts.first_proposal_right, counts.recall) == (1, 1.0)


def test_he_took_the_newer_of_two_equal_invoices_which_nothing_tells() -> None:
    items = [item("F-0001", "100.00"), item("F-0002", "100.00", days=3)]
    found, counts = measured(items, [came("one", "100.00", 5)], [settled("HEX:F-0002", "one", "100.00", 5)])
    assert found[0].undecidable == "equal_amounts"
    assert (counts.wrong, counts.precision, counts.recall) == (1, 0.0, 0.0)
    assert counts.not_decidable == 1


def test_where_the_label_names_an_invoice_a_difference_is_no_excuse() -> None:
    items = [item("F-0001", "100.00"), item("F-0002", "100.00", days=3)]
    receipts = [came("one", "100.00", 5, label="VIR F0001")]
    found, _ = measured(items, receipts, [settled("HEX:F-0002", "one", "100.00", 5)])
    assert found[0].undecidable == ""


def test_what_was_not_issued_yet_could_not_be_found() -> None:
    later = item("F-0009", "100.00", days=60)
    found, counts = measured([later], [came("one", "100.00", 0)], [settled(later.key, "one", "100.00", 30)])
    assert found[0].undecidable == "not_open"
    assert (counts.auto_applied, counts.precision, counts.recall) == (0, None, 0.0)


def test_each_receipt_sees_what_he_had_settled_before_also_that_same_day() -> None:
    items = [item("F-0001", "100.00"), item("F-0002", "100.00", days=3)]
    receipts = [came("one", "100.00", 5), came("two", "100.00", 5)]
    lettering = [settled("HEX:F-0001", "one", "100.00", 5), settled("HEX:F-0002", "two", "100.00", 5)]
    _, counts = measured(items, receipts, lettering)
    assert (counts.auto_applied, counts.wrong, counts.first_proposal_right) == (2, 0, 2)


def test_without_lettering_there_is_no_share() -> None:
    _, counts = measured([item("F-0001", "100.00")], [came("one", "100.00", 5)], [])
    assert (counts.precision, counts.recall, counts.without_truth) == (None, None, 1)
    assert counts.applied_without_truth == 1
    assert date(2026, 11, 2) == DAY
