"""DSO and ageing of a public data set, imported by the product, against a reckoning from its raw rows."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli import app

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "ar_history" / "WA_Fn-UseC_-Accounts-Receivable.csv"
DAYS = (date(2012, 6, 30), date(2013, 3, 15), date(2013, 12, 31))
EDGES = (0, 30, 60, 90)


def run(*words: str) -> Any:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    if not PUBLIC.exists():
        pytest.skip(f"{PUBLIC.name} is not beside the project")

    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()

    with PUBLIC.open() as file:
        return [
            {
                "debtor": row["customerID"], "issued": day(row["InvoiceDate"]), "due": day(row["DueDate"]),
                "paid": day(row["SettledDate"]), "amount": Decimal(row["InvoiceAmount"]),
            }
            for row in csv.DictReader(file)
        ]  # fmt: skip


def aged(rows: list[dict[str, Any]], on: date) -> dict[str, list[Decimal]]:
    """The aged balance of each debtor, from the raw rows alone."""
    found: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 5)
    for row in rows:
        if row["issued"] <= on < row["paid"]:
            late = (on - row["due"]).days
            found[row["debtor"]][sum(late > edge for edge in EDGES)] += row["amount"]
    return found


def dso(rows: list[dict[str, Any]], on: date) -> Decimal:
    """What is owed, in days of the sales of the running month and of the two before."""
    first = date(on.year, on.month - 2, 1) if on.month > 2 else date(on.year - 1, on.month + 10, 1)
    owed = sum(row["amount"] for row in rows if row["issued"] <= on < row["paid"])
    sold = sum(row["amount"] for row in rows if first <= row["issued"] <= on)
    return owed / sold * ((on - first).days + 1)


def test_dso_and_ageing_of_three_days(founded: Any, rows: list[dict[str, Any]]) -> None:
    imported = run("import", str(PUBLIC), "--json")
    assert (imported["files"][0]["rows"], imported["files"][0]["quarantined"]) == (len(rows), []), imported
    for on in DAYS:
        meant = aged(rows, on)
        told = run("report", "ageing", "--on", str(on), "--json")
        columns = ("not_due", "1-30", "31-60", "61-90", ">90")
        said = {row["external_id"]: [Decimal(row[name]) for name in columns] for row in told["ageing"]}
        assert said == meant
        assert [Decimal(told["totals"][0][name]) for name in columns] == [
            sum(line[place] for line in meant.values()) for place in range(5)
        ]
        (month,) = run("report", "dso", "--on", str(on), "--months", "1", "--json")["months"]
        assert Decimal(month["dso"]) == round(dso(rows, on), 2)
