"""From decisions to mails: once, on fresh facts, and with the truth recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy

import pytest

from acquit.flows.cases.record_contact import record_contact
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.ledger.allocate_payment import allocate_payment, undo_allocation
from acquit.flows.ledger.record_payment import record_payment
from acquit.flows.outbox.accept_list import NothingToAccept, accept_list
from acquit.flows.outbox.approve_message import (
    approve_messages,
    edit_message,
    postpone_message,
    skip_message,
)
from acquit.flows.outbox.confirm_printed import confirm_printed
from acquit.flows.outbox.confirm_volume import confirm_volume
from acquit.flows.outbox.dispatch_message import claim, dispatch_messages, give_back_unbegun
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.outbox.resolve_sending import resolve_sending
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.cases.models import Decision, StepClaim, Task
from acquit.store.ledger.models import Allocation
from acquit.store.outbox.models import Delivery, Evidence, Message
from tests.fixtures.database import World
from tests.flows.world import (
    NOW,
    TODAY,
    Mailbox,
    account,
    invoice,
    mailbox,
    ready_creditor,
    receipt,
    sessions,
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id)


def run(creditor: Creditor, box: Mailbox, *, now=NOW):
    plan = plan_day(organisation_id=creditor.organisation_id, now=now)
    with sessions(box) as opened:
        sent = dispatch_messages(
            organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened
        )
    return plan, sent


def test_one_mail_per_debtor_says_what_is_owed(creditor: Creditor, box: Mailbox) -> None:
    """F-20, F-56: the open balance after what was paid, one message for two invoices."""
    debtor = account(creditor, "C001")
    first = invoice(debtor, "FA-101", "1200.00", due=date(2026, 11, 2))
    invoice(debtor, "FA-102", "300.00", due=date(2026, 11, 10))
    record_payment(
        organisation_id=creditor.organisation_id, account_id=debtor.id, amount=Decimal(500),
        currency="EUR", received_on=date(2026, 11, 12), term_ids=[first.id], now=NOW,
    )  # fmt: skip
    run(creditor, box)
    assert box.recipients == ["c001@client.example"]
    mail = message_from_bytes(box.mails[0].content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for part in (text, html):
        assert "1\u202f000,00\u00a0€" in part
        assert "FA-101" in part
        assert "FA-102" in part
    assert "Claire Besson" in mail["From"]
    message = Message.objects.get()
    assert message.state == "sent"
    assert bytes(Evidence.objects.get().content).replace(b"\r\n", b"\n").strip() == (
        box.mails[0].content.replace(b"\r\n", b"\n").strip()
    )
    assert set(StepClaim.objects.values_list("state", flat=True)) == {"done"}


def test_planning_twice_and_sending_twice_changes_nothing(creditor: Creditor, box: Mailbox) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    run(creditor, box)
    Account.objects.update(look_at=NOW)
    run(creditor, box)
    assert len(box.mails) == 1
    assert Message.objects.count() == 1


def test_f06_paid_between_plan_and_send(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    term = invoice(debtor, "FA-101")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    record_payment(
        organisation_id=creditor.organisation_id, account_id=debtor.id, amount=term.amount,
        currency="EUR", received_on=TODAY, term_ids=[term.id], now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    with sessions(box) as opened:
        done = dispatch_messages(
            organisation_id=creditor.organisation_id, now=NOW + timedelta(minutes=2), worker="test",
            sessions=opened,
        )  # fmt: skip
    assert not box.mails
    assert done.messages == {("email", "withdrawn"): 1}
    assert Message.objects.get().because == "paid"
    assert not StepClaim.objects.exists()


def test_f06_paid_during_the_last_look(
    creditor: Creditor, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payment recorded after the last decision and before the attempt begins stops it."""
    from acquit.flows.outbox import dispatch_message

    debtor = account(creditor, "C001")
    term = invoice(debtor, "FA-101")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    prepare = dispatch_message.prepare

    def paid_meanwhile(*args, **kwargs):
        monkeypatch.setattr(dispatch_message, "prepare", prepare)
        record_payment(
            organisation_id=creditor.organisation_id, account_id=debtor.id, amount=term.amount,
            currency="EUR", received_on=TODAY, term_ids=[term.id], now=NOW + timedelta(minutes=1),
        )  # fmt: skip
        return prepare(*args, **kwargs)

    monkeypatch.setattr(dispatch_message, "prepare", paid_meanwhile)
    with sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=NOW, worker="test", sessions=opened)
    assert not box.mails
    assert Message.objects.get().state == "withdrawn"


def test_f07_an_unmatched_receipt_holds_and_asks(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    term = invoice(debtor, "FA-101")
    payment = receipt(debtor, "1200.00")
    plan, _ = run(creditor, box)
    assert plan.reasons == {"possible_payment": 1}
    assert not box.mails
    assert Task.objects.get(closed_at=None).kind == "possible_payment"
    allocate_payment(
        organisation_id=creditor.organisation_id, payment_id=payment.id, term_ids=[term.id], now=NOW
    )
    run(creditor, box)
    assert [m.step for m in Message.objects.all()] == ["thanks"]
    assert not Task.objects.filter(closed_at=None).exists()


def test_f14_nothing_leaves_before_the_first_list_is_accepted(creditor: Creditor, box: Mailbox) -> None:
    Creditor.objects.update(list_accepted_at=None)
    invoice(account(creditor, "C001"), "FA-101", due=date(2026, 5, 4))
    plan, _ = run(creditor, box)
    assert plan.reasons == {"first_list": 1}
    assert not box.mails
    accept_list(organisation_id=creditor.organisation_id, creditor_id=creditor.id, now=NOW)
    run(creditor, box)
    assert len(box.mails) == 1
    assert Message.objects.get().step == "friendly"


def test_f14_a_list_without_a_customer_cannot_be_accepted(creditor: Creditor) -> None:
    Creditor.objects.update(list_accepted_at=None)
    with pytest.raises(NothingToAccept):
        accept_list(organisation_id=creditor.organisation_id, creditor_id=creditor.id, now=NOW)
    assert Creditor.objects.get().list_accepted_at is None


def test_f04_a_call_by_hand_keeps_the_gap(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    invoice(debtor, "FA-101")
    record_contact(
        organisation_id=creditor.organisation_id, account_id=debtor.id, channel="phone",
        on=TODAY - timedelta(days=1), now=NOW,
    )  # fmt: skip
    plan, _ = run(creditor, box)
    assert plan.reasons == {"contact_gap": 1}
    assert not box.mails
    run(creditor, box, now=NOW + timedelta(days=2))
    assert len(box.mails) == 1


def test_f03_a_temporary_refusal_is_tried_again_with_the_same_message_id(
    creditor: Creditor, box: Mailbox
) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    box.answer = "451 try later"
    run(creditor, box)
    first = Message.objects.get()
    assert (first.state, first.attempts) == ("ready", 1)
    assert StepClaim.objects.get().state == "planned"
    box.answer = None
    run(creditor, box, now=NOW + timedelta(minutes=6))
    assert len(box.mails) == 1
    assert f"Message-ID: {first.message_id}".encode() in box.mails[0].content
    assert Message.objects.get().message_id == first.message_id


def test_f03_refusals_are_bounded_and_end_with_a_person(creditor: Creditor, box: Mailbox) -> None:
    Creditor.objects.update(window_opens="00:00", window_closes="23:59")
    invoice(account(creditor, "C001"), "FA-101")
    box.answer = "451 try later"
    moment = NOW
    for _ in range(12):
        run(creditor, box, now=moment)
        moment += timedelta(hours=3)
    message = Message.objects.get()
    assert message.state == "failed"
    assert message.attempts == 6
    assert Delivery.objects.count() == 6
    assert Task.objects.filter(kind="refused", closed_at=None).count() == 1
    assert not StepClaim.objects.filter(state="done").exists()


def test_f45_a_dead_address_stops_that_contact_only(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    Contact.objects.create(
        organisation_id=creditor.organisation_id, debtor_id=debtor.debtor_id, name="M. Marc Rousseau",
        email="marc@client.example",
    )  # fmt: skip
    invoice(debtor, "FA-101")
    box.refused_recipient = "c001@client.example"
    run(creditor, box)
    assert Contact.objects.get(email="c001@client.example").email_bounced_on == TODAY
    run(creditor, box, now=NOW + timedelta(minutes=5))
    assert box.recipients == ["marc@client.example"]


def test_f16_without_any_address_the_step_is_not_done_and_a_task_says_so(
    creditor: Creditor, box: Mailbox
) -> None:
    invoice(account(creditor, "C001", email=""), "FA-101")
    plan, _ = run(creditor, box)
    assert plan.reasons == {"no_address": 1}
    assert Task.objects.get().kind == "no_address"
    assert not StepClaim.objects.exists()


def test_f16_otherwise_a_letter(creditor: Creditor, box: Mailbox) -> None:
    invoice(account(creditor, "C001", email="", address="240 rue du Grand Gigognan"), "FA-101")
    run(creditor, box)
    message = Message.objects.get()
    assert (message.channel, message.state) == ("letter", "handed_over")
    assert StepClaim.objects.get().state == "planned"
    confirm_printed(organisation_id=creditor.organisation_id, message_ids=[message.id], now=NOW)
    assert Message.objects.get().state == "sent"
    assert StepClaim.objects.get().state == "done"


def test_f02_a_claim_that_began_is_never_sent_again_by_itself(creditor: Creditor, box: Mailbox) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    (message_id,) = claim(
        creditor.organisation_id, now=NOW, worker="dead", routes=[(creditor.id, "email")], most=1
    )
    Delivery.objects.create(
        organisation_id=creditor.organisation_id, message_id=message_id, attempt=1, began_at=NOW
    )
    later = NOW + timedelta(days=9)
    assert give_back_unbegun(organisation_id=creditor.organisation_id, now=later) == 0
    plan, _ = run(creditor, box, now=later)
    assert not box.mails
    assert plan.reasons == {"in_flight": 1} or not plan.decisions
    assert Message.objects.get().state == "sending"
    resolve_sending(organisation_id=creditor.organisation_id, message_id=message_id, left=True, now=later)
    assert StepClaim.objects.get().state == "done"


def test_a_claim_that_never_began_is_given_back(creditor: Creditor, box: Mailbox) -> None:
    invoice(account(creditor, "C001"), "FA-101")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    claim(creditor.organisation_id, now=NOW, worker="dead", routes=[(creditor.id, "email")], most=1)
    later = NOW + timedelta(minutes=11)
    assert give_back_unbegun(organisation_id=creditor.organisation_id, now=later) == 1
    run(creditor, box, now=later)
    assert len(box.mails) == 1


def test_f41_a_promise_stops_what_was_planned(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    invoice(debtor, "FA-101")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    record_promise(
        organisation_id=creditor.organisation_id, account_id=debtor.id, until=TODAY + timedelta(days=7),
        today=TODAY, now=NOW,
    )  # fmt: skip
    run(creditor, box)
    assert not box.mails
    assert Message.objects.get().state == "withdrawn"
    assert Decision.objects.get(is_current=True).reasons[0][0] == "promised"


def test_f66_undoing_a_match_resumes_without_contact_that_day(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    term = invoice(debtor, "FA-101", due=date(2026, 11, 2))
    run(creditor, box, now=NOW - timedelta(days=14))
    record_payment(
        organisation_id=creditor.organisation_id, account_id=debtor.id, amount=term.amount,
        currency="EUR", received_on=TODAY, term_ids=[term.id], now=NOW,
    )  # fmt: skip
    undo_allocation(
        organisation_id=creditor.organisation_id, allocation_id=Allocation.objects.get().id,
        on=TODAY, now=NOW,
    )  # fmt: skip
    Allocation.objects.get().payment.__class__.objects.update(returned_on=TODAY)
    run(creditor, box)
    assert len(box.mails) == 1
    assert Decision.objects.get(is_current=True).until == TODAY + timedelta(days=8)
    run(creditor, box, now=NOW + timedelta(days=8))
    assert Message.objects.latest("id").step == "firm"


def test_f60_an_unusual_day_waits_for_a_person(creditor: Creditor, box: Mailbox) -> None:
    Creditor.objects.update(volume_limit=5)
    for n in range(8):
        invoice(account(creditor, f"C{n:03}"), f"FA-{n}")
    plan, _ = run(creditor, box)
    assert any(alert.endswith("volume") for alert in plan.alerts)
    assert not box.mails
    confirm_volume(organisation_id=creditor.organisation_id, creditor_id=creditor.id, today=TODAY, now=NOW)
    run(creditor, box)
    assert len(box.mails) == 8


def test_f61_a_broken_account_does_not_stop_the_run(
    creditor: Creditor, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from acquit.flows.outbox import plan_day as flow

    for n in range(3):
        invoice(account(creditor, f"C{n:03}"), f"FA-{n}")
    decide_case = flow.decide_case

    def broken_for_one(case):
        if case.external_id == "C001":
            raise ArithmeticError("a sum that cannot be")
        return decide_case(case)

    monkeypatch.setattr(flow, "decide_case", broken_for_one)
    plan, _ = run(creditor, box)
    assert plan.broken == [("C001", "ArithmeticError: a sum that cannot be")]
    assert sorted(box.recipients) == ["c000@client.example", "c002@client.example"]


def test_f62_a_dry_run_chooses_the_same_and_writes_nothing(creditor: Creditor, box: Mailbox) -> None:
    for n in range(4):
        invoice(account(creditor, f"C{n:03}"), f"FA-{n}", due=TODAY - timedelta(days=n * 2))
    dry = plan_day(organisation_id=creditor.organisation_id, now=NOW, dry_run=True)
    assert not Message.objects.exists()
    assert not Decision.objects.exists()
    real = plan_day(organisation_id=creditor.organisation_id, now=NOW)
    assert (dry.decisions, dry.reasons, dry.messages) == (real.decisions, real.reasons, real.messages)


def test_f63_two_creditors_write_two_mails(creditor: Creditor, box: Mailbox) -> None:
    other = Creditor.objects.get(id=creditor.id)
    other.pk, other.key, other.name = None, "autre", "Autre SARL"
    other.sender_email, other.iban = "compta@autre.example", "DE89370400440532013000"
    other.save()
    mine = account(creditor, "C001")
    theirs = Account.objects.create(
        organisation_id=creditor.organisation_id, creditor=other, debtor_id=mine.debtor_id,
        external_id="X9", look_at=NOW,
    )  # fmt: skip
    Creditor.objects.update(contact_gap=0)
    invoice(mine, "FA-101")
    invoice(theirs, "B-7", "50.00")
    run(creditor, box)
    run(creditor, box, now=NOW + timedelta(days=1))
    by_sender = {mail.mail_from: mail.content.decode() for mail in box.mails}
    assert set(by_sender) == {"claire@valmeric.example", "compta@autre.example"}
    assert "FA-101" not in by_sender["compta@autre.example"]
    assert "DE89" in by_sender["compta@autre.example"]


def test_f43_a_language_without_words_asks_a_person(creditor: Creditor, box: Mailbox) -> None:
    invoice(account(creditor, "C001", language="de"), "FA-101")
    run(creditor, box)
    message = Message.objects.get()
    assert message.state == "to_approve"
    assert message.because.startswith("unsayable: missing_language")
    assert not box.mails


def test_approval_is_asked_and_the_approved_leaves(creditor: Creditor, box: Mailbox) -> None:
    Creditor.objects.update(ask_above=Decimal(1000))
    invoice(account(creditor, "C001"), "FA-101")
    run(creditor, box)
    message = Message.objects.get()
    assert message.state == "to_approve"
    assert not box.mails
    approve_messages(organisation_id=creditor.organisation_id, message_ids=[message.id], now=NOW, by=None)
    run(creditor, box)
    assert len(box.mails) == 1


def test_an_edited_text_leaves_as_edited_and_inert(creditor: Creditor, box: Mailbox) -> None:
    """F-57: what a person types is text, never a template nor markup."""
    Creditor.objects.update(ask_above=Decimal(1))
    invoice(account(creditor, "C001"), "FA-101")
    run(creditor, box)
    message = Message.objects.get()
    edit_message(
        organisation_id=creditor.organisation_id, message_id=message.id, subject="Votre facture",
        body="Bonjour, {{ 7*7 }} <script>alert(1)</script>",
    )  # fmt: skip
    approve_messages(organisation_id=creditor.organisation_id, message_ids=[message.id], now=NOW, by=None)
    run(creditor, box)
    mail = message_from_bytes(box.mails[0].content, policy=policy.default)
    assert mail["Subject"] == "Votre facture"
    assert "{{ 7*7 }}" in mail.get_body(("plain",)).get_content()
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_postponed_and_skipped(creditor: Creditor, box: Mailbox) -> None:
    for n in range(2):
        invoice(account(creditor, f"C{n:03}"), f"FA-{n}")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    first, second = Message.objects.order_by("id")
    postpone_message(
        organisation_id=creditor.organisation_id, message_id=first.id,
        until=NOW + timedelta(days=1), now=NOW,
    )  # fmt: skip
    skip_message(
        organisation_id=creditor.organisation_id, message_id=second.id, reason="Déjà au téléphone",
        now=NOW, by=None,
    )  # fmt: skip
    run(creditor, box)
    assert not box.mails
    run(creditor, box, now=NOW + timedelta(days=1, minutes=5))
    assert box.recipients == ["c000@client.example"]
    assert StepClaim.objects.get(message=second).state == "skipped"
    Account.objects.update(look_at=NOW)
    assert plan_day(organisation_id=creditor.organisation_id, now=NOW).decisions["act"] == 0


def test_outside_the_sending_window_the_message_waits(creditor: Creditor, box: Mailbox) -> None:
    """F-12: the hour is the debtor's, here eleven hours behind Paris."""
    invoice(account(creditor, "C001", timezone="Pacific/Honolulu"), "FA-101")
    run(creditor, box)
    assert not box.mails
    run(creditor, box, now=NOW + timedelta(hours=9))
    assert len(box.mails) == 1


def test_the_thank_you_leaves_once(creditor: Creditor, box: Mailbox) -> None:
    debtor = account(creditor, "C001")
    term = invoice(debtor, "FA-101", due=date(2026, 11, 2))
    run(creditor, box, now=NOW - timedelta(days=14))
    record_payment(
        organisation_id=creditor.organisation_id, account_id=debtor.id, amount=term.amount,
        currency="EUR", received_on=TODAY, term_ids=[term.id], now=NOW,
    )  # fmt: skip
    run(creditor, box)
    assert [m.step for m in Message.objects.order_by("id")] == ["friendly", "thanks"]
    Account.objects.update(look_at=NOW)
    run(creditor, box, now=NOW + timedelta(days=1))
    assert len(box.mails) == 2


def _to_formal_notice(creditor: Creditor, box: Mailbox) -> Message:
    """Bring an account to its formal notice, approved by a person."""
    debtor = account(creditor, "C001", address="240 rue du Grand Gigognan")
    invoice(debtor, "FA-101", "4380.00", due=date(2026, 10, 1))
    for days in (28, 20, 0):
        run(creditor, box, now=NOW - timedelta(days=days))
    message = Message.objects.latest("id")
    assert (message.step, message.channel, message.state) == ("formal", "letter", "to_approve")
    approve_messages(organisation_id=creditor.organisation_id, message_ids=[message.id], now=NOW, by=None)
    run(creditor, box)
    return Message.objects.get(id=message.id)


def test_a_formal_notice_is_approved_read_again_and_handed_over(creditor: Creditor, box: Mailbox) -> None:
    message = _to_formal_notice(creditor, box)
    assert message.state == "handed_over", message.because
    assert bytes(Evidence.objects.get(message=message).content).startswith(b"%PDF")


def test_a_formal_notice_that_lacks_a_mention_goes_back_to_a_person(creditor: Creditor, box: Mailbox) -> None:
    Creditor.objects.update(siren="", iban="")
    message = _to_formal_notice(creditor, box)
    assert message.state == "to_approve"
    assert message.because.startswith("unsayable: notice_incomplete")
    assert "IBAN" in message.because
