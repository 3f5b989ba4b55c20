"""Several senders of one company: each stage under its own name, from its own address."""

from __future__ import annotations

import pytest

from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import User
from acquit.store.outbox.models import Identity
from tests.flows import world
from tests.web.pages import Visitor

URL = "/reglages/envois/expediteurs/"


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    with founded.open():
        world.ready_creditor(founded.id)
    return visitor


def typed(**more):
    return {
        "stage": "reminder", "name": "Service clients", "email": "relances@valmeric.example", "phone": "",
        "reply_to": "reponses@valmeric.example",
    } | more  # fmt: skip


def test_a_reminder_leaves_under_the_name_of_its_stage(visitor, founded):
    visitor.post(URL, typed(stage="formal notice", email="juridique@valmeric.example"))
    assert visitor.post(URL, typed()).status_code == 303
    with founded.open(), world.mailbox() as box:
        creditor = world.Creditor.objects.get()
        world.invoice(world.account(creditor, "C001"), "FA-101")
        plan_day(organisation_id=founded.id, now=world.NOW)
        with world.sessions(box) as opened:
            dispatch_messages(organisation_id=founded.id, now=world.NOW, worker="t", sessions=opened)
        mail = box.mails[0].content.decode()
    assert "From: Service clients <relances@valmeric.example>" in mail
    assert "Reply-To: <reponses@valmeric.example>" in mail


def test_a_stage_has_one_sender_and_may_lose_it(visitor, founded):
    visitor.post(URL, typed())
    visitor.post(URL, typed(name="Autre"))
    with founded.open():
        assert Identity.objects.get().name == "Autre"
    assert "Autre" in visitor.get(URL).content.decode()
    visitor.post(f"{URL}retirer/", {"stage": "reminder"})
    with founded.open():
        assert not Identity.objects.exists()


@pytest.mark.parametrize("email", ["", "personne", "a@b.example\nBcc: x@y.example"])
def test_what_is_no_address_is_refused(visitor, founded, email):
    assert visitor.post(URL, typed(email=email)).status_code == 200
    with founded.open():
        assert not Identity.objects.exists()
