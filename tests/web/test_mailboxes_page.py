"""« Boîtes de réception »: a mailbox opens before it is kept, and shows what it holds, never its secret."""

from __future__ import annotations

import socket
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.flows.answers.keep_mailbox import Said, keep_mailbox
from acquit.flows.material.alerts import open_alert
from acquit.store.accounts.models import User
from acquit.store.answers.models import Mailbox, MailboxWaiver
from acquit.store.cases.models import Task
from acquit.store.secrets import unseal
from tests.fixtures.mailserver import PASSWORD, MailServer
from tests.flows.test_try_mailbox import nobody
from tests.web.pages import Visitor, part, soup, text_of

BOX = "relances@valmeric.example"
AT = "/reglages/boites/"
NEW = f"{AT}nouvelle/"


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


def typed(server: MailServer, **more: Any) -> dict[str, Any]:
    return {
        "user": BOX, "password": PASSWORD, "host": server.host, "port": server.imap_port, "security": "none",
        "folder": "INBOX", "move_to": "", "since": "2026-11-01", "silent_hours": 24, "name": "",
    } | more  # fmt: skip


def kept(founded) -> Mailbox:
    with founded.open():
        return Mailbox.objects.get()


def error_of(page: Any, field: str) -> str:
    return text_of(part(soup(page), f"#boite-{field}-errors"))


def test_without_a_mailbox_the_page_says_what_is_not_heard(visitor, creditor) -> None:
    page = soup(visitor.get(AT))
    assert "Acquit ne voit pas les réponses de vos clients" in text_of(page)
    assert part(page, f"a.btn-primary[href='{NEW}']")
    assert part(soup(visitor.get("/reglages/")), f"a[href='{AT}']")


def test_a_mailbox_is_opened_then_kept_and_its_password_never_shown(
    visitor, founded, creditor, mail_server
) -> None:
    done = visitor.post(NEW, typed(mail_server), follow=True)
    assert "elle s’ouvre, et sera lue dans la minute" in text_of(soup(done))
    assert "Pas encore lue" in text_of(soup(done))
    box = kept(founded)
    assert (box.creditor_id, box.since, box.name) == (creditor.pk, date(2026, 11, 1), BOX)
    with founded.open():
        assert unseal(box.sealed) == {"password": PASSWORD}
    for url in (AT, f"{AT}{box.pk}/"):
        assert PASSWORD not in visitor.get(url).content.decode()


@pytest.mark.parametrize(
    "refusal",
    [
        ({"host": "nulle-part.invalid"}, "host", "introuvable"),
        ({"port": 1}, "port", "Rien ne répond sur ce port"),
        ({"security": "ssl"}, "security", "n’accepte pas ce chiffrement"),
        ({"password": "faux"}, "password", "mot de passe refusé"),
        (
            {"folder": "Relances"},
            "folder",
            "Ce dossier n’existe pas dans la boîte. La boîte contient\u00a0: ",
        ),
        ({"host": "https://imap.exemple.fr/"}, "host", "sans «\u00a0https://\u00a0»"),
        ({"host": "a..b"}, "host", "sans «\u00a0https://\u00a0»"),
        ({"port": 0}, "port", "supérieure ou égale à 1"),
        ({"silent_hours": 721}, "silent_hours", "720"),
        ({"user": ""}, "user", "nécessaire"),
        ({"password": ""}, "password", "nécessaire"),
    ],
)
@pytest.mark.usefixtures("creditor")
def test_each_refusal_stands_beside_its_field_and_nothing_is_kept(
    visitor, founded, mail_server, monkeypatch, refusal
) -> None:
    wrong, field, words = refusal
    if "introuvable" in words:
        monkeypatch.setattr(socket, "getaddrinfo", nobody)
    page = visitor.post(NEW, typed(mail_server, **wrong))
    assert page.status_code == 200
    assert words in error_of(page, field)
    assert PASSWORD not in page.content.decode()
    if "user" not in wrong:
        assert part(soup(page), "#boite-user")["value"] == BOX, "what was typed is not lost"
    with founded.open():
        assert not Mailbox.objects.exists()


def test_what_a_server_says_is_inert(visitor, creditor, mail_server) -> None:
    page = visitor.post(NEW, typed(mail_server, folder="<b>x</b>")).content.decode()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page


def test_the_same_mailbox_twice_is_refused(visitor, founded, creditor, mail_server) -> None:
    visitor.post(NEW, typed(mail_server))
    assert "déjà relevée" in text_of(soup(visitor.post(NEW, typed(mail_server))))
    assert kept(founded)


def test_a_change_keeps_the_password_but_takes_it_to_no_other_server(
    visitor, founded, creditor, mail_server
) -> None:
    visitor.post(NEW, typed(mail_server))
    at = f"{AT}{kept(founded).pk}/"
    assert part(soup(visitor.get(at)), "#boite-since").has_attr("disabled")
    changed = {"name": "Réponses", "silent_hours": 72, "for_all": "on", "since": "2020-01-01"}
    visitor.post(at, typed(mail_server, password="", **changed))
    box = kept(founded)
    assert box.since == date(2026, 11, 1)
    assert (box.name, box.silent_hours, box.creditor_id) == ("Réponses", 72, None)
    refused = visitor.post(at, typed(mail_server, password="", host="localhost"))
    assert "celui d’un autre serveur" in text_of(soup(refused))
    assert kept(founded).host == mail_server.host


def test_hours_are_changed_though_the_server_is_down(visitor, founded, creditor, silent) -> None:
    at = f"{AT}{silent}/"
    given = {
        "user": BOX, "password": "", "host": "127.0.0.1", "port": 1, "security": "none", "folder": "INBOX",
        "since": part(soup(visitor.get(at)), "#boite-since")["value"], "silent_hours": 72,
    }  # fmt: skip
    assert visitor.post(at, given).status_code == 303
    assert kept(founded).silent_hours == 72


def test_paused_and_resumed_and_removed(visitor, founded, creditor, mail_server) -> None:
    visitor.post(NEW, typed(mail_server))
    key = kept(founded).pk
    page = visitor.post(f"{AT}{key}/pause/", follow=True)
    assert "une réponse qui y arrive n’arrête aucune relance" in text_of(soup(page))
    assert not kept(founded).is_active
    visitor.post(f"{AT}{key}/reprendre/")
    assert kept(founded).is_active
    page = soup(visitor.post(f"{AT}{key}/retirer/", follow=True))
    assert "Aucune boîte n’est lue" in text_of(page)
    assert part(page, f"section[aria-labelledby=retirees] a[href='{AT}{key}/']")
    assert kept(founded).sealed == ""
    visitor.post(f"{AT}{key}/reprendre/")
    assert not kept(founded).is_active, "without its password it cannot be read"
    visitor.post(f"{AT}{key}/", typed(mail_server))
    assert kept(founded).is_active


def test_a_kept_mailbox_is_tried_again(visitor, founded, creditor, mail_server, silent) -> None:
    page = visitor.post(f"{AT}{silent}/essayer/", follow=True)
    assert "Rien ne répond sur ce port" in text_of(soup(page))
    with founded.open():
        Mailbox.objects.update(port=mail_server.imap_port)
        box = Mailbox.objects.get()
        keep_mailbox(
            organisation_id=founded.id, today=timezone.localdate(), now=timezone.now(), mailbox_id=box.pk,
            said=Said(
                host=box.host, user=BOX, port=box.port, security="none", secrets={"password": PASSWORD}
            ),
        )  # fmt: skip
    page = visitor.post(f"{AT}{silent}/essayer/", follow=True)
    assert "La boîte s’ouvre" in text_of(soup(page))


def test_the_mailbox_of_another_organisation_does_not_exist(found, founded, visitor, silent) -> None:
    stranger = Visitor(headers={"Accept-Language": "fr"})
    stranger.force_login(User.objects.get(pk=found("Autre").user_id))
    assert stranger.get(f"{AT}{silent}/").status_code == 404
    for act in ("essayer", "pause", "reprendre", "retirer", "attendre"):
        assert stranger.post(f"{AT}{silent}/{act}/").status_code == 404, act
    assert kept(founded).is_active


@pytest.fixture
def silent(founded, creditor) -> int:
    """A mailbox that nobody could read for two days."""
    now = timezone.now()
    with founded.open():
        key = keep_mailbox(
            organisation_id=founded.id, today=timezone.localdate(), now=now - timedelta(days=2),
            said=Said(host="127.0.0.1", user=BOX, port=1, security="none", secrets={"password": "x"}),
        )  # fmt: skip
        Mailbox.objects.filter(pk=key).update(
            failures=4, trouble="<b>Connection refused</b>", cause="nobody_listens"
        )
        return key


def test_a_silent_mailbox_is_shown_and_a_person_goes_on_without_it(visitor, founded, silent) -> None:
    def shown() -> str:
        return text_of(part(soup(visitor.get(AT)), f"section[aria-labelledby=boite-{silent}]"))

    said = shown()
    assert "Relances en attente" in said
    assert "Jamais lue" in said
    assert "Rien ne répond sur ce port" in said
    assert "Ce que dit le serveur : <b>Connection refused</b>" in said.replace("\u00a0", " ")
    at = f"{AT}{silent}"
    visitor.post(f"{at}/continuer/", {"until": timezone.localdate().isoformat(), "because": " "})
    with founded.open():
        assert not MailboxWaiver.objects.exists()
    visitor.post(f"{at}/continuer/", {"until": timezone.localdate().isoformat(), "because": "Panne"})
    with founded.open():
        waiver = MailboxWaiver.objects.get()
        assert (waiver.because, waiver.made_by_id) == ("Panne", founded.user_id)
    said = shown()
    assert "On continue sans elle" in said
    assert "Panne" in said
    visitor.post(f"{at}/attendre/")
    assert "Relances en attente" in shown()
    with founded.open():
        Mailbox.objects.update(silent_hours=72)
    assert "Lecture en échec" in shown()


def test_the_dashboard_says_that_a_mailbox_is_silent(visitor, silent) -> None:
    page = soup(visitor.get("/tableau-de-bord/"))
    assert "n’est plus lue (dernière lecture" in text_of(part(page, "#boite-muette"))
    assert part(page, f"#boite-muette a[href='{AT}']")


def test_all_is_said_in_english_too(visitor, silent) -> None:
    visitor.post("/langue/setlang/", {"language": "en"})
    for url in (AT, NEW, f"{AT}{silent}/"):
        said = text_of(part(soup(visitor.get(url)), "main"))
        assert "ailbox" in said
        assert "boîte" not in said.lower()


def test_the_alert_says_which_mailbox_and_leads_to_it(visitor, founded, creditor) -> None:
    with founded.open():
        open_alert(creditor, "mailbox", now=timezone.now(), mailbox="Relances", because="<b>no</b>")
        key = Task.objects.get(kind="mailbox").pk
    page = soup(visitor.get(f"/a-traiter/alerte/{key}/"))
    said = text_of(part(page, "#lecture"))
    assert "Relances\u00a0» ne se laisse plus lire" in said
    assert "envois de suite" not in said
    assert "<b>no</b>" in said
    assert part(page, f"#lecture a[href='{AT}']")
