"""What statuses ask of people: every official reason has its category and role, every sum is read safely."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.core.network import REASONS, ROLES, Code, amount_of, doubts_bank_account, reply_to

RULES = Path(__file__).parents[2].parent / "shared" / "data" / "einvoice" / "fnfe_cdar_xsd_schematron"


def said(*amounts):
    return [{"type": kind, "amount": amount, "currency": "EUR"} for kind, amount in amounts]


def amount(code, *amounts, currency="EUR"):
    return amount_of(code, said(*amounts), whole=Decimal(1200), currency=currency)


def test_every_official_reason_is_known():
    if not RULES.is_dir():
        pytest.skip("the official Schematron of the life cycle lies outside this repository")
    rules = (RULES / "schematron" / "BR-FR-CDV-Schematron-CDAR.sch").read_text(encoding="utf-8")
    listed = re.search(r'status-reason-codes" as="xs:string"\s+select="\'([A-Z_ \d]+[^\']*)\'', rules)
    assert listed is not None
    codes = listed[1].split()
    assert len(codes) > 45
    assert [code for code in codes if code not in REASONS and not code.startswith(("REJ_", "IRR_"))] == []


@pytest.mark.parametrize(
    ("reasons", "category", "role"),
    [
        ((), "other", "billing"),
        (("NOUVEAU",), "other", "billing"),
        (("REJ_SEMAN",), "admin", "billing"),
        (("IRR_TAILLE_F",), "admin", "billing"),
        (("AUTRE", "NOUVEAU"), "other", "sales"),
        (("AUTRE", "CMD_ERR"), "missing_order", "sales"),
        (("QTE_ERR", "PU_ERR"), "quantity", "logistics"),
        (("COORD_BANC_ERR",), "admin", "finance"),
    ],
)
def test_the_first_telling_reason_answers(reasons, category, role):
    assert reply_to(reasons) == (category, role)
    assert role in ROLES


def test_what_a_partial_approval_approves():
    code = Code.PARTLY_APPROVED
    assert amount(code, ("MAPTTC", "900.00"), ("MAP", "750.00"), ("MNATTC", "1.00")) == 900
    assert amount(code, ("MNATTC", "100.00"), ("MNATTC", "200.00")) == 900
    assert amount(code, ("MAP", "750.00")) == 750
    assert amount(code, ("MNA", "250.00")) is None
    assert amount(code) is None


def test_what_is_announced_and_what_was_collected():
    assert amount(Code.PAYMENT_SENT, ("MPA", "300.00"), ("RAP", "900.00")) == 300
    assert amount(Code.COLLECTED, ("MEN", "200.00"), ("MEN", "-50.00")) == 150
    assert amount(Code.COLLECTED, ("RAP", "0.00")) is None
    assert amount(Code.COLLECTED, ("MEN", "200.00"), currency="USD") is None
    assert amount(Code.APPROVED, ("MEN", "200.00")) is None


def test_what_touches_the_account_to_pay():
    assert doubts_bank_account(227, (), ())
    assert doubts_bank_account(208, ("COORD_BANC_ERR",), ())
    assert doubts_bank_account(214, (), ("CBB",))
    assert not doubts_bank_account(207, ("PU_ERR",), ("MPA",))
