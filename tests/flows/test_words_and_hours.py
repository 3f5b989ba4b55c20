"""The gate of the law before a message leaves: its words, and the hours of a consumer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from acquit.flows.material.notice import checked_letter
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.outbox.models import Message
from acquit.wording.allowed import L111_8
from acquit.wording.render import render
from acquit.wording.template import Unsayable
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions
from tests.wording.letters import FACTS

CALL = {
    "key": "call", "name": {"fr": "Appel", "en": "Call"},
    "steps": [{"key": "call", "when": "8 days after due", "do": "phone"}],
}  # fmt: skip


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def leave(creditor, now=NOW):
    with mailbox() as box, sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="here", sessions=opened)
    return box.mails


@pytest.mark.parametrize("words", ["Un huissier viendra.", "Cette lettre interrompt la prescription."])
def test_an_edited_message_with_forbidden_words_is_held(creditor, words) -> None:
    invoice(account(creditor, "A"), "F-1")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    body = "Bonjour,\n\nVotre facture F-1 de 1 200,00 € est échue.\n\n{{ table }}\n\n" + words
    Message.objects.update(edited=True, subject="Facture F-1", body=body)
    assert leave(creditor) == []
    message = Message.objects.get()
    assert (message.state, "forbidden_words" in message.because) == ("to_approve", True)


def test_a_forbidden_word_in_the_subject_alone_is_held_and_one_that_only_looks_like_it_leaves(
    creditor,
) -> None:
    invoice(account(creditor, "A"), "F-1")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    body = "Bonjour,\n\nUne erreur de saisie de votre commande F-1.\n\n{{ table }}\n\nMerci de régler."
    Message.objects.update(edited=True, subject="Saisie de vos biens", body=body)
    assert leave(creditor) == []
    message = Message.objects.get()
    assert (message.state, "saisie" in message.because) == ("to_approve", True)
    Message.objects.update(subject="Votre commande", state="ready", because="")
    assert len(leave(creditor)) == 1


def test_who_collects_for_others_without_saying_so_is_held(creditor) -> None:
    Creditor.objects.filter(id=creditor.id).update(collects_for_others=True, collects_for="Cardon, Avignon")
    invoice(account(creditor, "A"), "F-1")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    assert leave(creditor) == []
    message = Message.objects.get()
    assert message.state == "to_approve"
    assert "collector_mentions" in message.because
    assert L111_8.startswith("Les frais de recouvrement")


@pytest.mark.parametrize(("kind", "state"), [("consumer", "ready"), ("business", "handed_over")])
def test_a_consumer_is_not_called_at_noon(creditor, kind, state) -> None:
    version = add_version(creditor.organisation_id, CALL, now=NOW)
    Creditor.objects.filter(id=creditor.id).update(default_scenario=version.scenario_id)
    one = account(creditor, "A", kind=kind)
    Contact.objects.filter(debtor=one.debtor_id).update(phone="+33465710042")
    invoice(one, "F-1", due=date(2026, 11, 10))
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    noon = NOW + timedelta(hours=2)
    leave(creditor, noon)
    message = Message.objects.get()
    assert message.state == state
    if kind == "consumer":
        assert message.not_before == NOW.replace(hour=13, minute=0)


def test_all_that_a_letter_prints_is_looked_at() -> None:
    rendered = render("friendly", FACTS, "fr")
    assert checked_letter(rendered, FACTS, "fr")["subject"]
    with pytest.raises(Unsayable, match="huissier"):
        checked_letter(replace(rendered, subject="Un huissier viendra"), FACTS, "fr")
    bailiff = replace(FACTS, debtor=replace(FACTS.debtor, name="Huissiers du Var"))
    address = ("Huissiers du Var", *FACTS.recipient.address[1:])
    bailiff = replace(bailiff, recipient=replace(FACTS.recipient, address=address))
    assert checked_letter(render("friendly", bailiff, "fr"), bailiff, "fr")
