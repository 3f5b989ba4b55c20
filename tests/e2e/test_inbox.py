"""« À traiter » by keyboard alone: an answer, an approval, a call, one for later, a word to a colleague."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import House
from tests.fixtures.database import World

expect.set_options(timeout=30_000)
_NOW = datetime.now(UTC)
_TODAY = _NOW.date()
_CALLING = {
    "key": "calls",
    "name": {"fr": "Appels", "en": "Calls"},
    "steps": [
        {"key": "call", "when": "3 days after due", "do": "phone", "name": {"fr": "Appel", "en": "Call"}}
    ],
}
_MAIL = """From: Nadia Ferrand <nadia@mistral.example>\r
To: claire@valmeric.example\r
Subject: Re: Facture F-MISTRAL\r
Message-ID: <a1@mistral.example>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Bonjour,\r
\r
Nous vous réglerons 1 200,00 € par virement le {day:%d/%m/%Y}.\r
<script>document.title = "x"</script>\r
\r
Le 2 novembre, Valmeric a écrit :\r
> Votre facture est échue.\r
"""


@pytest.fixture
def waiting(house: House, founded: World) -> int:
    """An answer that promises, three messages to approve and a call; a colleague, whose id it is."""
    from acquit.flows.answers.keep_answer import Arrived, keep_answer
    from acquit.flows.material.scenarios import add_version
    from acquit.flows.outbox.dispatch_message import dispatch_messages
    from acquit.flows.outbox.plan_day import plan_day
    from acquit.store.accounts.models import Account, Contact, Creditor, Membership, User
    from tests.flows import world

    with founded.open():
        user = User.objects.create_user("malik", "m@alpha.example", first_name="Malik", last_name="Benali")
        Membership.objects.create(organisation_id=founded.id, user=user, role="collector")
        Creditor.objects.update(list_accepted_at=_NOW, ask_above="1.00", contact_gap=0)
        creditor = Creditor.objects.get()
        calls = add_version(founded.id, _CALLING, now=_NOW).scenario

        def owing(code: str, name: str, amount: str, **more: str) -> Account:
            client = world.account(creditor, code, name=name, **more)
            due = _TODAY - timedelta(days=14)
            world.invoice(client, f"F-{code}", amount, due=due, known_on=_TODAY)
            return client

        ringing = owing("DUMOULIN", "Garage Dumoulin", "2180.00")
        Account.objects.filter(pk=ringing.pk).update(scenario=calls)
        Contact.objects.filter(debtor=ringing.debtor).update(phone="04 90 00 00 01")
        Creditor.objects.update(ask_above=None)
        plan_day(organisation_id=founded.id, now=_NOW)
        with world.sessions(house.box) as opened:
            dispatch_messages(organisation_id=founded.id, now=_NOW, worker="w", sessions=opened)
        Creditor.objects.update(ask_above="1.00")
        for code, name, amount in (
            ("KERLEAU", "Transports Kerleau", "18432.00"),
            ("ARVOR", "Cuisines Arvor", "9875.00"),
            ("FOREZ", "Fromagerie du Forez", "120.00"),
        ):
            owing(code, name, amount)
        owing("MISTRAL", "Électro Mistral", "1200.00", email="nadia@mistral.example")
        content = _MAIL.format(day=_TODAY + timedelta(days=9)).encode()
        keep_answer(organisation_id=founded.id, arrived=Arrived(content=content, received_at=_NOW), now=_NOW)
        plan_day(organisation_id=founded.id, now=_NOW)
    return user.pk


@pytest.mark.slow
def test_the_day_is_worked_off_by_keyboard_alone(
    house: House, waiting: int, founded: World, browser: Browser
) -> None:
    page = browser.new_page(base_url=house.base, locale="fr-FR", viewport={"width": 1440, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(page, house)
    names = page.locator(".acq-work [data-item] .n")
    expect(names).to_have_text(
        ["Électro Mistral", "Transports Kerleau", "Cuisines Arvor", "Garage Dumoulin", "Fromagerie du Forez"]
    )
    _take_the_promise(page)
    _approve(page, "Transports Kerleau")
    _put_off(page, "Cuisines Arvor")
    _call(page, "Garage Dumoulin")
    _tell(page, "Fromagerie du Forez")
    _ask_for_the_keys(page)
    assert not faults, faults
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's own loop keeps Django out of this thread
        elsewhere.submit(_see_what_came_of_it, founded, waiting).result()


def _sign_in(page: Page, house: House) -> None:
    page.goto("/")
    page.locator("input[name=login]").focus()
    page.keyboard.type(house.email)
    page.locator("input[name=password]").focus()
    page.keyboard.type(house.password)
    page.keyboard.press("Enter")
    expect(page.locator(".acq-kpis")).to_be_visible()
    page.wait_for_load_state("load")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.locator(".acq-work")).to_be_visible()
    page.wait_for_load_state("load")


def _press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def _reading(page: Page, name: str) -> Locator:
    expect(page.locator("#lecture h2").first).to_have_text(name)
    return page.locator("#lecture")


def _toast(page: Page) -> Locator:
    return page.locator("#avis")


def _take_the_promise(page: Page) -> None:
    reading = _reading(page, "Électro Mistral")
    expect(reading).to_contain_text(_spaced("Promet 1 200,00 € pour le"))
    expect(reading.locator(".acq-answer").first).to_contain_text('<script>document.title = "x"</script>')
    expect(reading.locator(".acq-answer").first).not_to_contain_text("Votre facture est échue")
    expect(reading.locator(".acq-quotes .acq-answer")).to_be_hidden()
    _press(page, "1")
    expect(_toast(page)).to_contain_text("Promesse notée")


def _approve(page: Page, name: str) -> None:
    _reading(page, name)
    _press(page, "a")
    expect(_toast(page)).to_contain_text("Message approuvé.")


def _put_off(page: Page, name: str) -> None:
    _reading(page, name)
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Demain").first).to_be_focused()
    _press(page, "1")
    expect(_toast(page)).to_contain_text("Mis de côté")
    expect(page.locator(".acq-tab", has_text="Plus tard")).to_contain_text("1")


def _call(page: Page, name: str) -> None:
    _reading(page, name)
    page.keyboard.press("r")
    _press(page, "2")
    expect(_toast(page)).to_contain_text("Appel noté")


def _tell(page: Page, name: str) -> None:
    _reading(page, name)
    _press(page, "m")
    expect(_toast(page)).to_contain_text("C’est à vous.")
    page.keyboard.press("c")
    field = page.locator("#commentaire")
    expect(field).to_be_focused()
    page.keyboard.type("@Malik Benali : a-t-il appris qui paie ? Rappelle-le, s’il te plaît.")
    expect(field).to_have_value(re.compile("Rappelle-le"))
    page.keyboard.press("Tab")
    _press(page, "Enter")
    expect(_toast(page)).to_contain_text("Malik Benali est prévenu.")
    expect(page.locator(".acq-remarks")).to_contain_text("Rappelle-le")


def _ask_for_the_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#clavier")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#clavier")).to_be_hidden()
    page.keyboard.press("j")
    line = page.locator(".acq-work [data-item]").first
    expect(line).to_be_focused()
    outline = line.evaluate("one => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow")
    assert outline != "nonenone", "the focus must be seen"


def _spaced(words: str) -> re.Pattern[str]:
    return re.compile(r"\s".join(map(re.escape, words.split(" "))))


def _see_what_came_of_it(founded: World, colleague: int) -> None:
    from django.db import connections

    from acquit.store.answers.models import Answer
    from acquit.store.cases.models import Promise
    from acquit.store.cases.work import Mention, WorkState
    from acquit.store.outbox.models import Message

    with founded.open():
        states = dict(Message.objects.values_list("debtor__name", "state"))
        promise = Promise.objects.get()
        assert (promise.until, promise.amount) == (_TODAY + timedelta(days=9), 1200)
        assert Answer.objects.get().outcome == "promise"
        assert states["Transports Kerleau"] in ("ready", "sending", "sent")
        assert states["Cuisines Arvor"] == "to_approve"
        assert states["Garage Dumoulin"] == "sent"
        assert states["Fromagerie du Forez"] == "to_approve", "what is typed in a field is no key"
        assert Mention.objects.get().person_id == colleague
        assert WorkState.objects.filter(assigned_to_id=founded.user_id).count() == 1
    connections.close_all()
