"""Lists of contacts: whom to write to for each debtor."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from acquit.sources.base import Reading
from acquit.sources.contacts import SOURCE
from acquit.sources.tests.broken import bomb, entities, only_error, refusal, workbook
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt, spoilt_workbook

SAMPLES = Path(__file__).parent / "samples"
FRENCH = (SAMPLES / "contacts_fr.csv").read_bytes()
HEAD = "Code client;Nom client;SIREN;Email;Téléphone\n"
GOOD = "A;Alpha;;a@alpha.example;\n"


def read(text: str) -> Reading:
    reading = SOURCE.read(text.encode())
    check(reading)
    return reading


def rows(reading: Reading, kind: str, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


def test_the_french_list() -> None:
    reading = SOURCE.read(SAMPLES / "contacts_fr.csv")
    check(reading)
    assert (reading.errors, reading.unknown_columns) == ((), ())
    assert rows(reading, "contacts", "debtor", "name", "role", "email", "language", "country") == [
        ("CARDON", "Jeanne Petit", "accounts_payable", "jeanne@cardon.example", "fr", "FR"),
        ("CARDON", "Jeanne Petit", "accounts_payable", "compta@cardon.example", "fr", "FR"),
        ("MAREL", "Max Roy", "manager", "max@marel.example", "", "BE"),
        ("NOVA", "", "", "", "de", "DE"),
    ]
    assert rows(reading, "contacts", "address", "postcode", "city", "phone")[0] == (
        "12 rue des Lilas\nBât. B", "75011", "Paris", "01 02 03 04 05",
    )  # fmt: skip
    assert rows(reading, "debtors", "external_id", "siren", "name") == [
        ("CARDON", "732829320", "Cardon & fils"),
        ("MAREL", "", "Marel SARL"),
        ("NOVA", "", '=HYPERLINK("http://x")'),
    ]


def test_contacts_may_be_keyed_by_siren_or_name() -> None:
    assert rows(read("SIREN;E-mail\n732829320;a@b.example\n"), "contacts", "debtor") == [("siren:732829320",)]
    assert rows(read("Nom;Mail\nAlpha;a@b.example\n"), "contacts", "debtor") == [("name:alpha",)]


def test_an_email_column_is_known_by_what_it_holds() -> None:
    reading = read("Code client;Bidule\nA;a@b.example\nB;b@b.example\n")
    assert [(m.column, m.field, m.by) for m in reading.mapping if m.by == "content"] == [
        ("Bidule", "email", "content")
    ]


def test_f54_a_column_type_of_kinds_is_the_kind_and_of_anything_else_is_shown_as_not_read() -> None:
    reading = read("Code client;Type;Email\nA;Particulier;a@b.example\nB;Entreprise;b@b.example\n")
    assert reading.tables["debtors"]["kind"].to_list() == ["consumer", "business"]
    reading = read("Code client;Type;Email\nA;Client;a@b.example\nB;Prospect;b@b.example\n")
    assert (reading.unknown_columns, reading.tables["debtors"]["kind"].to_list()) == (("Type",), ["", ""])


def test_the_same_address_twice_is_one_contact() -> None:
    reading = read(HEAD + GOOD + GOOD.replace("a@alpha", "A@Alpha"))
    assert reading.counts()["contacts"] == 1


def test_a_list_is_recognised() -> None:
    assert SOURCE.identify(FRENCH, "tiers.csv") > 0.5
    assert SOURCE.identify(b"Date;Montant\n13/11/2026;1,00\n", "x.csv") == 0


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("B;Bêta;;beta(at)beta.example;", "Email", "not_an_email"),
        ("B;Bêta;;beta@beta;", "Email", "not_an_email"),
        ("B;Bêta;;ok@beta.example, x@@beta.example;", "Email", "not_an_email"),
        ("B;Bêta;123;b@beta.example;", "SIREN", "not_a_siren"),
        ("B;Bêta;;;", "Email", "no_way_to_reach"),
        (";;;b@beta.example;", "Code client", "missing_debtor"),
        ("B;Bêta;;b@beta.example;;;x", None, "wrong_width"),
    ],
)
def test_a_broken_row_is_named_and_the_others_read(row: str, field: str | None, code: str) -> None:
    reading = read(HEAD + GOOD + row + "\nC;Gamma;;c@gamma.example;\n")
    error = only_error(reading)
    assert (error.line, error.field, error.code) == (3, field, code)
    assert reading.tables["contacts"]["debtor"].to_list() == ["A", "C"]


def test_broken_files() -> None:
    whole = (HEAD + GOOD).encode()
    assert refusal(SOURCE, b"").code == "empty"
    assert refusal(SOURCE, whole + b"B;Beta").line == 3
    assert refusal(SOURCE, whole.replace(b"Alpha", b"Al\0ha")).code == "zero_byte"
    assert refusal(SOURCE, whole + b"x" * 10_000_000).code == "line_too_long"
    assert refusal(SOURCE, whole.replace(b";", b"~")).code == "no_separator"
    assert refusal(SOURCE, (HEAD + "é;é" * 9 + "\n").encode() + b"\xe9").code == "mixed_encoding"
    assert refusal(SOURCE, whole + b'"B;Beta;;b@b.example;\n').code == "quote_not_closed"
    assert refusal(SOURCE, whole.replace(b"Code client;Nom client;SIREN", b"x;y;z")).code == "missing_column"
    assert refusal(SOURCE, b"Code client;Nom client\nA;Alpha\n").code == "missing_column"


BOOK = workbook(
    [["Customer No", "Company", "E-mail", "Phone"], [1001, "Acme", "ap@acme.example", 33102030405]]
)


def test_workbooks() -> None:
    reading = SOURCE.read(BOOK, "contacts.xlsx")
    check(reading)
    assert rows(reading, "contacts", "debtor", "email", "phone") == [
        ("1001", "ap@acme.example", "33102030405")
    ]
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
    read_or_refuse(SOURCE, content, "contacts.xlsx")
