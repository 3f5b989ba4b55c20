"""A new company is set up in a browser alone, on a telephone, without JavaScript and without a shell."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Empty, until
from tests.e2e.test_journey import CONTACTS, INVOICES
from tests.fixtures.mailserver import PASSWORD, MailServer

ME, BOX = "claire@valmeric.example", "relances@valmeric.example"


@pytest.mark.slow
def test_from_sign_in_to_the_first_list_without_a_shell(
    empty: Empty, browser: Browser, mail_server: MailServer
) -> None:
    context = browser.new_context(
        base_url=empty.base, locale="fr-FR", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=login]").fill(empty.email)
    page.locator("input[name=password]").fill(empty.password)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("h1")).to_have_text("Mise en route")
    expect(page.locator(".acq-sub")).to_contain_text("1 étape faite sur 6")

    _take(page, "Compléter")
    page.locator("#reglage-iban").fill("FR76 3000 6000 0112 3456 7890 189")
    page.locator("#reglage-sender_email").fill(BOX)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#avis")).to_contain_text("Réglages enregistrés")

    _take(page, "Importer un fichier")
    _import(page)
    _take(page, "Régler")
    _send(page, mail_server)
    _take(page, "Ajouter une boîte")
    _hear(page, mail_server)
    _take(page, "Relire la liste")
    page.get_by_role("button", name="Accepter la liste").click()
    expect(page.locator("#avis")).to_contain_text("Liste acceptée.")

    expect(page.get_by_role("link", name="Mise en route")).to_have_count(0)
    page.goto("/mise-en-route/")
    expect(page.locator("main")).to_contain_text("Tout est en place")
    _is_read(page)
    context.close()


def _take(page: Page, words: str) -> None:
    """Take the step whose turn it is; it is the one that has this button."""
    page.get_by_role("link", name="Mise en route").click()
    now = page.locator("[aria-current=step] .btn-primary")
    expect(now).to_have_text(words)
    now.focus()
    page.keyboard.press("Enter")


def _import(page: Page) -> None:
    page.locator("#fichiers").set_input_files(
        [
            {"name": "contacts.csv", "mimeType": "text/csv", "buffer": CONTACTS.encode()},
            {"name": "factures.csv", "mimeType": "text/csv", "buffer": INVOICES.encode()},
        ]
    )
    page.get_by_role("button", name="Examiner").click()
    for _ in range(2):
        page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ce que le fichier a apporté")


def _send(page: Page, server: MailServer) -> None:
    page.get_by_role("link", name="SMTP").click()
    page.locator("#envoi-s-host").fill(server.host)
    page.locator("#envoi-s-port").fill(str(server.smtp_port))
    page.locator("#envoi-s-security").select_option("none")
    page.get_by_role("button", name="Enregistrer").click()
    page.locator("#essai-a").fill(ME)
    page.get_by_role("button", name="Envoyer un essai").click()
    expect(page.locator("#avis")).to_contain_text("Essai accepté")
    (mail,) = server.mails(ME)
    assert BOX in str(mail["From"])


def _hear(page: Page, server: MailServer) -> None:
    page.locator("#boite-user").fill(BOX)
    page.locator("#boite-password").fill("pas celui-là")
    page.locator("#boite-host").fill(server.host)
    page.locator("#boite-port").fill(str(server.imap_port))
    page.locator("#boite-security").select_option("none")
    page.locator("#boite-name").press("Enter")
    expect(page.locator("#boite-password-errors")).to_contain_text("mot de passe refusé")
    expect(page.locator("#boite-password")).to_have_attribute("aria-invalid", "true")
    page.locator("#boite-password").fill(PASSWORD)
    page.locator("#boite-name").press("Enter")
    expect(page.locator("#avis")).to_contain_text("Boîte enregistrée")


def _is_read(page: Page) -> None:
    def read() -> bool:
        page.goto("/reglages/boites/")
        return "Dernière lecture" in page.locator("main").inner_text()

    until(read, "the worker reads the mailbox that was added")
