"""The whole journey in a browser: import, accept, approve, see it sent, record the payment, see it stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import House, until

_BIG, _SMALL = "Électro Mistral", "Cuisines Arvor"
_TODAY = datetime.now(UTC).date()
_DUE = _TODAY - timedelta(days=10)

INVOICES = f"""Code client;Raison sociale;N° facture;Date facture;Échéance;Montant TTC
C01;{_BIG};F-101;{_DUE - timedelta(days=30):%d/%m/%Y};{_DUE:%d/%m/%Y};1 240,50
C02;{_SMALL};F-102;{_DUE - timedelta(days=30):%d/%m/%Y};{_DUE:%d/%m/%Y};300,00
"""
CONTACTS = """Code client;Contact;E-mail
C01;Mme Nadia Ferrand;nadia@mistral.example
C02;M. Luc Arvor;luc@arvor.example
"""


@pytest.mark.slow
def test_from_the_file_to_the_payment(house: House, browser: Browser) -> None:
    page = browser.new_page(base_url=house.base, locale="fr-FR", viewport={"width": 1440, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(page, house)
    _import(page)
    assert not house.box.mails, "something left before the first list was accepted"
    _accept(page)
    _approve(page)
    _see_it_sent(page, house)
    _record_the_payment(page)
    _see_it_stop(page)
    assert len(house.box.mails) == 2
    assert not faults, faults


def _sign_in(page: Page, house: House) -> None:
    page.goto("/")
    page.locator("input[name=login]").fill(house.email)
    page.locator("input[name=password]").fill(house.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator("h1")).to_have_text("Mise en route")


def _import(page: Page) -> None:
    page.get_by_role("link", name="Importer un fichier").click()
    page.locator("#fichiers").set_input_files(
        [
            {"name": "contacts.csv", "mimeType": "text/csv", "buffer": CONTACTS.encode()},
            {"name": "factures.csv", "mimeType": "text/csv", "buffer": INVOICES.encode()},
        ]
    )
    page.get_by_role("button", name="Examiner").click()
    expect(page.locator("h1")).to_have_text("factures.csv")
    expect(page.locator("main")).to_contain_text("1 540,50".replace(" ", "\u202f"))
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.locator("h1")).to_have_text("contacts.csv")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ce que le fichier a apporté")


def _accept(page: Page) -> None:
    page.get_by_role("link", name="À traiter").first.click()
    page.get_by_role("link", name="Relire la première liste").click()
    rows = page.locator("#liste tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(_BIG)
    expect(rows.first).to_contain_text("à approuver")
    page.get_by_role("button", name="Accepter la liste").click()
    expect(page.locator("#avis")).to_contain_text("Liste acceptée.")


def _approve(page: Page) -> None:
    _reload_until(
        page, "/a-traiter/?vue=messages", lambda: page.locator(".acq-work [data-item]").count() == 1
    )
    expect(page.locator("#lecture h2").first).to_have_text(_BIG)
    mail = page.frame_locator("#lecture iframe")
    expect(mail.locator("body")).to_contain_text("F-101")
    page.keyboard.press("a")
    expect(page.locator("#avis")).to_contain_text("Message approuvé.")


def _see_it_sent(page: Page, house: House) -> None:
    rows = page.locator("#liste tbody tr")
    _reload_until(page, "/envois/?etat=envoyes", lambda: rows.count() == 2)
    page.get_by_role("link", name=_BIG).click()
    expect(page.locator("main")).to_contain_text("Accepté par le serveur")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("F-101")
    assert sorted(house.box.recipients) == ["luc@arvor.example", "nadia@mistral.example"]
    mail = next(one for one in house.box.mails if one.rcpt_tos == ["nadia@mistral.example"])
    read = message_from_bytes(mail.content, policy=modern)
    body = read.get_body(("plain",))
    assert body is not None
    text = re.sub("[\u00a0\u202f]", " ", str(body.get_content()))
    assert "Bonjour Madame Ferrand" in text
    assert "F-101" in text
    assert "1 240,50 €" in text
    assert "FR76 3000 6000 0112 3456 7890 189" in text


def _record_the_payment(page: Page) -> None:
    page.get_by_role("link", name="Clients", exact=True).click()
    page.get_by_role("link", name=_BIG).click()
    page.get_by_role("link", name="Règlement", exact=True).click()
    form = page.locator("#action form")
    form.locator("input[name=amount]").fill("1240,50")
    form.get_by_role("checkbox").check()
    form.locator("button[type=submit]").click()
    expect(page.locator("#avis")).to_contain_text("enregistré")


def _see_it_stop(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("tout est réglé")
    for ahead in page.locator(".acq-diary li").all():
        expect(ahead).to_contain_text("tout est réglé")
    page.goto("/envois/?etat=a-partir")
    expect(page.locator("#liste")).to_contain_text("Rien ici")


def _reload_until(page: Page, url: str, holds: Callable[[], bool]) -> None:
    def again() -> bool:
        page.goto(url)
        return holds()

    until(again, url)
