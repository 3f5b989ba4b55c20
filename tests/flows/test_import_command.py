"""`acquit import`: what it prints for a program and for a person, and its status."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from typer.testing import CliRunner

from acquit.cli import app
from acquit.jobs.tasks import settle_import
from acquit.store.accounts.models import Debtor
from acquit.store.ledger.models import KeptFigures
from acquit.store.payers.models import UsualDays
from tests.flows.importing import INVOICES, PAYMENTS


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a-règlements.csv").write_text(PAYMENTS + "C009;05/10/2026;10,00;;\n")
    (tmp_path / "factures.csv").write_text(INVOICES)
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG")
    return tmp_path


def run(*argv):
    return CliRunner().invoke(app, ["import", *map(str, argv)])


def test_payments_named_first_still_come_after_the_invoices(organisation, files):
    done = run(files / "a-règlements.csv", files / "factures.csv", "--json")
    assert done.exit_code == 0
    invoices, payments = json.loads(done.stdout)["files"]
    assert (invoices["kind"], invoices["rows"]) == ("invoices", 3)
    assert (invoices["created"], invoices["updated"], invoices["unchanged"]) == (5, 0, 0)
    assert payments["tables"]["allocations"] == {"created": 2, "updated": 0, "unchanged": 0}
    assert payments["open_balance"] == {"EUR": {"before": "2250.50", "after": "850.50"}}
    (refused,) = payments["quarantined"]
    assert (refused["line"], refused["field"]) == (4, "debtor")
    assert "C009" in refused["why"]


def test_a_file_that_is_refused_ends_in_status_1_and_the_others_are_imported(organisation, files):
    done = run(files / "photo.csv", files / "factures.csv", files / "none.csv", "--json")
    assert done.exit_code == 1
    refused = [one for one in json.loads(done.stdout)["files"] if "refused" in one]
    assert [one["refused"]["code"] for one in refused] == ["picture", "unreadable"]
    assert json.loads(run(files / "factures.csv", "--json").stdout)["files"][0]["already_imported"]


def test_after_an_import_the_order_of_work_is_known_without_waiting_for_the_night(organisation, files):
    head = "Code client;N° facture;Date facture;Échéance;Montant TTC;Date règlement\n"
    paid = (
        f"C001;P{n};01/{n:02}/2025;20/{n:02}/2025;100,00;{20 + n % 3}/{n:02}/2025\n" for n in range(1, 13)
    )
    (files / "passé.csv").write_text(head + "".join(paid))
    run(files / "passé.csv", "--dry-run")
    assert not asked()
    assert run(files / "passé.csv", files / "factures.csv").exit_code == 0
    assert asked() == [f'{{"organisation_id": {organisation.id}}}'], "once, and not before the import is over"
    settle_import(organisation.id)
    debtor = Debtor.objects.get(accounts__external_id="C001")
    assert UsualDays.objects.get(debtor=debtor).days[0] in (0, 1, 2)
    assert KeptFigures.objects.exists()


def asked():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'settle_import'")
        return [args for (args,) in cursor.fetchall()]


def test_a_dry_run_writes_nothing_and_says_so(organisation, files):
    said = run(files / "factures.csv", "--dry-run").stdout
    assert "invoices, 3 rows" in said
    assert "dry run" in said
    assert json.loads(run(files / "factures.csv", "--json").stdout)["files"][0]["created"] == 5


def test_columns_and_answers_can_be_given(organisation, files):
    (files / "odd.csv").write_text("Qui;Quoi;Quand;Combien\nC1;F1;04/09/2026;10,00\n")
    mapped = {"external_id": "Qui", "number": "Quoi", "issued_on": "Quand", "amount": "Combien"}
    maps = [f"--map={field}={column}" for field, column in mapped.items()]
    done = run(files / "odd.csv", "--as", "invoices", *maps, "--answer", "date_order=mdy", "--json")
    assert json.loads(done.stdout)["files"][0]["created"] == 2
    assert run(files / "odd.csv", "--answer", "colour=blue").exit_code == 2
    assert run(files / "odd.csv", "--map", "nonsense").exit_code == 2
