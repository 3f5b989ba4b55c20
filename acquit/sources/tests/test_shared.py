"""What the readers share: figures, days, columns, encodings, words, and whose file it is."""

from __future__ import annotations

import ast
import re
import string
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from acquit.sources import words
from acquit.sources.base import StructureError, load, recognise
from acquit.sources.columns import normal
from acquit.sources.days import find_order, read_days, why_no_day
from acquit.sources.ledger_words import LEDGER_WORDS
from acquit.sources.numbers import read_amounts, why_no_amount
from acquit.sources.places import country_code, language_code
from acquit.sources.text import decode
from acquit.sources.words import Why

FOLDER = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234,56", "1234.56"), ("1 234,56", "1234.56"), ("1\u202f234,56 €", "1234.56"),
        ("1\u00a0234\u00a0567,8", "1234567.8"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"),
        ("1'234.50", "1234.50"), ("1.234.567", "1234567"), ("-12,5", "-12.5"), ("12,50-", "-12.5"),
        ("(12,50)", "-12.5"), ("(12,50 €)", "-12.5"), ("\u221212,5", "-12.5"), ("EUR 12", "12"),
        ("12 EUR", "12"), ("$1,234.50", "1234.5"), ("0,123", "0.123"), (",5", "0.5"), ("+7", "7"),
        ("12345,678", "12345.678"), ("0", "0"),
    ],
)  # fmt: skip
def test_an_amount_is_read_exactly(text: str, amount: str) -> None:
    read = read_amounts(pl.Series([text]), column="x")
    assert (read.values.to_list(), read.bad.to_list()) == ([Decimal(amount)], [False])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 34", "not_an_amount"), ("1.2.3", "not_an_amount"),
        ("12..5", "not_an_amount"), ("--5", "not_an_amount"),
        ("(-5)", "not_an_amount"), ("12 TTC", "not_an_amount"),
        ("1e5", "not_an_amount"), ("NaN", "not_an_amount"),
        ("1O0", "letter_for_digit"), ("=1+1", "formula_amount"), ("@x", "formula_amount"),
        ("-cmd", "formula_amount"), ("123456789012345", "amount_too_big"), ("1,23456", "too_many_decimals"),
        ("€5€", "not_an_amount"), ("5,", "not_an_amount"), ("²", "not_an_amount"),
    ],
)  # fmt: skip
def test_what_is_no_amount_says_why(text: str, code: str) -> None:
    read = read_amounts(pl.Series([text, "1,00"]), column="x")
    assert read.bad.to_list() == [True, False]
    assert why_no_amount(text).code == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-08-03", date(2026, 8, 3)), ("03/08/2026", date(2026, 8, 3)), ("3.8.2026", date(2026, 8, 3)),
        ("03-08-26", date(2026, 8, 3)), ("20260803", date(2026, 8, 3)), ("3 août 2026", date(2026, 8, 3)),
        ("1er mars 2026", date(2026, 3, 1)),
        ("03-Aug-2026", date(2026, 8, 3)), ("August 3, 2026", date(2026, 8, 3)),
        ("lundi 3 août 2026", date(2026, 8, 3)),
        ("3 févr. 2026", date(2026, 2, 3)), ("46237", date(2026, 8, 3)),
        ("2026-08-03T10:00:00Z", date(2026, 8, 3)),
        ("29/02/2024", date(2024, 2, 29)), ("03/08/98", date(1998, 8, 3)),
    ],
)  # fmt: skip
def test_a_day_is_read(text: str, day: date) -> None:
    assert read_days(pl.Series([text]), "dmy").values.to_list() == [day]


def test_a_day_above_twelve_settles_the_order_of_the_file() -> None:
    assert find_order([pl.Series(["03/08/2026", "08/13/2026"])]) == "mdy"
    assert find_order([pl.Series(["03/08/2026"]), pl.Series(["13/08/2026"])]) == "dmy"
    assert find_order([pl.Series(["03/08/2026"])]) is None
    assert find_order([pl.Series(["03/03/2026", "2026-01-02"])]) == "dmy"
    assert find_order([pl.Series(["13/01/2026", "01/13/2026"])]) == ""


def test_why_a_day_does_not_exist() -> None:
    assert (
        words.say(why_no_day("29/02/2026", "dmy"))
        == "février 2026 a 28 jours\u00a0: «\u00a029/02/2026\u00a0» n’existe pas."
    )
    assert (
        words.say(why_no_day("31/11/2026", "dmy"), "en")
        == "November 2026 has 30 days: “31/11/2026” does not exist."
    )
    assert why_no_day("12/31/2026", "dmy").code == "no_such_month"
    assert why_no_day("31 juin 2026", "dmy").code == "no_such_day"
    assert why_no_day("bientôt", "dmy").code == "not_a_date"


def test_names_of_columns_meet() -> None:
    alike = ("N° de facture", "n°_facture", "N° FACTURE", "n. facture")
    assert {normal(name) for name in alike} == {"n facture"}
    assert normal("DateÉchéance") == normal("date_echeance") == "date echeance"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Société à 5 €", "utf-8"),
        ("Société œuvre à 5 €", "cp1252"),
        ("Société à 5 €", "iso-8859-15"),
        ("Societe", "utf-8"),
    ],
)
def test_encodings_are_found(text: str, encoding: str) -> None:
    utf8, found = decode(text.encode(encoding))
    assert (utf8.decode(), found) == (text, encoding)


def test_places() -> None:
    countries = ("France", "FR", "fra", "Royaume-Uni", "UK", "Deutschland", "391", "")
    assert [country_code(t) for t in countries] == ["FR", "FR", "FR", "GB", "GB", "DE", "", ""]
    assert [language_code(t) for t in ("fr", "fr-FR", "Anglais", "German", "xx", "")] == [
        "fr",
        "fr",
        "en",
        "de",
        "",
        "",
    ]


def test_each_sample_is_recognised_as_its_own() -> None:
    for source in load(settings.SOURCES):
        samples = sorted((FOLDER / source.KIND / "tests" / "samples").iterdir())
        assert samples
        for sample in samples:
            assert recognise(sample.read_bytes(), sample.name, settings.SOURCES).KIND == source.KIND
            assert recognise(sample.read_bytes(), "export.txt", settings.SOURCES).KIND == source.KIND


@pytest.mark.parametrize("kind", ["camt", "mt940", "cfonb120", "ofx"])
def test_a_statement_is_taken_for_nothing_else(kind: str) -> None:
    """A list may look like another list; a statement of its own form is that alone, and no list is one."""
    for source in load(settings.SOURCES):
        for sample in sorted((FOLDER / source.KIND / "tests" / "samples").iterdir()):
            content = sample.read_bytes()
            for other in load(settings.SOURCES):
                if other.KIND != source.KIND and kind in (other.KIND, source.KIND):
                    assert other.identify(content, sample.name) == 0
        for start in range(0, 2000, 7):
            assert 0 <= source.identify(content[start:], "") <= 1


_HOSTILE = (
    b"", b"\0", b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 60, b"\xff\xfe", b"\xff\xfeD\0", b"<",
    b"<OFX", b"<!DOCTYPE a>", b'"', b";" * 5000, b"\n" * 5000, b"01", b"0" * 240, b"31" + b"\xff" * 238,
    b"\x81\x8d" * 40, b":20:", b"{1:", b"Date;" * 400 + b"\n", b"\xc3" * 100, b"\x1f\x8b",
    b"JournalCode\tDebit\n", "\u2028".encode() * 50,
)  # fmt: skip


def test_no_source_raises_where_it_is_only_asked() -> None:
    samples = [sample.read_bytes() for sample in FOLDER.glob("*/tests/samples/*")]
    cut = [sample[:size] for sample in samples for size in (7, 701)]
    for source in load(settings.SOURCES):
        for content in (*_HOSTILE, *cut):
            for name in ("", "é\0.ofx"):
                assert 0.0 <= source.identify(content, name) <= 1.0


def test_what_nobody_recognises_says_so() -> None:
    with pytest.raises(StructureError) as refused:
        recognise(b"a;b\n1;2\n", "x.csv", settings.SOURCES)
    assert refused.value.code == "not_recognised"
    with pytest.raises(StructureError) as refused:
        recognise(b"a;b\n1;2\n", "x.csv", settings.SOURCES, kind="sap")
    assert refused.value.code == "unknown_kind"
    assert recognise(b"a;b\n1;2\n", "x.csv", settings.SOURCES, kind="contacts").KIND == "contacts"
    for content, code in ((b"%PDF", "pdf"), (b"a\0b;c\n", "zero_byte"), (b"", "empty")):
        with pytest.raises(StructureError) as refused:
            recognise(content, "x", settings.SOURCES)
        assert refused.value.code == code


def _codes_used() -> set[str]:
    """Return the codes that the readers give to Why and StructureError, read from the source."""
    used = set()
    for path in FOLDER.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id in ("Why", "StructureError") and isinstance(first, ast.Constant):
                    used.add(first.value)
    return used


def test_each_code_has_words_in_both_languages_with_the_same_parameters() -> None:
    from_signatures = {"old_excel", "pdf", "picture", "compressed"}
    assert _codes_used() | from_signatures == set(words.all_words()) - set(LEDGER_WORDS)
    for french, english in words.all_words().values():
        names = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (french, english)
        ]
        assert names[0] == names[1]
        assert french != english


def test_every_sentence_begins_large_and_ends() -> None:
    """What follows a colon begins small; what a full stop ends is followed by a new sentence."""
    for code, both in words.all_words().items():
        for said in both:
            assert said.rstrip()[-1] in ".?…", code
            assert not re.search(r"(?<!\d)[.?!] [a-zà-ÿ«“]*[a-zà-ÿ]", said.replace("…", "")), code


def test_one_is_not_said_as_several_and_amounts_are_written_as_such() -> None:
    one, two = (Why("zero_rows", {"count": count}) for count in (1, 2))
    assert [words.say(why) for why in (one, two)] == [
        "1 ligne à zéro laissée de côté.", "2 lignes à zéro laissées de côté.",
    ]  # fmt: skip
    assert [words.say(why, "en") for why in (one, two)] == [
        "1 row of zero left out.",
        "2 rows of zero left out.",
    ]
    above = Why("remaining_above_amount", {"remaining": "-12345.5000", "amount": "100.1234"})
    assert "(\u221212\u202f345,50) dépasse le montant (100,1234)" in words.say(above)
    assert "(\u221212,345.50) exceeds the amount (100.1234)" in words.say(above, "en")
    first = Why("not_a_date", {"value": "31/02"})
    assert "The first: “31/02” is not a date" in words.say(
        Why("too_many_errors", {"limit": 9, "first": first}), "en"
    )


def test_each_field_of_a_list_has_a_name_on_screen() -> None:
    for source in load(settings.SOURCES):
        for name in source.FIELDS:
            assert words.field_name(name, "fr")
            assert words.field_name(name, "en")


def test_a_missing_column_is_named_in_both_languages() -> None:
    with pytest.raises(StructureError) as refused:
        load(settings.SOURCES)[1].read(b"Code client;Montant;Date\nA;1,00;13/08/2026\n")
    assert "numéro de facture" in refused.value.words("fr")
    assert "invoice number" in refused.value.words("en")
