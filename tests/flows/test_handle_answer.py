"""What a person makes of an answer: once, and only a person ends its hold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.flows.answers.confirm_bank_details import confirm_bank_details
from acquit.flows.answers.confirm_contact import NoSuchMailbox, confirm_contact
from acquit.flows.answers.confirm_copy import confirm_copy
from acquit.flows.answers.confirm_dispute import NoInvoiceNamed, confirm_dispute
from acquit.flows.answers.confirm_paid import confirm_paid
from acquit.flows.answers.confirm_promise import confirm_promise
from acquit.flows.answers.dismiss_answer import NotADomain, dismiss_answer
from acquit.flows.answers.identify_answer import identify_answer
from acquit.flows.answers.read_answer import read_answer, reopen_answer
from acquit.flows.material.answers.handling import AnswerTaken, NotIdentified, NotOfThisDebtor
from acquit.flows.material.errors import AlreadyDisputed, InThePast, ReasonMissing, TooFar
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Contact
from acquit.store.answers.models import Answer, SenderRule
from acquit.store.cases.models import BankChange, Decision, Dispute, Hold, Promise, Task
from acquit.store.ledger.models import Payment, Term
from tests.flows.answering import LATER, keep, send_first, written
from tests.flows.world import TODAY, account, invoice, mailbox, ready_creditor


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


@pytest.fixture
def dupont(creditor):
    one = account(creditor, "DUPONT")
    invoice(one, "FA-1")
    return one


@pytest.fixture
def said(organisation):
    return {"organisation_id": organisation.id, "now": LATER}


@pytest.fixture
def answer(organisation, dupont) -> Answer:
    return Answer.objects.get(pk=keep(organisation, written()).answer_id)


def reason(of: Account, organisation_id: int) -> str:
    plan_day(organisation_id=organisation_id, now=LATER + timedelta(minutes=1))
    return Decision.objects.get(account=of, is_current=True).because


def test_read_only_ends_the_hold_and_reopened_it_holds_again(organisation, dupont, answer, said) -> None:
    assert reason(dupont, organisation.id) == "unread_reply"
    read_answer(**said, answer_id=answer.pk, by=organisation.user_id)
    assert reason(dupont, organisation.id) == "step_reached"
    reopen_answer(**said, answer_id=answer.pk)
    assert reason(dupont, organisation.id) == "unread_reply"


def test_two_persons_do_not_both_deal_with_it(organisation, answer, said) -> None:
    read_answer(**said, answer_id=answer.pk)
    with pytest.raises(AnswerTaken):
        dismiss_answer(**said, answer_id=answer.pk)


def test_a_promise_that_a_person_confirmed(organisation, dupont, answer, said) -> None:
    made = confirm_promise(
        **said, answer_id=answer.pk, until=date(2026, 12, 4), today=TODAY, amount=Decimal("1200.00")
    )
    answer.refresh_from_db()
    assert (answer.state, answer.outcome, answer.promise_id) == ("handled", "promise", made)
    assert Promise.objects.get().account_id == dupont.id
    assert reason(dupont, organisation.id) == "promised"


def test_a_promise_that_cannot_be_leaves_the_answer_unread(organisation, dupont, answer, said) -> None:
    with pytest.raises(InThePast):
        confirm_promise(**said, answer_id=answer.pk, until=date(2026, 11, 1), today=TODAY)
    with pytest.raises(TooFar):
        confirm_promise(**said, answer_id=answer.pk, until=date(2126, 11, 30), today=TODAY)
    answer.refresh_from_db()
    assert answer.state == "unread"


def test_a_dispute_of_the_invoices_that_are_named(organisation, dupont, answer, said) -> None:
    term = Term.objects.get()
    with pytest.raises(NoInvoiceNamed):
        confirm_dispute(**said, answer_id=answer.pk, invoice_ids=[], opened_on=TODAY)
    confirm_dispute(
        **said, answer_id=answer.pk, invoice_ids=[term.invoice_id], opened_on=TODAY, category="quality"
    )
    assert (Dispute.objects.get().category, Answer.objects.get().outcome) == ("quality", "dispute")
    assert reason(dupont, organisation.id) == "disputed"
    other = Answer.objects.get(pk=keep(organisation, written(key="b")).answer_id)
    with pytest.raises(AlreadyDisputed):
        confirm_dispute(**said, answer_id=other.pk, invoice_ids=[term.invoice_id], opened_on=TODAY)
    other.refresh_from_db()
    assert other.state == "unread"


def test_nobody_disputes_the_invoice_of_another(organisation, creditor, answer, said) -> None:
    theirs = invoice(account(creditor, "MARTIN"), "FA-2")
    with pytest.raises(NotOfThisDebtor):
        confirm_dispute(**said, answer_id=answer.pk, invoice_ids=[theirs.invoice_id], opened_on=TODAY)


def test_a_word_of_payment_books_nothing_and_gives_time_to_look(organisation, dupont, answer, said) -> None:
    with pytest.raises(ReasonMissing):
        confirm_paid(**said, answer_id=answer.pk, until=date(2026, 12, 1), reason=" ", today=TODAY)
    confirm_paid(**said, answer_id=answer.pk, until=date(2026, 12, 1), reason="says paid", today=TODAY)
    assert Hold.objects.get().until == date(2026, 12, 1)
    assert not Payment.objects.exists()
    assert Term.objects.get().allocated == 0
    assert reason(dupont, organisation.id) == "on_hold"


def test_b17_a_copy_is_a_task_with_what_proves_that_it_was_there(organisation, dupont, said) -> None:
    with mailbox() as box:
        send_first(organisation, box, dupont)
    answer = Answer.objects.get(pk=keep(organisation, written("Je n'ai jamais reçu FA-1.")).answer_id)
    confirm_copy(
        **said, answer_id=answer.pk, invoice_ids=[Term.objects.get().invoice_id], reason="copy asked",
        until=date(2026, 12, 1), today=TODAY,
    )  # fmt: skip
    (proof,) = Task.objects.get(kind="copy_asked").params["proofs"]
    assert (proof["invoice"], proof["original"]) == ("FA-1", False)
    assert proof["sent"][0][:2] == ["email", "dupont@client.example"]
    assert reason(dupont, organisation.id) == "on_hold"


def test_a_new_contact_is_written_to_first(organisation, dupont, answer, said) -> None:
    with pytest.raises(NoSuchMailbox):
        confirm_contact(**said, answer_id=answer.pk, email="x@y.example\nBcc: z@y.example")
    confirm_contact(**said, answer_id=answer.pk, email="compta@client.example", name="Comptabilité")
    assert [c.email for c in Contact.objects.filter(is_main=True)] == ["compta@client.example"]
    assert Contact.objects.count() == 2


def test_b4_the_guard_outlives_the_answer(organisation, dupont, said) -> None:
    answer = Answer.objects.get(pk=keep(organisation, written("Voici notre nouveau RIB.")).answer_id)
    confirm_bank_details(**said, answer_id=answer.pk)
    assert BankChange.objects.get().ended_at is None
    assert reason(dupont, organisation.id) == "bank_change"


def test_f48_identified_he_is_held_and_known_the_next_time(organisation, creditor, dupont, said) -> None:
    stranger = written("Notre RIB change", sender="Patron@Elsewhere.example")
    answer = Answer.objects.get(pk=keep(organisation, stranger).answer_id)
    with pytest.raises(NotIdentified):
        confirm_promise(**said, answer_id=answer.pk, until=date(2026, 12, 4), today=TODAY)
    identify_answer(**said, answer_id=answer.pk, debtor_id=dupont.debtor_id)
    answer.refresh_from_db()
    assert (answer.tie, answer.account_id, answer.state) == ("person", dupont.id, "unread")
    assert BankChange.objects.get().account_id == dupont.id
    again = keep(organisation, written(sender="patron@elsewhere.example", key="b"))
    assert Answer.objects.get(pk=again.answer_id).tie == "sender"


def test_f44_identified_the_other_goes_on(organisation, creditor, dupont, said) -> None:
    other = account(creditor, "MARTIN", email="dupont@client.example")
    invoice(other, "FA-2")
    answer = Answer.objects.get(pk=keep(organisation, written()).answer_id)
    assert reason(other, organisation.id) == "unread_reply"
    identify_answer(**said, answer_id=answer.pk, debtor_id=dupont.debtor_id)
    assert reason(other, organisation.id) == "step_reached"
    assert reason(dupont, organisation.id) == "unread_reply"


def test_spam_is_set_aside_for_good_but_nobody_sets_a_public_domain_aside(organisation, dupont, said) -> None:
    spam = keep(organisation, written(sender="offers@promo.example")).answer_id
    dismiss_answer(**said, answer_id=spam, for_good="domain")
    assert SenderRule.objects.get().sender == "@promo.example"
    assert keep(organisation, written(sender="other@promo.example", key="b")).state == "dismissed"
    free = keep(organisation, written(sender="x@gmail.com", key="c")).answer_id
    with pytest.raises(NotADomain):
        dismiss_answer(**said, answer_id=free, for_good="domain")
