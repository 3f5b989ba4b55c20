"""Status 212 as we write it: what the official rules accept, and what our reader reads back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.sources.cdar import SOURCE
from acquit.sources.cdar.tests.messages import BUYER, SELLER
from acquit.sources.cdar.tests.official import RULES, faults
from acquit.sources.cdar.writer import Collected, write_collected
from acquit.sources.tests.fuzzing import check

SAMPLE = Path(__file__).parent / "samples" / "collected.xml"
WHOLE = Collected(
    message_id="F-1_212_1_20261124103000#380_20261011", made_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    seller=SELLER, seller_name="Valmeric Industrie", buyer=BUYER, buyer_name="Électricité <Dupont> & fils",
    invoice_number="F-1", issued_on=date(2026, 10, 11), on=date(2026, 11, 20),
    by_rate={Decimal("20.0000"): Decimal("1200.0000")}, currency="EUR",
)  # fmt: skip
CASES = {
    "whole": WHOLE,
    "partial, several rates": replace(
        WHOLE,
        by_rate={Decimal("5.5"): Decimal("26.02"), Decimal(20): Decimal("73.98"), Decimal(0): Decimal(1)},
    ),
    "reversal": replace(WHOLE, by_rate={Decimal(20): Decimal("-300.00"), Decimal("2.1"): Decimal("-0.01")}),
    "deposit known": replace(WHOLE, deposited_at=datetime(2026, 10, 11, 22, 30, tzinfo=UTC)),
    "another currency": replace(WHOLE, currency="CHF"),
}


def test_the_message_is_the_sample() -> None:
    assert write_collected(WHOLE) == SAMPLE.read_bytes()


@pytest.mark.parametrize("said", CASES.values(), ids=CASES.keys())
def test_it_obeys_the_official_rules(said: Collected) -> None:
    assert faults(write_collected(said)) == []


@pytest.mark.parametrize("said", CASES.values(), ids=CASES.keys())
def test_it_is_read_back(said: Collected) -> None:
    reading = SOURCE.read(write_collected(said))
    check(reading)
    table = reading.tables["statuses"]
    assert table.select("code", "invoice_number", "invoice_issued_on").rows() == [
        (212, "F-1", date(2026, 10, 11))
    ]
    assert table.select("seller", "buyer", "issuer_role").rows() == [(SELLER, BUYER, "SE")]
    assert table["at"][0] == said.made_at
    amounts = {Decimal(one["rate"]): Decimal(one["amount"]) for one in json.loads(table["amounts"][0])}
    assert amounts == said.by_rate
    assert {one["on"] for one in json.loads(table["amounts"][0])} == {"2026-11-20"}


def test_the_rules_can_find_fault() -> None:
    wrong = write_collected(WHOLE).replace(b"<ram:SequenceNumeric>1</ram:SequenceNumeric>", b"")
    assert [fault.partition(":")[0] for fault in faults(wrong)] == ["BR-FR-CDV-16_MDT-124-2"]
    misplaced = write_collected(WHOLE).replace(b"ram:ProcessConditionCode", b"ram:ProcessCode")
    assert len(faults(misplaced)) > 1


def test_the_rules_find_fault_with_the_official_example() -> None:
    example = RULES.parent / "cdar_afnor_annexB" / "UC1_F202500003_07-CDV-212_Encaissee.xml"
    if not example.exists():
        pytest.skip("the official examples lie outside this repository")
    assert faults(example.read_bytes())
