"""CFONB 120: what each position says, what may follow what, and sums that must lead from 01 to 07."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from stdnum import iban

from acquit.sources.base import Reading, StructureError
from acquit.sources.cfonb120 import SOURCE
from acquit.sources.cfonb120.record import Record
from acquit.sources.tests.broken import refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

SAMPLES = Path(__file__).parent / "samples"
TWO = (SAMPLES / "two_accounts.txt").read_bytes()
STREAM = (SAMPLES / "stream.txt").read_bytes()
RECORDS = TWO.decode("latin-1").split("\r\n")[:-1]
ONE = RECORDS[:15]
REAL = Path("../shared/data/bank/cfonb_pennylane")
IBAN = "FR7630006000011234567890189"


def read(records: list[str], encoding: str = "latin-1") -> Reading:
    reading = SOURCE.read("\n".join(records).encode(encoding))
    check(reading)
    return reading


def lines(reading: Reading, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables["bank_lines"].select(*columns).rows()


def with_cells(record: str, first: int, text: str) -> str:
    return record[: first - 1] + text + record[first - 1 + len(text) :]


def test_each_position_is_read() -> None:
    reading = SOURCE.read(SAMPLES / "two_accounts.txt")
    check(reading)
    assert (reading.encoding, reading.notes, reading.rows) == ("cp1252", (), 6)
    assert lines(reading, "line", "booked_on", "value_on", "amount", "direction", "method")[:3] == [
        (2, date(2026, 11, 2), date(2026, 11, 2), Decimal("1234.56"), "credit", "transfer"),
        (9, date(2026, 11, 3), date(2026, 11, 5), Decimal(350), "credit", "cheque"),
        (10, date(2026, 11, 10), date(2026, 11, 10), Decimal(840), "debit", "direct_debit"),
    ]
    told = ("counterparty_name", "counterparty_iban", "reference", "end_to_end", "charges", "code")
    assert lines(reading, *told)[0] == (
        "CARDON ET FILS", IBAN, "RF83FA20260042", "CARDON-2026-118", Decimal("12.5"), "05",
    )  # fmt: skip
    assert lines(reading, "label")[0] == (
        "VIR SEPA CARDON ET FILS\nRÈGLEMENT FACTURE F26-0412\nRF83FA20260042\nSUPP",
    )
    assert (reading.first_on, reading.last_on) == (date(2026, 10, 31), date(2027, 1, 5))


def test_the_account_is_the_iban_made_from_bank_branch_and_account() -> None:
    reading = SOURCE.read(TWO)
    assert reading.bank_accounts == (IBAN, "FR9830006000020012345678A44")
    assert all(iban.is_valid(number) for number in reading.bank_accounts)


def test_an_account_that_is_not_french_keeps_its_own_number() -> None:
    abroad = [with_cells(record, 3, "MCBKX") for record in ONE]
    assert read(abroad).bank_accounts == ("MCBKX0000112345678901",)


def test_the_balances_lead_from_one_statement_to_the_next() -> None:
    statements = SOURCE.read(TWO).tables["statements"]
    assert statements.select("from_on", "to_on", "currency", "opening", "closing").rows() == [
        (date(2026, 10, 31), date(2026, 11, 13), "EUR", Decimal(1000), Decimal("1382.06")),
        (date(2026, 12, 31), date(2027, 1, 5), "TND", Decimal("-0.005"), Decimal("-1.505")),
    ]


def test_what_went_back_is_told_from_the_fee_for_it() -> None:
    assert lines(read(ONE), "amount", "is_return", "return_reason", "counterparty_name", "method")[2:] == [
        (Decimal(840), True, "02", "NOVA SERVICES", "direct_debit"),
        (Decimal(350), True, "", "", "cheque"),
        (Decimal("12.5"), False, "", "", "fee"),
    ]


def test_a_credit_is_a_return_only_where_the_bank_gives_the_reason() -> None:
    label = with_cells(ONE[1], 49, "RETOUR VIR EMIS            ")
    assert lines(read([ONE[0], label, *ONE[2:]]), "is_return")[0] == (False,)
    assert lines(read([ONE[0], with_cells(label, 41, "51"), *ONE[2:]]), "is_return")[0] == (True,)


def test_an_unknown_qualifier_is_kept() -> None:
    assert lines(read(ONE), "label")[2] == ("PRLV SEPA REJETE NOVA\nZZZ MOTIF INCONNU",)


def test_a_stream_without_line_ends_says_the_same() -> None:
    columns = ("external_key", "amount", "label", "bank_account")
    assert lines(SOURCE.read(STREAM), *columns) == lines(read(ONE), *columns)
    whole = STREAM.decode("latin-1").encode()
    assert lines(SOURCE.read(whole), *columns) == lines(read(ONE), *columns)


def test_lines_too_long_or_too_short_are_trimmed() -> None:
    ragged = [record.rstrip() if at % 2 else record + "   *END*" for at, record in enumerate(ONE)]
    assert lines(read(ragged), "external_key") == lines(read(ONE), "external_key")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert "RÈGLEMENT" in str(lines(read(ONE, encoding), "label")[0][0])


def test_the_signs_of_the_french_variant_of_ascii() -> None:
    table = str.maketrans("{}", "éè")
    french = [record.translate(table) for record in ONE]
    assert lines(read(french), "amount", "direction") == lines(read(ONE), "amount", "direction")


@pytest.mark.parametrize(
    ("text", "decimals", "amount"),
    [
        ("0000000001904}", "2", "-190.40"), ("0000000002412J", "2", "-241.21"),
        ("0000000000974I", "2", "97.49"), ("0000000001637K", "2", "-163.72"),
        ("0000000000000{", "2", "0"), ("             A", "0", "1"),
        ("9999999999999R", "4", "-9999999999.9999"),
    ],
)  # fmt: skip
def test_the_last_character_is_digit_and_sign(text: str, decimals: str, amount: str) -> None:
    assert Record(1, "").overpunched(text, decimals) == Decimal(amount)


def test_the_century() -> None:
    for written, year in (("010160", 2060), ("010161", 1961), ("010100", 2000), ("010199", 1999)):
        day = Record(1, written.rjust(40)).day(35, 40)
        assert day == date(year, 1, 1)


def test_a_statement_without_movements_and_one_without_a_first_day() -> None:
    empty = [ONE[0], with_cells(with_cells(ONE[0], 1, "07"), 35, "011126")]
    reading = read(empty)
    assert (reading.counts()["statements"], reading.counts()["bank_lines"]) == (1, 0)
    assert reading.last_on == date(2026, 11, 1)
    assert read([with_cells(ONE[0], 35, "      "), *ONE[1:]]).counts()["bank_lines"] == 5


def test_movements_of_nothing_are_left_out() -> None:
    nothing = with_cells(ONE[8], 91, "0000000000000{")
    reading = read([*ONE[:8], nothing, *ONE[8:]])
    assert [note.code for note in reading.notes] == ["zero_rows"]
    assert reading.counts()["bank_lines"] == 5


def test_a_statement_twice_in_a_file_counts_once() -> None:
    reading = read(ONE + ONE)
    assert (reading.counts()["bank_lines"], [note.code for note in reading.notes]) == (5, ["same_statements"])


def test_two_movements_alike_are_two_and_stay_the_same_two() -> None:
    like = [*ONE[:9], ONE[8], *ONE[9:14], with_cells(ONE[14], 91, "0000000017320F")]
    keys = [key for (key,) in lines(read(like), "external_key")]
    assert len(set(keys)) == 6
    assert [key for (key,) in lines(read(like), "external_key")] == keys


@pytest.mark.parametrize(
    ("records", "line", "code"),
    [
        (ONE[1:], 1, "cfonb_outside"),  # movement before 01
        (ONE[2:], 1, "cfonb_outside"),  # detail before 01
        (ONE[14:], 1, "cfonb_not_opened"),  # 07 without 01
        ([ONE[0], *ONE[2:]], 2, "cfonb_detail_alone"),  # 05 without 04
        ([*ONE[:9], *ONE], 10, "cfonb_not_closed"),  # a new 01 before 07
        (ONE[:9], 9, "cfonb_cut"),  # the end without 07
        ([*ONE[:8], *ONE[9:]], 1, "statement_unbalanced"),  # a movement is missing
        ([*ONE[:4], RECORDS[16], *ONE[4:]], 5, "cfonb_other_account"),
        ([ONE[0], with_cells(ONE[1], 35, "310226"), *ONE[2:]], 2, "cfonb_day"),
        ([ONE[0], with_cells(ONE[1], 35, "      "), *ONE[2:]], 2, "cfonb_day"),
        ([ONE[0], with_cells(ONE[1], 43, "32 126"), *ONE[2:]], 2, "cfonb_day"),
        ([*ONE[:14], with_cells(ONE[14], 35, "  CART")], 15, "cfonb_day"),
        ([ONE[0], with_cells(ONE[1], 91, "00000000123456"), *ONE[2:]], 2, "cfonb_amount"),
        ([ONE[0], with_cells(ONE[1], 91, "0000000O12345F"), *ONE[2:]], 2, "cfonb_amount"),
        ([with_cells(ONE[0], 20, "9"), *ONE[1:]], 1, "cfonb_decimals"),
        ([with_cells(record, 17, "EU1") for record in ONE], 1, "unknown_currency"),
        ([ONE[0], "02" + ONE[1][2:], *ONE[2:]], 2, "cfonb_record"),
        ([ONE[0], ONE[1] * 2, *ONE[2:]], 2, "cfonb_too_long"),
        (["31" + "0" * 238, "39" + "0" * 238], 1, "cfonb_other"),
        (["0302" + "0" * 156], 1, "cfonb_other"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_line_and_cause(records: list[str], line: int, code: str) -> None:
    error = refusal(SOURCE, "\n".join(records).encode("latin-1"), "releve.txt")
    assert (error.code, error.line) == (code, line)


def test_the_difference_of_a_balance_is_named() -> None:
    error = refusal(SOURCE, "\n".join([*ONE[:8], *ONE[9:]]).encode("latin-1"))
    assert error.why.params["difference"] == Decimal(350)
    assert IBAN in error.words()


def test_identification() -> None:
    assert SOURCE.identify(TWO, "x") == SOURCE.identify(STREAM, "x") == 0.97
    for other in (b"", b"01", b"0115589;00000;EUR", b"\xff\xfe0\x001\x00", b"Date;Montant\n"):
        assert SOURCE.identify(other, "releve.cfonb") == 0
    orders = b"31" + b" " * 238
    assert SOURCE.identify(orders + b"\r\n", "x") > 0.5


@settings(max_examples=60, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "releve.txt")


@settings(max_examples=80, deadline=None)
@given(spoilt((TWO, STREAM)))
def test_spoilt_statements_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "releve.txt")


_SIGN = {c: (d, 1) for d, c in enumerate("{ABCDEFGHI")} | {c: (d, -1) for d, c in enumerate("}JKLMNOPQR")}


def cents(record: str) -> int:
    """Return the amount of a record in hundredths, computed apart from the reader."""
    digit, sign = _SIGN[record[103]]
    return sign * (int(record[90:103]) * 10 + digit)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real statements are not in {REAL}")
def test_every_real_file_is_read_to_the_cent_or_refused_for_the_right_reason() -> None:
    refused = {
        "end_of_statement_without_beginning.txt": ("cfonb_not_opened", 9),
        "invalid_date.txt": ("cfonb_day", 1),
        "new_statement_without_previous_ended.txt": ("cfonb_not_closed", 6),
        "operation.txt": ("cfonb_outside", 1),
        "operation_already_defined.txt": ("cfonb_outside", 1),
        "operation_detail_without_operation.txt": ("cfonb_detail_alone", 3),
        "operation_out_of_statement.txt": ("cfonb_outside", 1),
        "operation_unstarted.txt": ("cfonb_outside", 1),
    }
    seen = {}
    for path in sorted(REAL.glob("*.txt")):
        if path.name in ("LICENSE.txt", "example.txt"):
            continue
        assert SOURCE.identify(path.read_bytes(), path.name) > 0.9
        with pytest.raises(StructureError) as error:
            SOURCE.read(path, path.name)
        seen[path.name] = (error.value.code, error.value.line)
    assert seen == refused
    reading = SOURCE.read(REAL / "example.txt")
    check(reading)
    records = [line for line in (REAL / "example.txt").read_text().splitlines() if line.strip()]
    moved = [cents(record) for record in records if record.startswith("04")]
    signs = {"credit": 100, "debit": -100}
    assert [amount * signs[str(way)] for amount, way in lines(reading, "amount", "direction")] == moved
    closings = reading.tables["statements"]["closing"].to_list()
    assert closings == [Decimal("-241.21"), Decimal("-163.72")]
    assert [closing * 100 for closing in closings] == [cents(r) for r in records if r.startswith("07")]
