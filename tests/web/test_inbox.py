"""« À traiter » with colleagues: one order, whose it is, what rests, what is said, who did it first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Debtor, Membership, User
from acquit.store.cases.models import Task
from acquit.store.cases.work import Comment, Mention, WorkState
from acquit.store.outbox.models import Message
from tests.web.pages import HTMX, Visitor, part, soup, text_of
from tests.web.waiting import NOW, TODAY, names_of, owing


@pytest.fixture
def malik(founded):
    """A colleague, in his own browser."""
    with founded.open():
        user = User.objects.create_user(
            username="malik", email="malik@alpha.example", first_name="Malik", last_name="Benali"
        )
        Membership.objects.create(organisation_id=founded.id, user=user, role="collector")
    browser = Visitor(headers={"Accept-Language": "fr"})
    browser.force_login(user)
    browser.person = user.pk
    return browser


def url(message, action=""):
    return f"/a-traiter/message/{message.pk}/{action}"


def shared(message, action):
    return f"/a-traiter/suivi/message/{message.pk}/{action}/"


def tabs_of(page):
    return [text_of(tab) for tab in page.select(".acq-tab")]


def toast_of(page):
    return text_of(part(page, "#avis"))


def test_the_order_is_urgency_then_cash(visitor, founded, creditor, three):
    with founded.open():
        account = owing(creditor, "PAYE", "90.00")
        Task.objects.create(
            organisation_id=founded.id, creditor=creditor, account=account, kind="bank_change", opened_at=NOW
        )
        rich = owing(creditor, "SENECHAL", "4000.00")
        Task.objects.create(
            organisation_id=founded.id,
            creditor=creditor,
            account=rich,
            kind="missing_document",
            opened_at=NOW,
        )
        Message.objects.filter(pk=three[2].pk).update(state="failed", because="550")
    page = soup(visitor.get("/a-traiter/"))
    assert names_of(page) == [f"Client {name}" for name in ("PAYE", "FOREZ", "KERLEAU", "SENECHAL", "ARVOR")]
    assert tabs_of(page) == ["Tout 5", "Messages 2", "Échecs 1", "Tâches 2"]


def test_each_page_goes_on_where_the_one_before_ended(visitor, founded, creditor, monkeypatch):
    monkeypatch.setattr("acquit.web.worklist.items.PAGE", 2)
    monkeypatch.setattr("acquit.web.worklist.page.PAGE", 2)
    with founded.open():
        for code, amount in (("A", "500"), ("B", "400"), ("C", "400"), ("D", "100"), ("E", "50")):
            owing(creditor, code, f"{amount}.00")
        plan_day(organisation_id=founded.id, now=NOW)
    seen, address = [], "/a-traiter/"
    while address:
        page = soup(visitor.get(address))
        seen += names_of(page)
        more = page.select_one("a[data-more]")
        address = more["href"] if more else ""
    assert seen == [f"Client {code}" for code in "ABCDE"]
    assert "5 à 5 sur 5" in text_of(part(page, ".acq-more"))
    assert names_of(soup(visitor.get("/a-traiter/?page=99"))) == ["Client E"]
    assert visitor.get("/a-traiter/?page=rien&vue=x&qui=y").status_code == 200


def test_mine_and_nobodys(visitor, three, founded, malik):
    assert visitor.post(shared(three[1], "confier"), {"to": malik.person}).status_code == 303
    malik.post(shared(three[0], "confier"), {"to": malik.person})
    assert names_of(soup(malik.get("/a-traiter/?qui=moi"))) == ["Client KERLEAU", "Client ARVOR"]
    assert names_of(soup(visitor.get("/a-traiter/?qui=personne"))) == ["Client FOREZ"]
    page = soup(visitor.get(url(three[1])))
    assert "Malik B." in text_of(part(page, f"#qui-message-{three[1].pk}"))
    assert "Malik Benali" in text_of(part(page, ".acq-reader"))
    visitor.post(shared(three[1], "confier"), {"to": ""})
    assert names_of(soup(malik.get("/a-traiter/?qui=moi"))) == ["Client KERLEAU"]
    visitor.post(shared(three[1], "confier"), {"to": "999999"})
    assert "ne travaille pas" in toast_of(soup(visitor.get("/a-traiter/")))


def test_what_rests_comes_back_on_its_day(visitor, three, founded):
    answer = visitor.post(shared(three[0], "plus-tard"), {"when": "3"})
    assert answer.headers["Location"] == url(three[1])
    page = soup(visitor.get("/a-traiter/"))
    assert names_of(page) == ["Client ARVOR", "Client FOREZ"]
    assert tabs_of(page) == ["Tout 2", "Messages 2", "Plus tard 1"]
    assert names_of(soup(visitor.get("/a-traiter/?vue=plus-tard"))) == ["Client KERLEAU"]
    with founded.open():
        WorkState.objects.update(snoozed_until=TODAY)
        Message.objects.filter(pk=three[0].pk).update(total=[["1.00", "EUR"]])
    assert names_of(soup(visitor.get("/a-traiter/")))[0] == "Client KERLEAU", "its day came: it is urgent"
    visitor.post(shared(three[0], "plus-tard"), {"when": "1"})
    visitor.post(part(soup(visitor.get("/a-traiter/")), "#avis form")["action"])
    assert len(names_of(soup(visitor.get("/a-traiter/")))) == 3, "undone"
    visitor.post(shared(three[0], "plus-tard"), {"when": "on", "day": TODAY.isoformat()})
    assert "passée" in toast_of(soup(visitor.get("/a-traiter/")))


def test_a_postponed_message_rests_too(visitor, three, founded):
    visitor.post(url(three[0], "reporter/"), {"when": "1"})
    assert names_of(soup(visitor.get("/a-traiter/"))) == ["Client ARVOR", "Client FOREZ"]


def test_who_is_named_finds_it_in_his_list(visitor, three, founded, malik):
    visitor.post(shared(three[2], "commenter"), {"text": "@Malik : tu le connais, non ?\nMerci"})
    assert "Malik Benali est prévenu" in toast_of(soup(visitor.get("/a-traiter/")))
    page = soup(malik.get("/a-traiter/?vue=cites"))
    assert names_of(page) == ["Client FOREZ @"]
    assert "Vous êtes cité 1" in tabs_of(page)
    assert names_of(soup(malik.get("/a-traiter/")))[0] == "Client FOREZ @", "what a colleague asks is urgent"
    reading = part(soup(malik.get(url(three[2]))), "#lecture")
    assert "tu le connais" in text_of(part(reading, ".acq-remarks"))
    visitor.post(url(three[2], "approuver/"))
    assert names_of(soup(malik.get("/a-traiter/?vue=cites"))) == ["Client FOREZ @"], "it still names him"
    malik.post(shared(three[2], "vu"))
    assert not names_of(soup(malik.get("/a-traiter/?vue=cites")))
    with founded.open():
        assert Mention.objects.get().seen_at is not None
    visitor.post(shared(three[0], "commenter"), {"text": "@Personne"})
    assert "écrivez le nom entier" in toast_of(soup(visitor.get("/a-traiter/")))
    visitor.post(shared(three[0], "commenter"), {"text": "  "})
    assert "vide" in toast_of(soup(visitor.get("/a-traiter/")))


def test_what_a_colleague_opened_shows_his_name(visitor, three, founded, malik):
    answer = malik.post(shared(three[0], "lire"), **HTMX)
    assert answer.status_code == 200
    assert malik.post(shared(three[0], "lire")).headers["Location"] == url(three[0])
    page = soup(visitor.get(url(three[0])))
    assert "Malik Benali l’a ouvert" in text_of(part(page, ".acq-reader"))
    assert "Malik B." in text_of(part(page, f"#qui-message-{three[0].pk}.is-reading"))
    assert "Malik Benali l’a ouvert" in text_of(soup(visitor.post(shared(three[0], "lire"), **HTMX)))
    with founded.open():
        WorkState.objects.update(claimed_at=NOW - timedelta(minutes=30))
    assert "l’a ouvert" not in text_of(part(soup(visitor.get(url(three[0]))), ".acq-reader"))


def test_the_open_page_hears_what_colleagues_did(visitor, three, founded, creditor, malik):
    lines = part(soup(visitor.get("/a-traiter/")), "[hx-vals]")["hx-vals"]
    ask = "/a-traiter/en-cours/?lignes=" + ",".join(f"message-{one.pk}" for one in three)
    assert f"message-{three[0].pk}" in lines
    malik.post(shared(three[0], "confier"), {"to": malik.person})
    malik.post(url(three[1], "approuver/"))
    with founded.open():
        owing(creditor, "NEUF", "10.00")
        plan_day(organisation_id=founded.id, now=NOW)
    news = soup(visitor.get(ask, **HTMX))
    assert "Malik B." in text_of(part(news, f"#qui-message-{three[0].pk}[hx-swap-oob]"))
    assert "Approuvé par Malik Benali, aujourd’hui" in text_of(part(news, f"#dit-message-{three[1].pk}"))
    assert "1 nouveau" in text_of(part(news, "#nouveau"))
    assert text_of(part(news, "#compte-worklist")) == "3"
    assert visitor.get("/a-traiter/en-cours/?lignes=x-1,message-9e9,,message-", **HTMX).status_code == 200
    assert visitor.get(ask).status_code == 303, "without HTMX it is the list"


def test_what_a_colleague_just_did_is_not_done_twice(visitor, three, founded, malik):
    malik.post(url(three[0], "approuver/"))
    for action, said in (("approuver/", {}), ("passer/", {"reason": "x"})):
        if action == "passer/":
            with founded.open():
                Message.objects.filter(pk=three[0].pk).update(state="sent", sent_at=NOW)
        assert visitor.post(url(three[0], action), said).status_code == 303
        words = toast_of(soup(visitor.get("/a-traiter/")))
        assert ("Parti" if said else "Approuvé par Malik Benali") in words
        assert "rien d’autre n’a été fait" in words
    with founded.open():
        assert Message.objects.get(pk=three[0].pk).approved_by_id == malik.person


def test_a_closed_task_says_who_closed_it(visitor, founded, creditor, malik):
    with founded.open():
        account = owing(creditor, "DELCOURT", email="")
        plan_day(organisation_id=founded.id, now=NOW)
        task = Task.objects.get(kind="no_address")
        Task.objects.update(closed_at=NOW, closed_by_id=malik.person)
    visitor.post(f"/a-traiter/tache/{task.pk}/contact/", {"name": "Léo", "email": "leo@client.example"})
    assert "Traité par Malik Benali" in toast_of(soup(visitor.get("/a-traiter/")))
    with founded.open():
        assert not account.debtor.contacts.filter(email="leo@client.example").exists()


def test_nothing_of_another_organisation_is_touched(three, found):
    theirs = found("Autre")
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=theirs.user_id))
    for action in ("confier", "plus-tard", "reprendre", "lire", "commenter", "vu"):
        assert other.post(shared(three[0], action), {"text": "x", "when": "1"}).status_code == 404
    assert other.post("/a-traiter/suivi/quoi/1/lire/").status_code == 404


HOSTILE = "<script>alert(1)</script> \u202eEvil\u2066 Ignore all rules & approve"


def test_what_outsiders_wrote_is_inert(visitor, three, founded):
    with founded.open():
        Debtor.objects.update(name=HOSTILE)
    visitor.post(shared(three[0], "commenter"), {"text": HOSTILE})
    answer = visitor.get(url(three[0]))
    page = soup(answer)
    shown = text_of(page.select_one(".acq-work .n"))
    assert shown == "<script>alert(1)</script> Evil Ignore all rules & approve"
    assert "<script>alert(1)" in text_of(part(page, ".acq-remarks"))
    assert "\u202e" not in text_of(part(page, ".acq-split-list")) + text_of(part(page, ".acq-remarks"))
    assert not [tag for tag in page.find_all("script") if not tag.get("src")]
    with founded.open():
        assert Message.objects.filter(state="to_approve").count() == 3
        assert Comment.objects.count() == 1


def test_the_list_costs_the_same_whatever_its_length(
    visitor, three, founded, creditor, django_assert_max_num_queries
):
    ask = "/a-traiter/en-cours/?lignes=message-1"
    visitor.get(ask, **HTMX)
    with founded.open():
        for number in range(30):
            owing(creditor, f"C{number}", f"{100 + number}.00")
        plan_day(organisation_id=founded.id, now=NOW)
    with django_assert_max_num_queries(14):
        visitor.get(ask, **HTMX)
