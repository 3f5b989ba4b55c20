"""Creditor references and transfer codes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import iso11649

from acquit.core.reference import (
    NoReference,
    NoTransferCode,
    Transfer,
    creditor_reference,
    is_creditor_reference,
    is_iban,
    transfer_code,
)

ACME = Transfer(
    name="ACME SERVICES SAS",
    iban="FR76 3000 6000 0112 3456 7890 189",
    amount=Decimal("1240.50"),
    reference="RF83 FA20 2600 42",
)


def test_known_references() -> None:
    assert creditor_reference("FA20260042") == "RF83FA20260042"
    assert creditor_reference("2026000123") == "RF462026000123"
    assert is_creditor_reference("RF18 5390 0754 7034")
    assert not is_creditor_reference("RF19 5390 0754 7034")
    assert not is_creditor_reference("RF18")
    assert not is_creditor_reference("FA20260042")


@pytest.mark.parametrize("number", ["", " - ", "éà", "A" * 22])
def test_a_number_that_makes_no_reference(number: str) -> None:
    with pytest.raises(NoReference):
        creditor_reference(number)


@given(st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), min_size=1, max_size=21))
def test_every_reference_checks_here_and_by_another_hand(number: str) -> None:
    reference = creditor_reference(number)
    assert is_creditor_reference(reference)
    assert iso11649.is_valid(reference)


@given(st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), max_size=36))
def test_no_wrong_iban_passes(text: str) -> None:
    if stdnum_iban.is_valid(text, check_country=False):
        assert is_iban(text)
    assert not is_iban("FR7630006000011234567890188")


def test_the_code_of_a_transfer() -> None:
    code = transfer_code(ACME)
    assert code == (
        "BCD\n002\n1\nSCT\n\nACME SERVICES SAS\nFR7630006000011234567890189\nEUR1240.50\n\nRF83FA20260042"
    )
    assert len(code.encode()) == 87


def test_a_text_instead_of_a_reference() -> None:
    code = transfer_code(replace(ACME, reference="", text="Facture 42"))
    assert code.split("\n")[9:] == ["", "Facture 42"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "name is missing"),
        ({"name": "A\nEUR1"}, "control character"),
        ({"name": "N" * 71}, "longer than 70"),
        ({"iban": "FR7630006000011234567890188"}, "no IBAN"),
        ({"amount": Decimal(0)}, "no amount"),
        ({"amount": Decimal("1.005")}, "no amount"),
        ({"amount": Decimal(1000000000)}, "no amount"),
        ({"text": "Facture 42"}, "exclude"),
        ({"name": "é" * 70, "reference": "", "text": "é" * 140}, "331 bytes"),
    ],
)
def test_what_a_bank_would_refuse(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(NoTransferCode, match=why):
        transfer_code(replace(ACME, **wrong))
