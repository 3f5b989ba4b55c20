"""Who recovers for others can work from the first day: the first letter says all, each step recalls it."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from acquit.flows.accounts.change_creditor import change_creditor
from acquit.flows.material.scenarios import add_shipped, give_rules
from acquit.flows.outbox.confirm_printed import confirm_printed
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Scenario, ScenarioRule, ScenarioVersion
from acquit.store.outbox.models import Evidence, Message
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions

FOR_WHOM = "Ébénisterie Cardon, 3 rue des Lilas, 84000 Avignon"


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def recover(creditor, *, for_others=True):
    fields = {"collects_for_others": for_others, "collects_for": FOR_WHOM}
    change_creditor(organisation_id=creditor.organisation_id, creditor_id=creditor.pk, fields=fields, now=NOW)


def leave(creditor, now):
    with mailbox() as box, sessions(box) as opened:
        plan_day(organisation_id=creditor.organisation_id, now=now)
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="here", sessions=opened)
    return box.mails


@pytest.mark.parametrize("kind", ["business", "consumer", "public"])
def test_the_first_letter_leaves_and_the_next_mail_recalls_it(creditor, kind) -> None:
    add_shipped(creditor.organisation_id, now=NOW)
    give_rules(creditor)
    recover(creditor)
    mine = {"organisation_id": creditor.organisation_id}
    invoice(account(creditor, "A", address="12 rue Haute", kind=kind), "F-1", due=date(2026, 11, 20))
    assert leave(creditor, NOW) == []
    letter = Message.objects.get()
    assert (letter.channel, letter.state, letter.because) == ("letter", "handed_over", "")
    assert Evidence.objects.filter(message=letter, media_type="application/pdf").exists()
    assert confirm_printed(message_ids=[letter.pk], now=NOW, **mine) == 1
    Creditor.objects.update(fresh_days=90)
    (mail,) = leave(creditor, NOW + timedelta(days=13))
    read = message_from_bytes(mail.content, policy=default)
    text = read.get_body(("plain",)).get_content()
    assert f"REL-2026-{letter.pk:06d} du 24 novembre 2026" in text.replace("\u00a0", " ")
    assert "Ébénisterie Cardon" in text
    assert ("Intérêts\u00a0: aucun" in text) == (kind == "consumer")


def test_ticking_the_box_gives_the_scenario_and_unticking_it_gives_the_rules_back(creditor) -> None:
    add_shipped(creditor.organisation_id, now=NOW)
    give_rules(creditor)
    ScenarioVersion.objects.filter(scenario__key="collector").delete()
    Scenario.objects.filter(key="collector").delete()
    rules = ScenarioRule.objects.filter(creditor=creditor).count()
    assert rules
    recover(creditor)
    assert Creditor.objects.get(pk=creditor.pk).default_scenario.key == "collector"
    assert not ScenarioRule.objects.filter(creditor=creditor).exists()
    recover(creditor, for_others=False)
    assert Creditor.objects.get(pk=creditor.pk).default_scenario.key == "standard"
    assert ScenarioRule.objects.filter(creditor=creditor).count() == rules


def test_an_ordinary_text_of_his_is_held(creditor) -> None:
    Creditor.objects.update(collects_for_others=True, collects_for=FOR_WHOM)
    invoice(account(creditor, "A"), "F-1")
    assert leave(creditor, NOW) == []
    assert "collector_mentions" in Message.objects.get().because
