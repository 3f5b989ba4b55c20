"""Statements and advices of ISO 20022: what they say, how they are named, and how they break."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from acquit.sources.base import Reading
from acquit.sources.camt import SOURCE
from acquit.sources.camt.code import is_return, method_of
from acquit.sources.tests.broken import refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

SAMPLES = Path(__file__).parent / "samples"
STATEMENT = (SAMPLES / "statement_v08.xml").read_bytes()
ADVICE = (SAMPLES / "advice_v04.xml").read_bytes()
TWO = (SAMPLES / "two_accounts_v02.xml").read_bytes()
DAY = date(2026, 11, 3)


def read(content: bytes) -> Reading:
    reading = SOURCE.read(content)
    check(reading)
    return reading


def rows(reading: Reading, *columns: str, kind: str = "bank_lines") -> list[tuple[object, ...]]:
    return reading.tables[kind].select(*columns).rows()


def entry(inside: str, *, amount: str = "10.00", side: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>2026-11-03</Dt></BookgDt>{inside}</Ntry>"
    )


def advice(*entries: str) -> bytes:
    return (
        "<Document><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>N1</Id><CreDtTm>2026-11-03T10:00:00</CreDtTm>"
        "<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def test_a_statement_of_version_8() -> None:
    reading = read(STATEMENT)
    assert rows(reading, "statement", "account_name", "number", "currency", "from_on", "to_on", "opening",
                "closing", kind="statements") == [
        ("S-2026-211 20261103", "ATELIER DES LILAS SAS · BANQUE DU PORT", "211", "EUR", DAY, DAY,
         Decimal(1000), Decimal("3030.55")),
    ]  # fmt: skip
    assert reading.bank_accounts == ("FR7630006000011234567890189",)
    assert rows(reading, "amount", "direction", "counterparty_name", "counterparty_iban", "end_to_end") == [
        (Decimal("1240.50"), "credit", "CARDON ET FILS", "FR1420041010050500013M02606", "E2E-77"),
        (Decimal(600), "credit", "NOVA SARL", "", ""),
        (Decimal(300), "credit", "ORION SA", "", "E2E-79"),
        (Decimal(200), "debit", "ORION SA", "00012345", "E2E-60"),
        (Decimal("95.05"), "credit", "BLUE HARBOR INC", "", ""),
        (Decimal(5), "debit", "", "", ""),
    ]
    assert rows(reading, "code", "method", "is_return", "return_reason", "reference", "charges") == [
        ("PMNT-RCDT-ESCT", "transfer", False, "", "RF83FA20260042", None),
        ("PMNT-IDDT-ESDD", "direct_debit", False, "", "", None),
        ("PMNT-IDDT-ESDD", "direct_debit", False, "", "", None),
        ("PMNT-IDDT-UPDD", "direct_debit", True, "AM04", "", None),
        ("PMNT-RCDT-XBCT", "transfer", False, "", "", Decimal("12.5")),
        ("F012", "", False, "", "", None),
    ]
    assert reading.tables["bank_lines"]["label"].to_list() == [
        "Facture FA-2026-0042\nmerci\nCARDON LYON\nVIREMENT RECU", "FA-2026-0050", "",
        "provision insuffisante", "USD 120.00", "COTISATION",
    ]  # fmt: skip
    assert rows(reading, "line", "booked_on", "value_on")[0] == (27, DAY, date(2026, 11, 4))
    assert [(note.code, note.params["count"]) for note in reading.notes] == [("camt_pending", 1)]


def test_a_line_has_the_same_key_in_the_advice_and_in_the_statement() -> None:
    advised = read(ADVICE).tables["bank_lines"]["external_key"].to_list()
    stated = read(STATEMENT).tables["bank_lines"]["external_key"].to_list()
    assert advised == stated[:3] == [
        "bank 20261103 REF0001 1240.5", "bank 20261103 REF0002 1 600", "bank 20261103 REF0002 2 300",
    ]  # fmt: skip
    assert read(ADVICE).counts()["statements"] == 0


def test_the_other_currencies_and_balances_of_version_2() -> None:
    reading = read(TWO)
    assert reading.encoding == "iso-8859-1"
    assert rows(reading, "bank_account", "currency", "from_on", "to_on", "opening", "closing",
                kind="statements") == [
        ("0012-345678", "JPY", date(2026, 10, 31), DAY, Decimal(-2000), Decimal(123456)),
        ("CH9300762011623852957", "CHF", date(2026, 11, 1), DAY, None, None),
    ]  # fmt: skip
    assert rows(reading, "amount", "counterparty_name", "label", "reference") == [
        (Decimal(125456), "SOCIÉTÉ GÉNÉREUSE", "FA-1\nFA-2\nA1\nA2", ""),
        (Decimal(70), "LIEFERANT AG", "", ""),
    ]
    assert [note.code for note in reading.notes] == ["camt_no_balances"]


def test_a_batch_whose_details_do_not_sum_up_stays_one_line() -> None:
    def part(amount: str) -> str:
        return f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><RmtInf><Ustrd>F{amount}</Ustrd></RmtInf></TxDtls>'

    for inside in (f"{part('4')}{part('5')}", "<TxDtls/><TxDtls/>",
                   "<Btch><NbOfTxs>7</NbOfTxs></Btch>"):  # fmt: skip
        reading = read(advice(entry(f"<NtryDtls>{inside}</NtryDtls>")))
        assert rows(reading, "amount") == [(Decimal(10),)]
        assert [note.code for note in reading.notes] == ["camt_whole_batches"]
    told = read(advice(entry(f"<NtryDtls>{part('4')}{part('5')}</NtryDtls>")))
    assert told.tables["bank_lines"]["label"].to_list() == ["F4\nF5"]
    split = read(advice(entry(f"<NtryDtls>{part('4')}{part('6')}</NtryDtls>")))
    assert rows(split, "amount") == [(Decimal(4),), (Decimal(6),)]


def test_one_detail_of_many_does_not_name_the_payer_of_all() -> None:
    one = "<TxDtls><RltdPties><Dbtr><Nm>NOVA</Nm></Dbtr></RltdPties></TxDtls>"
    reading = read(advice(entry(f"<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch>{one}</NtryDtls>")))
    assert rows(reading, "counterparty_name") == [("",)]


def test_a_batch_in_one_line_says_only_what_all_its_details_say() -> None:
    def part(name: str) -> str:
        named = f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>" if name else ""
        return f"<TxDtls>{named}</TxDtls>"

    for names, said in ((("NOVA", "NOVA"), "NOVA"), (("NOVA", ""), ""), (("NOVA", "ORION"), "")):
        inside = "".join(part(name) for name in names)
        reading = read(advice(entry(f"<NtryDtls>{inside}</NtryDtls>")))
        assert rows(reading, "counterparty_name") == [(said,)]


def test_the_charges_of_a_batch_are_not_those_of_each_part() -> None:
    charges = '<Chrgs><Amt Ccy="EUR">2</Amt></Chrgs>'
    part = '<TxDtls><Amt Ccy="EUR">5</Amt></TxDtls>'
    reading = read(advice(entry(f"{charges}<NtryDtls>{part}{part}</NtryDtls>")))
    assert rows(reading, "charges") == [(None,), (None,)]


def test_parts_are_named_by_their_own_reference_where_each_has_one() -> None:
    def part(named: str) -> str:
        return f'<TxDtls><Refs><AcctSvcrRef>{named}</AcctSvcrRef></Refs><Amt Ccy="EUR">5</Amt></TxDtls>'

    def keys(first: str, second: str) -> list[str]:
        inside = f"<AcctSvcrRef>E</AcctSvcrRef><NtryDtls>{part(first)}{part(second)}</NtryDtls>"
        return read(advice(entry(inside))).tables["bank_lines"]["external_key"].to_list()

    assert keys("A", "B") == ["bank 20261103 A 5", "bank 20261103 B 5"]
    assert keys("A", "A") == ["bank 20261103 E 1 5", "bank 20261103 E 2 5"]


def test_a_reference_that_two_lines_share_names_neither() -> None:
    """F-07: were it used, a file with one of the two would take the one's money for the other's."""

    def paid(by: str) -> str:
        return entry(f"<AcctSvcrRef>SAME</AcctSvcrRef><AddtlNtryInf>{by}</AddtlNtryInf>")

    keys = [*read(advice(paid("NOVA"), paid("ORION"))).tables["bank_lines"]["external_key"]]
    backwards = [*read(advice(paid("ORION"), paid("NOVA"))).tables["bank_lines"]["external_key"]]
    assert len(set(keys)) == 2
    assert keys == backwards[::-1]


def test_two_payments_alike_to_the_letter_are_two() -> None:
    keys = [*read(advice(entry(""), entry(""))).tables["bank_lines"]["external_key"]]
    assert keys[1] == f"{keys[0]} #2"


def test_a_statement_that_is_twice_in_the_file_counts_once() -> None:
    start, end = STATEMENT.index(b"<b:Stmt>"), STATEMENT.index(b"</b:Stmt>") + len(b"</b:Stmt>")
    reading = read(STATEMENT[:end] + STATEMENT[start:end] + STATEMENT[end:])
    assert (reading.counts()["statements"], reading.counts()["bank_lines"]) == (1, 6)
    assert "same_statements" in [note.code for note in reading.notes]


def test_money_that_comes_back() -> None:
    back = "<NtryDtls><TxDtls><RtrInf><Rsn><Prtry>X</Prtry></Rsn></RtrInf></TxDtls></NtryDtls>"
    for inside, reason in ((back, "X"), ("<RvslInd>1</RvslInd>", ""), ("<RvslInd>true</RvslInd>", "")):
        reading = read(advice(entry(inside, side="DBIT")))
        assert rows(reading, "direction", "is_return", "return_reason") == [("debit", True, reason)]
    codes = ("PMNT-IDDT-UPDD", "PMNT-RCDT-RRTN", "PMNT-RCHQ-UPCQ", "PMNT-RCDT-ESCT", "544")
    assert [is_return(code) for code in codes] == [True, True, True, False, False]


def test_methods() -> None:
    codes = ("PMNT-RCDT-ESCT", "PMNT-CNTR-CHKD", "PMNT-CNTR-CDPT", "PMNT-MCRD-POSP", "ACMT-MDOP-CHRG", "9")
    assert [method_of(code) for code in codes] == ["transfer", "cheque", "cash", "card", "fee", ""]


def test_charges_are_added_up() -> None:
    def kept(amount: str, currency: str = "EUR", side: str = "DBIT") -> str:
        return f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'

    total = '<TtlChrgsAndTaxAmt Ccy="EUR">3</TtlChrgsAndTaxAmt>'
    said = {
        f"<Chrgs>{total}<Rcrd>{kept('3')}</Rcrd></Chrgs>": Decimal(3),
        f"<Chrgs><Rcrd>{kept('1')}</Rcrd><Rcrd>{kept('2')}</Rcrd></Chrgs>": Decimal(3),
        f"<Chrgs>{kept('2')}</Chrgs><Chrgs>{kept('1.5', side='CRDT')}</Chrgs>": Decimal("0.5"),
        f"<Chrgs>{kept('2', currency='USD')}</Chrgs>": None,
    }
    for inside, charges in said.items():
        assert rows(read(advice(entry(inside))), "charges") == [(charges,)]


def test_a_movement_without_any_day_gets_that_of_the_file() -> None:
    bare = entry("").replace("<BookgDt><Dt>2026-11-03</Dt></BookgDt>", "")
    valued = bare.replace("</Ntry>", "<ValDt><Dt>2026-11-05</Dt></ValDt></Ntry>")
    reading = read(advice(bare, valued))
    assert [row[0] for row in rows(reading, "booked_on")] == [DAY, date(2026, 11, 5)]
    assert [(note.code, note.params["count"]) for note in reading.notes] == [("camt_no_booking_day", 2)]


def test_pages_bear_interim_balances() -> None:
    page = STATEMENT.replace(
        b"<b:ElctrncSeqNb>", b"<b:StmtPgntn><b:PgNb>2</b:PgNb></b:StmtPgntn><b:ElctrncSeqNb>"
    )
    page = page.replace(b"OPBD", b"ITBD").replace(b"CLBD", b"ITBD")
    assert rows(read(page), "statement", "opening", "closing", kind="statements") == [
        ("S-2026-211 p2 20261103", Decimal(1000), Decimal("3030.55"))
    ]
    assert refusal(SOURCE, page.replace(b"3030.55", b"3030.56")).code == "statement_unbalanced"


def test_each_version_reads_alike() -> None:
    for version in range(1, 14):
        content = STATEMENT.replace(b"camt.053.001.08", f"camt.053.001.{version:02}".encode())
        assert SOURCE.identify(content, "") == 1
        assert read(content).counts() == read(STATEMENT).counts()


def test_an_envelope_around_the_document_is_seen_through() -> None:
    body = ADVICE.split(b"?>", 1)[1]
    wrapped = b"<Envelope><AppHdr/>" + body + b"</Envelope>"
    assert SOURCE.identify(wrapped, "") == 1
    assert read(wrapped).counts() == read(ADVICE).counts()


def change(old: str, new: str) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return changed


@pytest.mark.parametrize(
    ("spoil", "line", "code"),
    [
        (change(">1240.50<", ">1240.51<"), 5, "statement_unbalanced"),
        (change(">1240.50<", ">1240.50001<"), 28, "too_many_decimals"),
        (change(">1240.50<", ">1,50<"), 28, "camt_bad_value"),
        (change(">1240.50<", ">-1240.50<"), 28, "camt_bad_value"),
        (change(">1240.50<", "><"), 28, "camt_bad_value"),
        (change(">1240.50<", ">123456789012345.00<"), 28, "amount_too_big"),
        (change('Ccy="EUR">1240.50', 'Ccy="USD">1240.50'), 27, "camt_other_currency"),
        (change('Ccy="EUR">1000', 'Ccy="euro">1000'), 17, "camt_bad_value"),
        (change("CRDT", "CREDIT"), 17, "camt_bad_value"),
        (change("2026-11-03</b:Dt></b:BookgDt>", "2026-11-31</b:Dt></b:BookgDt>"), 27, "not_a_date"),
        (change("2026-11-03</b:Dt></b:BookgDt>", "03/11/2026</b:Dt></b:BookgDt>"), 27, "not_a_date"),
        (change("<b:Sts><b:Cd>BOOK</b:Cd></b:Sts>", ""), 27, "camt_missing"),
        (change("<b:IBAN>FR76 3000 6000 0112 3456 7890 189</b:IBAN>", ""), 5, "camt_missing"),
        (change("<b:Id>S-2026-211</b:Id>", "<b:Id/>"), 5, "camt_missing"),
        (change("</b:Ntry>", ""), 103, "xml_broken"),
        (change("<b:Document", '<!DOCTYPE x [<!ENTITY a "b">]><b:Document'), 1, "xml_doctype"),
        (lambda content: content[:4000], 74, "xml_broken"),
        (lambda content: content.replace(b"b:Stmt>", b"b:Other>"), 3, "camt_no_statement"),
        (lambda content: content.replace(b"BkToCstmrStmt", b"CstmrCdtTrfInitn"), 2, "camt_other_xml"),
        (lambda content: content.replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), 3, "camt_intraday"),
    ],
)  # fmt: skip
def test_a_broken_statement_says_where_and_why(spoil: Callable[[bytes], bytes], line: int, code: str) -> None:
    error = refusal(SOURCE, spoil(STATEMENT))
    assert (error.code, error.line) == (code, line)


def test_the_difference_is_told() -> None:
    error = refusal(SOURCE, STATEMENT.replace(b"3030.55", b"3030.50"))
    assert error.why.params["difference"] == Decimal("-0.05")


def test_xml_that_would_harm() -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10) for n in range(9)
    )
    assert refusal(SOURCE, laughs + b"]><Document>&a8;</Document>").code in ("xml_doctype", "xml_broken")
    outside = b'<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]><Document>&s;</Document>'
    assert refusal(SOURCE, outside).code == "xml_doctype"
    deep = b"<Document>" + b"<a>" * 300 + b"</a>" * 300 + b"</Document>"
    assert refusal(SOURCE, deep).code in ("xml_too_deep", "xml_broken")
    assert (
        refusal(SOURCE, b"<Document>" + b"<a>" * 150 + b"</a>" * 150 + b"</Document>").code == "xml_too_deep"
    )


@settings(max_examples=50, deadline=None)
@given(noise())
def test_noise_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "x.xml")


@settings(max_examples=80, deadline=None)
@given(spoilt((STATEMENT, ADVICE, TWO)))
def test_spoilt_statements_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "x.xml")
