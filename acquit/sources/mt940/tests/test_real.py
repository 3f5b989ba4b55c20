"""Samples of real banks, against what another reader found in them (mt-940, BSD; jejik and cmxl, MIT)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from acquit.sources.base import StructureError
from acquit.sources.mt940 import SOURCE
from acquit.sources.mt940.message import fields_of
from acquit.sources.mt940.reader import _page
from acquit.sources.statement import Line, Statement
from acquit.sources.tests.fuzzing import check

REAL = Path(__file__).parents[4].parent / "shared/data/bank/mt940_wolph"
pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason="no real statements beside the project (../shared/data/bank/mt940_wolph)"
)
READ = {"cmxl/mt940": 16, "jejik/generic": 2, "jejik/rabobank-iban": 4, "jejik/sns": 2}
UNBALANCED = {  # line of the statement, and closing less opening less movements
    "jejik/abnamro": (4, Decimal(-2038)), "jejik/ing": (4, Decimal("49.06")),
    "jejik/knab": (10, Decimal(4500)), "jejik/postfinance": (15, Decimal("0.2")),
    "jejik/rabobank": (2, Decimal("1135.93")), "jejik/triodos": (1, Decimal("111.4")),
}  # fmt: skip
FIELDS = {  # a single field each, hence no statement
    "cmxl/account_balance_credit": "mt940_outside", "cmxl/account_balance_debit": "mt940_outside",
    "cmxl/account_identification_iban": "mt940_outside",
    "cmxl/account_identification_legacy": "mt940_outside", "cmxl/available_balance": "mt940_outside",
    "cmxl/closing_balance": "mt940_outside", "cmxl/reference": "mt940_missing",
    "cmxl/statement_details": "mt940_outside", "cmxl/statement_line": "mt940_outside",
    "cmxl/statement_number": "mt940_outside",
}  # fmt: skip
_FRAME = {"20": "X", "25": "1", "28C": "1", "60F": "C140829EUR0,", "62F": "C140829EUR0,"}
_MOVED = re.compile(r"^:61:[0-9]{6}(?:[0-9]{4})?(R?[CD])[A-Z]?([0-9]+)(?:,([0-9]*))?", re.MULTILINE)
_BALANCE = re.compile(r"^:6([02])[FM]:([CD])[0-9]{6}[A-Z]{3}([0-9]+)(?:,([0-9]*))?", re.MULTILINE)


class _Foreign(yaml.SafeLoader):
    """Reads the other reader's objects as plain values, making none of them."""


def _plain(loader: yaml.SafeLoader, kind: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return _made(kind, loader.construct_sequence(node)) if isinstance(node, yaml.SequenceNode) else None


for _tag in ("name:", "object:", "object/apply:"):
    _Foreign.add_multi_constructor(f"tag:yaml.org,2002:python/{_tag}", _plain)


def _made(kind: str, said: list[Any]) -> Any:
    if kind == "decimal.Decimal":
        return Decimal(said[0])
    if kind.endswith(".Date") and isinstance(said[0], bytes):
        return date(said[0][0] * 256 + said[0][1], said[0][2], said[0][3])
    return said


def text_of(name: str) -> str:
    return (REAL / f"{name}.sta").read_text(encoding="utf-8")


def expected_of(name: str) -> dict[str, Any]:
    told = re.sub(r"\*id[0-9]+", "null", (REAL / f"{name}.yml").read_text(encoding="utf-8"))  # back to itself
    found = yaml.load(told, Loader=_Foreign)
    assert isinstance(found, dict)
    return found


def statements_of(text: str) -> list[Statement]:
    """Return what is read before the sums are checked."""
    return [_page(fields, Counter()).statement for fields in fields_of(text)]


def test_each_file_is_judged() -> None:
    found = {str(path.relative_to(REAL).with_suffix("")) for path in REAL.glob("*/*.sta")}
    assert found == READ.keys() | UNBALANCED.keys() | FIELDS.keys()


@pytest.mark.parametrize("name", sorted(READ))
def test_what_adds_up_is_read(name: str) -> None:
    reading = SOURCE.read(REAL / f"{name}.sta")
    check(reading)
    assert reading.counts()["bank_lines"] == READ[name]
    assert SOURCE.identify((REAL / f"{name}.sta").read_bytes(), "") == 1
    assert not any(_differences(text_of(name)))


@pytest.mark.parametrize("name", sorted(UNBALANCED))
def test_what_does_not_add_up_is_refused_with_the_difference(name: str) -> None:
    with pytest.raises(StructureError) as refused:
        SOURCE.read(REAL / f"{name}.sta")
    line, difference = UNBALANCED[name]
    assert (refused.value.code, refused.value.line) == ("statement_unbalanced", line)
    assert refused.value.why.params["difference"] == difference
    assert next(one for one in _differences(text_of(name)) if one) == difference


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_field_alone_is_no_statement(name: str) -> None:
    with pytest.raises(StructureError) as refused:
        SOURCE.read(REAL / f"{name}.sta")
    assert (refused.value.code, refused.value.line) == (FIELDS[name], 1)


@pytest.mark.parametrize("name", sorted(READ.keys() | UNBALANCED.keys()))
def test_movements_are_those_that_another_reader_finds(name: str) -> None:
    """Also of files that are refused: their lines are right, their sums are not."""
    statements, expected = statements_of(text_of(name)), expected_of(name)
    lines = [line for one in statements for line in one.lines]
    for line, transaction in zip(lines, expected["transactions"], strict=True):
        _compare(line, transaction["data"])
    last = statements[-1]  # the other reader keeps the balances of the last statement only
    _compare_balances(last, expected["data"])


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_field_put_in_a_statement_says_what_another_reader_finds(name: str) -> None:
    field = text_of(name).rstrip("\n")
    tag = field[1:].split(":", 1)[0]
    frame = {key: f":{key}:{value}" for key, value in _FRAME.items()} | {tag: field}
    order = ("20", "25", "28C", "60F", "61", "62F", "64")
    (read,) = statements_of("\n".join(frame[key] for key in order if key in frame))
    expected = expected_of(name)
    for line, transaction in zip(read.lines, expected["transactions"], strict=True):
        _compare(line, transaction["data"])
    _compare_balances(read, expected["data"])
    said = expected["data"].get("account_identification")
    assert said is None or read.bank_account == str(said).removesuffix("EUR")
    number = expected["data"].get("statement_number")
    assert number is None or read.number == f"{number}/{expected['data']['sequence_number']}"


def _compare(line: Line, said: dict[str, Any]) -> None:
    assert line.signed == said["amount"]["amount"]
    assert line.value_on == said["date"]
    assert line.booked_on == said.get("entry_date", said["date"])
    assert line.is_return == said["status"].startswith("R")
    assert line.code.split("+")[0] == said["id"].strip()
    given = said.get("bank_reference")
    if given is None:  # the other reader, in that version, cut "//" and what follows at sixteen letters
        given = str(said.get("customer_reference", "")).partition("//")[2]
        given += said.get("extra_details", "") if given not in ("", "NONREF") else ""
    assert line.bank_reference == ("" if given == "NONREF" else given)
    name = said.get("applicant_name")
    assert not name or _bare(name) == _bare(line.counterparty_name)
    if said.get("transaction_details"):
        written = _bare(f"{line.label}{line.counterparty_name}{line.counterparty_iban}{line.end_to_end}")
        for word in re.findall(r"[A-Za-z]{4,}", said["transaction_details"]):
            assert word in written or word in ("EREF", "REMI", "ISDT", "BENM", "NAME")
    if said.get("purpose"):
        assert _bare(said["purpose"]).startswith(_bare(line.label.split("\n")[0])[:20])


def _compare_balances(read: Statement, said: dict[str, Any]) -> None:
    for side, amount in (("opening", read.opening), ("closing", read.closing)):
        names = (f"final_{side}_balance", f"intermediate_{side}_balance")
        told = [said[name] for name in names if name in said]
        found = [(one["amount"]["amount"], one["amount"]["currency"], one["date"]) for one in told]
        day = read.from_on if side == "opening" else read.key.rsplit(" ", 1)[1]
        day = day if isinstance(day, date) else date.fromisoformat(day)
        assert not found or (amount, read.currency, day) in found


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _differences(text: str) -> list[Decimal]:
    """Return closing − opening − movements of each statement, reckoned without any of Acquit's code."""
    found = []
    for one in text.split(":20:")[1:]:
        balances = {kind: (1 if mark == "C" else -1) * Decimal(f"{whole}.{cents or 0}")
                    for kind, mark, whole, cents in _BALANCE.findall(one)}  # fmt: skip
        moved = sum((1 if mark in ("C", "RD") else -1) * Decimal(f"{whole}.{cents or 0}")
                    for mark, whole, cents in _MOVED.findall(one))  # fmt: skip
        found.append(balances["2"] - balances["0"] - moved)
    return found
