"""`acquit charges` and `acquit insolvency`, as a person calls them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from acquit.cli import app
from acquit.flows.law.record_order import record_order, serve_order
from acquit.flows.law.settle_charges import claim_charges
from acquit.store.accounts.models import Debtor
from acquit.store.law.models import LateCharge, PaymentOrder
from tests.flows import world
from tests.flows.test_insolvency import SIREN, record


@pytest.fixture
def account(founded):
    with founded.open():
        one = world.account(world.ready_creditor(founded.id), "A", name="Mistral", siren=SIREN)
        world.invoice(one, "F-1", "10000.00", due=date(2026, 7, 31))
        claim_charges(organisation_id=founded.id, account_id=one.id, today=world.TODAY, now=world.NOW)
        return one


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exception is None, done.exception
    return done.stdout


def test_charges_are_listed_with_their_formula_and_exported_once(account, founded, tmp_path) -> None:
    said = run("charges")
    assert "Mistral  F-1  interest 394.08 EUR" in said
    assert "2026-08-01 to 2026-11-24: 10000.00 × 12.40 % × 116 days = 394.0822" in said
    with founded.open():
        LateCharge.objects.update(final=True)
    assert "4 entries" in run("charges", "--export", str(tmp_path / "e.xlsx"))
    sheet = load_workbook(tmp_path / "e.xlsx").active
    assert [cell.value for cell in sheet[1]][2:5] == ["account", "auxiliary", "piece"]
    assert "0 entries" in run("charges", "--export", str(tmp_path / "e.csv"))
    assert "4 entries" in run("charges", "--export", str(tmp_path / "e.csv"), "--again")
    refused = CliRunner().invoke(app, ["charges", "--export", str(tmp_path / "e.pdf")])
    assert "ends in .csv or .xlsx" in str(refused.exception)


def test_an_export_of_the_bodacc_is_imported(account, tmp_path) -> None:
    (tmp_path / "b.json").write_text(json.dumps([record("A1", SIREN)]))
    said = run("insolvency", "--import", str(tmp_path / "b.json"))
    assert "1 read, 1 new: 1 confirmed, 0 to be looked at" in said
    assert "2026-10-07  confirmed liquidation opens   Mistral" in said
    (tmp_path / "b.json").write_text("no")
    refused = CliRunner().invoke(app, ["insolvency", "--import", str(tmp_path / "b.json")])
    assert "cannot be read" in str(refused.exception)


def test_orders_are_listed_with_the_last_day_to_serve_them(account, founded) -> None:
    assert "No order for payment" in run("orders")
    with founded.open():
        for on in (date(2026, 2, 2), date(2026, 11, 2)):
            record_order(
                organisation_id=founded.id, account_id=account.id, ordered_on=on, court="TC Lyon",
                amount=Decimal("10000.00"), currency="EUR", today=world.TODAY, now=world.NOW,
            )  # fmt: skip
    said = run("orders")
    assert "2026-02-02  Mistral  10000.00 EUR  TC Lyon  void: not served by 2026-08-03" in said
    found = json.loads(run("orders", "--json"))["orders"]
    assert [(one["serve_until"], one["served_on"]) for one in found] == [
        ("2026-08-03", None), ("2027-02-02", None)
    ]  # fmt: skip
    with founded.open():
        serve_order(
            organisation_id=founded.id, order_id=PaymentOrder.objects.get(ordered_on=date(2026, 11, 2)).pk,
            served_on=date(2026, 11, 20), today=world.TODAY, now=world.NOW,
        )  # fmt: skip
    served = "served on 2026-11-20: enforceable from 2027-01-21, five points more from 2027-03-22"
    assert served in run("orders")
    with founded.open():
        Debtor.objects.update(country="DE")
    said = run("orders")
    assert said.count("its limits are not known: the debtor lives abroad, where the European order") == 2
    assert {one["serve_until"] for one in json.loads(run("orders", "--json"))["orders"]} == {None}
