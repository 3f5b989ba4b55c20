"""Lists of invoices: what each row becomes, whatever its columns are called and its figures look like."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.sources.base import Options, Reading
from acquit.sources.invoices import SOURCE
from acquit.sources.listing import first_fit
from acquit.sources.tests.broken import bomb, changed, entities, lying, only_error, refusal, workbook
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt, spoilt_workbook
from acquit.sources.vocabulary import KINDS

SAMPLES = Path(__file__).parent / "samples"
REAL = Path(__file__).parents[5] / "shared" / "data" / "ar_history"
FRENCH = (SAMPLES / "open_items_fr.csv").read_bytes()
ENGLISH = (SAMPLES / "invoices_en.csv").read_bytes()
HEAD = "Code client;N° facture;Date facture;Échéance;Montant TTC;Devise\n"


def read(text: str, options: Options | None = None) -> Reading:
    reading = SOURCE.read(text.encode(), options=options)
    check(reading)
    return reading


def rows(reading: Reading, kind: str, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


def amounts(reading: Reading) -> list[object]:
    return reading.tables["invoices"]["amount"].to_list()


def test_the_french_list() -> None:
    reading = SOURCE.read(SAMPLES / "open_items_fr.csv")
    check(reading)
    assert (reading.errors, reading.questions) == ((), ())
    assert {m.column: m.field for m in reading.mapping} == {
        "Code client": "external_id", "Client": "debtor_name", "N° facture": "number",
        "Date facture": "issued_on", "Échéance": "due_on", "Montant TTC": "amount",
        "Reste à payer": "remaining", "Devise": "currency", "E-mail": "email",
        "Conditions de règlement": "terms",
    }  # fmt: skip
    assert rows(reading, "invoices", "line", "debtor", "number", "issued_on", "currency", "amount") == [
        (4, "CARDON", "F26-0412", date(2026, 8, 3), "EUR", Decimal("1234.56")),
        (5, "CARDON", "F26-0430", date(2026, 8, 17), "EUR", Decimal(600)),
        (7, "NOVA", "F26-0440", date(2026, 9, 1), "EUR", Decimal(1250)),
    ]
    assert reading.tables["terms"]["due_on"].to_list() == [
        date(2026, 9, 30), date(2026, 10, 31), date(2026, 10, 31),
    ]  # fmt: skip
    assert rows(reading, "credit_notes", "debtor", "number", "amount") == [("MAREL", "F26-0433", Decimal(96))]
    assert rows(reading, "payments", "debtor", "kind", "amount") == [
        ("CARDON", "already_paid", Decimal(350)),
        ("NOVA", "already_paid", Decimal(1250)),
    ]
    assert rows(reading, "allocations", "invoice_key", "amount") == [
        ("invoice:CARDON/F26-0430", Decimal(350)),
        ("invoice:NOVA/F26-0440", Decimal(1250)),
    ]
    assert rows(reading, "debtors", "debtor", "name", "email", "terms") == [
        ("CARDON", "Cardon & fils", "compta@cardon.example", "45 jours fin de mois"),
        ("MAREL", 'Marel; Frères "SARL"', "", ""),
        ("NOVA", '=HYPERLINK("http://x")', "", ""),
    ]
    assert [note.code for note in reading.notes] == ["total_rows", "due_computed"]


def test_the_english_list_has_its_month_first() -> None:
    reading = SOURCE.read(ENGLISH)
    check(reading)
    assert (reading.errors, reading.questions, reading.date_order) == ((), (), "mdy")
    assert rows(reading, "invoices", "number", "issued_on", "currency", "amount") == [
        ("INV-1", date(2026, 1, 31), "GBP", Decimal(1250)),
        ("INV-2", date(2026, 2, 3), "USD", Decimal("80.10")),
    ]
    assert rows(reading, "credit_notes", "number", "amount") == [("CN-1", Decimal(50))]
    assert rows(reading, "payments", "kind", "received_on", "amount") == [
        ("payment", date(2026, 2, 20), Decimal("80.10"))
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(encoding: str, ends: str) -> None:
    text = FRENCH.decode().replace("1.250,00 €", "1.250,00" if encoding == "iso-8859-15" else "1.250,00 €")
    same = SOURCE.read(text.replace("\n", ends).encode(encoding))
    expected = SOURCE.read(FRENCH)
    assert all(same.tables[kind].equals(table) for kind, table in expected.tables.items())


@pytest.mark.parametrize("separator", ["\t", "|", ";", ","])
def test_separators_are_found(separator: str) -> None:
    text = HEAD + "A;F1;03/08/2026;02/09/2026;1234.56;EUR\nB;F2;13/08/2026;12/09/2026;5.00;EUR\n"
    reading = read(text.replace(";", separator))
    assert (reading.separator, amounts(reading)) == (separator, [Decimal("1234.56"), Decimal(5)])


def test_excel_gives_the_same_as_csv() -> None:
    book = workbook(
        [
            ["Encours au 30 septembre"], [],
            ["Code client", "N° facture", "Date facture", "Échéance", "Montant TTC", "Libellé"],
            ["A", "F1", datetime(2026, 8, 3), date(2026, 9, 2), 1234.56, "=1+1"],
            ["B", "0042", "13/08/2026", 46280, 0.1 + 0.2, None],
        ]
    )  # fmt: skip
    reading = SOURCE.read(book, "encours.xlsx")
    check(reading)
    assert not reading.errors
    assert rows(reading, "invoices", "line", "number", "issued_on", "amount", "label") == [
        (4, "F1", date(2026, 8, 3), Decimal("1234.56"), ""),  # a formula never computed holds nothing
        (5, "0042", date(2026, 8, 13), Decimal("0.3"), ""),
    ]
    assert reading.tables["terms"]["due_on"].to_list() == [date(2026, 9, 2), date(2026, 9, 15)]
    assert reading.sheet == "Feuille 1"


def test_debit_and_credit_columns() -> None:
    reading = read(
        "Compte;Pièce;Date;Échéance;Débit;Crédit\nA;F1;03/08/2026;13/09/2026;10,00;\nA;V1;14/08/2026;14/08/2026;;4,00\n"
    )
    assert amounts(reading) == [Decimal(10)]
    assert reading.tables["credit_notes"]["amount"].to_list() == [Decimal(4)]


def test_instalments_are_terms_of_one_invoice() -> None:
    reading = read(
        "Code client;N° facture;Date facture;N° échéance;Échéance;Montant TTC\n"
        "A;F1;03/08/2026;1;02/09/2026;100,00\nA;F1;03/08/2026;2;02/10/2026;50,00\n"
    )
    assert amounts(reading) == [Decimal(150)]
    assert rows(reading, "terms", "rank", "due_on", "amount") == [
        (1, date(2026, 9, 2), Decimal(100)), (2, date(2026, 10, 2), Decimal(50)),
    ]  # fmt: skip


def test_debtors_without_code_are_keyed_by_siren_then_name() -> None:
    reading = read(
        "SIREN;Raison sociale;N° facture;Date facture;Échéance;Montant TTC\n"
        "732 829 320;Alpha;F1;03/08/2026;22/09/2026;1,00\n;Bêta  SARL;F2;03/08/2026;22/09/2026;1,00\n"
    )
    assert rows(reading, "debtors", "debtor", "siren") == [
        ("siren:732829320", "732829320"),
        ("name:bêta sarl", ""),
    ]


def test_the_mapping_may_be_changed() -> None:
    text = "Ref;Truc;Jour;Avant le;Somme\nA;F1;03/08/2026;13/09/2026;10,00\n"
    mapping = {
        "external_id": "Ref",
        "number": "Truc",
        "issued_on": "Jour",
        "due_on": "Avant le",
        "amount": "Somme",
    }
    assert amounts(read(text, Options(mapping=mapping))) == [Decimal(10)]
    with pytest.raises(Exception, match="Nulle part"):
        read(text, Options(mapping=mapping | {"amount": "Nulle part"}))


def test_net_of_tax_is_never_taken_for_the_amount() -> None:
    reading = read(
        "Code client;N° facture;Date facture;Échéance;Montant HT;Montant TVA;Total TTC\n"
        "A;F1;03/08/2026;13/09/2026;10,00;2,00;12,00\n"
    )
    assert amounts(reading) == [Decimal(12)]
    only_net = "Code client;N° facture;Date facture;Échéance;Montant HT\nA;F1;03/08/2026;13/09/2026;10,00\n"
    assert refusal(SOURCE, only_net.encode()).code == "missing_column"


def test_ambiguous_dates_are_asked_once_and_read_as_in_france() -> None:
    text = HEAD + "A;F1;03/08/2026;04/09/2026;1,00;EUR\n"
    reading = read(text)
    assert [(q.option, q.default) for q in reading.questions] == [("date_order", "dmy")]
    assert rows(reading, "invoices", "issued_on") == [(date(2026, 8, 3),)]
    answered = read(text, Options(date_order="mdy"))
    assert (answered.questions, rows(answered, "invoices", "issued_on")) == ((), [(date(2026, 3, 8),)])


def test_ambiguous_thousands_are_asked() -> None:
    text = HEAD + "A;F1;13/08/2026;12/09/2026;1.234;EUR\n"
    assert [(q.option, q.choices) for q in read(text).questions] == [("decimal", (",", "."))]
    assert amounts(read(text, Options(decimal="."))) == [Decimal("1.234")]
    assert amounts(read(text, Options(decimal=","))) == [Decimal(1234)]
    settled = read(text + "B;F2;13/08/2026;12/09/2026;10,50;EUR\n")
    assert (settled.questions, amounts(settled)) == ((), [Decimal(1234), Decimal("10.5")])


def test_identical_rows_count_once() -> None:
    row = "A;F1;13/08/2026;12/09/2026;10,00;EUR\n"
    reading = read(HEAD + row + row)
    assert amounts(reading) == [Decimal(10)]
    assert [note.code for note in reading.notes] == ["same_rows"]


def test_a_list_is_recognised() -> None:
    assert SOURCE.identify(FRENCH, "encours.csv") > 0.5
    assert SOURCE.identify(ENGLISH, "x.csv") > 0.5
    assert SOURCE.identify(workbook([["Nom", "Courriel"], ["A", "a@b.fr"]]), "x.xlsx") == 0


def test_the_real_history_reads_whole() -> None:
    if not REAL.exists():
        pytest.skip("no real invoices beside the project (../shared/data/ar_history)")
    (path,) = REAL.glob("*.csv")
    reading = SOURCE.read(path)
    check(reading)
    assert (reading.errors, reading.questions, reading.date_order) == ((), (), "mdy")
    assert {kind: n for kind, n in reading.counts().items() if n} == {
        "debtors": 100, "invoices": 2466, "terms": 2466, "payments": 2466, "allocations": 2466,
    }  # fmt: skip
    lines = path.read_text().splitlines()[1:]
    by_hand = sum(Decimal(line.split(",")[6]) for line in lines)
    assert reading.tables["invoices"]["amount"].sum() == by_hand
    late = [line.split(",") for line in lines]
    settled = {c[3]: datetime.strptime(c[8], "%m/%d/%Y").date() for c in late}  # noqa: DTZ007
    got = dict(rows(reading, "payments", "reference", "received_on"))
    assert got == settled


# Broken rows

GOOD = "A;F1;13/08/2026;12/09/2026;10,00;EUR\n"


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("B;F2;13/08/2026;31/11/2026;10,00;EUR", "Échéance", "no_such_day"),
        ("B;F2;13/13/2026;30/11/2026;10,00;EUR", "Date facture", "no_such_month"),
        ("B;F2;13/08/1926;30/11/2026;10,00;EUR", "Date facture", "year_out_of_range"),
        ("B;F2;demain;30/11/2026;10,00;EUR", "Date facture", "not_a_date"),
        ("B;F2;13/08/2026;12/07/2026;10,00;EUR", "Échéance", "due_before_issue"),
        ("B;F2;13/08/2026;12/09/2026;1O,00;EUR", "Montant TTC", "letter_for_digit"),
        ("B;F2;13/08/2026;12/09/2026;=1+1;EUR", "Montant TTC", "formula_amount"),
        ("B;F2;13/08/2026;12/09/2026;12 34;EUR", "Montant TTC", "not_an_amount"),
        ("B;F2;13/08/2026;12/09/2026;;EUR", "Montant TTC", "missing_value"),
        ("B;F2;13/08/2026;12/09/2026;1234567890123456;EUR", "Montant TTC", "amount_too_big"),
        ("B;F2;13/08/2026;12/09/2026;10,00;EURO$", "Devise", "unknown_currency"),
        ("B;F2;13/08/2026;12/09/2026;$10,00;EUR", "Devise", "currencies_differ"),
        ("B;;13/08/2026;12/09/2026;10,00;EUR", "N° facture", "missing_value"),
        (";F2;13/08/2026;12/09/2026;10,00;EUR", "Code client", "missing_debtor"),
        ("B;F2;13/08/2026;12/09/2026;10;00;EUR", None, "wrong_width"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named_and_the_others_read(row: str, field: str | None, code: str) -> None:
    """F-61"""
    reading = read(HEAD + GOOD + row + "\nC;F3;13/08/2026;12/09/2026;10,00;USD\n")
    error = only_error(reading)
    assert (error.line, error.field, error.code) == (3, field, code)
    assert error.row[:1] == (row.split(";", maxsplit=1)[0],)
    assert reading.tables["invoices"]["number"].to_list() == ["F1", "F3"]
    assert reading.tables["invoices"]["currency"].to_list() == ["EUR", "USD"]


def test_a_number_with_two_contents_is_refused_both_times() -> None:
    reading = read(HEAD + GOOD + GOOD.replace("10,00", "11,00") + GOOD.replace("F1", "F2"))
    assert [(e.line, e.code, e.why.params["lines"]) for e in reading.errors] == [
        (2, "duplicate_number", "3"), (3, "duplicate_number", "2"),
    ]  # fmt: skip
    assert reading.tables["invoices"]["number"].to_list() == ["F2"]


def test_a_correction_mends_the_row() -> None:
    text = HEAD + "B;F2;13/08/2026;31/11/2026;10,00;EUR\n"
    assert only_error(read(text)).code == "no_such_day"
    mended = read(text, Options(corrections={2: {"Échéance": "30/11/2026"}}))
    assert (mended.errors, mended.tables["terms"]["due_on"].to_list()) == ((), [date(2026, 11, 30)])


# Broken files


def test_files_that_are_no_table() -> None:
    assert refusal(SOURCE, b"").code == "empty"
    assert refusal(SOURCE, b"%PDF-1.7").code == "pdf"
    assert refusal(SOURCE, b"\xd0\xcf\x11\xe0" + bytes(600)).code == "old_excel"
    assert refusal(SOURCE, b"\x1f\x8b\x08" + bytes(9)).code == "compressed"


def test_zero_bytes() -> None:
    error = refusal(SOURCE, (HEAD + GOOD).encode().replace(b"F1", b"F\0"))
    assert (error.code, error.line, error.why.params["column"]) == ("zero_byte", 2, 4)


def test_utf_16_without_its_mark() -> None:
    assert refusal(SOURCE, (HEAD + GOOD).encode("utf-16-le")).code == "zero_byte"


def test_a_wrong_encoding() -> None:
    error = refusal(SOURCE, (HEAD + "é;é" * 9 + "\n").encode() + "Société".encode("cp1252"))
    assert (error.code, error.line) == ("mixed_encoding", 3)
    with pytest.raises(Exception, match="0xB0"):
        SOURCE.read((HEAD + GOOD).encode("cp1252"), options=Options(encoding="utf-8"))


def test_a_wrong_separator() -> None:
    assert refusal(SOURCE, (HEAD + GOOD).replace(";", "~").replace(",", ".").encode()).code == "no_separator"


def test_a_missing_column_names_those_that_are_there() -> None:
    error = refusal(SOURCE, (HEAD + GOOD).replace("Montant TTC", "Bidule").encode())
    assert error.code == "missing_column"
    assert "montant" in error.words()
    assert "Bidule" in error.words()


def test_ten_megabytes_in_one_line() -> None:
    error = refusal(SOURCE, (HEAD + GOOD).encode() + b"a;" * 5_000_000)
    assert (error.code, error.line) == ("line_too_long", 3)


def test_a_quote_left_open() -> None:
    error = refusal(SOURCE, (HEAD + GOOD + '"B;F2;13/08/2026;12/09/2026;10,00;EUR\n' + GOOD * 3).encode())
    assert (error.code, error.line) == ("quote_not_closed", 3)


def test_cut_inside_a_row() -> None:
    error = refusal(SOURCE, (HEAD + GOOD + "B;F2;13/08").encode())
    assert (error.code, error.line) == ("cut_short", 3)


def test_too_many_errors_are_one_cause() -> None:
    rows_ = "".join(f"A;F{i};13/08/2026;12/09/2026;x;EUR\n" for i in range(20_010))
    error = refusal(SOURCE, (HEAD + rows_).encode())
    assert (error.code, error.line) == ("too_many_errors", 2)


def test_workbooks_that_would_harm() -> None:
    book = workbook([["Code client", "N° facture", "Date facture", "Échéance", "Montant TTC"],
                     ["A", "F1", "13/08/2026", "12/09/2026", 10]])  # fmt: skip
    assert SOURCE.read(book).counts()["invoices"] == 1
    assert refusal(SOURCE, entities(book)).code == "entities"
    assert refusal(SOURCE, bomb(book)).code == "unpacks_too_big"
    assert refusal(SOURCE, lying(book)).code == "workbook_broken"
    assert refusal(SOURCE, book[: len(book) // 2]).code == "workbook_broken"
    utf16 = changed(
        book, lambda name, part: part.decode().encode("utf-16") if name.endswith("sheet1.xml") else part
    )
    assert refusal(SOURCE, utf16).code == "workbook_markup"
    assert (
        refusal(
            SOURCE, changed(book, lambda _, part: part).replace(b"xl/workbook.xml", b"xl/wordbook.xml")
        ).code
        == "not_a_workbook"
    )


BOOK = workbook(
    [
        ["Code client", "N° facture", "Date facture", "Échéance", "Montant TTC"],
        ["A", "F1", date(2026, 8, 13), date(2026, 9, 12), 10.5],
        ["B", "F2", "x", None, "y"],
    ]
)


@settings(max_examples=80, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=80, deadline=None)
@given(spoilt((FRENCH, ENGLISH, (HEAD + GOOD).encode("cp1252"))))
def test_spoilt_lists_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=60, deadline=None)
@given(spoilt_workbook((BOOK,)) | spoilt((BOOK,)))
def test_spoilt_workbooks_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "list.xlsx")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**12), st.sampled_from((",", ".")), st.sampled_from(("", " ", "\u202f", "'"))
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_way_to_write_a_sum_gives_that_sum(sums: list[tuple[int, str, str]]) -> None:
    written = []
    for cents, mark, group in sums:
        figure = f"{cents // 100:,}".replace(",", group) + mark + f"{cents % 100:02d}"
        written.append(figure)
    text = HEAD + "".join(f'A;F{i};13/08/2026;12/09/2026;"{w}";EUR\n' for i, w in enumerate(written))
    assert amounts(read(text)) == [Decimal(cents) / 100 for cents, _, _ in sums]


TYPED = "Code client;Type;N° facture;Date facture;Échéance;Montant TTC\n"


def typed(*types: str, head: str = TYPED) -> Reading:
    lines = (f"C{n};{said};F{n};03/08/2026;02/09/2026;10{n},00\n" for n, said in enumerate(types))
    return read(head + "".join(lines))


def field_of(reading: Reading, column: str) -> str:
    return next((m.field for m in reading.mapping if m.column == column), "")


def kinds(reading: Reading) -> list[str]:
    return reading.tables["debtors"]["kind"].to_list()


@pytest.mark.parametrize("name", ["Type", "Nature", "Catégorie", "Type facture"])
def test_f54_a_column_type_that_holds_kinds_of_clients_says_who_is_a_consumer(name: str) -> None:
    reading = typed("Entreprise", "Particulier", "Administration", head=TYPED.replace("Type", name))
    assert (field_of(reading, name), kinds(reading)) == (
        "debtor_kind", ["business", "consumer", "public_body"],
    )  # fmt: skip
    assert (reading.errors, reading.notes) == ((), ())


def test_a_column_type_that_holds_documents_says_which_is_a_credit_note() -> None:
    reading = typed("Facture", "Avoir")
    assert field_of(reading, "Type") == "type"
    assert reading.tables["credit_notes"]["number"].to_list() == ["F1"]


def test_f54_in_a_column_of_both_the_rarer_rows_are_refused_with_what_to_do() -> None:
    reading = typed("Facture", "Avoir", "Particulier")
    assert [(e.line, e.field, e.code) for e in reading.errors] == [(4, "Type", "client_among_documents")]
    reading = typed("Particulier", "Avoir", "Entreprise")
    assert [(e.line, e.field, e.code) for e in reading.errors] == [(3, "Type", "document_among_clients")]
    assert reading.tables["credit_notes"].is_empty()
    chosen = read(
        TYPED + "A;Particulier;F1;03/08/2026;02/09/2026;1,00\nB;Avoir;F2;03/08/2026;02/09/2026;1,00\n",
        Options(mapping={"type": "Type"}),
    )
    assert (chosen.errors, chosen.tables["credit_notes"]["number"].to_list()) == ((), ["F2"])


def test_values_that_fit_neither_are_named() -> None:
    reading = typed("Entreprise", "Zorglub")
    assert [(n.code, n.params["values"]) for n in reading.notes] == [("kinds_unknown", "Zorglub")]
    reading = typed("VTE", "X1")
    assert [(n.code, n.params["values"]) for n in reading.notes] == [("types_unknown", "VTE, X1")]
    reading = typed("Facture particulier", "Facture")
    assert [n.code for n in reading.notes] == ["type_says_both"]


def test_f54_a_client_of_two_kinds_is_refused_whole() -> None:
    reading = read(
        TYPED
        + "A;Entreprise;F1;03/08/2026;02/09/2026;1,00\n"
        + "A;;F2;03/08/2026;02/09/2026;1,00\n"
        + "A;Particulier;F3;03/08/2026;02/09/2026;1,00\n"
        + "B;Particulier;F4;03/08/2026;02/09/2026;1,00\n"
    )
    assert [(e.line, e.code) for e in reading.errors] == [(n, "two_kinds") for n in (2, 3, 4)]
    assert reading.tables["invoices"]["number"].to_list() == ["F4"]


def test_f54_another_column_that_says_the_kind_goes_before() -> None:
    reading = read(
        "Code client;Type;Type client;N° facture;Date facture;Échéance;Montant TTC\n"
        "A;Entreprise;Particulier;F1;03/08/2026;02/09/2026;1,00\n"
    )
    assert (kinds(reading), reading.unknown_columns) == (["consumer"], ("Type",))


def test_money_that_came_in_is_no_invoice_and_a_quote_is_owed_by_nobody() -> None:
    reading = typed("Facture", "Règlement", "Devis", "Chèque impayé", "Facture sur commande")
    assert reading.tables["invoices"]["number"].to_list() == ["F0", "F3", "F4"]
    assert reading.tables["credit_notes"]["number"].to_list() == ["F1"]
    assert [(n.code, n.params["count"], n.params["values"]) for n in reading.notes] == [
        ("no_invoices", 1, "Devis")
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Agence de publicité", ""), ("Établissement public", "public_body"),
        ("Commune de Lyon", "public_body"),
        ("Société privée", "business"), ("Clientèle privée", "consumer"), ("Non professionnel", "consumer"),
        ("S.A.S.", "business"), ("Administrateur de biens", ""), ("Groupe A", ""), ("Groupe", "intercompany"),
        ("B to C", "consumer"), ("BtoB", "business"), ("État", "public_body"), ("Prestataire", ""),
        ("Personne morale", "business"), ("Personne physique", "consumer"), ("Particuliers", "consumer"),
    ],
)  # fmt: skip
def test_the_words_for_a_kind_of_client(said: str, kind: str) -> None:
    assert first_fit(said, KINDS) == kind


STATES = "Client;N° facture;Date facture;Échéance;Montant TTC;{}\n"


def settled(reading: Reading) -> dict[str, object]:
    """What the list says is paid, by number."""
    paid = dict(rows(reading, "payments", "reference", "amount"))
    return {str(number): paid.get(number, Decimal(0)) for (number,) in rows(reading, "invoices", "number")}


def by_state(*said: str, column: str = "Statut") -> Reading:
    lines = (f"A;F{n};13/10/2026;13/11/2026;100,00;{one}\n" for n, one in enumerate(said, 1))
    return read(STATES.format(column) + "".join(lines))


def test_a_state_says_that_an_invoice_is_paid() -> None:
    """Without this column understood each of them was asked for."""
    reading = by_state("Payée", "Réglée en retard", "Soldé", "Paid", "Clôturée", "Annulée")
    assert set(settled(reading).values()) == {Decimal(100)}
    kinds = [kind for (kind,) in rows(reading, "payments", "kind")]
    assert kinds == ["already_paid"] * 5 + ["adjustment"], "what was cancelled brought no money"
    reading = by_state("Impayée", "Non réglée", "En retard", "Unpaid", "Envoyée", "À payer", "")
    assert set(settled(reading).values()) == {Decimal(0)}
    assert reading.notes == ()
    assert settled(by_state("Oui", "Non", column="Réglée")) == {"F1": Decimal(100), "F2": Decimal(0)}


def test_a_state_that_settles_nothing_is_told() -> None:
    reading = by_state("Partiellement payée", "Zut", "Brouillon", "En litige")
    assert [(e.line, e.code) for e in reading.errors] == [(2, "status_partly")]
    assert [n.code for n in reading.notes] == ["statuses_unknown", "no_invoices"]
    assert rows(reading, "invoices", "number", "disputed") == [("F2", False), ("F4", True)]
    rest = STATES.format("Reste dû;Statut")
    reading = read(
        rest
        + "A;F1;13/10/2026;13/11/2026;100,00;0;Payée\n"
        + "A;F2;13/10/2026;13/11/2026;100,00;40;Partiellement payée\n"
        + "A;F3;13/10/2026;13/11/2026;100,00;40;Payée\n"
    )
    assert [(e.line, e.code) for e in reading.errors] == [(4, "status_against_rest")]
    assert settled(reading) == {"F1": Decimal(100), "F2": Decimal(60)}


def test_a_credit_note_calls_itself_one_by_its_label_or_number() -> None:
    head = "Client;N° facture;Date facture;Échéance;Montant TTC;Libellé\n"
    text = (
        "A;F1;13/10/2026;13/11/2026;100,00;Octobre\nA;F2;13/10/2026;13/11/2026;10,00;AVOIR sur F1\n"
        "A;AV-3;13/10/2026;13/11/2026;20,00;\nA;F4;13/10/2026;13/11/2026;5,00;Sans avoir\n"
    )
    reading = read(head + text)
    assert rows(reading, "credit_notes", "number", "amount") == [("F2", Decimal(10)), ("AV-3", Decimal(20))]
    assert [(n.code, n.params["count"]) for n in reading.notes] == [("credits_by_name", 2)]
    series = "".join(f"A;AV-{n};13/10/2026;13/11/2026;100,00;\n" for n in range(3))
    assert not rows(read(head + series), "credit_notes", "number"), "a series may begin with any letters"


def test_a_hidden_sheet_is_not_read_and_one_left_out_is_asked_about() -> None:
    header = ["Code client", "N° facture", "Date facture", "Échéance", "Montant TTC"]
    day = date(2026, 10, 13)
    book = openpyxl.Workbook()
    sheets = [
        book.active,
        book.create_sheet("Octobre"),
        book.create_sheet("Novembre"),
        book.create_sheet("Notes"),
    ]
    for number, sheet in enumerate(sheets):
        sheet.append(["À relire"] if sheet.title == "Notes" else header)
        if sheet.title != "Notes":
            sheet.append(["A", f"F{number}", day, day, 10])
    sheets[0].append(["A", "OLD", day, day, 999])
    sheets[0].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = SOURCE.read(out.getvalue())
    assert rows(reading, "invoices", "number") == [("F1",)]
    (asked,) = reading.questions
    assert (asked.option, asked.choices, asked.default) == ("sheet", ("Octobre", "Novembre"), "Octobre")
    assert "Novembre" in asked.words()
    chosen = SOURCE.read(out.getvalue(), options=Options(sheet="Novembre"))
    assert (rows(chosen, "invoices", "number"), chosen.questions) == ([("F2",)], ())


def test_a_web_page_that_calls_itself_a_workbook_is_named() -> None:
    assert refusal(SOURCE, b"\n<HTML><table><tr><td>1</td></tr></table>", "factures.xls").code == "web_page"
