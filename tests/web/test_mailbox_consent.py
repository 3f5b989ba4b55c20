"""A mailbox at Microsoft or Google: consent in the browser, a state good once, a token that stays secret.

The vendor's two addresses are played on the loopback as both describe them, down to the proof of RFC 7636;
the mailbox is Dovecot, which takes tokens only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.flows.answers.read_mailbox import read_mailbox
from acquit.store.accounts.models import User
from acquit.store.answers.models import Mailbox
from acquit.store.secrets import unseal
from acquit.web.setup import consent
from tests.fixtures.mailserver import MailServer
from tests.fixtures.oauth_dovecot import running_oauth_dovecot
from tests.web.pages import Visitor, part, soup, text_of

BOX = "relances@valmeric.example"
AT = "/reglages/boites/"
BACK = "/reglages/boites/accord/retour/"
KEEP = "/reglages/boites/accord/enregistrer/"


class Vendor:
    """Where one consents and where codes are exchanged; a code is good once, with its proof."""

    def __init__(self, server: HTTPServer) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.granted = "unset"
        self.refuses = False
        self.lasting = True
        server.expect_request("/valmeric.example/authorize").respond_with_handler(self.authorize)
        server.expect_request("/valmeric.example/token", method="POST").respond_with_handler(self.token)
        server.expect_request("/who").respond_with_handler(self.who)

    def authorize(self, request: Request) -> Response:
        asked = request.args.to_dict()
        said = {"state": asked["state"]}
        if self.refuses:
            said |= {"error": "access_denied", "error_description": "AADSTS65004: <b>declined</b>"}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = asked
            said["code"] = code
        return Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{urlencode(said)}"})

    def token(self, request: Request) -> Response:
        given = request.form.to_dict()
        if given["grant_type"] == "refresh_token":
            return self._granted("again")
        asked = self.codes.pop(given["code"], None)
        proof = hashlib.sha256(given["code_verifier"].encode()).digest()
        holds = asked is not None and all(
            (
                asked["code_challenge_method"] == "S256",
                asked["code_challenge"] == base64.urlsafe_b64encode(proof).decode().rstrip("="),
                asked["redirect_uri"] == given["redirect_uri"],
                asked["client_id"] == given["client_id"],
                given["client_secret"] == "s3cret-of-ours",
            )
        )
        if not holds:
            return Response(json.dumps({"error": "invalid_grant"}), 400, content_type="application/json")
        return self._granted("first")

    def _granted(self, which: str) -> Response:
        self.granted = f"access-{which}"
        said = {"token_type": "Bearer", "access_token": self.granted, "expires_in": 3599}
        if self.lasting:
            said["refresh_token"] = f"refresh-{which}"
        return Response(json.dumps(said), content_type="application/json")

    def who(self, request: Request) -> Response:
        known = request.headers.get("Authorization") == f"Bearer {self.granted}"
        said = {"email": BOX, "active": "true"} if known else {"error": "invalid_token"}
        return Response(json.dumps(said), status=200 if known else 401, content_type="application/json")


@pytest.fixture
def vendor(httpserver: HTTPServer, settings) -> Vendor:
    cache.clear()
    for name, path in (("CONSENT", "authorize"), ("TOKEN", "token")):
        url = httpserver.url_for(f"/{{tenant}}/{path}")
        setattr(settings, f"ACQUIT_OAUTH_{name}_URLS", {"microsoft": url, "google": url})
    return Vendor(httpserver)


@pytest.fixture
def door(mail_server: MailServer, httpserver: HTTPServer) -> Iterator[int]:
    with running_oauth_dovecot(mail_server, introspection=httpserver.url_for("/who")) as port:
        yield port


def typed(port: int, **more: Any) -> dict[str, Any]:
    return {
        "user": BOX, "host": "127.0.0.1", "port": port, "security": "none", "folder": "INBOX", "move_to": "",
        "since": "2026-11-01", "silent_hours": 24, "name": "", "client_id": "our-app",
        "client_secret": "s3cret-of-ours", "tenant": "valmeric.example",
    } | more  # fmt: skip


def asked(visitor: Visitor, given: dict[str, Any], at: str = f"{AT}nouvelle/microsoft/") -> str:
    """Fill the form in; return the address at the vendor to which the next page leads."""
    page = visitor.post(at, given, follow=True)
    assert page.redirect_chain == [("/reglages/boites/accord/", 303)]
    there = str(part(soup(page), "main a.btn-primary")["href"])
    assert part(soup(page), "meta[http-equiv=refresh]")["content"] == f"0;url={there}"
    return there


def consented(there: str) -> str:
    """Consent at the vendor; return the path to which it leads back."""
    answer = httpx.get(there)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1:8000"
    return f"{parts.path}?{parts.query}"


def kept(founded) -> Mailbox:
    with founded.open():
        return Mailbox.objects.get()


def said(answer: Any) -> str:
    return text_of(soup(answer)).replace("\u00a0", " ")


def test_a_consent_opens_the_mailbox_and_its_token_stays_secret(
    visitor, founded, creditor, vendor, door
) -> None:
    there = asked(visitor, typed(door))
    sent = dict(parse_qsl(urlsplit(there).query))
    assert {sent["response_type"], sent["login_hint"], sent["response_mode"]} == {"code", BOX, "query"}
    assert "IMAP.AccessAsUser.All offline_access" in sent["scope"]
    assert len(sent["state"]) >= 43
    page = visitor.get(consented(there))
    assert "a donné son accord" in said(page)
    with founded.open():
        assert not Mailbox.objects.exists(), "GET never writes"
    done = visitor.post(KEEP, follow=True)
    assert "Boîte enregistrée" in said(done)
    box = kept(founded)
    with founded.open():
        assert unseal(box.sealed) == {"refresh_token": "refresh-first", "client_secret": "s3cret-of-ours"}
        urls = {"microsoft": there.partition("authorize?")[0] + "token"}
        reading = read_mailbox(
            organisation_id=founded.id, mailbox_id=box.pk, now=timezone.now(), token_urls=urls
        )
    assert (box.login, box.client_id, box.tenant, reading.trouble) == (
        "microsoft", "our-app", "valmeric.example", "",
    )  # fmt: skip
    for url in (AT, f"{AT}{box.pk}/"):
        page_of = visitor.get(url).content.decode()
        assert "refresh-" not in page_of
        assert "s3cret-of-ours" not in page_of


def test_a_state_is_good_once(visitor, founded, creditor, vendor, door) -> None:
    path = consented(asked(visitor, typed(door)))
    visitor.get(path)
    assert "n’a plus cours" in said(visitor.get(path, follow=True))
    visitor.post(KEEP)
    assert "n’a pas pu être utilisé" in said(visitor.post(KEEP, follow=True)), "what it brought too"
    assert kept(founded)


def test_a_state_belongs_to_the_session_that_asked(visitor, founded, creditor, vendor, door) -> None:
    path = consented(asked(visitor, typed(door)))
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=founded.user_id))
    assert "n’a plus cours" in said(other.get(path, follow=True))
    assert "n’a pas pu être utilisé" in said(other.post(KEEP, follow=True))
    forged = f"{BACK}?{urlencode({'code': 'stolen', 'state': 'x'})}"
    assert "n’a plus cours" in said(visitor.get(forged, follow=True))
    assert "a donné son accord" in said(visitor.get(path)), "a forged answer does not use ours up"


def test_a_state_ends(visitor, creditor, vendor, door, monkeypatch) -> None:
    path = consented(asked(visitor, typed(door)))
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(consent.timezone, "now", lambda: later)
    assert "n’a plus cours" in said(visitor.get(path, follow=True))


def test_who_declines_is_told_and_nothing_is_kept(visitor, founded, creditor, vendor, door) -> None:
    vendor.refuses = True
    page = visitor.get(consented(asked(visitor, typed(door))), follow=True)
    assert "n’a pas donné d’accord, et rien n’est enregistré" in said(page)
    assert "<b>declined" not in page.content.decode()
    with founded.open():
        assert not Mailbox.objects.exists()


def test_a_code_without_its_proof_or_without_a_lasting_token_is_refused(
    visitor, founded, creditor, vendor, door
) -> None:
    path = consented(asked(visitor, typed(door, client_secret="wrong")))
    visitor.get(path)
    assert "invalid_grant" in said(visitor.post(KEEP, follow=True))
    vendor.lasting = False
    visitor.get(consented(asked(visitor, typed(door))))
    assert "holds no refresh token" in said(visitor.post(KEEP, follow=True))
    with founded.open():
        assert not Mailbox.objects.exists()


def test_a_mailbox_that_does_not_open_is_shown_with_what_was_typed(
    visitor, founded, creditor, vendor, door
) -> None:
    visitor.get(consented(asked(visitor, typed(door, folder="Relances"))))
    page = soup(visitor.post(KEEP))
    assert "Ce dossier n’existe pas" in text_of(part(page, "#boite-folder-errors"))
    assert part(page, "#boite-user")["value"] == BOX
    assert part(page, "main form")["action"] == f"{AT}nouvelle/microsoft/"
    with founded.open():
        assert not Mailbox.objects.exists()


@pytest.mark.usefixtures("creditor", "vendor")
def test_the_application_of_the_installation_is_not_asked_for(visitor, founded, door, settings) -> None:
    settings.ACQUIT_OAUTH_APPLICATIONS = settings.ACQUIT_OAUTH_APPLICATIONS | {
        "google": {"client_id": "house", "client_secret": "s3cret-of-ours", "tenant": "valmeric.example"}
    }
    at = f"{AT}nouvelle/google/"
    page = soup(visitor.get(at))
    assert not page.select("#boite-client_id, #boite-client_secret, #boite-password, #adresse-retour")
    assert part(page, "#boite-host")["value"] == "imap.gmail.com"
    there = asked(visitor, typed(door), at)
    sent = dict(parse_qsl(urlsplit(there).query))
    assert (sent["client_id"], sent["access_type"], sent["prompt"]) == ("house", "offline", "consent")
    visitor.get(consented(there))
    visitor.post(KEEP)
    assert kept(founded).login == "google"


def test_an_account_that_may_not_read_the_mailbox_is_told_so(
    visitor, founded, creditor, vendor, door
) -> None:
    other = "claire@valmeric.example"
    visitor.get(consented(asked(visitor, typed(door, user=other))))
    page = said(visitor.post(KEEP))
    assert "n’ouvre pas cette boîte au compte qui a donné l’accord" in page
    with founded.open():
        assert not Mailbox.objects.exists()


def test_an_application_of_ones_own_is_described_with_the_address_to_register(visitor, creditor) -> None:
    page = soup(visitor.get(f"{AT}nouvelle/microsoft/"))
    assert part(page, "#adresse-retour")["value"] == f"http://127.0.0.1:8000{BACK}"
    assert part(page, "#boite-host")["value"] == "outlook.office365.com"
    refused = soup(visitor.post(f"{AT}nouvelle/microsoft/", typed(993, tenant="../evil?x=")))
    assert refused.select("#boite-tenant-errors")
    refused = soup(visitor.post(f"{AT}nouvelle/google/", typed(993, client_secret="")))
    assert refused.select("#boite-client_secret-errors")
    assert visitor.get(f"{AT}nouvelle/yahoo/").status_code == 404


def test_a_change_asks_again_only_where_the_consent_is_for_something_else(
    visitor, founded, creditor, vendor, door
) -> None:
    visitor.get(consented(asked(visitor, typed(door))))
    visitor.post(KEEP)
    at = f"{AT}{kept(founded).pk}/"
    assert visitor.post(at, typed(door, client_secret="", silent_hours=48)).url == AT
    assert kept(founded).silent_hours == 48
    moved = visitor.post(at, typed(door, client_secret="", user="autre@valmeric.example"))
    assert moved.url == "/reglages/boites/accord/"
    visitor.get(consented(asked(visitor, typed(door, client_secret="", consent="1"), at)))
    assert "Boîte enregistrée" in said(visitor.post(KEEP, follow=True)), "the kept secret of the application"
    with founded.open():
        assert Mailbox.objects.count() == 1


def test_the_pages_of_the_consent_need_one(visitor, creditor) -> None:
    assert "n’a plus cours" in said(visitor.get("/reglages/boites/accord/", follow=True))
    assert visitor.get(KEEP).status_code == 405
