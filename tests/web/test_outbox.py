"""« Envois »: every message by its state, its attempts, its frozen bytes, and what a person settles."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import User
from acquit.store.outbox.models import Delivery, Evidence, Message
from tests.flows import world
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of

NOW = datetime.now(UTC)
TODAY = NOW.date()


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
        return world.ready_creditor(
            founded.id, works_every_day=True, window_opens="00:00", window_closes="23:59"
        )


def owing(creditor, code, **more):
    account = world.account(creditor, code, **more)
    world.invoice(account, f"F-{code}", due=TODAY - timedelta(days=14), known_on=TODAY)
    return account


def run(founded, box):
    plan_day(organisation_id=founded.id, now=NOW)
    with world.sessions(box) as sessions:
        dispatch_messages(organisation_id=founded.id, now=NOW, worker="w", sessions=sessions)


@pytest.fixture
def sent(founded, creditor):
    """A mail that left."""
    with founded.open(), world.mailbox() as box:
        owing(creditor, "ARVOR")
        run(founded, box)
        return Message.objects.get(state="sent")


@pytest.fixture
def letters(founded, creditor):
    """Two letters to print."""
    with founded.open(), world.mailbox() as box:
        for code in ("UN", "DEUX"):
            owing(creditor, code, email="", address="240 rue du Grand Gigognan")
        run(founded, box)
        return list(Message.objects.filter(state="handed_over").order_by("id"))


def test_what_left_stands_under_sent(visitor, sent):
    page = assert_fragment_is_part(visitor, "/envois/", "liste")
    assert text_of(part(page, ".acq-tab[aria-current]")) == "Envoyés 1"
    row = text_of(part(page, "tbody tr"))
    assert "Client ARVOR" in row
    assert "arvor@client.example" in row
    assert "Envoyé" in row


def test_every_state_has_its_view(visitor, sent, founded):
    views = {
        "a-partir": "ready", "en-cours": "sending", "echecs": "failed", "envoyes": "sent",
        "retires": "withdrawn",
    }  # fmt: skip
    for view, state in views.items():
        with founded.open():
            Message.objects.update(state=state)
        assert len(soup(visitor.get(f"/envois/?etat={view}")).select("tbody tr")) == 1, view
    empty = soup(visitor.get("/envois/?etat=a-imprimer"))
    assert "Rien ici" in text_of(part(empty, "#liste"))


def test_a_message_shows_its_attempts_and_its_very_bytes(visitor, sent, founded):
    page = soup(visitor.get(f"/envois/{sent.pk}/"))
    with founded.open():
        frozen = Evidence.objects.get()
    assert frozen.sha256 in text_of(page)
    assert "Accepté par le serveur" in text_of(page)
    assert "4242" in text_of(page)
    assert "Message-ID:" in part(page, "pre.acq-bytes").text
    link = next(a["href"] for a in page.select("a[href]") if "/preuve/" in a["href"])
    handed = visitor.get(link)
    assert hashlib.sha256(handed.content).hexdigest() == frozen.sha256
    assert handed.headers["Content-Disposition"] == f'attachment; filename="acquit-{sent.pk}.eml"'
    client = Client()
    client.force_login(User.objects.get(pk=founded.user_id))
    framed = client.get(part(page, "iframe")["src"])
    assert "F-ARVOR" in framed.content.decode()
    assert "sandbox" in framed.headers["Content-Security-Policy"]


def test_the_search_finds_by_client_and_by_invoice(visitor, sent):
    for words in ("arvor", "F-ARVOR"):
        assert len(soup(visitor.get("/envois/", {"q": words})).select("tbody tr")) == 1, words
    nothing = soup(visitor.get("/envois/", {"q": "dumoulain"}))
    assert "dumoulain" in text_of(part(nothing, ".acq-empty"))


@pytest.mark.parametrize(("word", "state"), [("yes", "sent"), ("no", "ready")])
def test_a_stuck_message_is_settled_by_a_person(visitor, sent, founded, word, state):
    with founded.open():
        Message.objects.update(state="sending", sent_at=None, claimed_at=NOW - timedelta(hours=1))
        Delivery.objects.update(ended_at=None, outcome="")
    page = soup(visitor.get(f"/envois/{sent.pk}/"))
    assert "Il est parti" in text_of(page)
    assert "Sans réponse connue" in text_of(page)
    visitor.post(f"/envois/{sent.pk}/trancher/", {"left": word})
    with founded.open():
        assert Message.objects.get().state == state


def test_a_message_on_its_way_is_left_alone(visitor, sent, founded):
    with founded.open():
        Message.objects.update(state="sending", claimed_at=datetime.now(UTC))
    assert "Il est parti" not in text_of(soup(visitor.get(f"/envois/{sent.pk}/")))
    visitor.post(f"/envois/{sent.pk}/trancher/", {"left": "no"})
    with founded.open():
        assert Message.objects.get().state == "sending"


@pytest.mark.parametrize(("action", "state"), [("reessayer", "ready"), ("renoncer", "withdrawn")])
def test_a_refused_message_is_tried_again_or_given_up(visitor, sent, founded, action, state):
    with founded.open():
        Message.objects.update(state="failed", because="550 5.1.1 no such user")
    assert "550 5.1.1" in text_of(soup(visitor.get(f"/envois/{sent.pk}/")))
    visitor.post(f"/envois/{sent.pk}/{action}/")
    with founded.open():
        assert Message.objects.get().state == state
    visitor.post(f"/envois/{sent.pk}/{action}/")
    assert "n’attend plus" in text_of(part(soup(visitor.get("/envois/")), "#avis"))


def test_a_letter_printed_by_itself_is_confirmed_by_itself(visitor, letters, founded):
    page = soup(visitor.get("/envois/?etat=a-imprimer"))
    assert len(page.select("tbody tr")) == 2
    assert page.select_one("#liste a[href='/impression/']")
    visitor.post("/envois/imprimees/", {"message": [letters[0].pk]})
    with founded.open():
        assert list(Message.objects.filter(state="sent")) == [letters[0]]


def test_another_organisation_s_messages_are_not_there(sent, letters, found, founded):
    theirs = found("Autre")
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=theirs.user_id))
    with founded.open():
        frozen = Evidence.objects.filter(message=sent).get()
    for address in ("", f"preuve/{frozen.pk}/", f"preuve/{frozen.pk}/cadre/"):
        assert other.get(f"/envois/{sent.pk}/{address}").status_code == 404
    for action in ("trancher", "reessayer", "renoncer"):
        assert other.post(f"/envois/{sent.pk}/{action}/", {"left": "yes"}).status_code == 404
    other.post("/envois/imprimees/", {"message": [letters[0].pk]})
    with founded.open():
        assert Message.objects.filter(state="handed_over").count() == 2
    assert not soup(other.get("/envois/?etat=envoyes")).select("tbody tr")


def test_the_list_costs_few_queries(visitor, founded, creditor, sent, django_assert_max_num_queries):
    with founded.open():
        template = Message.objects.get()
        account = template.account_id
        Message.objects.bulk_create(
            Message(
                organisation_id=founded.id, creditor=creditor, debtor_id=template.debtor_id,
                account_id=account, channel="email", scenario="polite", step="friendly", stage="reminder",
                state="sent", planned_on=TODAY - timedelta(days=n), not_before=NOW, sent_at=NOW,
                total=[["10.00", "EUR"]],
            )
            for n in range(120)
        )  # fmt: skip
    with django_assert_max_num_queries(25):
        page = soup(visitor.get("/envois/?etat=envoyes&page=2"))
    assert len(page.select("tbody tr")) == 50
    assert "51 à 100 sur 121" in text_of(part(page, ".acq-pages"))
