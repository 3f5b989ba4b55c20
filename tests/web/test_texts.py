"""« Modèles »: written, checked, tried on a client, mailed to oneself, restored and compared."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from acquit.store.accounts.models import User
from acquit.store.templates.models import Experiment, TemplateVersion
from acquit.wording.template import shipped
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of

URL = "/modeles/friendly/fr/"
BODY = "Bonjour <b>à tous</b>,\n\n{{ debtor.name }}\n\n{{ invoice_table }}\n\n{{ signature }}"


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def account(founded):
    with founded.open():
        one = world.account(world.ready_creditor(founded.id), "C1", name="<script>x()</script> Bâti-Sud")
        world.invoice(one, "F-1")
        return one


def typed(account, **more):
    return {"subject": "Objet", "body": BODY, "account": account.pk, **more}


def test_every_text_is_listed_in_each_language_and_opens(visitor, account):
    page = soup(visitor.get("/modeles/"))
    links = [link["href"] for link in page.select("main tbody a")]
    assert URL in links
    assert "/modeles/formal_notice/en/" in links
    for link in links[::9]:
        shown = soup(visitor.get(link))
        assert part(shown, "textarea").text.strip()
    assert visitor.get("/modeles/friendly/xx/").status_code == 404
    assert visitor.get("/modeles/nothing/fr/").status_code == 404


def test_a_text_is_kept_used_and_given_back(visitor, founded, account):
    said = soup(visitor.post(URL, typed(account), follow=True))
    assert "Version 1 en service" in text_of(said)
    assert "<b>à tous</b>" in part(said, "textarea").text
    visitor.post(URL, typed(account, subject="Deux"))
    page = soup(visitor.post(f"{URL}reprendre/", {"number": "1"}, follow=True))
    assert part(page, "input[name=subject]")["value"] == "Objet"
    page = soup(visitor.post(f"{URL}reprendre/", follow=True))
    assert part(page, "textarea").text.strip() == shipped("fr", "friendly").body


def test_faults_stand_beside_the_field_and_nothing_is_lost(visitor, founded, account):
    wrong = typed(account, body=BODY + "\n{{ contact.mood }} Un huissier viendra.")
    answer = visitor.post(URL, wrong)
    assert answer.status_code == 422
    page = soup(answer)
    assert "contact.mood" in text_of(part(page, ".acq-try"))
    assert "huissier" in text_of(part(page, ".acq-try"))
    assert "{{ contact.mood }}" in part(page, "textarea").text
    with founded.open():
        assert not TemplateVersion.objects.exists()


def test_the_preview_is_inert_and_sends_nothing(founded, account):
    visitor = Client()  # a mail has styles of its own, which no page may
    visitor.force_login(User.objects.get(pk=founded.user_id))
    answer = visitor.post(f"{URL}apercu/", typed(account))
    shown = answer.content.decode()
    assert "&lt;b&gt;à tous&lt;/b&gt;" in shown
    assert "<script" not in shown
    assert "F-1" in shown
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert visitor.get(f"{URL}apercu/").status_code == 405
    assert not mail.outbox
    unsaid = visitor.post(f"{URL}apercu/", typed(account, body="{{ broken_promise.until | day }}"))
    assert "retenu" in unsaid.content.decode()


def test_a_trial_goes_to_oneself_and_keeps_what_was_typed(visitor, founded, account):
    answer = visitor.post(f"{URL}essai/", typed(account))
    (sent,) = mail.outbox
    assert sent.to == [founded.email]
    assert sent.subject == "[Essai] Objet"
    assert "<b>à tous</b>" in sent.body
    assert "<b>à tous</b>" in part(soup(answer), "textarea").text
    with founded.open():
        assert not TemplateVersion.objects.exists()


def test_two_versions_are_compared_and_the_comparison_ended(visitor, founded, account):
    visitor.post(URL, typed(account, keep="trial"))
    page = soup(visitor.post(f"{URL}comparer/", {"number": "1", "days": "10"}, follow=True))
    card = text_of(part(page, "[aria-labelledby^=comparaison-]"))
    assert "Réglé sous 10 jours" in card
    assert "Trop peu de clients" in card
    with founded.open():
        number = Experiment.objects.get().pk
    page = soup(visitor.post(f"/modeles/comparaisons/{number}/arreter/", follow=True))
    assert "arrêtée le" in text_of(part(page, "[aria-labelledby^=comparaison-]"))


def test_another_organisations_texts_are_its_own(visitor, found, account):
    other = found("Béta")
    with other.open():
        TemplateVersion.objects.create(
            organisation_id=other.id, key="friendly", language="fr", number=1, subject="À eux", body=BODY,
            in_force=True, written_at=world.NOW,
        )  # fmt: skip
    assert "À eux" not in visitor.get(URL).content.decode()
