"""OFX: SGML and XML, banks and cards, and everything of it that must not be taken for money."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from ofxtools.Parser import OFXTree

from acquit.sources.base import Options, Reading, StructureError
from acquit.sources.ofx import SOURCE
from acquit.sources.tests.broken import refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

SAMPLES = Path(__file__).parent / "samples"
SGML = (SAMPLES / "entreprise_sgml.ofx").read_bytes()
XML = (SAMPLES / "comptes_xml.ofx").read_bytes()
REAL = Path("../shared/data/bank/ofxparse")
HEAD = "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\n"
TAIL = "\n</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
GOOD = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261103<TRNAMT>10.00<FITID>1<NAME>NOVA</STMTTRN>"
ACCOUNT = "<BANKACCTFROM><BANKID>1<ACCTID>77</BANKACCTFROM>\n<BANKTRANLIST>\n"


def read(body: str, options: Options | None = None) -> Reading:
    reading = SOURCE.read((HEAD + ACCOUNT + body + TAIL).encode(), options=options)
    check(reading)
    return reading


def lines(reading: Reading, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables["bank_lines"].select(*columns).rows()


def test_the_account_of_a_french_company_in_sgml() -> None:
    reading = SOURCE.read(SAMPLES / "entreprise_sgml.ofx")
    check(reading)
    assert reading.bank_accounts == ("FR7630006000011234567890189",)
    assert lines(reading, "line", "booked_on", "value_on", "amount", "direction", "bank_reference") == [
        (40, date(2026, 11, 20), date(2026, 11, 20), Decimal("1234.56"), "credit", "A1"),
        (48, date(2026, 11, 18), date(2026, 11, 18), Decimal(350), "debit", "A2"),
        (57, date(2026, 11, 17), date(2026, 11, 19), Decimal(80), "credit", "X"),
        (65, date(2026, 11, 17), date(2026, 11, 17), Decimal(80), "credit", "X"),
    ]
    keys = reading.tables["bank_lines"]["external_key"].to_list()
    assert [key[:4] for key in keys] == ["bank", "bank", "line", "line"]
    assert lines(reading, "label", "counterparty_name", "method", "is_return")[:3] == [
        ("VIR SEPA CARDON & FILS\nRÈGLEMENT F26-0412 <SOLDE> &unknown;", "", "transfer", False),
        ("CHEQUE IMPAYE\n0000045", "", "cheque", True),
        ("NOVA SERVICES", "NOVA SERVICES", "", False),
    ]


def test_a_closing_balance_and_no_opening_one() -> None:
    statements = SOURCE.read(SGML).tables["statements"]
    assert statements.select("from_on", "to_on", "opening", "closing").rows() == [
        (date(2026, 11, 1), date(2026, 11, 22), None, Decimal("2044.56")),
    ]


def test_an_account_is_known_no_further_than_the_day_of_the_answer() -> None:
    until = SGML.replace(b"<DTSERVER>20261122", b"<DTSERVER>20261119").replace(
        b"<DTASOF>20261122", b"<DTASOF>"
    )
    assert SOURCE.read(until).tables["statements"]["to_on"].to_list() == [date(2026, 11, 19)]


def test_accounts_and_a_card_in_xml() -> None:
    reading = SOURCE.read(SAMPLES / "comptes_xml.ofx")
    check(reading)
    assert reading.bank_accounts == ("DE89370400440532013000", "497010******4455")
    assert lines(reading, "bank_account", "amount", "counterparty_name", "label", "method") == [
        ("DE89370400440532013000", Decimal(840), "Nova GmbH", "Nova GmbH\nF26-0430 <Rest>", ""),
        ("497010******4455", Decimal("45.9"), "Papeterie", "Papeterie", "card"),
    ]
    assert [note.code for note in reading.notes] == ["ofx_investments_left", "ofx_account_refused"]


@pytest.mark.parametrize("sample", [SGML, XML])
def test_the_same_movements_as_another_reader_finds(sample: bytes) -> None:
    tree = OFXTree()
    tree.parse(io.BytesIO(sample.replace(b",56", b".56").replace(b"80,00", b"80.00")))
    theirs = [
        (move.findtext("FITID"), abs(Decimal(str(move.findtext("TRNAMT")))))
        for move in tree.getroot().iter("STMTTRN")  # type: ignore[union-attr]
    ]
    ours = lines(SOURCE.read(sample), "bank_reference", "amount")
    assert ours == theirs


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20261103", "2026-11-03"), ("20261103235959", "2026-11-03"),
        ("20261103233000.000[-5:EST]", "2026-11-03"),
        ("20261103003000[+1:CET]", "2026-11-03"), ("20261103120000.123[0:GMT]", "2026-11-03"),
        ("20261103[-:EST]", "2026-11-03"),
    ],
)  # fmt: skip
def test_a_zone_does_not_move_the_day(written: str, day: str) -> None:
    reading = read(GOOD.replace("20261103", written))
    assert lines(reading, "booked_on") == [(date.fromisoformat(day),)]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("10", "10"), ("+10.5", "10.5"), ("10,50", "10.5"), ("00000000000115.8331", "115.8331"),
        (".5", "0.5"), (",5", "0.5"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"),
        ("1234.5000000", "1234.5"), ("1 0", None), ("$120", None), ("1e5", None), ("1,234", None),
        ("12.34.56", None), ("", None), ("-", None), ("1.23456", None), ("123456789012345", None),
        ("1,23.45", None),
    ],
)  # fmt: skip
def test_amounts(written: str, amount: str | None) -> None:
    body = GOOD.replace("10.00", written)
    if amount is None:
        error = refusal(SOURCE, (HEAD + ACCOUNT + body + TAIL).encode())
        assert error.line == 7
    else:
        assert lines(read(body), "amount") == [(Decimal(amount),)]


def test_empty_values_hold_nothing_of_what_follows() -> None:
    body = (
        "<STMTTRN><TRNTYPE>OTHER<X.EMPTY>\n<DTPOSTED>20261103<NAME><MEMO>\n<TRNAMT>10.00"
        "<FITID></FITID><CHECKNUM/></STMTTRN>"
    )
    assert lines(read(body), "amount", "label", "bank_reference") == [(Decimal(10), "", "")]


def test_a_movement_in_two_answers_of_one_account_counts_once() -> None:
    again = "</BANKTRANLIST></STMTRS><STMTRS><CURDEF>EUR" + ACCOUNT
    reading = read(GOOD + again + GOOD + GOOD.replace("<FITID>1", "<FITID>2") + "<DTEND>20261104")
    assert lines(reading, "bank_reference") == [("1",), ("2",)]
    assert [note.code for note in reading.notes] == ["same_rows"]


def test_corrections_and_nothings_are_left_out_with_a_note() -> None:
    corrected = GOOD.replace("<NAME>", "<CORRECTFITID>0<CORRECTACTION>REPLACE<NAME>")
    reading = read(GOOD + corrected + GOOD.replace("10.00", "0.00"))
    assert [note.code for note in reading.notes] == ["zero_rows", "ofx_corrections"]
    assert reading.counts()["bank_lines"] == 1


def test_without_a_currency_that_of_the_movements_then_ours() -> None:
    bare = (HEAD.replace("EUR", "") + ACCOUNT + GOOD + TAIL).encode()
    reading = SOURCE.read(bare, options=Options(currency="CHF"))
    assert reading.tables["bank_lines"]["currency"].to_list() == ["CHF"]
    stated = bare.replace(b"<NAME>", b"<CURRENCY><CURRATE>1<CURSYM>AUD</CURRENCY><NAME>")
    assert SOURCE.read(stated).tables["bank_lines"]["currency"].to_list() == ["AUD"]


def test_a_file_of_one_long_line_is_read() -> None:
    many = "".join(GOOD.replace("<FITID>1", f"<FITID>{n}") for n in range(20_000))
    whole = (HEAD + ACCOUNT + many + TAIL).replace("\n", " ").encode()
    assert len(whole) > 1_500_000
    assert SOURCE.read(whole).counts()["bank_lines"] == 20_000


@pytest.mark.parametrize(
    ("body", "line", "code"),
    [
        (GOOD.replace("<DTPOSTED>20261103", ""), 7, "ofx_day_missing"),
        ("\n" + GOOD.replace("20261103", "20261131"), 8, "ofx_day"),
        (GOOD.replace("20261103", "hier"), 7, "ofx_day"),
        (GOOD.replace("<TRNAMT>10.00", ""), 7, "ofx_amount_missing"),
        (GOOD.replace("10.00", "1O.00"), 7, "letter_for_digit"),
        (GOOD.replace("10.00", "1,000"), 7, "ofx_unsure"),
        (GOOD.replace("</STMTTRN>", "\n"), 9, "ofx_not_closed"),
        (GOOD + "\n</CCSTMTRS>", 8, "ofx_end_alone"),
        (GOOD + "\n<!DOCTYPE x [<!ENTITY a 'b'>]>", 8, "ofx_declaration"),
        (GOOD + "\n<a b=>c<//>", 8, "ofx_tag"),
        (GOOD + "<B>" * 50, 7, "ofx_too_deep"),
        (GOOD.replace("<NAME>", "<CURRENCY><CURSYM>USD</CURRENCY><NAME>"), 7, "ofx_other_currency"),
        (GOOD + "\n<![CDATA[ never closed", 8, "ofx_tag"),
    ],
)
def test_a_broken_movement_is_refused_with_line_and_cause(body: str, line: int, code: str) -> None:
    error = refusal(SOURCE, (HEAD + ACCOUNT + body + TAIL).encode(), "releve.ofx")
    assert (error.code, error.line) == (code, line)


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"OFXHEADER:100\n\nrien\n", 1, "ofx_none"),
        (SGML[:900], 58, "ofx_cut"),
        (SGML + SGML, 91, "ofx_two"),
        (b'<!DOCTYPE OFX [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n' + XML[120:], 1, "ofx_declaration"),
        (b"OFXHEADER:100\n<OFX></OFX>", 2, "ofx_no_statement"),
        (SGML.replace(b"<CURDEF>EUR", b"<CURDEF>FRANCS"), 30, "unknown_currency"),
        (SGML.replace(b"2044,56", b"beaucoup"), 74, "not_an_amount"),
        (b"", None, "empty"),
        (SGML.replace(b"NOVA", b"NO\0A"), 63, "zero_byte"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_cause(content: bytes, line: int | None, code: str) -> None:
    error = refusal(SOURCE, content, "releve.ofx")
    assert (error.code, error.line) == (code, line)


def test_what_the_bank_refused_is_said_in_its_own_words() -> None:
    failed = XML[: XML.index(b"<STMTTRNRS><TRNUID>1")] + XML[XML.index(b"<STMTTRNRS><TRNUID>2") :]
    failed = failed[: failed.index(b"<CREDITCARD")] + b"</OFX>"
    error = refusal(SOURCE, failed)
    assert error.code == "ofx_refused"
    assert "Compte fermé" in error.words()


def test_securities_alone_are_refused_as_such() -> None:
    only = b"<OFX>\n<INVSTMTTRNRS><INVSTMTRS></INVSTMTRS></INVSTMTTRNRS></OFX>"
    assert (refusal(SOURCE, only).code, refusal(SOURCE, only).line) == ("ofx_investment", 2)


def test_identification() -> None:
    assert SOURCE.identify(SGML, "x") == SOURCE.identify(XML, "x") == 0.98
    for other in (b"", b"<Document>", b"Date;Montant\n1;2\n", b"\xff\xfe<\x00"):
        assert SOURCE.identify(other, "x.csv") == 0


@settings(max_examples=60, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "releve.ofx")


@settings(max_examples=80, deadline=None)
@given(spoilt((SGML, XML, (HEAD + ACCOUNT + GOOD + TAIL).encode())))
def test_spoilt_statements_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "releve.ofx")


REFUSED = {
    "account_listing_aggregation.ofx": "ofx_no_statement", "bank_small.ofx": "ofx_no_statement",
    "signon_success.ofx": "ofx_no_statement", "signon_success_no_message.ofx": "ofx_no_statement",
    "error_message.ofx": "ofx_refused", "signon_fail.ofx": "ofx_refused",
    "date_missing.ofx": "ofx_day_missing", "decimal_error.ofx": "not_an_amount",
    **dict.fromkeys(
        ("fidelity-savings.ofx", "fidelity.ofx", "investment_401k.ofx", "investment_medium.ofx",
         "td_ameritrade.ofx", "tiaacref.ofx", "vanguard.ofx", "vanguard401k.ofx"), "ofx_investment",
    ),
}  # fmt: skip


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real statements are not in {REAL}")
def test_every_real_file_is_read_to_the_cent_or_refused_for_the_right_reason() -> None:
    read_ones = 0
    for path in sorted(REAL.rglob("*.ofx")):
        assert SOURCE.identify(path.read_bytes(), path.name) > 0.9
        if path.name in REFUSED:
            with pytest.raises(StructureError) as error:
                SOURCE.read(path, path.name)
            assert (path.name, error.value.code) == (path.name, REFUSED[path.name])
            assert error.value.line is not None
            continue
        reading = SOURCE.read(path, path.name)
        check(reading)
        text = path.read_text("latin-1")
        amounts = [Decimal(one) for one in re.findall(r"<TRNAMT>\s*([-+.\d]+)", text)]
        days = [f"{one[:4]}-{one[4:6]}-{one[6:]}" for one in re.findall(r"<DTPOSTED>\s*(\d{8})", text)]
        closings = [Decimal(one) for one in re.findall(r"<LEDGERBAL>\s*<BALAMT>\s*([-.\d]+)", text)]
        signs = {"credit": 1, "debit": -1}
        assert [amount * signs[str(way)] for amount, way in lines(reading, "amount", "direction")] == amounts
        assert [str(day) for (day,) in lines(reading, "booked_on")] == days
        assert reading.tables["statements"]["closing"].drop_nulls().to_list() == closings
        read_ones += 1
    assert read_ones == 8
