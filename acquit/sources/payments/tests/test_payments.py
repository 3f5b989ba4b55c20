"""Lists of payments: who paid what and when, and what went back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from acquit.sources.base import Options, Reading
from acquit.sources.payments import SOURCE
from acquit.sources.tests.broken import bomb, entities, only_error, refusal, workbook
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt, spoilt_workbook

SAMPLES = Path(__file__).parent / "samples"
FRENCH = (SAMPLES / "payments_fr.csv").read_bytes()
HEAD = "Date règlement;Code client;Montant réglé;N° règlement;Devise\n"
GOOD = "13/11/2026;A;10,00;R1;EUR\n"


def read(text: str, options: Options | None = None) -> Reading:
    reading = SOURCE.read(text.encode(), options=options)
    check(reading)
    return reading


def rows(reading: Reading, kind: str, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


def test_the_french_list() -> None:
    reading = SOURCE.read(SAMPLES / "payments_fr.csv")
    check(reading)
    assert (reading.errors, reading.questions, reading.separator) == ((), (), "\t")
    assert rows(reading, "payments", "line", "debtor", "received_on", "amount", "method", "label") == [
        (2, "CARDON", date(2026, 11, 3), Decimal("1234.56"), "transfer", "VIR CARDON F26-0412"),
        (3, "CARDON", date(2026, 11, 4), Decimal(350), "cheque", "=1+1"),
        (6, "", date(2026, 11, 16), Decimal(80), "card", "Encaissement comptoir"),
        (7, "", date(2026, 11, 16), Decimal(80), "card", "Encaissement comptoir"),
    ]
    assert rows(reading, "allocations", "line", "invoice_number", "amount") == [
        (2, "F26-0412", None), (3, "F26-0430", None), (3, "F26-0431", None),
    ]  # fmt: skip
    assert rows(reading, "invoices", "debtor", "kind", "amount") == [
        ("CARDON", "returned_payment", Decimal(350)), ("NOVA", "refund", Decimal(10)),
    ]  # fmt: skip
    assert reading.tables["payments"]["payer_iban"][0] == "FR7630006000011234567890189"


def test_two_like_payments_are_two_and_stay_the_same_two() -> None:
    first, second = (SOURCE.read(FRENCH).tables["payments"]["external_key"].to_list() for _ in range(2))
    assert first == second
    assert len(set(first)) == 4


def test_a_numbered_payment_counts_once() -> None:
    reading = read(HEAD + GOOD + GOOD)
    assert rows(reading, "payments", "external_key", "amount") == [("payment:R1", Decimal(10))]


def test_excel_gives_the_same() -> None:
    book = workbook([["Payment date", "Customer No", "Amount", "Invoice No", "Currency"],
                     [date(2026, 11, 13), 1001, 80.1, "INV-2", "USD"]])  # fmt: skip
    reading = SOURCE.read(book, "payments.xlsx")
    check(reading)
    assert rows(reading, "payments", "debtor", "received_on", "currency", "amount") == [
        ("1001", date(2026, 11, 13), "USD", Decimal("80.1"))
    ]


def test_money_that_left_without_a_debtor_is_no_claim() -> None:
    reading = read("Date;Libellé;Débit;Crédit\n13/11/2026;Loyer;900,00;\n14/11/2026;VIR ALPHA;;50,00\n")
    assert reading.counts()["invoices"] == 0
    assert rows(reading, "payments", "amount") == [(Decimal(50),)]
    assert [note.code for note in reading.notes] == ["money_out"]


def test_a_list_is_recognised() -> None:
    assert SOURCE.identify(FRENCH, "reglements.csv") > 0.5
    assert SOURCE.identify(b"Nom;Courriel\nA;a@b.fr\n", "x.csv") == 0


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("31/11/2026;A;10,00;R2;EUR", "Date règlement", "no_such_day"),
        ("hier;A;10,00;R2;EUR", "Date règlement", "not_a_date"),
        (";A;10,00;R2;EUR", "Date règlement", "missing_value"),
        ("13/11/2026;A;;R2;EUR", "Montant réglé", "missing_value"),
        ("13/11/2026;A;=SUM(A1);R2;EUR", "Montant réglé", "formula_amount"),
        ("13/11/2026;A;1O,00;R2;EUR", "Montant réglé", "letter_for_digit"),
        ("13/11/2026;A;10,00 $;R2;EUR", "Devise", "currencies_differ"),
        ("13/11/2026;A;10,00;R2;XXX", "Devise", "unknown_currency"),
        ("13/11/2026;A;10,00;R2", None, "wrong_width"),
    ],
)
def test_a_broken_row_is_named_and_the_others_read(row: str, field: str | None, code: str) -> None:
    reading = read(HEAD + GOOD + row + "\n" + GOOD.replace("R1", "R3").replace("EUR", "GBP"))
    error = only_error(reading)
    assert (error.line, error.field, error.code) == (3, field, code)
    assert reading.tables["payments"]["currency"].to_list() == ["EUR", "GBP"]


def test_a_payment_that_failed_is_none_and_one_under_way_counts() -> None:
    head = "Date règlement;Code client;Montant réglé;Statut\n"
    said = ("Validé", "Rejeté", "En attente", "Annulé", "")
    reading = read(head + "".join(f"13/11/2026;A;{n},00;{one}\n" for n, one in enumerate(said, 1)))
    assert reading.tables["payments"]["amount"].to_list() == [Decimal(1), Decimal(3), Decimal(5)]
    assert [(note.code, note.params["count"]) for note in reading.notes] == [("payments_failed", 2)]


def test_a_number_with_two_contents_is_refused_both_times() -> None:
    reading = read(HEAD + GOOD + GOOD.replace("10,00", "11,00"))
    assert [(e.line, e.code) for e in reading.errors] == [(2, "duplicate_payment"), (3, "duplicate_payment")]


def test_broken_files() -> None:
    whole = (HEAD + GOOD).encode()
    assert refusal(SOURCE, b"\n").code == "empty"
    assert (refusal(SOURCE, whole + b"13/11/2026;A").code, refusal(SOURCE, whole + b"1;A").line) == (
        "cut_short",
        3,
    )
    assert refusal(SOURCE, whole.replace(b"R1", b"R\0")).line == 2
    assert refusal(SOURCE, whole + b"x" * 10_000_000).code == "line_too_long"
    assert refusal(SOURCE, (HEAD + GOOD).replace(";", "~").replace(",", ".").encode()).code == "no_separator"
    assert refusal(SOURCE, (HEAD + "é;é" * 9 + "\n").encode() + b"\xe9").code == "mixed_encoding"
    assert refusal(SOURCE, whole + b'"14/11/2026;A;1;R2;EUR\n').code == "quote_not_closed"
    error = refusal(SOURCE, whole.replace("Date règlement".encode(), b"Quand"))
    assert error.code == "missing_column"
    assert "Quand" in error.words()


BOOK = workbook(
    [["Payment date", "Customer No", "Amount"], [date(2026, 11, 13), 1001, 80.1], ["x", None, "=1"]]
)


def test_workbooks_that_would_harm() -> None:
    assert refusal(SOURCE, entities(BOOK)).code == "entities"
    assert refusal(SOURCE, bomb(BOOK)).code == "unpacks_too_big"
    assert refusal(SOURCE, BOOK[:-300]).code == "workbook_broken"


@settings(max_examples=50, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=80, deadline=None)
@given(spoilt((FRENCH, (HEAD + GOOD).encode("cp1252"))))
def test_spoilt_lists_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=30, deadline=None)
@given(spoilt_workbook((BOOK,)))
def test_spoilt_workbooks_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "payments.xlsx")
