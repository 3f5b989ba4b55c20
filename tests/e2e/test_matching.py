"""« Rapprochement » by keyboard alone: a statement comes in, and each of its lines finds its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from acquit.store.accounts.models import Account, Creditor
from tests.e2e.conftest import House
from tests.fixtures.database import World
from tests.flows.world import account, invoice

_TODAY = datetime.now(UTC).date()
_DAY = _TODAY - timedelta(days=1)
#: (payer, label, amount): four that name their invoices, one to choose, a stranger, one to share out.
_LINES = (
    ("ELECTRO MISTRAL", "VIR FA-2026-101", "1240.50"),
    ("CUISINES ARVOR SAS", "VIR FA-2026-102", "300.00"),
    ("MENUISERIE DELCOURT", "REGLT FACTURES", "3120.00"),
    ("SCI LES ERABLES", "LOYER NOVEMBRE", "940.00"),
    ("TRANSPORTS KERLEAU", "SOLDE DE TOUT COMPTE", "1000.00"),
)


def _camt(on: date) -> bytes:
    """Return the statement as the bank writes it (camt.053)."""
    entries = "".join(
        f"""<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>R{place}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>
        <RmtInf><Ustrd>{label}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""
        for place, (payer, label, amount) in enumerate(_LINES, 1)
    )
    total = sum(float(amount) for *_, amount in _LINES)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
    <GrpHdr><MsgId>M1</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S-1</Id>
    <CreDtTm>{on}T20:00:00</CreDtTm><FrToDt><FrDtTm>{on}T00:00:00</FrDtTm><ToDtTm>{on}T23:59:59</ToDtTm></FrToDt>
    <Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>
    <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
    <Dt><Dt>{on}</Dt></Dt></Bal>
    <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{total:.2f}</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>{entries}</Stmt></BkToCstmrStmt></Document>""".encode()


@dataclass(frozen=True, slots=True)
class Clients:
    """Who pays, and where their pages are."""

    mistral: int
    kerleau: int


@pytest.fixture
def clients(house: House, founded: World) -> Clients:
    """Clients who owe; nothing is matched without a person."""
    with founded.open():
        Creditor.objects.update(match_alone=False)
        creditor = Creditor.objects.get()

        def owing(code: str, name: str, *owed: tuple[str, str]) -> Account:
            client = account(creditor, code, name=name)
            for number, amount in owed:
                invoice(client, number, amount, due=_TODAY - timedelta(days=20), known_on=_TODAY)
            return client

        mistral = owing("C01", "Électro Mistral", ("FA-2026-101", "1240.50"))
        owing("C02", "Cuisines Arvor", ("FA-2026-102", "300.00"))
        owing("C03", "Menuiserie Delcourt", ("FA-2026-103", "3240.00"), ("FA-2026-104", "1692.00"))
        kerleau = owing("C04", "Lebrun Logistique", ("FA-2026-105", "700.00"), ("FA-2026-106", "320.00"))
        return Clients(mistral.pk, kerleau.pk)


@pytest.mark.slow
def test_a_statement_is_matched_by_keyboard_alone(house: House, clients: Clients, browser: Browser) -> None:
    page = browser.new_page(base_url=house.base, locale="fr-FR", viewport={"width": 1440, "height": 950})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(page, house)
    _see(page, f"/clients/{clients.mistral}/", "1 240,50 €")
    expect(page.locator("main")).not_to_contain_text("tout est réglé")
    _import(page)
    _accept_all_and_undo(page)
    _choose(page)
    _set_aside(page)
    _share_out(page)
    _see(page, f"/clients/{clients.mistral}/", "tout est réglé")
    _see(page, f"/clients/{clients.kerleau}/", "tout est réglé")
    assert not house.box.mails
    assert not faults, faults


def _sign_in(page: Page, house: House) -> None:
    page.goto("/")
    page.locator("input[name=login]").focus()
    page.keyboard.type(house.email)
    page.keyboard.press("Tab")
    page.locator("input[name=password]").focus()
    page.keyboard.type(house.password)
    page.keyboard.press("Enter")
    expect(page.locator(".acq-nav")).to_be_visible()


def _see(page: Page, address: str, words: str) -> None:
    page.goto(address)
    expect(page.locator("main")).to_contain_text(_spaced(words))


def _spaced(words: str) -> re.Pattern[str]:
    return re.compile(r"\s".join(map(re.escape, words.split(" "))))


def _go(page: Page) -> None:
    """Press G, then B; the keys of the new page wait for its script."""
    page.wait_for_load_state("load")
    page.keyboard.press("g")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("b")


def _import(page: Page) -> None:
    _go(page)
    expect(page.locator("#lignes")).to_contain_text("Pas encore de relevé")
    page.keyboard.press("i")
    page.locator("#fichiers").set_input_files(
        [{"name": "releve.xml", "mimeType": "application/xml", "buffer": _camt(_DAY)}]
    )
    page.get_by_role("button", name="Examiner").press("Enter")
    expect(page.locator("h1")).to_have_text("releve.xml")
    page.get_by_role("button", name="Importer", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text("Ce que le fichier a apporté")
    _go(page)
    expect(page.locator(".acq-head")).to_contain_text(_spaced("FR76 ···· 0189"))
    expect(page.locator(".acq-match")).to_have_count(len(_LINES))


def _toast(page: Page) -> Locator:
    return page.locator("#avis")


def _current(page: Page) -> Locator:
    return page.locator(".acq-match.is-open")


def _accept_all_and_undo(page: Page) -> None:
    expect(page.locator("#accepter")).to_contain_text(_spaced("1 540,50 €"))
    page.keyboard.press("Shift+A")
    expect(_toast(page)).to_contain_text("2 lignes rapprochées")
    expect(page.locator("#compte-matching")).to_have_text("3")
    expect(page.locator(".acq-match")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(_toast(page)).to_contain_text("2 rapprochements annulés")
    expect(page.locator(".acq-match")).to_have_count(5)
    page.keyboard.press("Shift+A")
    expect(page.locator(".acq-match")).to_have_count(3)


def _go_to(page: Page, payer: str) -> None:
    """Press K to the top, then J until the line is the open one."""
    names = page.locator(".acq-payer")
    for _ in range(names.count()):
        page.keyboard.press("k")
    for place in range(names.count()):
        expect(names.nth(place)).to_be_focused()
        expect(names.nth(place)).to_have_attribute("aria-current", "true")
        if names.nth(place).inner_text() == payer:
            return
        page.keyboard.press("j")
    raise AssertionError(f"no line of {payer}")


def _choose(page: Page) -> None:
    _go_to(page, "MENUISERIE DELCOURT")
    choices = _current(page).get_by_role("radio")
    expect(choices.first).to_be_checked()
    page.keyboard.press("2")
    expect(choices.nth(1)).to_be_checked()
    page.keyboard.press("1")
    expect(choices.first).to_be_checked()
    page.keyboard.press("Enter")
    expect(_toast(page)).to_contain_text(_spaced("3 120,00 € imputés."))
    expect(page.locator(".acq-match")).to_have_count(2)


def _set_aside(page: Page) -> None:
    _go_to(page, "SCI LES ERABLES")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Virement interne").first).to_be_focused()
    page.keyboard.press("4")
    expect(_toast(page)).to_contain_text("Ligne écartée")
    expect(page.locator(".acq-match")).to_have_count(1)
    expect(page.locator(".acq-tab", has_text="Écartées")).to_contain_text("1")
    page.keyboard.press("Control+z")
    expect(page.locator(".acq-match")).to_have_count(2)
    _go_to(page, "SCI LES ERABLES")
    page.keyboard.press("x")
    page.keyboard.press("4")
    expect(page.locator(".acq-match")).to_have_count(1)


def _share_out(page: Page) -> None:
    _go_to(page, "TRANSPORTS KERLEAU")
    page.keyboard.press("/")
    expect(page.locator("#cherche")).to_be_focused()
    page.keyboard.type("lebrun")
    expect(page.locator("#trouves")).to_contain_text("FA-2026-105")
    page.get_by_role("button", name="Ajouter FA-2026-105").press("Enter")
    first = page.get_by_label("Montant imputé sur FA-2026-105")
    expect(first).to_be_focused()
    expect(first).to_have_value("700,00")
    expect(page.locator("[data-rest]")).to_have_text(_spaced("300,00 €"))
    page.get_by_role("button", name="Ajouter FA-2026-106").press("Enter")
    second = page.get_by_label("Montant imputé sur FA-2026-106")
    expect(second).to_have_value("300,00")
    expect(second).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("310")
    expect(page.locator("[data-rest]")).to_have_text(re.compile("^−10,00\\s€$"))
    page.keyboard.press("Control+a")
    page.keyboard.type("300")
    expect(page.locator("[data-rest]")).to_have_text(_spaced("0,00 €"))
    page.keyboard.press("Tab")
    expect(page.get_by_label("Reste de FA-2026-106")).to_be_focused()
    page.keyboard.type("Solder : frais")
    expect(page.get_by_label("Reste de FA-2026-106")).to_have_value("charges")
    page.get_by_role("button", name="Imputer la répartition").press("Enter")
    expect(_toast(page)).to_contain_text(_spaced("1 000,00 € imputés."))
    expect(page.locator("#lignes")).to_contain_text("Tout est rapproché")
    expect(page.locator("#compte-matching")).to_have_text("")
