"""The e-invoicing network on screen: tasks, the account to pay that two persons confirm, the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from acquit.core.network import REASONS, ROLES, TASKS, Code
from acquit.flows.cases.raise_bank_change import Claim, raise_bank_change
from acquit.flows.ledger.import_file import import_file
from acquit.flows.outbox.plan_day import plan_day
from acquit.sources.cdar.tests.messages import SELLER, detail, message, reference
from acquit.store import tenancy
from acquit.store.accounts.models import Account, Membership, User
from acquit.store.cases.models import BankChange, Dispute, Task
from acquit.store.network.models import NetworkStatus
from acquit.store.outbox.models import Message
from acquit.web.words import CATEGORIES, STATUSES, WORKERS
from acquit.web.worklist.words import NETWORK
from acquit.web.worklist.words import TASKS as WORDED
from tests.flows import world
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of

NOW = datetime.now(UTC)
TODAY = NOW.date()
ISSUED = TODAY - timedelta(days=44)


def visitor_of(user):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(user)
    return visitor


@pytest.fixture
def visitor(founded):
    return visitor_of(User.objects.get(pk=founded.user_id))


@pytest.fixture
def colleague(founded):
    """Another person of the same organisation."""
    user = User.objects.create(username="nadia", first_name="Nadia", last_name="Ferrand")
    with founded.open():
        Membership.objects.create(organisation_id=founded.id, user=user)
    return visitor_of(user)


@pytest.fixture
def creditor(founded):
    with founded.open():
        return world.ready_creditor(founded.id, siren=SELLER, works_every_day=True)


@pytest.fixture
def term(founded, creditor):
    with founded.open():
        return world.invoice(world.account(creditor, "DUPONT"), "F-1", due=TODAY - timedelta(days=14))


def told(founded, code, number="F-1", **said):
    at = f"{NOW - timedelta(days=2):%Y%m%d%H%M%S}"
    content = message(reference(code, number, issued=f"{ISSUED:%Y%m%d}", details=detail(**said)), at=at)
    with founded.open():
        return import_file(
            organisation_id=founded.id, creditor_id=founded.creditor_id, name="statut.xml", content=content,
            now=NOW,
        )  # fmt: skip


def the_task(founded, kind):
    with founded.open():
        return Task.objects.get(kind=kind)


def reading(visitor, task):
    return text_of(
        part(assert_fragment_is_part(visitor, f"/a-traiter/tache/{task.pk}/", "lecture"), "#lecture")
    )


def notice_to(visitor):
    return text_of(part(soup(visitor.get("/a-traiter/")), "#avis"))


def test_a_dispute_names_its_category_its_owner_and_is_closed_here(visitor, founded, term):
    told(founded, 207, reasons=["QTE_ERR"], note="3 colis &lt;manquent&gt;")
    task = the_task(founded, "network_dispute")
    said = reading(visitor, task)
    for words in (
        "F-1 · En litige",
        "quantité (QTE_ERR)",
        "logistique",
        "3 colis <manquent>",
        "Clore le litige",
    ):
        assert words in said
    answer = visitor.post(f"/a-traiter/tache/{task.pk}/statut/", {"invoice": term.invoice_id})
    assert answer.status_code == 303
    with founded.open():
        assert Dispute.objects.get().resolved_on == TODAY
        assert Task.objects.get(pk=task.pk).closed_by_id == founded.user_id


def test_what_was_answered_is_said_to_be(visitor, founded, term):
    told(founded, 213, reasons=["REJ_SEMAN"])
    task = the_task(founded, "reissue")
    assert "réémettez-les sous un autre numéro" in reading(visitor, task)
    url = f"/a-traiter/tache/{task.pk}/statut/"
    visitor.post(url, {"invoice": term.invoice_id})
    visitor.post(url, {"invoice": term.invoice_id})
    assert "n’attend plus" in notice_to(visitor)
    assert visitor.post(url, {"invoice": "x"}).status_code == 404


def test_a_document_that_was_given_is_noted(visitor, founded, term):
    told(founded, 208, reasons=["JUSTIF_ABS"])
    task = the_task(founded, "missing_document")
    assert "trois jours ouvrés" in reading(visitor, task)
    visitor.post(f"/a-traiter/tache/{task.pk}/statut/", {"invoice": term.invoice_id})
    with founded.open():
        noted = NetworkStatus.objects.get(code=209)
        assert (noted.noted_by_id, noted.invoice_id) == (founded.user_id, term.invoice_id)


def test_a_dispute_that_was_answered_may_stay_open(visitor, founded, term):
    told(founded, 207, reasons=["PU_ERR"])
    told(founded, 209)
    task = the_task(founded, "network_completed")
    assert "Laisser ouvert" in reading(visitor, task)
    visitor.post(f"/a-traiter/tache/{task.pk}/garder/")
    with founded.open():
        assert Task.objects.get(pk=task.pk).closed_at is not None
        assert Dispute.objects.get().resolved_on is None
    other = the_task(founded, "network_dispute")
    assert visitor.post(f"/a-traiter/tache/{other.pk}/garder/").status_code == 404


def test_a_payment_that_was_announced_and_did_not_come_is_in_the_list(visitor, founded, term):
    with founded.open():
        Task.objects.create(
            organisation_id=founded.id, creditor_id=founded.creditor_id, account_id=term.account_id,
            kind="payment_announced", opened_at=NOW,
        )  # fmt: skip
    assert "rien n’est arrivé dans le délai" in reading(visitor, the_task(founded, "payment_announced"))


def test_b4_two_different_persons_confirm_the_account_to_pay(visitor, colleague, founded, term):
    told(founded, 208, reasons=["COORD_BANC_ERR"], amounts=[("CBB", "FR76 1027 8041 0000 0202 0160 151", "")])
    task = the_task(founded, "bank_change")
    said = reading(visitor, task)
    for words in ("FR7610278041000002020160151", "FR7630006000011234567890189", "un statut du réseau, F-1"):
        assert words in said
    with founded.open():
        plan_day(organisation_id=founded.id, now=NOW)
        assert not Message.objects.exists()
        guard = BankChange.objects.get().pk
    url = f"/a-traiter/compte-a-payer/{guard}/"
    visitor.post(url, {"outcome": "ours"})
    assert "Une deuxième personne doit le confirmer." in notice_to(visitor)
    visitor.post(url, {"outcome": "ours"})
    assert "la première confirmation est la vôtre" in notice_to(visitor)
    assert "a vérifié : notre compte est le bon" in reading(colleague, task).replace("\u00a0", " ")
    with founded.open():
        assert BankChange.objects.get().ended_at is None
    colleague.post(url, {"outcome": "ours"})
    with founded.open():
        ended = BankChange.objects.get()
        assert ended.outcome == "ours"
        assert {ended.first_by_id, ended.second_by_id} == {
            founded.user_id,
            User.objects.get(username="nadia").pk,
        }
        assert Task.objects.get(pk=task.pk).closed_at is not None
    assert colleague.post(url, {"outcome": "whatever"}).status_code == 404
    visitor.post(url, {"outcome": "changed"})
    assert "déjà terminée" in notice_to(visitor)


def test_a_contested_account_of_the_whole_creditor_stands_on_top(visitor, founded, creditor, term):
    with founded.open():
        claim = Claim(creditor_id=creditor.pk, source="person", note="un inconnu a téléphoné")
        raise_bank_change(organisation_id=founded.id, claim=claim, now=NOW)
        alert = Task.objects.get()
    link = part(soup(visitor.get("/a-traiter/")), ".acq-work a[data-tone=warn]")
    assert "Vérifier le compte à payer" in text_of(link)
    page = soup(visitor.get(link["href"]))
    assert "un inconnu a téléphoné" in text_of(part(page, "#lecture"))
    assert len(page.select("button[name=outcome]")) == 2
    assert visitor.post(f"/a-traiter/alerte/{alert.pk}/fermer/").status_code == 404
    with founded.open():
        assert Task.objects.get().closed_at is None


def test_another_organisation_sees_none_of_it(founded, found, term):
    told(founded, 227)
    theirs = found("Autre")
    other = visitor_of(User.objects.get(pk=theirs.user_id))
    with founded.open():
        guard, tasks = BankChange.objects.get().pk, list(Task.objects.values_list("pk", flat=True))
    assert other.post(f"/a-traiter/compte-a-payer/{guard}/", {"outcome": "ours"}).status_code == 404
    for task in tasks:
        assert other.post(f"/a-traiter/tache/{task}/statut/", {"invoice": term.invoice_id}).status_code == 404
        assert other.post(f"/a-traiter/tache/{task}/garder/").status_code == 404
    with tenancy.organisation(theirs.id):
        assert not NetworkStatus.objects.exists()


def test_the_history_tells_the_network_in_words(visitor, founded, term):
    told(founded, 203)
    told(founded, 206, reasons=["PU_ERR"], amounts=[("MAPTTC", "900.00", "")])
    told(founded, 777)
    with founded.open():
        account = Account.objects.get()
    said = text_of(soup(visitor.get(f"/clients/{account.pk}/"))).replace("\u00a0", " ").replace("\u202f", " ")
    for words in ("Mise à disposition de l’acheteur", "Approuvée en partie : prix", "900,00 €", "Statut 777"):
        assert words in said


def test_every_role_category_task_and_code_has_words():
    assert set(WORKERS) == set(ROLES)
    assert {reply.category for reply in REASONS.values()} <= set(CATEGORIES)
    assert set(STATUSES) == set(Code)
    assert set(TASKS.values()) == set(NETWORK)
    assert set(NETWORK) <= set(WORDED)


def test_the_file_is_named_where_files_come_in(visitor, founded, term):
    told(founded, 205)
    assert "Statuts de factures électroniques" in text_of(soup(visitor.get("/imports/")))
