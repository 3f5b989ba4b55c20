"""« Mise en route »: each step is done by its fact, the next is named, the entry goes with the last."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.flows.answers.keep_mailbox import Said, keep_mailbox, switch_mailbox
from acquit.store.accounts.models import Creditor, User
from acquit.store.answers.models import Mailbox
from acquit.store.outbox.models import Carrier
from tests.flows import world
from tests.flows.answering import keep, written
from tests.web.pages import Visitor, part, soup, text_of

AT = "/mise-en-route/"
LABELS = [
    "Compléter", "Importer un fichier", "Voir les scénarios", "Régler", "Ajouter une boîte",
    "Relire la liste",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _unset(settings) -> None:
    cache.clear()
    settings.EMAIL_HOST = "localhost"


def current(visitor: Visitor) -> str:
    return text_of(part(soup(visitor.get(AT)), "[aria-current=step] .btn-primary"))


def done(visitor: Visitor) -> str:
    return text_of(part(soup(visitor.get(AT)), ".acq-sub")).partition(".")[0]


def set_up_all_but_the_list(founded) -> None:
    with founded.open():
        Creditor.objects.update(iban="FR7630006000011234567890189", sender_email="relances@valmeric.example")
        creditor = Creditor.objects.get()
        world.invoice(world.account(creditor, "C9"), "FA-9")
        Carrier.objects.create(
            organisation_id=founded.id, channel="email", provider="smtp", name="Relais", token="r",
            made_at=timezone.now(),
        )  # fmt: skip
        keep_mailbox(
            organisation_id=founded.id, today=timezone.localdate(), now=timezone.now(),
            said=Said(host="127.0.0.1", user="relances@valmeric.example", secrets={"password": "x"}),
        )  # fmt: skip


def test_a_newcomer_lands_there_and_sees_the_steps_in_order(visitor, founded) -> None:
    assert visitor.get("/").url == AT
    page = soup(visitor.get(AT))
    assert [text_of(one) for one in page.select(".acq-begin .btn")] == LABELS
    assert done(visitor) == "1 étape faite sur 6"
    assert current(visitor) == "Compléter"
    assert "« Standard » s’applique" in text_of(page).replace("\u00a0", " ")
    assert part(page, f".acq-nav a[aria-current][href='{AT}']")


def test_each_step_is_done_by_its_fact(visitor, founded) -> None:
    with founded.open():
        Creditor.objects.update(iban="FR7630006000011234567890189", sender_email="")
    assert current(visitor) == "Compléter"
    with founded.open():
        Creditor.objects.update(sender_email="relances@valmeric.example")
    assert current(visitor) == "Importer un fichier"
    with founded.open():
        world.invoice(world.account(Creditor.objects.get(), "C1"), "FA-1")
    assert current(visitor) == "Régler"
    with founded.open():
        plan = Creditor.objects.get().default_scenario_id
        Creditor.objects.update(default_scenario=None)
    assert current(visitor) == "Voir les scénarios"
    with founded.open():
        Creditor.objects.update(default_scenario=plan)
        Carrier.objects.create(
            organisation_id=founded.id, channel="sms", provider="kannel", name="S", token="s",
            made_at=timezone.now(),
        )  # fmt: skip
    assert current(visitor) == "Régler", "SMS carry no e-mails"
    set_up_all_but_the_list(founded)
    assert done(visitor) == "5 étapes faites sur 6"
    assert current(visitor) == "Relire la liste"
    with founded.open():
        switch_mailbox(
            organisation_id=founded.id, mailbox_id=Mailbox.objects.get().pk, on=False, now=timezone.now()
        )
    assert current(visitor) == "Ajouter une boîte", "a mailbox that is switched off hears nothing"


def test_the_installation_may_send_and_a_provider_may_hear(visitor, founded, settings) -> None:
    settings.EMAIL_HOST = "smtp.exemple.fr"
    assert "par le serveur de l’installation (smtp.exemple.fr)" in text_of(soup(visitor.get(AT)))
    assert done(visitor) == "2 étapes faites sur 6"
    with founded.open():
        keep(founded, written("Oui.", sender="inconnu@ailleurs.example"), now=timezone.now())
    assert done(visitor) == "3 étapes faites sur 6"


def test_the_entry_goes_with_the_first_list(visitor, founded) -> None:
    set_up_all_but_the_list(founded)
    assert visitor.get("/").url == "/tableau-de-bord/", "there are clients"
    visitor.post("/a-traiter/premiere-liste/accepter/")
    page = soup(visitor.get(AT))
    assert "Tout est en place" in text_of(page)
    assert not page.select(f".acq-nav a[href='{AT}']")


def test_an_empty_list_cannot_be_accepted(visitor, founded) -> None:
    page = soup(visitor.get("/a-traiter/premiere-liste/"))
    assert not page.select("form[action='/a-traiter/premiere-liste/accepter/']")
    page = visitor.post("/a-traiter/premiere-liste/accepter/", follow=True)
    assert "importez vos factures, puis relisez la liste" in text_of(soup(page))
    with founded.open():
        assert Creditor.objects.get().list_accepted_at is None


def test_the_first_list_says_that_nobody_hears(visitor, founded) -> None:
    set_up_all_but_the_list(founded)
    at = "/a-traiter/premiere-liste/"
    assert "Aucune boîte n’est lue" not in text_of(soup(visitor.get(at)))
    with founded.open():
        Mailbox.objects.all().delete()
    page = soup(visitor.get(at))
    assert "Aucune boîte n’est lue" in text_of(page)
    assert part(page, ".acq-notice a[href='/reglages/boites/nouvelle/']")


def test_the_steps_of_another_company_are_its_own(visitor, founded, found) -> None:
    set_up_all_but_the_list(founded)
    stranger = Visitor(headers={"Accept-Language": "fr"})
    stranger.force_login(User.objects.get(pk=found("Autre").user_id))
    assert done(stranger) == "1 étape faite sur 6"


def test_all_is_said_in_english_too(visitor, founded) -> None:
    visitor.post("/langue/setlang/", {"language": "en"})
    said = text_of(part(soup(visitor.get(AT)), "main"))
    assert "First steps" in said
    assert "étape" not in said
