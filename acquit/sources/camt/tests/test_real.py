"""Samples that others wrote, against what another reader found in them (genkgo/camt, MIT)."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from acquit.sources.base import StructureError
from acquit.sources.camt import SOURCE
from acquit.sources.tests.fuzzing import check

REAL = Path(__file__).parents[4].parent / "shared/data/bank/camt_genkgo"
pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason="no real statements beside the project (../shared/data/bank/camt_genkgo)"
)
READ = {
    "camt053.v2.multi.statement": 2, "camt053.v2.with-account-name": 1,
    "camt054.v2": 1, "camt054.v2.with-account-name": 1,
}  # fmt: skip
REFUSED = {
    "camt053.v2.all-balance-types": ("statement_unbalanced", 10, Decimal("-5.82")),
    "camt053.v2.five.decimals": ("statement_unbalanced", 25, Decimal("0.05")),
    "camt053.v2.minimal": ("camt_other_currency", 54, None),
    "camt053.v2.minimal.ultimate": ("camt_other_currency", 54, None),
    "camt053.v2.with-party-ids": ("camt_other_currency", 54, None),
    "camt053.v2.wrong": ("camt_no_statement", 3, None),
}
_CLOSING = re.compile(rb"(<Cd>CLBD</Cd>.*?<Amt) Ccy=\"...\">[0-9.]+(</Amt>\s*<CdtDbtInd>)[A-Z]{4}", re.DOTALL)
_EXPONENT = {"EUR": 2, "SEK": 2}


def test_each_file_is_judged() -> None:
    assert {path.stem for path in REAL.glob("*.xml")} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_does_not_add_up_is_refused(name: str) -> None:
    content = (REAL / f"{name}.xml").read_bytes()
    with pytest.raises(StructureError) as refused:
        SOURCE.read(content)
    code, line, difference = REFUSED[name]
    assert (refused.value.code, refused.value.line) == (code, line)
    assert refused.value.why.params.get("difference") == difference
    if difference is not None:
        assert _difference(content) == difference


@pytest.mark.parametrize("name", sorted(READ.keys() | REFUSED.keys() - {"camt053.v2.wrong"}))
def test_lines_are_those_that_another_reader_finds(name: str) -> None:
    """A file that is refused is compared with its closing balance mended."""
    content = (REAL / f"{name}.xml").read_bytes()
    if name in REFUSED:
        opening = Decimal("1.01") if "all-balance" in name else Decimal("18.15")
        closing = f'\\1 Ccy="EUR">{opening + Decimal("8.85")}\\2CRDT'.encode()
        content = _CLOSING.sub(closing, content)
    reading = SOURCE.read(content)
    check(reading)
    lines = reading.tables["bank_lines"].rows(named=True)
    assert len(lines) == READ.get(name, 1)
    expected = json.loads((REAL / f"{name}.json").read_text())["getEntries"]
    # The other reader's export of several statements keeps the entry of the last one only.
    for line, entry in zip(lines[-len(expected) :], expected, strict=True):
        _compare(line, entry)


def _compare(line: dict[str, Any], entry: dict[str, Any]) -> None:
    currency = entry["getAmount"]["getCurrency"]["getCode"]
    signed = line["amount"] if line["direction"] == "credit" else -line["amount"]
    assert signed == Decimal(entry["getAmount"]["getAmount"]).scaleb(-_EXPONENT[currency])
    assert line["currency"] == currency
    assert line["is_return"] == entry["getReversalIndicator"]
    booked_on = _day(entry["getBookingDate"]) or date(2007, 10, 18)  # the day of the file
    assert line["booked_on"] == booked_on
    assert line["value_on"] == (_day(entry["getValueDate"]) or booked_on)
    assert line["bank_reference"] == (entry["getAccountServicerReference"] or "")
    assert line["bank_account"] == entry["getRecord"]["getAccount"]["getIdentification"]
    details = entry["getTransactionDetails"]
    if len(details) > 1:
        details = [detail for detail in details if isinstance(detail, dict)]
    detail = entry["getTransactionDetail"] if isinstance(entry["getTransactionDetail"], dict) else details[0]
    reference = (detail.get("getReference") or {}).get("getEndToEndId")
    assert line["end_to_end"] == (reference or "")
    remittance = detail["getRemittanceInformation"]
    if isinstance(remittance, dict):
        for block in remittance["getUnstructuredBlocks"]:
            if isinstance(block, dict):
                assert block["getMessage"] in line["label"].split("\n")
        given = remittance["getCreditorReferenceInformation"]
        if isinstance(given, dict):
            assert given["getRef"] in (line["reference"], *line["label"].split("\n"))
    for party in detail["getRelatedParties"]:
        _compare_party(line, party)


def _compare_party(line: dict[str, Any], party: dict[str, Any] | str) -> None:
    if not isinstance(party, dict):
        return
    kind = party["getRelatedPartyType"]["__CLASS__"].rsplit("\\", 1)[-1]
    side = "Debtor" if line["direction"] == "credit" else "Creditor"
    if kind in (side, f"Ultimate{side}"):
        assert line["counterparty_name"] == party["getRelatedPartyType"]["getName"]
        if party["getAccount"]:
            assert line["counterparty_iban"] == party["getAccount"]["getIdentification"]


def _day(said: dict[str, str] | None) -> date | None:
    return date.fromisoformat(said["0"][:10]) if said else None


def _difference(content: bytes) -> Decimal:
    """Return closing − opening − movements, reckoned without any of Acquit's code."""
    space = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"}
    statement = ElementTree.fromstring(content).find(".//c:Stmt", space)
    assert statement is not None

    def worth(element: ElementTree.Element) -> Decimal:
        sign = {"CRDT": 1, "DBIT": -1}[element.findtext("c:CdtDbtInd", "", space)]
        return sign * Decimal(element.findtext("c:Amt", "", space))

    balances = {b.findtext("c:Tp/c:CdOrPrtry/c:Cd", "", space): worth(b)
                for b in statement.findall("c:Bal", space)}  # fmt: skip
    moved = sum(worth(entry) for entry in statement.findall("c:Ntry", space))
    return balances["CLBD"] - balances["OPBD"] - moved
