"""« À traiter »: the list, what is read, and what a person decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.flows.plan_day import plan_day
from acquit.store.accounts.models import Contact, Creditor, User
from acquit.store.cases.models import Dispute, ManualContact, Promise, StepClaim, Task
from acquit.store.ledger.models import SourceFile, Term
from acquit.store.outbox.models import Evidence, Message
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
    """A creditor that can write at any hour, whose smaller sums leave by themselves."""
    with founded.open():
        return world.ready_creditor(
            founded.id, works_every_day=True, window_opens="00:00", window_closes="23:59", ask_above="1.00"
        )


def owing(creditor, code, amount="1200.00", *, late=14, number=None, **debtor):
    """Return an account with one late invoice."""
    account = world.account(creditor, code, **debtor)
    world.invoice(account, number or f"F-{code}", amount, due=TODAY - timedelta(days=late), known_on=TODAY)
    return account


@pytest.fixture
def three(founded, creditor):
    """Three messages to approve: 5 000, 1 200 and 300 euros."""
    with founded.open():
        owing(creditor, "KERLEAU", "5000.00")
        owing(creditor, "ARVOR", "1200.00")
        owing(creditor, "FOREZ", "300.00")
        plan_day(organisation_id=founded.id, now=NOW)
        return list(Message.objects.order_by("id"))


def names_of(page):
    return [text_of(tag) for tag in page.select(".acq-work .n")]


def test_home_is_the_worklist(visitor, three):
    assert visitor.get("/").headers["Location"] == "/a-traiter/"


def test_the_largest_comes_first_and_is_open(visitor, three):
    page = soup(visitor.get("/a-traiter/"))
    assert names_of(page) == ["Client KERLEAU", "Client ARVOR", "Client FOREZ"]
    assert "5 000 €" in text_of(part(page, ".acq-work li:first-child .a")).replace("\u202f", " ").replace("\u00a0", " ")
    reading = text_of(part(page, "#lecture"))
    assert "Client KERLEAU" in reading
    assert "kerleau@client.example" in reading
    assert "est échue depuis 14 jours" in reading
    assert "étape 1 sur 3" in reading
    assert [text_of(tab) for tab in page.select(".acq-tab")] == ["Tout 3", "Messages 3"]
    assert text_of(part(page, ".acq-nav a[aria-current] .acq-count")) == "3"


def test_a_line_opened_by_htmx_is_part_of_its_page(visitor, three):
    for message in three:
        assert_fragment_is_part(visitor, f"/a-traiter/message/{message.pk}/", "lecture")


def test_the_preview_is_the_very_mail(visitor, three, founded):
    page = soup(visitor.get(f"/a-traiter/message/{three[0].pk}/"))
    frame = part(page, "iframe")["src"]
    shown = visitor.client_get(frame) if hasattr(visitor, "client_get") else super(Visitor, visitor).get(frame)
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "F-KERLEAU" in shown.content.decode()
    assert "5 000,00" in shown.content.decode().replace("\u202f", " ")
