"""The ledger file: what each line becomes, and that no cent is lost on the way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.sources.base import Options, Reading, StructureError
from acquit.sources.fec import SOURCE
from acquit.sources.tests.broken import only_error, refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

SAMPLES = Path(__file__).parent / "samples"
WHOLE = (SAMPLES / "tabs.txt").read_bytes()
REAL = Path(__file__).parents[5] / "shared" / "data" / "fec"


def sample(name: str, options: Options | None = None) -> Reading:
    reading = SOURCE.read(SAMPLES / f"{name}.txt", options=options)
    check(reading)
    return reading


def balances(reading: Reading) -> dict[str, Decimal]:
    """Return what each debtor owes by the tables."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for kind, sign in (("invoices", 1), ("credit_notes", -1), ("payments", -1)):
        for debtor, amount in reading.tables[kind].select("debtor", "amount").iter_rows():
            owed[debtor] += sign * amount
    return dict(owed)


def by_hand(path: Path) -> dict[str, Decimal]:
    """Return debit less credit of the 411 lines per auxiliary account, read without our code."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    lines = path.read_bytes().decode("latin-1").replace("\r", "").split("\n")
    separator = "|" if lines[0].count("|") > 15 else "\t"
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split(separator)]
        if len(cells) < 18 or not cells[4].startswith("411"):
            continue
        figures = [Decimal((c.replace(" ", "").replace(",", ".")) or "0") for c in cells[11:13]]
        sums[cells[6] or cells[4]] += figures[0] - figures[1]
    return dict(sums)


def rows(reading: Reading, kind: str, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


@pytest.mark.parametrize("name", ["domain_example", "customers_only"])
def test_the_example_of_the_trade_owes_250(name: str) -> None:
    reading = sample(name)
    assert balances(reading) == {"C001": Decimal(250)}
    assert rows(reading, "invoices", "number", "kind", "issued_on", "amount") == [
        ("FA101", "invoice", date(2026, 9, 3), Decimal(1200)),
        ("FA102", "invoice", date(2026, 9, 10), Decimal(600)),
    ]
    assert rows(reading, "credit_notes", "number", "amount") == [("AV007", Decimal(100))]
    assert rows(reading, "payments", "reference", "kind", "received_on", "amount") == [
        ("VIR51", "payment", date(2026, 10, 5), Decimal(1200)),
        ("VIR77", "payment", date(2026, 11, 1), Decimal(250)),
    ]
    ((invoice_key, by, amount, on),) = rows(
        reading, "allocations", "invoice_key", "by", "amount", "allocated_on"
    )
    first = reading.tables["invoices"].row(0, named=True)
    assert (invoice_key, by, amount, on) == (
        first["external_key"], "payment", Decimal(1200), date(2026, 10, 5),
    )  # fmt: skip


def test_what_each_line_becomes() -> None:
    reading = sample("tabs")
    assert not reading.errors
    claims = {(d, n): k for d, n, k in rows(reading, "invoices", "debtor", "number", "kind")}
    assert claims == {
        ("CARDON", "F25-0981"): "opening",
        ("CARDON", "F26-0012"): "invoice",
        ("CARDON", "IMP 778"): "returned_payment",
        ("MAREL", "F26-0013"): "invoice",
        ("NOVA", "VIR"): "refund",
        ("NOVA", "04/2026"): "invoice",
        ("NOVA", "04/2026/16"): "invoice",
        ("TRAITE", "F26-0017"): "invoice",
        ("PERDU", "F26-0018"): "invoice",
        ("DURAND", "F26-0019"): "invoice",
        ("41100000", "F26-0020"): "invoice",
        ("BTP", "F26-0021"): "invoice",
        ("BTP", "F26-0021/21"): "retention",
        ("USCO", "F26-0022"): "invoice",
    }
    payments = [(d, k) for d, k in rows(reading, "payments", "debtor", "kind")]
    assert payments == [
        ("MAREL", "opening"), ("CARDON", "payment"), ("CARDON", "payment"), ("MAREL", "payment"),
        ("TRAITE", "bill"), ("PERDU", "doubtful"), ("PERDU", "write_off"),
    ]  # fmt: skip
    assert rows(reading, "credit_notes", "debtor", "number", "amount") == [("NOVA", "AV26-02", Decimal(96))]


def test_balances_are_those_of_the_411_lines() -> None:
    expected = {"DURAND" if k == "411DURAND" else k: v for k, v in by_hand(SAMPLES / "tabs.txt").items()}
    assert balances(sample("tabs")) == expected
    assert balances(sample("montant_sens")) == expected


def test_a_letter_that_does_not_balance_leaves_its_rest_open() -> None:
    reading = sample("tabs")
    matched = {d: a for d, a in rows(reading, "allocations", "debtor", "amount") if d == "MAREL"}
    assert matched == {"MAREL": Decimal(250)}
    assert any(note.code == "fec_partly_lettered" for note in reading.notes)


def test_a_letter_used_again_the_next_year_settles_each_year_apart() -> None:
    lines = [
        ("20250110", "F1", "100,00", "0,00", "20250301"), ("20250301", "V1", "0,00", "100,00", "20250301"),
        ("20260110", "F2", "70,00", "0,00", "20260301"), ("20260301", "V2", "0,00", "70,00", "20260301"),
    ]  # fmt: skip
    body = "".join(
        f"{'BQ' if ref[0] == 'V' else 'VE'}||{i}|{day}|411000||C9|NEUF|{ref}|{day}|x|{d}|{c}|A|{let}|||\n"
        for i, (day, ref, d, c, let) in enumerate(lines, 1)
    )
    head = (SAMPLES / "domain_example.txt").read_text().split("\n")[0] + "\n"
    reading = SOURCE.read((head + body).encode())
    keys = dict(rows(reading, "invoices", "external_key", "number"))
    paid = dict(rows(reading, "payments", "external_key", "reference"))
    matched = [
        (keys[i], paid[b], a) for i, b, a in rows(reading, "allocations", "invoice_key", "by_key", "amount")
    ]  # type: ignore[index]
    assert matched == [("F1", "V1", Decimal(100)), ("F2", "V2", Decimal(70))]


def test_due_days_come_from_the_terms_of_each_debtor() -> None:
    def due_on(debtor: str, issued: date) -> date:
        return issued + timedelta(days=60 if debtor == "NOVA" else 10)

    reading = sample("tabs", Options(due_on=due_on))
    due = dict(rows(reading, "terms", "invoice_key", "due_on"))
    issued = {k: (n, d) for k, n, d in rows(reading, "invoices", "external_key", "number", "issued_on")}
    days = {issued[k][0]: (day - issued[k][1]).days for k, day in due.items()}  # type: ignore[operator]
    assert days["04/2026"] == 60
    assert days["F26-0012"] == 10
    assert days["IMP 778"] == 0
    assert days["F26-0021/21"] == 365


def test_the_other_currency_is_kept_beside_the_euro() -> None:
    found = rows(
        sample("tabs"), "invoices", "number", "currency", "amount", "foreign_amount", "foreign_currency"
    )
    assert ("F26-0022", "EUR", Decimal(1000), Decimal("1085.5"), "USD") in found


def test_other_accounts_are_told_not_counted() -> None:
    told = {
        n.params["account"]: n.params["balance"] for n in sample("tabs").notes if n.code == "fec_left_out"
    }
    assert told == {"413": "840.00", "416": "200.00"}


def test_padded_pipes_in_latin_9() -> None:
    reading = sample("padded_pipes")
    assert (reading.separator, reading.encoding) == ("|", "iso-8859-15")
    assert rows(reading, "debtors", "debtor", "name")[0] == ("CARDON", "Pêche € fils")
    assert balances(reading) == {"CARDON": Decimal(1200), "MAREL": Decimal(-120)}


def test_closing_entries_do_not_empty_the_balances() -> None:
    head, *lines = (SAMPLES / "domain_example.txt").read_text().rstrip("\n").split("\n")
    closing = [
        "CL|Cloture|9|20261231|4111000|Clients|C001|ALPHA|CL|20261231|Cloture|0,00|250,00|||20261231||",
        "CL|Cloture|9|20261231|8910000|Bilan|||CL|20261231|Cloture|250,00|0,00|||20261231||",
    ]
    reading = SOURCE.read("\n".join([head, *lines, *closing, ""]).encode())
    assert balances(reading) == {"C001": Decimal(250)}
    assert [note.code for note in reading.notes] == ["fec_closing"]


def test_a_later_export_keeps_the_keys() -> None:
    """Lettering, numbering and validation come later: they must not make a new row."""
    before = SOURCE.read((SAMPLES / "domain_example.txt").read_bytes())
    text = (SAMPLES / "domain_example.txt").read_text()
    later = text.replace("|250,00|||20261130||", "|250,00|Z|20261201|20261215||")
    later = later.replace("VE|Ventes|3|", "VE|Ventes|33|")
    new = "\n".join(later.split("\n")[6:9]).replace("FA102", "FA103").replace("|33|", "|34|")
    after = SOURCE.read((later + new + "\n").encode())
    for kind in ("invoices", "payments", "credit_notes"):
        keys = set(before.tables[kind]["external_key"])
        assert keys <= set(after.tables[kind]["external_key"])


def test_without_header_the_official_order_is_read() -> None:
    body = b"\n".join((SAMPLES / "domain_example.txt").read_bytes().split(b"\n")[1:])
    assert balances(SOURCE.read(body)) == {"C001": Decimal(250)}


def test_a_label_with_an_inch_mark_is_a_label() -> None:
    spoilt_label = (SAMPLES / "domain_example.txt").read_text().replace("Facture FA102", 'Tube 5" inox')
    reading = SOURCE.read(spoilt_label.encode())
    assert ("FA102", 'Tube 5" inox') in rows(reading, "invoices", "number", "label")


def test_it_is_recognised() -> None:
    assert SOURCE.identify(WHOLE, "123456789FEC20261231.txt") > 0.9
    assert SOURCE.identify(b"Nom;Courriel\nX;a@b.fr\n", "x.csv") == 0
    assert SOURCE.read(WHOLE, "732829320FEC20261231.txt").creditor_siren == "732829320"


@pytest.mark.parametrize("path", sorted(REAL.glob("*/*")) or [None], ids=str)  # type: ignore[list-item]
def test_real_ledgers_balance_to_the_cent(path: Path | None) -> None:
    if path is None:
        pytest.skip("no real ledgers beside the project (../shared/data/fec)")
    reading = SOURCE.read(path)
    check(reading)
    assert not reading.errors
    owed = balances(reading)
    assert owed == by_hand(path)
    again = SOURCE.read(path)
    assert all(again.tables[kind].equals(table) for kind, table in reading.tables.items())


# Broken files

EXAMPLE = (SAMPLES / "domain_example.txt").read_text()


def test_an_empty_file() -> None:
    assert refusal(SOURCE, b" \n\n").code == "empty"


def test_cut_inside_a_line() -> None:
    error = refusal(SOURCE, EXAMPLE.encode()[:-70])
    assert (error.code, error.line) == ("cut_short", 14)


def test_cut_between_two_lines_of_an_entry() -> None:
    lines = EXAMPLE.split("\n")
    error = refusal(SOURCE, "\n".join([*lines[:7], ""]).encode())
    assert (error.code, error.line) == ("fec_cut", 7)


def test_zero_bytes() -> None:
    error = refusal(SOURCE, EXAMPLE.replace("ALPHA", "AL\0HA", 1).encode())
    assert (error.code, error.line) == ("zero_byte", 2)


def test_two_encodings() -> None:
    content = EXAMPLE.replace("collectée", "collectée é é").encode() + "VE|été".encode("cp1252") + b"\n"
    error = refusal(SOURCE, content)
    assert (error.code, error.line) == ("mixed_encoding", 15)


def test_another_separator() -> None:
    assert refusal(SOURCE, EXAMPLE.replace("|", "~").encode()).code == "no_separator"


def test_a_column_is_missing() -> None:
    error = refusal(SOURCE, EXAMPLE.replace("CompteNum", "Compte").encode())
    assert error.code == "missing_column"
    assert "CompteNum" in error.words()
    assert "JournalCode" in error.words()


def test_ten_megabytes_in_one_line() -> None:
    error = refusal(SOURCE, EXAMPLE.encode() + b"x" * 10_000_000)
    assert (error.code, error.line) == ("line_too_long", 15)


def test_an_impossible_date() -> None:
    error = only_error(SOURCE.read(EXAMPLE.replace("FA102|20260910", "FA102|20260931", 1).encode()))
    assert (error.line, error.field) == (7, "PieceDate")
    assert error.words() == "septembre 2026 a 30 jours\u00a0: «\u00a020260931\u00a0» n’existe pas."


def test_a_formula_for_an_amount() -> None:
    error = only_error(SOURCE.read(EXAMPLE.replace("|600,00|", "|=600+0|").encode()))
    assert (error.line, error.field, error.code) == (7, "Debit", "formula_amount")


def test_a_letter_for_a_digit() -> None:
    error = only_error(SOURCE.read(EXAMPLE.replace("|600,00|", "|6O0,00|").encode()))
    assert (error.line, error.code) == (7, "letter_for_digit")


def test_a_row_with_a_separator_too_many() -> None:
    error = only_error(SOURCE.read(EXAMPLE.replace("Facture FA102", "Facture|FA102", 1).encode()))
    assert (error.line, error.code) == (7, "wrong_width")
    assert "Facture" in error.row


def test_a_side_that_is_none() -> None:
    text = (
        (SAMPLES / "montant_sens.txt")
        .read_text(encoding="utf-8-sig")
        .replace("\t1200,00\tD", "\t1200,00\tX", 1)
    )
    error = only_error(SOURCE.read(text.encode()))
    assert (error.field, error.code) == ("Sens", "bad_sense")


def test_a_formula_in_a_name_stays_a_text() -> None:
    """F-57"""
    reading = SOURCE.read(EXAMPLE.replace("ALPHA", '=HYPERLINK("http://x")').encode())
    assert rows(reading, "debtors", "name") == [('=HYPERLINK("http://x")',)]


def test_a_correction_mends_the_row() -> None:
    broken = EXAMPLE.replace("|600,00|", "|6O0,00|").encode()
    options = Options(corrections={7: {"Debit": "600,00"}})
    assert balances(SOURCE.read(broken, options=options)) == {"C001": Decimal(250)}


@settings(max_examples=60, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=80, deadline=None)
@given(spoilt((WHOLE, EXAMPLE.encode(), (SAMPLES / "padded_pipes.txt").read_bytes())))
def test_spoilt_ledgers_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_cent_of_random_lines_is_kept(data: st.DataObject) -> None:
    """Any mixture of accounts, sides and letters gives the sum of the 411 lines."""
    header = EXAMPLE.split("\n")[0]
    accounts = st.sampled_from(
        ("411000", "411000", "4117", "411DUPONT", "413000", "416000", "512000", "706000", "658000", "890000")
    )
    cents = st.integers(-500_000, 500_000).map(lambda n: f"{Decimal(n) / 100:.2f}".replace(".", ","))
    lines, expected = [header], defaultdict[str, Decimal](Decimal)
    for number in range(data.draw(st.integers(1, 25))):
        account, amount = data.draw(accounts), data.draw(cents)
        aux = data.draw(st.sampled_from(("", "A", "B"))) if account != "411DUPONT" else ""
        debit = data.draw(st.booleans())
        letter = data.draw(st.sampled_from(("", "", "A", "B")))
        sides = (amount, "0,00") if debit else ("0,00", amount)
        entry = data.draw(st.integers(0, 5))
        lines.append(
            f"J{entry % 2}|x|{entry}|20260{1 + entry}15|{account}|y|{aux}|{aux}|P{number % 4}"
            f"|20260115|z|{sides[0]}|{sides[1]}|{letter}||||"
        )
        value = Decimal(amount.replace(",", ".")) * (1 if debit else -1)
        if account.startswith("411") and value:
            own = {"411000": "411000", "4117": "4117", "411DUPONT": "DUPONT"}[account]
            own = "7" if account == "4117" and not aux else own
            expected[aux or own] += value
    try:
        reading = SOURCE.read("\n".join([*lines, ""]).encode())
    except StructureError as error:
        assert error.code == ("fec_cut" if any("|411" in line for line in lines) else "fec_no_customer")  # noqa: PT017
        return
    check(reading)
    got = balances(reading)
    if "7" in expected:
        expected["4117"] += expected.pop("7")
    assert {k: v for k, v in got.items() if v} == {k: v for k, v in expected.items() if v}
    claims = dict(rows(reading, "invoices", "external_key", "amount"))
    used: dict[object, Decimal] = defaultdict(Decimal)
    for key, amount in rows(reading, "allocations", "invoice_key", "amount"):
        assert isinstance(amount, Decimal)
        used[key] += amount
    assert all(spent <= claims[key] for key, spent in used.items())  # type: ignore[operator]


def test_a_ledger_without_customers() -> None:
    head, *lines = EXAMPLE.split("\n")
    others = [line for line in lines if "|4111000|" not in line]
    assert refusal(SOURCE, "\n".join([head, *others]).encode()).code == "fec_no_customer"
