"""Statements of SWIFT: the dialects of banks, and each way in which a file breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.sources.base import Options, Reading
from acquit.sources.mt940 import SOURCE
from acquit.sources.mt940.detail import detail_of
from acquit.sources.tests.broken import refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

SAMPLES = Path(__file__).parent / "samples"
GERMAN = (SAMPLES / "sepa_de.sta").read_bytes()
DUTCH = (SAMPLES / "pages_nl.sta").read_bytes()
LOOSE = (SAMPLES / "loose.sta").read_bytes()
NEW_YEAR, DAY = date(2027, 1, 2), date(2026, 11, 3)


def read(content: bytes) -> Reading:
    reading = SOURCE.read(content)
    check(reading)
    return reading


def rows(reading: Reading, *columns: str, kind: str = "bank_lines") -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


def one(movement: str, closing: str, currency: str = "EUR") -> bytes:
    return (
        f":20:X\n:25:123\n:28C:1/1\n:60F:C261102{currency}100,00\n{movement}\n"
        f":62F:C261103{currency}{closing}\n-\n"
    ).encode()


def test_a_german_statement_in_its_envelope() -> None:
    reading = read(GERMAN)
    assert reading.encoding == "cp1252"
    assert rows(reading, "statement", "bank_account", "number", "from_on", "to_on", "opening", "closing",
                kind="statements") == [
        ("00042/001 20270102", "37040044/0532013000", "00042/001", date(2026, 12, 30), NEW_YEAR,
         Decimal(1000), Decimal("2085.5")),
    ]  # fmt: skip
    assert rows(reading, "line", "booked_on", "value_on", "amount", "direction", "is_return") == [
        (6, NEW_YEAR, date(2026, 12, 31), Decimal("1240.5"), "credit", False),
        (9, NEW_YEAR, date(2026, 12, 31), Decimal(200), "debit", True),
        (11, NEW_YEAR, date(2026, 12, 31), Decimal(50), "credit", True),
        (12, date(2026, 12, 31), date(2026, 12, 31), Decimal(5), "debit", False),
    ]
    assert rows(reading, "counterparty_name", "counterparty_iban", "end_to_end", "return_reason") == [
        ("MÜLLER & SÖHNE GMBH CO KG", "DE89370400440532013000", "E2E-77", ""),
        ("ORION SA", "", "E2E-60", "914"), ("", "", "", ""), ("", "", "", ""),
    ]  # fmt: skip
    assert rows(reading, "code", "method", "bank_reference") == [
        ("NTRF+166", "transfer", "BANK0001"), ("NRTI+109", "", "BANK0002"),
        ("NTRF", "transfer", "BANK0003"), ("NCHG+805", "fee", ""),
    ]  # fmt: skip
    assert reading.tables["bank_lines"]["label"].to_list() == [
        "Rechnung FA-2026-0042\ndanke\nGUTSCHRIFT", "RETOURE\nRUECKLASTSCHRIFT", "",
        "KONTOFUEHRUNG\nABSCHLUSS",
    ]  # fmt: skip


def test_dutch_pages_with_keys() -> None:
    reading = read(DUTCH)
    assert rows(reading, "statement", "opening", "closing", kind="statements") == [
        ("26308/1 20261103", Decimal(100), Decimal("1834.5")),
        ("26308/2 20261103", Decimal("1834.5"), Decimal(1935)),
    ]
    assert rows(reading, "amount", "counterparty_name", "counterparty_iban", "end_to_end", "reference") == [
        (Decimal(1815), "DE VRIES BOUW BV", "NL20INGB0001234567", "E2E-81", ""),
        (Decimal("80.5"), "JANSEN", "", "", ""),
        (Decimal(60), "BAKKERIJ SMIT", "NL32INGB0000012345", "E2E-90", "9001123456789012"),
        (Decimal("40.5"), "PIET DE BOER", "NL65KNAB0123456789", "", ""),
    ]
    assert rows(reading, "is_return", "return_reason")[1] == (True, "MD06")
    assert reading.tables["bank_lines"]["label"][0] == "FACTUUR FA-2026-0051\nSEPA OVERBOEKING"


def test_statements_without_end_marks_or_days_of_entry() -> None:
    reading = read(LOOSE)
    assert rows(reading, "statement", "closing", kind="statements") == [
        ("0 20261103", Decimal(31)), ("0 20261104", Decimal(31)),
    ]  # fmt: skip
    assert rows(reading, "booked_on", "counterparty_name", "counterparty_iban", "label") == [
        (DAY, "JANSEN BV", "", "BETALING\nFACTUUR FA-7"), (DAY, "", "NL20INGB0001234567", "P001"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "direction", "is_return", "closing"),
    [
        ("C", "credit", False, "110,00"), ("D", "debit", False, "90,00"),
        ("CR", "credit", False, "110,00"), ("DR", "debit", False, "90,00"),
        ("RC", "debit", True, "90,00"), ("RD", "credit", True, "110,00"),
        ("RCR", "debit", True, "90,00"), ("RDR", "credit", True, "110,00"),
    ],
)  # fmt: skip
def test_marks(mark: str, direction: str, is_return: bool, closing: str) -> None:
    reading = read(one(f":61:2611031103{mark}10,NTRFA", closing))
    assert rows(reading, "direction", "is_return", "amount") == [(direction, is_return, Decimal(10))]


@pytest.mark.parametrize(
    ("days", "booked_on"),
    [
        ("2612310102", date(2027, 1, 2)), ("2701021231", date(2026, 12, 31)),
        ("2611031103", DAY), ("261103", DAY), ("261103    ", DAY), ("2402290229", date(2024, 2, 29)),
        ("2312310229", date(2024, 2, 29)), ("9912310103", date(2000, 1, 3)),
    ],
)  # fmt: skip
def test_the_year_of_an_entry_is_the_nearest(days: str, booked_on: date) -> None:
    reading = read(one(f":61:{days}C10,NTRFA", "110,00"))
    assert rows(reading, "booked_on") == [(booked_on,)]


@given(st.dates(date(1981, 1, 1), date(2078, 12, 31)), st.integers(-180, 180))
def test_an_entry_within_half_a_year_of_its_value_gets_its_own_year(value: date, apart: int) -> None:
    entry = date.fromordinal(value.toordinal() + apart)
    reading = SOURCE.read(one(f":61:{value:%y%m%d}{entry:%m%d}C10,NTRFA", "110,00"))
    if (entry.month, entry.day) != (2, 29):
        assert rows(reading, "booked_on", "value_on") == [(entry, value)]


def test_amounts_and_currencies() -> None:
    assert rows(read(one(":61:261103C1234567,NTRFA", "1234667,", "JPY")), "amount", "currency") == [
        (Decimal(1234567), "JPY")
    ]
    assert rows(read(one(":61:261103C0,125NTRFA", "100,125", "KWD")), "amount") == [(Decimal("0.125"),)]
    assert rows(read(one(":61:261103C500NTRFA", "600")), "amount") == [(Decimal(500),)]
    nothing = read(one(":61:261103C0,NTRFA", "100,"))
    assert (nothing.counts()["bank_lines"], [note.code for note in nothing.notes]) == (0, ["zero_rows"])


def test_accounts() -> None:
    said = {
        "FR7630006000011234567890189": "FR7630006000011234567890189",
        "BNPAFRPP/FR76 3000 6000 0112 3456 7890 189": "FR7630006000011234567890189",
        "NL91ABNA0417164300EUR": "NL91ABNA0417164300", "70011110/4005287001EUR": "70011110/4005287001",
        "1291.99.348EUR": "1291.99.348",
    }  # fmt: skip
    for written, account in said.items():
        content = one("", "100,").replace(b":25:123", f":25:{written}".encode())
        assert read(content).bank_accounts == (account,)
    assert read(one("", "100,").replace(b":25:123", b":25P:123\nBNPAFRPP")).bank_accounts == ("123",)


def words(*rows_: str) -> list[str]:
    return [word for word in detail_of(rows_, "EUR").label if word]


def test_words_of_field_86() -> None:
    assert words("x" * 60 + " F26-0", "042 merci") == ["x" * 60 + " F26-0042 merci"]
    assert words("F26-0042", "merci") == ["F26-0042", "merci"]
    split = "166?00X?20EREF+TRX-0A4A47C3-F846-4729?21-8A1B?22SVWZ+FA?231"
    assert (detail_of([split], "EUR").end_to_end, words(split)) == (
        "TRX-0A4A47C3-F846-4729-8A1B",
        ["FA", "1", "X"],
    )
    ordered = "166?20SVWZ+FA-1 ABWA+LYON?32CARDON"
    assert (detail_of([ordered], "EUR").name, words(ordered)) == ("CARDON", ["FA-1", "LYON"])
    charged = "/OCMT/USD100,00/CHGS/EUR5,00/REMI/USTD//FA-1/"
    assert (detail_of([charged], "EUR").charges, words(charged)) == (
        Decimal(5),
        ["FA-1", "USD100,00", "EUR5,00"],
    )
    assert detail_of(["109?20SVWZ+X?34905"], "EUR").is_return
    assert not detail_of(["109?20SVWZ+X?34905"], "PLN").is_return
    assert detail_of(["000>100987654321", ">20ALGEMENE>310390123456"], "EUR").account == "0987654321"
    assert words() == []


def test_two_movements_of_one_reference_and_amount_are_two() -> None:
    reading = read(one(":61:261103C10,NTRFA//R1\n:86:NOVA\n:61:261103C10,NTRFA//R1\n:86:ORION", "120,"))
    keys = reading.tables["bank_lines"]["external_key"].to_list()
    assert [key.split()[0] for key in keys] == ["line", "line"]
    assert len(set(keys)) == 2


def test_the_same_statement_twice_counts_once() -> None:
    reading = read(DUTCH + DUTCH)
    assert (reading.counts()["statements"], reading.counts()["bank_lines"]) == (2, 4)
    assert [(note.code, note.params["count"]) for note in reading.notes] == [("same_statements", 2)]


def test_two_statements_of_one_number_and_day_keep_apart() -> None:
    content = one(":61:261103C10,NTRFA", "110,") + one(":61:261103C20,NTRFB", "120,")
    assert rows(read(content), "statement", kind="statements") == [("1/1 20261103",), ("1/1 20261103 #2",)]


def test_a_closing_day_before_the_opening_one_gives_way_to_the_last_movement() -> None:
    content = one(":61:261103C10,NTRFA", "110,").replace(b":62F:C261103", b":62F:C251103")
    reading = read(content)
    assert rows(reading, "from_on", "to_on", kind="statements") == [(date(2026, 11, 2), DAY)]
    assert [note.code for note in reading.notes] == ["mt940_days_crossed"]


def test_an_encoding_may_be_said() -> None:
    content = one(":61:261103C10,NTRFA\n:86:Łódź", "110,").decode().encode("iso-8859-2")
    reading = SOURCE.read(content, options=Options(encoding="iso-8859-2"))
    assert reading.tables["bank_lines"]["label"].to_list() == ["Łódź\nA"]


def change(old: str, new: str) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return changed


@pytest.mark.parametrize(
    ("spoil", "line", "code"),
    [
        (change("C1815,N", "C1815,01N"), 4, "statement_unbalanced"),
        (change(":61:2611031103C1815,N196NONREF\n", ""), 4, "statement_unbalanced"),
        (change(":61:2611031103C1815,", "61:2611031103C1815,"), 4, "statement_unbalanced"),
        (change("C1815,N", "X1815,N"), 8, "mt940_bad_movement"),
        (change("C1815,N", "C1.815,00N"), 8, "mt940_bad_movement"),
        (change("C1815,N", "C1815,00001N"), 8, "too_many_decimals"),
        (change("C1815,N", "C123456789012345,N"), 8, "amount_too_big"),
        (change("2611031103C1815", "2611311103C1815"), 8, "not_a_date"),
        (change("2611031103C1815", "2611031131C1815"), 8, "not_a_date"),
        (change("C261102EUR100,00", "C261102EUR"), 7, "mt940_bad_balance"),
        (change("C261102EUR100,00", "X261102EUR100,00"), 7, "mt940_bad_balance"),
        (change("C261102EUR100,00", "C261302EUR100,00"), 7, "not_a_date"),
        (change("C261102EUR100,00", "C261102USD100,00"), 13, "mt940_currencies_differ"),
        (change(":25:NL91ABNA0417164300\n", ""), 4, "mt940_missing"),
        (change(":25:NL91ABNA0417164300", ":25: "), 5, "mt940_bad_account"),
        (change(":20:ABN AMRO BANK NV\n", ""), 4, "mt940_outside"),
        (change(":60F:", ":62F:"), 4, "mt940_missing"),
        (change(":28C:26308/1", ":60F:C261102EUR100,00"), 7, "mt940_twice"),
        (change(":60M:C261103EUR1834,50", ":60M:C261103EUR1834,00"), 18, "mt940_page_gap"),
        (change("\n940\n", "\n942\n"), 2, "mt940_intraday"),
        (change(":60F:C261102EUR100,00", ":34F:EUR0,"), 7, "mt940_intraday"),
        (lambda content: content[:700], 18, "mt940_missing"),
        (lambda content: content.replace(b":20:", b"?20?"), 5, "mt940_outside"),
        (lambda content: b"Bonjour", None, "mt940_none"),
        (lambda content: content.replace(b"JANSEN", b"JAN\0SEN"), 12, "zero_byte"),
        (lambda content: content.replace(b"JANSEN", "éé\xe9é".encode() + b"\xe9"), 12, "mixed_encoding"),
    ],
)  # fmt: skip
def test_a_broken_statement_says_where_and_why(
    spoil: Callable[[bytes], bytes], line: int | None, code: str
) -> None:
    error = refusal(SOURCE, spoil(DUTCH))
    if code == "statement_unbalanced":
        assert error.why.params["difference"]
    assert (error.code, error.line) == (code, line)


def test_an_intraday_message_in_an_envelope_is_refused() -> None:
    error = refusal(SOURCE, GERMAN.replace(b"{2:O940", b"{2:O942"))
    assert (error.code, error.line, error.why.params["message"]) == ("mt940_intraday", 1, "942")


def test_recognised_by_its_fields() -> None:
    assert [SOURCE.identify(content, "") for content in (GERMAN, DUTCH, LOOSE)] == [1, 1, 1]
    for other in (b"", b"a;b\n1;2\n", b"<Document/>", b"PK\x03\x04", b"say :20: and :25:", b"\xff\xfe:\x002"):
        assert SOURCE.identify(other, "releve.sta") == 0


@settings(max_examples=50, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "x.sta")


@settings(max_examples=80, deadline=None)
@given(spoilt((GERMAN, DUTCH, LOOSE)))
def test_spoilt_statements_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "x.sta")
