"""« Contrôle des données »: what is shown, and the merge of two clients with its undo."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.store.accounts.models import Account, DebtorMerge, User
from acquit.store.ledger.models import DuplicatePayment, Payment
from tests.flows import world
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded):
    with founded.open():
        return world.ready_creditor(founded.id)


@pytest.fixture
def twice(founded, creditor):
    with founded.open():
        one = world.account(creditor, "DUP1", name="Dupont SARL", siren="732829320")
        two = world.account(creditor, "DUP2", name="DUPONT", siren="732829320")
        world.invoice(one, "F-1", "1200.00")
        return one, two


def test_clean_data_are_told_so(visitor, creditor):
    page = soup(visitor.get("/controle/"))
    assert "Rien à signaler ici." in text_of(part(page, "#liste"))
    assert part(soup(visitor.get("/reglages/")), 'a[href="/controle/"]')


def test_each_kind_has_its_list_and_leads_to_the_client(visitor, founded, creditor):
    with founded.open():
        poor = world.account(creditor, "X", name="Sans adresse", email="", siren="732829321")
        world.invoice(poor, "F-9", "10.00")
    page = assert_fragment_is_part(visitor, "/controle/?controle=no_email", "liste")
    assert part(page, "#liste tbody a")["href"] == f"/clients/{poor.pk}/"
    assert "10,00" in text_of(part(page, "#liste tbody"))
    page = soup(visitor.get("/controle/?controle=wrong_siren"))
    assert "732829321" in text_of(part(page, "#liste tbody"))
    assert [text_of(tab) for tab in page.select("#liste [aria-current]")] == ["SIREN faux 1"]


def test_long_lists_have_pages(visitor, founded, creditor):
    with founded.open():
        for number in range(51):
            world.account(creditor, f"C{number:02}", email="")
    assert len(soup(visitor.get("/controle/?controle=no_email")).select("#liste tbody tr")) == 50
    assert len(soup(visitor.get("/controle/?controle=no_email&page=2")).select("#liste tbody tr")) == 1


def test_two_clients_are_merged_and_parted_again(visitor, founded, twice):
    one, two = twice
    page = soup(visitor.get("/controle/?controle=duplicate"))
    form = part(page, "#liste tbody form")
    said = {field["name"]: field["value"] for field in form.select("input[name]")}
    assert said["keep"] == str(one.debtor_id)
    assert visitor.post(form["action"], said).status_code == 303
    with founded.open():
        assert set(Account.objects.values_list("debtor_id", flat=True)) == {one.debtor_id}
        merge = DebtorMerge.objects.get()
        assert merge.merged_by_id == founded.user_id
    page = soup(visitor.get("/controle/?controle=duplicate"))
    assert "DUPONT est fusionné avec Dupont SARL." in text_of(part(page, "#avis"))
    undo = part(page, "#avis form")["action"]
    assert undo == f"/controle/fusions/{merge.pk}/annuler/"
    assert "DUPONT" in text_of(part(page, "#fusions").parent.parent)
    assert visitor.post(undo).status_code == 303
    with founded.open():
        assert Account.objects.get(pk=two.pk).debtor_id == two.debtor_id
    again = soup(visitor.get("/controle/"))
    assert "de nouveau séparés" in text_of(part(again, "#avis"))
    visitor.post(undo)
    assert "déjà annulée" in text_of(part(soup(visitor.get("/controle/")), "#avis"))


def test_a_payment_told_twice_is_judged_by_one_key(visitor, founded, creditor):
    with founded.open():
        one = world.account(creditor, "C001", name="Alpha")
        first, second = (
            Payment.objects.create(
                organisation_id=founded.id, account=one, external_key=key, amount=1200, currency="EUR",
                received_on=world.TODAY, known_on=world.TODAY, reference=key,
            )
            for key in ("VIR 4711", "R-77")
        )  # fmt: skip
        asked = DuplicatePayment.objects.create(
            organisation_id=founded.id, account=one, payment=first, other=second, external_key="R-77",
            found_at=timezone.now(),
        )  # fmt: skip
    page = assert_fragment_is_part(visitor, "/controle/", "liste")
    said = text_of(part(page, "#liste tbody")).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Alpha" in said
    assert "1 200,00 €" in said
    assert "VIR 4711" in said
    assert [button["data-key"] for button in page.select("#liste tbody button")] == ["m", "d"]
    answer = visitor.post(f"/controle/doublons/{asked.pk}/", {"answer": "same"}, follow=True)
    assert "Un seul règlement" in answer.content.decode()
    with founded.open():
        assert Payment.objects.get(pk=second.pk).returned_on == world.TODAY
    again = visitor.post(f"/controle/doublons/{asked.pk}/", {"answer": "two"}, follow=True)
    assert "a déjà dit" in again.content.decode()
    visitor.post(f"/controle/doublons/{asked.pk}/annuler/")
    visitor.post(f"/controle/doublons/{asked.pk}/", {"answer": "two"})
    with founded.open():
        assert set(Payment.objects.order_by("id").values_list("returned_on", flat=True)) == {None}
        assert DuplicatePayment.objects.get().is_same is False


def test_a_stranger_merges_nothing_of_ours(found, founded, twice):
    one, two = twice
    stranger = Visitor(headers={"Accept-Language": "fr"})
    stranger.force_login(User.objects.get(pk=found("Autre").user_id))
    said = {"keep": one.debtor_id, "other": two.debtor_id}
    assert stranger.post("/controle/fusionner/", said).status_code == 404
    assert stranger.post("/controle/fusionner/", {"keep": "x"}).status_code == 404


def test_all_is_said_in_english_too(visitor, twice):
    visitor.post("/langue/setlang/", {"language": "en"})
    said = text_of(part(soup(visitor.get("/controle/?controle=duplicate")), "main"))
    assert "Duplicates" in said
    assert "Doublons" not in said
