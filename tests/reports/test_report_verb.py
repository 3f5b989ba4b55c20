"""`acquit report` from the command line, on a real ledger."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from acquit.cli import app
from acquit.cli.report import Group
from acquit.store.accounts.models import Account, Debtor
from acquit.store.ledger.models import Invoice, Payment, Term


@pytest.fixture
def ledger(organisation: Any) -> Any:
    of = {"organisation_id": organisation.id}
    debtor = Debtor.objects.create(**of, name="=EVIL()")
    account = Account.objects.create(
        **of, creditor_id=organisation.creditor_id, debtor=debtor, external_id="C001"
    )
    of.update(account=account, currency="EUR")
    issued = date(2026, 1, 31)
    row = Invoice.objects.create(
        **of, number="FA1", external_key="FA1", amount=1200, issued_on=issued, known_on=issued
    )
    Term.objects.create(**of, invoice=row, due_on=date(2026, 3, 2), amount=1200)
    Payment.objects.create(
        **of, amount=200, external_key="V1", received_on=date(2026, 3, 20), known_on=issued
    )
    return organisation


def said(*words: str) -> bytes:
    done = CliRunner().invoke(app, ["report", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout_bytes


def test_balances(ledger: Any) -> None:
    told = json.loads(said("balances", "--on", "2026-03-31", "--json"))
    assert told["on"] == "2026-03-31"
    assert [(row["external_id"], row["currency"], row["open_balance"]) for row in told["balances"]] == [
        ("C001", "EUR", "1000.00")
    ]
    before = json.loads(said("balances", "--on", "2026-01-30", "--json"))
    assert [row["open_balance"] for row in before["balances"]] == ["0.00"]


def test_ageing_adds_up(ledger: Any) -> None:
    told = json.loads(said("ageing", "--on", "2026-04-15", "--json"))
    (row,) = told["ageing"]
    assert (row["31-60"], row["unallocated"], row["balance"]) == ("1200.00", "-200.00", "1000.00")
    figures = ("not_due", "1-30", "31-60", "61-90", ">90", "unallocated")
    assert sum(Decimal(row[name]) for name in figures) == Decimal(row["balance"])
    assert told["totals"][0]["balance"] == "1000.00"


def test_other_buckets(ledger: Any) -> None:
    told = json.loads(said("ageing", "--on", "2026-04-15", "--buckets", "15,44", "--json"))
    assert told["ageing"][0]["16-44"] == "1200.00"


def test_csv_is_inert(ledger: Any) -> None:
    rows = list(
        csv.DictReader(io.StringIO(said("balances", "--on", "2026-03-31", "--format", "csv").decode()))
    )
    assert rows == [
        {"debtor": "'=EVIL()", "external_id": "C001", "currency": "EUR", "open_balance": "1000.00",
         "creditor": rows[0]["creditor"]}
    ]  # fmt: skip


def test_a_workbook_in_a_file(ledger: Any, tmp_path: Path) -> None:
    file = tmp_path / "aged.xlsx"
    assert said("ageing", "--on", "2026-04-15", "--format", "xlsx", "-o", str(file)) == b""
    page = openpyxl.load_workbook(file).active
    line = dict(zip([c.value for c in page[1]], page[2], strict=True))
    assert (line["debtor"].value, line["debtor"].data_type) == ("=EVIL()", "s")
    assert line["31-60"].value == 1200


def test_a_table_for_a_person(ledger: Any) -> None:
    lines = said("ageing", "--on", "2026-04-15").decode().splitlines()
    assert lines[0].split()[-2:] == ["balance", "creditor"]
    assert lines[-1].split()[0] == "Total"
    assert lines[-1].split()[-1] == "1000.00"


@pytest.fixture
def many(ledger: Any) -> Any:
    """Four accounts more that owe late, by growing amounts, one of them in francs too."""
    of = {"organisation_id": ledger.id}
    for number in range(2, 6):
        debtor = Debtor.objects.create(**of, name=f"Client {number}")
        account = Account.objects.create(
            **of, creditor_id=ledger.creditor_id, debtor=debtor, external_id=f"C00{number}"
        )
        for currency in ("EUR", "CHF") if number == 2 else ("EUR",):
            row = Invoice.objects.create(
                **of, account=account, number=f"FA{number}", external_key=f"FA{number}-{currency}",
                amount=Decimal(f"{number}000.10"), currency=currency, issued_on=date(2026, 1, 31),
                known_on=date(2026, 1, 31),
            )  # fmt: skip
            Term.objects.create(
                **of, account=account, invoice=row, due_on=date(2026, 3, 2), amount=row.amount,
                currency=currency,
            )  # fmt: skip
    return ledger


@pytest.mark.parametrize(
    ("report", "column"), [("ageing", "31-60"), ("ageing", "balance"), ("balances", "open_balance")]
)
def test_the_short_form_adds_up_and_says_what_it_leaves_out(many: Any, report: str, column: str) -> None:
    asked = (report, "--on", "2026-04-15")
    head, *lines, last = said(*asked, "--most", "2").decode().splitlines()
    name, place = head.index("external_id"), head.index(column) + len(column)
    of = {currency: [line for line in lines if f" {currency} " in line] for currency in ("CHF", "EUR")}
    assert [line[:name].strip() for line in of["CHF"]] == ["Client 2", "Total"]
    assert [line[:name].strip() for line in of["EUR"]] == ["Client 5", "Client 4", "3 others", "Total"]
    *parts, total = (Decimal(line[:place].split()[-1]) for line in of["EUR"])
    assert sum(parts) == total
    whole = json.loads(said(*asked, "--json"))
    assert sum(Decimal(row[column]) for row in whole[report] if row["currency"] == "EUR") == total
    assert last.startswith("The largest 3 of 6: --all")


@pytest.mark.parametrize("by", list(Group))
def test_every_grouping_adds_up_to_the_same(many: Any, by: Group) -> None:
    asked = ("ageing", "--on", "2026-04-15", "--by", by.value)
    told = json.loads(said(*asked, "--json"))
    rows = [Decimal(row["balance"]) for row in told["ageing"] if row["currency"] == "EUR"]
    assert sum(rows) == Decimal(told["totals"][1]["balance"]) == Decimal("15000.40")
    short = said(*asked, "--most", "1").decode()
    assert ("others" in short) == (len(rows) > 1)


def test_all_lines_are_there_for_who_asks_and_in_every_file(many: Any) -> None:
    asked = ("ageing", "--on", "2026-04-15")
    for every in (("--all",), ("--most", "20"), ()):
        lines = said(*asked, *every).decode().splitlines()
        assert len(lines) == 1 + 6 + 2
    assert len(said(*asked, "--format", "csv").splitlines()) == 1 + 6
    run = CliRunner().invoke
    for form in (("--format", "csv"), ("--json",), ("--all",)):
        assert run(app, ["report", *asked, "--most", "2", *form]).exit_code == 2


def test_misuse(ledger: Any) -> None:
    run = CliRunner().invoke
    assert run(app, ["report", "ageing", "--buckets", "30,10"]).exit_code == 2
    assert run(app, ["report", "nonsense"]).exit_code == 2
    assert run(app, ["report", "balances", "--format", "doc"]).exit_code == 2


def test_dso_and_cei_by_month(ledger: Any) -> None:
    told = json.loads(said("dso", "--on", "2026-03-31", "--months", "3", "--json"))
    january, february, march = told["months"]
    assert (january["month"], january["sales"], january["dso"]) == ("2026-01", "1200.00", "92.00")
    assert (february["receivable"], february["count_back"]) == ("1200.00", "59.00")
    assert (march["receivable"], march["not_due"], march["best_possible"]) == ("1000.00", "0.00", "0.00")
    assert march["delinquent_days"] == march["dso"] == "75.00"
    collected = json.loads(said("cei", "--on", "2026-03-31", "--months", "1", "--json"))["months"][0]
    assert (collected["cei"], collected["late_rate"]) == ("16.67", "100.00")
    part = json.loads(said("dso", "--on", "2026-03-10", "--months", "1", "--json"))["months"][0]
    assert (part["month"], part["receivable"]) == ("2026-03", "1200.00")
