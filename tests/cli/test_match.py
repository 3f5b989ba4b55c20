"""`acquit match --evaluate`: the proposals beside the lettering of a ledger. No database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli import app
from acquit.cli.answer import Refused

_REAL = Path(__file__).parents[2].parent / "shared/data/fec/neolegal-fec-reader"
_HEAD = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef"
    "|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


def sale(number: int, day: str, debtor: str, amount: str, letter: str) -> list[str]:
    entry, piece = f"VE|Ventes|{number}|{day}", f"FA2026{100 + number}"
    tail = f"{piece}|{day}|Facture {piece}"
    return [
        f"{entry}|411000|Clients|{debtor}|{debtor}|{tail}|{amount}|0,00|{letter}||{day}||",
        f"{entry}|706000|Prestations|||{tail}|0,00|{amount}|||{day}||",
    ]


def paid(day: str, debtor: str, label: str, amount: str, letter: str) -> list[str]:
    entry = f"BQ|Banque|{day}|{day}"
    return [
        f"{entry}|411000|Clients|{debtor}|{debtor}|VIR|{day}|{label}|0,00|{amount}|{letter}||{day}||",
        f"{entry}|512000|Banque|||VIR|{day}|{label}|{amount}|0,00|||{day}||",
    ]


LEDGER = [
    *sale(1, "20260105", "DUPONT", "1200,00", "A"),
    *sale(2, "20260106", "DUPONT", "300,50", "B"),
    *sale(3, "20260107", "MARTIN", "300,50", "A"),
    *paid("20260205", "DUPONT", "VIR FA 101", "1200,00", "A"),
    *paid("20260206", "DUPONT", "VIR", "300,50", "B"),
    *paid("20260207", "MARTIN", "VIR MARTIN", "300,50", "A"),
]


def fec(folder: Path, lines: list[str]) -> Path:
    path = folder / "732829320FEC20261231.txt"
    path.write_text("\r\n".join([_HEAD, *lines]) + "\r\n", encoding="utf-8")
    return path


def answer(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["match", *words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_with_the_debtor_known_and_blind(tmp_path: Path) -> None:
    path = fec(tmp_path, LEDGER)
    known = answer("--evaluate", str(path))
    assert (known["receipts"], known["allocations"], known["first_proposal_right"]) == (3, 3, 3)
    assert (known["precision"], known["recall"], known["wrong"]) == (1.0, 1.0, 0)
    blind = answer("--evaluate", str(path), "--blind")
    assert blind["wrong"] == 0
    assert blind["auto_applied"] == 2  # not the one whose amount two debtors owe


def test_without_lettering_the_shares_are_null_with_the_reason(tmp_path: Path) -> None:
    lines = [line.replace("|A|", "||").replace("|B|", "||") for line in LEDGER]
    said = answer("--evaluate", str(fec(tmp_path, lines)))
    assert (said["precision"], said["recall"], said["reason"]) == (None, None, "no_lettering")
    assert said["without_truth"] == 3


def test_a_person_reads_the_same(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["match", "--evaluate", str(fec(tmp_path, LEDGER))]).stdout
    assert "3 receipts, 3 allocations" in said
    assert "applied alone 3, of these wrong 0 (precision 100.0 %)" in said


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("no ledger", encoding="utf-8")
    for path in (tmp_path / "x.txt", tmp_path / "absent.txt"):
        done = CliRunner().invoke(app, ["match", "--evaluate", str(path)])
        assert isinstance(done.exception, Refused)
    assert CliRunner().invoke(app, ["match"]).exit_code == 2


@pytest.mark.skipif(not _REAL.exists(), reason="the FEC of ../shared/data are not here")
@pytest.mark.parametrize("blind", [(), ("--blind",)])
def test_a_real_ledger_is_matched_as_its_accountant_did(blind: tuple[str, ...]) -> None:
    said = answer("--evaluate", str(next(_REAL.glob("111111111FEC*"))), *blind)
    assert said["allocations"] == 71
    assert said["precision"] >= 0.995
    assert said["recall"] >= 0.95
    assert said["auto_applied"] > 10
