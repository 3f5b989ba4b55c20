"""Exports of French banks: told from lists of payments, whose account, and balances row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.sources.bank_csv import SOURCE
from acquit.sources.base import Options, Reading, StructureError, load, recognise
from acquit.sources.tests.broken import bomb, changed, entities, lying, only_error, refusal, workbook
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt, spoilt_workbook

SAMPLES = Path(__file__).parent / "samples"
HEAD = "Date;Date de valeur;Libellé;Débit;Crédit;Solde\n"
ROWS = (
    "02/11/2026;02/11/2026;VIR NOVA F26-0430;;840,00;1840,00\n",
    "13/11/2026;15/11/2026;PRLV TELECOM;-59,99;;1780,01\n",
    "16/11/2026;16/11/2026;VIR CARDON F26-0412;;19,99;1800,00\n",
)
IBAN = "FR7630006000011234567890189"
OF_BANKS = {path.name: path.read_bytes() for path in sorted(SAMPLES.iterdir())}


def read(text: str, options: Options | None = None) -> Reading:
    reading = SOURCE.read(text.encode(), options=options)
    check(reading)
    return reading


def lines(reading: Reading, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables["bank_lines"].select(*columns).rows()


def balances(reading: Reading) -> list[tuple[object, ...]]:
    return reading.tables["statements"].select("opening", "closing").rows()


@pytest.mark.parametrize(
    ("name", "account", "stated", "amounts", "until"),
    [
        (
            "credit_agricole.csv",
            "12345678901",
            [(None, "3456.78")],
            ["1234.56", "-210.40", "350"],
            "2026-11-22",
        ),
        ("bnp_paribas.csv", "****4321", [], ["840", "-59.99", "-350"], "2026-11-05"),
        ("societe_generale.csv", IBAN, [], ["1234.56", "-12"], "2026-11-04"),
        ("caisse_epargne.csv", IBAN, [("987.65", "1837.65")], ["900", "-50"], "2026-11-20"),
        ("credit_mutuel.csv", "", [("1000", "1940.01")], ["840", "-59.99", "80", "80"], "2026-11-16"),
        ("banque_postale.csv", "0123456A020", [(None, "2034.10")], ["1234.56", "-45.90"], "2026-11-20"),
        ("qonto.csv", IBAN, [("1200", "2334.57")], ["1234.56", "-99.99"], "2026-11-20"),
        ("boursorama.csv", "00040123456", [(None, "5000")], ["1234.56", "-45.90"], "2026-11-20"),
    ],
)
def test_the_layouts_of_french_banks(
    name: str, account: str, stated: list[tuple[str | None, str]], amounts: list[str], until: str
) -> None:
    reading = SOURCE.read(SAMPLES / name, name)
    check(reading)
    assert (reading.errors, reading.questions) == ((), ())
    assert reading.bank_accounts == ((account,) if account else ())
    signs = {"credit": 1, "debit": -1}
    moved = [amount * signs[str(way)] for amount, way in lines(reading, "amount", "direction")]
    assert moved == [Decimal(amount) for amount in amounts]
    expected = [(opening and Decimal(opening), Decimal(closing)) for opening, closing in stated]
    assert balances(reading) == expected
    assert str(reading.last_on) == until


def test_what_stands_beside_the_amount() -> None:
    reading = SOURCE.read(OF_BANKS["qonto.csv"])
    told = ("counterparty_name", "reference", "bank_reference", "method")
    assert lines(reading, *told)[0] == ("Cardon et fils", "F26-0412", "acme-1-transaction-3", "transfer")
    assert [note.code for note in reading.notes] == ["bank_not_booked"]
    label = "VIREMENT EN VOTRE FAVEUR\nCARDON ET FILS\nF26-0412"
    assert lines(SOURCE.read(OF_BANKS["credit_agricole.csv"]), "line", "label")[0] == (9, label)
    returned = lines(SOURCE.read(OF_BANKS["bnp_paribas.csv"]), "code", "is_return")[2]
    assert returned == ("CHEQUE IMPAYE", True)


def test_the_day_of_value_is_kept_beside_that_of_booking() -> None:
    assert lines(read(HEAD + "".join(ROWS)), "booked_on", "value_on")[1] == (
        date(2026, 11, 13), date(2026, 11, 15),
    )  # fmt: skip


@pytest.mark.parametrize("how", ["oldest first", "newest first"])
def test_a_running_balance_is_followed_in_either_order(how: str) -> None:
    rows = ROWS if how == "oldest first" else tuple(reversed(ROWS))
    assert balances(read(HEAD + "".join(rows))) == [(Decimal(1000), Decimal(1800))]


@pytest.mark.parametrize(("order", "line"), [(1, 3), (-1, 2)])
def test_a_gap_is_refused_with_line_and_difference(order: int, line: int) -> None:
    rows = (ROWS[0], ROWS[2])[::order]
    error = refusal(SOURCE, (HEAD + "".join(rows)).encode())
    assert (error.code, error.line) == ("bank_gap", line)
    assert error.why.params["difference"] == Decimal("-59.99")
    assert "écart de \u221259,99\u00a0EUR" in error.words().replace(" EUR", "\u00a0EUR")


def test_within_one_day_the_balances_tell_the_order() -> None:
    day = [row.replace("13/", "02/").replace("15/", "02/").replace("16/", "02/") for row in ROWS]
    for rows in (day, list(reversed(day))):
        assert balances(read(HEAD + "".join(rows))) == [(Decimal(1000), Decimal(1800))]
    with pytest.raises(StructureError) as error:
        read(HEAD + day[0] + day[2])
    assert error.value.code == "bank_gap"


def test_a_balance_only_at_the_end_of_a_day_is_enough() -> None:
    sparse = HEAD + ROWS[0] + ROWS[1].replace("1780,01", "") + ROWS[2]
    assert balances(read(sparse)) == [(Decimal(1000), Decimal(1800))]
    with pytest.raises(StructureError):
        read(sparse.replace("1800,00", "1800,01"))


def test_a_balance_that_no_table_holds_is_left_out() -> None:
    reading = read(
        "Date opération;Libellé;Montant;Solde\n13/11/2026;A;-90000000000000,00;90000000000000,00\n"
        "14/11/2026;B;1,00;90000000000001,00\n"
    )
    assert balances(reading) == [(None, Decimal(90000000000001))]


def test_a_refused_row_leaves_the_others_and_no_opening() -> None:
    reading = read(HEAD + ROWS[0] + ROWS[1].replace("-59,99", "-5O,99") + ROWS[2])
    assert (only_error(reading).line, only_error(reading).code) == (3, "letter_for_digit")
    assert balances(reading) == [(None, Decimal(1800))]
    mended = Options(corrections={3: {"Débit": "-59,99"}})
    whole = read(HEAD + ROWS[0] + ROWS[1].replace("-59,99", "-5O,99") + ROWS[2], mended)
    assert (whole.errors, balances(whole)) == ((), [(Decimal(1000), Decimal(1800))])
    assert lines(whole, "external_key") == lines(read(HEAD + "".join(ROWS)), "external_key")


def test_balances_above_and_below_must_agree_with_the_rows() -> None:
    whole = OF_BANKS["caisse_epargne.csv"]
    error = refusal(SOURCE, whole.replace(b"987,65", b"987,64"))
    assert error.code == "statement_unbalanced"
    assert error.why.params["difference"] == Decimal("0.01")


def test_a_row_of_balance_is_no_movement_but_a_payer_may_settle_a_balance() -> None:
    head = "Date;Date de valeur;Libellé;Débit;Crédit\n"
    reading = read(
        head + "01/11/2026;01/11/2026;ANCIEN SOLDE AU 31/10/2026;;500,00\n"
        "13/11/2026;13/11/2026;SOLDE FACTURE F26-0412;;19,99\n;;SOLDE CREDITEUR AU 13/11/2026;;519,99\n"
    )
    assert lines(reading, "label") == [("SOLDE FACTURE F26-0412",)]
    assert balances(reading) == [(Decimal(500), Decimal("519.99"))]


@pytest.mark.parametrize(
    ("above", "account"),
    [
        ("IBAN : FR76 3000 6000 0112 3456 7890 189 EUR", IBAN),
        ("RIB : 30006 00001 12345678901 89", IBAN),
        ("RIB : 30006 00001 12345678901 88", ""),
        ("Compte n° 00040123456", "00040123456"),
        ("Compte courant professionnel 00040123456", "00040123456"),
        ("Compte courant ****1234", "****1234"),
        ("Relevé du compte entre le 01/11/2026 et le 22/11/2026", ""),
        ("IBAN : DE89370400440532013000", "DE89370400440532013000"),
    ],
)
def test_the_account_above_the_header(above: str, account: str) -> None:
    reading = read(f"{above}\n\nDate;Libellé;Débit;Crédit\n13/11/2026;VIR NOVA;;840,00\n")
    assert reading.bank_accounts == ((account,) if account else ())


def test_several_accounts_in_one_list() -> None:
    reading = read(
        "IBAN du compte;Date opération;Libellé;Montant;Devise;Solde\n"
        f"{IBAN};13/11/2026;VIR A;10,00;EUR;110,00\nDE89370400440532013000;13/11/2026;VIR B;5,00;EUR;55,00\n"
        f"{IBAN};14/11/2026;VIR C;20,00;EUR;130,00\nDE89370400440532013000;14/11/2026;VIR D;1,00;USD;1,00\n"
    )
    assert reading.bank_accounts == (IBAN, "DE89370400440532013000")
    assert balances(reading)[0] == (Decimal(100), Decimal(130))


def test_a_side_instead_of_a_sign() -> None:
    rows = "13/11/2026;VIR A;10,00;C\n14/11/2026;PRLV B;4,00;D\n"
    reading = read("Date opération;Libellé;Montant;Sens\n" + rows)
    assert lines(reading, "amount", "direction") == [(Decimal(10), "credit"), (Decimal(4), "debit")]


def test_what_is_ambiguous_is_asked() -> None:
    reading = read(HEAD + "04/06/2026;04/06/2026;VIR A;;1.234;1.234\n")
    assert {question.option for question in reading.questions} == {"decimal", "date_order"}
    answered = read(
        HEAD + "04/06/2026;04/06/2026;VIR A;;1.234;1.234\n", Options(decimal=".", date_order="mdy")
    )
    assert (answered.questions, lines(answered, "booked_on", "amount")) == (
        (), [(date(2026, 4, 6), Decimal("1.234"))],
    )  # fmt: skip


def test_a_balance_foreseen_says_nothing_of_today() -> None:
    reading = read(
        "Solde prévisionnel au 30/11/2026 : 10,00\n\nDate opération;Libellé;Montant\n13/11/2026;VIR A;5,00\n"
    )
    assert (reading.last_on, balances(reading)) == (date(2026, 11, 13), [])


def test_a_date_above_the_header_settles_the_order_of_those_below() -> None:
    reading = read("Solde au 22/11/2026 : 10,00\n\nDate opération;Libellé;Montant\n04/06/2026;VIR A;10,00\n")
    assert (reading.questions, lines(reading, "booked_on")) == ((), [(date(2026, 6, 4),)])


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    table = (HEAD + "".join(ROWS)).replace(",", ".").replace(";", separator)
    reading = SOURCE.read(table.encode(encoding))
    check(reading)
    assert balances(reading) == [(Decimal(1000), Decimal(1800))]
    assert recognise(table.encode(encoding), "export.csv", django_settings.SOURCES).KIND == "bank_csv"


BOOK = workbook(
    [["Compte courant n° 00040123456"], ["Solde au 22/11/2026", "1 800,00 €"], [],
     ["Date", "Date de valeur", "Libellé", "Débit", "Crédit", "Solde"],
     [date(2026, 11, 16), date(2026, 11, 16), "VIR CARDON", None, 19.99, 1800],
     [date(2026, 11, 13), date(2026, 11, 15), "PRLV TELECOM", -59.99, None, 1780.01]]
)  # fmt: skip


def test_excel_gives_the_same() -> None:
    reading = SOURCE.read(BOOK, "mouvements.xlsx")
    check(reading)
    assert reading.bank_accounts == ("00040123456",)
    assert lines(reading, "line", "booked_on", "amount", "direction") == [
        (5, date(2026, 11, 16), Decimal("19.99"), "credit"),
        (6, date(2026, 11, 13), Decimal("59.99"), "debit"),
    ]
    assert balances(reading) == [(Decimal(1840), Decimal(1800))]
    assert reading.last_on == date(2026, 11, 22)
    assert recognise(BOOK, "export.xlsx", django_settings.SOURCES).KIND == "bank_csv"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Date;Date de valeur;Débit;Crédit;Libellé;Solde", "bank_csv"),
        ("Date;Libellé;Débit;Crédit", "bank_csv"),
        ("Date de l'opération;Libellé;Montant", "bank_csv"),
        ("Booking date;Value date;Description;Amount;Balance", "bank_csv"),
        ("Date;Libellé;Montant;Solde;IBAN;Mode de paiement", "bank_csv"),
        ("Date règlement;Code client;Montant;N° facture;Mode de règlement", "payments"),
        ("Date;Client;Débit;Crédit;Libellé", "payments"),
        ("Date;Libellé;Montant", "bank_csv"),
        ("Date valeur;Référence;Montant réglé;IBAN", "payments"),
        ("Payment date;Customer;Amount;Balance", "payments"),
        ("Date règlement;Montant;Mode de règlement;Solde", "payments"),
    ],
)
def test_a_bank_is_told_from_a_list_of_payments(header: str, kind: str) -> None:
    cells = {"Libellé": "VIR NOVA", "Description": "VIR NOVA", "Référence": "R1", "Client": "NOVA",
             "Code client": "C1", "Customer": "Nova", "N° facture": "F1", "IBAN": IBAN,
             "Mode de règlement": "VIR", "Mode de paiement": "VIR"}  # fmt: skip
    row = [cells.get(name) or ("13/11/2026" if "ate" in name else "10,00") for name in header.split(";")]
    content = f"{header}\n{';'.join(row)}\n".encode()
    for filename in ("export.csv", "reglements.csv", "virements.csv", "releve.csv"):
        found = recognise(content, filename, django_settings.SOURCES).KIND
        assert found == kind


@pytest.mark.parametrize(
    ("account", "is_of_a_bank"),
    [(IBAN, True), ("****4321", True), ("", True), ("C3", False), ("DUPONT", False), ("411000", False)],
)
def test_an_account_of_a_client_is_none_of_a_bank(account: str, is_of_a_bank: bool) -> None:
    content = f"Compte;Date;Libellé;Débit;Crédit\n{account};14/11/2026;VIR;;300,00\n".encode()
    assert (SOURCE.identify(content, "") > 0) == is_of_a_bank


def test_it_claims_no_sample_of_another_kind() -> None:
    folder = Path(__file__).parents[2]
    for source in load(django_settings.SOURCES):
        for sample in (folder / source.KIND / "tests" / "samples").iterdir():
            expected = 0.96 if source.KIND == "bank_csv" else 0.0
            assert SOURCE.identify(sample.read_bytes(), sample.name) == expected, sample


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("31/11/2026;;VIR;;1,00;", "Date", "no_such_day"),
        ("hier;;VIR;;1,00;", "Date", "not_a_date"),
        (";;VIR;;1,00;", "Date", "missing_value"),
        ("13/11/2026;99/99/2026;VIR;;1,00;", "Date de valeur", "no_such_month"),
        ("13/11/2026;;VIR;;;", "Crédit", "missing_value"),
        ("13/11/2026;;VIR;2,00;1,00;", "Crédit", "debit_and_amount"),
        ("13/11/2026;;VIR;;=1+1;", "Crédit", "formula_amount"),
        ("13/11/2026;;VIR;;1,23456;", "Crédit", "too_many_decimals"),
        ("13/11/2026;;VIR;;1,00;beaucoup", "Solde", "not_an_amount"),
        ("13/11/2026;;VIR;1,00", None, "wrong_width"),
    ],
)
def test_a_broken_row_is_named_and_the_others_read(row: str, field: str | None, code: str) -> None:
    reading = read(HEAD + ROWS[0] + row + "\n" + ROWS[1] + ROWS[2])
    error = only_error(reading)
    assert (error.line, error.field, error.code) == (3, field, code)
    assert [amount for (amount,) in lines(reading, "amount")] == [
        Decimal(840), Decimal("59.99"), Decimal("19.99")
    ]  # fmt: skip


def test_broken_files() -> None:
    whole = (HEAD + "".join(ROWS)).encode()
    assert refusal(SOURCE, b"").code == "empty"
    assert refusal(SOURCE, whole + b"17/11/2026;17").code == "cut_short"
    assert refusal(SOURCE, whole.replace(b"NOVA", b"NO\0A")).line == 2
    assert refusal(SOURCE, whole + b'"17/11/2026;;A;1;;\n').code == "quote_not_closed"
    error = refusal(SOURCE, "Libellé;Débit;Crédit;Solde\nVIR;;1,00;1,00\n".encode())
    assert (error.code, error.line) == ("missing_column", 1)
    assert "date d’opération" in error.words()
    assert refusal(SOURCE, b"Date;Date de valeur;Solde\n13/11/2026;;1,00\n").code == "missing_column"


def far(book: bytes) -> bytes:
    """Return the workbook with one cell more, in the last corner of its sheet."""
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return changed(book, lambda name, part: part.replace(b"</sheetData>", corner)
                   if name.endswith("sheet1.xml") else part)  # fmt: skip


def test_workbooks_that_would_harm() -> None:
    assert refusal(SOURCE, entities(BOOK)).code == "entities"
    assert refusal(SOURCE, bomb(BOOK)).code == "unpacks_too_big"
    assert refusal(SOURCE, lying(BOOK)).code == "workbook_broken"
    assert refusal(SOURCE, far(BOOK)).code == "sheet_too_wide"
    assert refusal(SOURCE, BOOK[:-300]).code == "workbook_broken"


@settings(max_examples=50, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=80, deadline=None)
@given(spoilt((*OF_BANKS.values(), (HEAD + "".join(ROWS)).encode())))
def test_spoilt_lists_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=30, deadline=None)
@given(spoilt_workbook((BOOK,)))
def test_spoilt_workbooks_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "mouvements.xlsx")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-10_000, 10_000).filter(bool), min_size=3, max_size=12),
    st.integers(-5_000, 5_000), st.data(),
)  # fmt: skip
def test_a_movement_left_out_is_always_found(moves: list[int], opening: int, data: st.DataObject) -> None:
    """No row can be missing between two others: its amount stands as the difference."""
    rows, held = [], opening
    for day, moved in enumerate(moves, start=1):
        held += moved
        euros = [f"{cents / 100:.2f}".replace(".", ",") for cents in (moved, held)]
        rows.append(f"2026-11-{day:02d};VIR {day};{euros[0]};{euros[1]}\n")
    head = "Date opération;Libellé;Montant;Solde\n"
    if data.draw(st.booleans()):
        rows.reverse()
    whole = read(head + "".join(rows))
    assert balances(whole) == [(Decimal(opening) / 100, Decimal(held) / 100)]
    gone = data.draw(st.integers(1, len(rows) - 2))
    with pytest.raises(StructureError) as error:
        read(head + "".join(rows[:gone] + rows[gone + 1 :]))
    assert error.value.code == "bank_gap"
