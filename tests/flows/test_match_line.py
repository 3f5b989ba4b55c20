"""What people say of bank lines: accepted, shared out, refused, set aside, undone, returned."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from acquit.flows.bank.match_line import (
    HandPart,
    WriteOff,
    accept_above,
    accept_proposal,
    match_by_hand,
    reopen_by_return,
)
from acquit.flows.bank.set_aside_line import refuse_proposal, set_aside, take_back
from acquit.flows.bank.undo_match import undo_match
from acquit.flows.ledger.record_payment import record_payment
from acquit.flows.material.errors import (
    CurrenciesDiffer,
    LineSetAside,
    LineTaken,
    NotAReturn,
    NothingMatched,
    NotPositive,
    PartsDoNotFit,
    ProposalGone,
    ReasonMissing,
)
from acquit.flows.outbox.plan_day import plan_day
from acquit.store import tenancy
from acquit.store.accounts.models import Account, Creditor
from acquit.store.bank.models import (
    BankLine,
    BankMatch,
    LearnedPayer,
    MatchProposal,
    ProposedPart,
    RefusedMatch,
)
from acquit.store.cases.models import Round, Task
from acquit.store.ledger.models import CreditNote, Payment, Term
from acquit.store.outbox.models import Message
from tests.flows.banking import SOURCES, bring_lines, days_ago, line
from tests.flows.importing import bring, fec, sale, still_owed
from tests.flows.importing import receipt as booked
from tests.flows.test_plan_and_dispatch import run
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor

DUPONT = {"counterparty_name": "DUPONT SARL", "counterparty_iban": "FR1420041010050500013M02606"}


@pytest.fixture(autouse=True)
def _banks(settings):
    settings.SOURCES = SOURCES


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, match_alone=False, fresh_days=60)


@pytest.fixture
def box():
    with mailbox() as opened:
        yield opened


def by_whom(organisation):
    return {"organisation_id": organisation.id, "now": NOW, "by": organisation.user_id}


def brought(organisation, *lines):
    bring_lines(organisation, *lines)
    return BankLine.objects.order_by("-id")[0]


def owed():
    return {number: amount for number, amount in still_owed().items() if amount}


def test_a_proposal_is_accepted_by_a_person(organisation, creditor):
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    one = brought(organisation, line("1200.00", "VIR DUPONT FA-2026-101", **DUPONT))
    done = accept_proposal(line_id=one.id, **by_whom(organisation))
    assert (done.allocated, done.on_account, done.account_ids) == (Decimal(1200), 0, (debtor.id,))
    assert not owed()
    assert BankMatch.objects.get().matched_by_id == organisation.user_id
    assert not MatchProposal.objects.exists()
    with pytest.raises(LineTaken):
        accept_proposal(line_id=one.id, **by_whom(organisation))


def test_a_proposal_of_which_something_is_paid_meanwhile_holds_no_longer(organisation, creditor):
    debtor = account(creditor, "C001", name="Dupont SARL")
    term = invoice(debtor, "FA-2026-101", "1200.00")
    one = brought(organisation, line("1200.00", "VIR DUPONT FA-2026-101", **DUPONT))
    record_payment(
        organisation_id=organisation.id, account_id=debtor.id, amount=Decimal(500), currency="EUR",
        received_on=TODAY, now=NOW, term_ids=[term.id],
    )  # fmt: skip
    with pytest.raises(ProposalGone):
        accept_proposal(line_id=one.id, **by_whom(organisation))
    with pytest.raises(ProposalGone):
        accept_proposal(line_id=one.id, rank=9, **by_whom(organisation))
    assert Payment.objects.count() == 1
    assert BankLine.objects.get().matched == 0


def test_all_above_a_score_are_accepted_each_by_itself(organisation, creditor):
    for code, amount in (("C001", "1200.00"), ("C002", "300.00")):
        invoice(account(creditor, code, name=f"Client {code}"), f"FA-{code}-77", amount)
    bring_lines(
        organisation, line("1200.00", "FA-C001-77"), line("300.00", "FA-C002-77"),
        line("300.00", "FA-C002-77"), line("88.00", "INCONNU"),
    )  # fmt: skip
    done = accept_above(creditor_id=creditor.id, score=90, **by_whom(organisation))
    assert (done.lines, done.total) == (2, {"EUR": Decimal("1500.00")})
    assert set(done.refused.values()) <= {"ProposalGone"}
    assert not owed()
    assert BankLine.objects.filter(matched=0).count() == 2


def test_a_line_is_shared_among_debtors_by_hand(organisation, creditor):
    first, second = account(creditor, "C001"), account(creditor, "C002")
    paid, rest = invoice(first, "A", "1000.00"), invoice(second, "B", "500.00")
    one = brought(organisation, line("1600.00", "CESSION GROUPE"))
    done = match_by_hand(
        line_id=one.id, because="accord du 3 novembre",
        write_off=[WriteOff(rest.id, Decimal(50), "discount")],
        parts=[
            HandPart(first.id, paid.id, Decimal(1000)), HandPart(second.id, rest.id, Decimal(450)),
            HandPart(second.id, None, Decimal(100)),
        ],
        **by_whom(organisation),
    )  # fmt: skip
    assert (done.allocated, done.on_account, done.written_off) == (Decimal(1450), Decimal(100), Decimal(50))
    assert not owed()
    given_up = Payment.objects.get(kind="discount")
    assert (given_up.amount, given_up.label) == (Decimal(50), "Escompte: accord du 3 novembre")
    one.refresh_from_db()
    assert one.matched == Decimal(1550)
    match_by_hand(line_id=one.id, parts=[HandPart(first.id, None, Decimal(50))], **by_whom(organisation))
    one.refresh_from_db()
    assert one.matched == one.amount
    money = Payment.objects.filter(kind="payment").order_by("id")
    assert list(money.values_list("account_id", "amount")) == [
        (first.id, Decimal(1000)), (second.id, Decimal(550)), (first.id, Decimal(50)),
    ]  # fmt: skip


def test_parts_that_do_not_fit_change_nothing(organisation, creditor):
    debtor, other = account(creditor, "C001"), account(creditor, "C002")
    term = invoice(debtor, "A", "100.00")
    dollars = invoice(debtor, "D", "100.00", currency="USD")
    one = brought(organisation, line("150.00", "VIR"))
    refused = [
        (PartsDoNotFit, [HandPart(debtor.id, term.id, Decimal("100.01"))]),
        (PartsDoNotFit, [HandPart(debtor.id, None, Decimal("150.01"))]),
        (PartsDoNotFit, [HandPart(other.id, term.id, Decimal(100))]),
        (PartsDoNotFit, [HandPart(debtor.id, term.id + 9999, Decimal(100))]),
        (NotPositive, [HandPart(debtor.id, term.id, Decimal(-5)), HandPart(debtor.id, None, Decimal(155))]),
        (NotPositive, []),
        (CurrenciesDiffer, [HandPart(debtor.id, dollars.id, Decimal(100))]),
    ]
    for why, parts in refused:
        with pytest.raises(why):
            match_by_hand(line_id=one.id, parts=parts, **by_whom(organisation))
    with pytest.raises(PartsDoNotFit):
        match_by_hand(
            line_id=one.id, parts=[HandPart(debtor.id, term.id, Decimal(60))],
            write_off=[WriteOff(term.id, Decimal(41), "other")], **by_whom(organisation),
        )  # fmt: skip
    assert not Payment.objects.exists()
    assert not BankMatch.objects.exists()


@pytest.mark.parametrize(("invoiced", "came"), [("1200.40", "1200.00"), ("1200.00", "1000.00")])
def test_f66_an_undone_match_resumes_and_leaves_nothing_behind(organisation, creditor, box, invoiced, came):
    """Neither what was given up with it, nor the credit note that was deducted."""
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", invoiced)
    run(creditor, box, now=NOW - timedelta(days=8))
    assert Message.objects.get().step == "friendly"
    CreditNote.objects.create(
        organisation_id=organisation.id, account=debtor, external_key="AV", number="AV-2026-7",
        issued_on=days_ago(20), amount=Decimal(200), currency="EUR", known_on=days_ago(20),
    )  # fmt: skip
    said = f"VIR DUPONT FA-2026-101 {'AV-2026-7' if came == '1000.00' else ''}"
    one = brought(organisation, line(came, said, **DUPONT))
    accept_proposal(line_id=one.id, **by_whom(organisation))
    assert not owed()
    assert LearnedPayer.objects.exists()
    undo_match(line_id=one.id, on=TODAY, **by_whom(organisation))
    assert owed() == {"FA-2026-101": Decimal(invoiced)}
    assert CreditNote.objects.get().allocated == 0
    assert not Payment.objects.filter(returned_on=None).exists()
    assert not LearnedPayer.objects.exists()
    resumed = Round.objects.order_by("-number")[0]
    assert (resumed.resumed_on, resumed.ended_on) == (TODAY, None)
    one.refresh_from_db()
    assert one.matched == 0
    assert MatchProposal.objects.filter(line=one).exists()
    run(creditor, box)
    assert len(box.mails) == 1, "no contact on the day of the return"
    Creditor.objects.update(match_alone=True)
    bring_lines(organisation, line("1.00", "AUTRE"))
    one.refresh_from_db()
    assert one.matched == 0, "no rule matches again what a person undid"
    accept_proposal(line_id=one.id, **by_whom(organisation))
    assert not owed()
    with pytest.raises(NothingMatched):
        undo_match(line_id=BankLine.objects.get(label="AUTRE").id, on=TODAY, **by_whom(organisation))


def test_f66_undoing_leaves_the_payment_that_the_ledger_told(organisation, creditor):
    ledger = fec(
        sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101", letter="A"),
        booked(2, "20261120", "DUPONT SARL", 1200, letter="A"),
    )
    bring(organisation, ledger, name="fec.txt")
    one = brought(organisation, line("1200.00", "VIR DUPONT SARL FA-2026-101", on=days_ago(3), **DUPONT))
    accept_proposal(line_id=one.id, **by_whom(organisation))
    assert BankMatch.objects.get().made_payment is False
    undo_match(line_id=one.id, on=TODAY, **by_whom(organisation))
    assert not owed()
    assert Payment.objects.get().returned_on is None


def returned(organisation, creditor, **more):
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00", due=days_ago(40), paid_by="direct_debit")
    first = brought(
        organisation,
        line("1200.00", "PRLV DUPONT FA-2026-101", on=days_ago(30), method="direct_debit", **DUPONT),
    )
    accept_proposal(line_id=first.id, **by_whom(organisation))
    back = line(
        "1200.00", "REJET PRLV DUPONT FA-2026-101", on=days_ago(2), direction="debit", is_return=True,
        return_reason="AM04", **(DUPONT | more),
    )  # fmt: skip
    return brought(organisation, back)


def test_f66_a_returned_debit_reopens_and_is_asked_for_another_day(organisation, creditor, box):
    """F-50: from the return on it is asked for as anything else."""
    back = returned(organisation, creditor)
    proposal = MatchProposal.objects.get(line=back, rank=1)
    payment = Payment.objects.get()
    assert ProposedPart.objects.get(proposal=proposal).payment_id == payment.id
    reopen_by_return(line_id=back.id, payment_id=payment.id, **by_whom(organisation))
    payment.refresh_from_db()
    assert payment.returned_on == days_ago(2)
    assert owed() == {"FA-2026-101": Decimal(1200)}
    back.refresh_from_db()
    assert back.matched == back.amount
    run(creditor, box)
    assert not box.mails
    run(creditor, box, now=NOW + timedelta(days=9))
    assert len(box.mails) == 1
    undo_match(line_id=back.id, on=TODAY, **by_whom(organisation))
    payment.refresh_from_db()
    assert payment.returned_on is None
    assert not owed()
    other = brought(organisation, line("1200.00", "VIR"))
    with pytest.raises(NotAReturn):
        reopen_by_return(line_id=other.id, payment_id=payment.id, **by_whom(organisation))


def test_a_return_that_is_sure_is_applied_alone(organisation, creditor):
    Creditor.objects.update(match_alone=True)
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00", due=days_ago(40))
    bring_lines(organisation, line("1200.00", "PRLV DUPONT FA-2026-101", on=days_ago(30), **DUPONT))
    assert not owed()
    back = {"direction": "debit", "is_return": True}
    bring_lines(organisation, line("1200.00", "REJET PRLV FA-2026-101", on=days_ago(2), **back))
    assert owed() == {"FA-2026-101": Decimal(1200)}
    assert Payment.objects.get().returned_on == days_ago(2)
    bring_lines(organisation, line("77.00", "REJET CHEQUE", on=days_ago(1), **back))
    assert BankLine.objects.get(amount=77).matched == 0


def test_set_aside_holds_nobody_and_can_be_taken_back(organisation, creditor, box):
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    one = brought(organisation, line("1200.00", "REMBOURSEMENT TVA"))
    plan, _ = run(creditor, box)
    assert plan.reasons == {"possible_payment": 1}
    with pytest.raises(ReasonMissing):
        set_aside(line_id=one.id, because=" ", **by_whom(organisation))
    set_aside(line_id=one.id, because="TVA", **by_whom(organisation))
    assert not MatchProposal.objects.exists()
    with pytest.raises(LineSetAside):
        match_by_hand(line_id=one.id, parts=[HandPart(debtor.id, None, Decimal(1))], **by_whom(organisation))
    take_back(line_id=one.id, **by_whom(organisation))
    assert MatchProposal.objects.exists()
    set_aside(line_id=one.id, because="TVA", **by_whom(organisation))
    run(creditor, box)
    assert len(box.mails) == 1


def test_f07_a_refused_proposal_is_not_made_again_and_lets_the_account_go(organisation, creditor, box):
    first, second = account(creditor, "C001"), account(creditor, "C002")
    invoice(first, "FA-C001-77", "1200.00")
    invoice(second, "FA-C002-77", "1200.00")
    one = brought(organisation, line("1200.00", "VIREMENT RECU"))
    plan, _ = run(creditor, box)
    assert plan.reasons == {"possible_payment": 2}
    assert Task.objects.filter(kind="possible_payment", closed_at=None).count() == 2
    assert not box.mails
    refuse_proposal(line_id=one.id, account_id=first.id, **by_whom(organisation))
    assert RefusedMatch.objects.count() == 1
    assert set(ProposedPart.objects.values_list("account_id", flat=True)) == {second.id}
    run(creditor, box)
    assert box.recipients == ["c001@client.example"]
    bring_lines(organisation, line("2.00", "AUTRE"))
    assert set(ProposedPart.objects.values_list("account_id", flat=True)) == {second.id}


def test_f07_what_little_speaks_for_does_not_hold_for_ever(organisation, creditor, box):
    debtor = account(creditor, "C001", name="Dupont Matériaux Rénovation")
    invoice(debtor, "FA-2026-101", "1000.00")
    one = brought(organisation, line("1750.00", "VIR DUPONT", counterparty_name="DUPONT MATERIAUX"))
    assert MatchProposal.objects.filter(line=one, score__lt=35).exists()
    MatchProposal.objects.filter(line=one, score__gte=35).delete()
    assert run(creditor, box)[0].reasons == {"possible_payment": 1}
    Account.objects.update(look_at=NOW)
    assert run(creditor, box, now=NOW + timedelta(days=15))[0].reasons == {"possible_payment": 1}
    run(creditor, box, now=NOW + timedelta(days=16))
    assert len(box.mails) == 1


def test_two_people_on_one_line_are_one_match(organisation, creditor):
    first, second = account(creditor, "C001"), account(creditor, "C002")
    terms = [invoice(first, "A", "1200.00"), invoice(second, "B", "1200.00")]
    one = brought(organisation, line("1200.00", "VIREMENT RECU"))
    start, outcomes = threading.Barrier(4), []

    def match(term):
        try:
            with tenancy.organisation(organisation.id):
                start.wait()
                part = HandPart(term.account_id, term.id, Decimal(1200))
                match_by_hand(line_id=one.id, parts=[part], **by_whom(organisation))
            outcomes.append("matched")
        except LineTaken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=match, args=[term]) for term in terms * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["matched", "taken", "taken", "taken"]
    assert BankMatch.objects.count() == Payment.objects.count() == 1
    assert sum(owed().values()) == Decimal(1200)


def test_f07_a_bank_line_of_the_exact_balance_holds_until_it_is_matched(organisation, creditor, box):
    invoice(account(creditor, "C001", name="Dupont SARL"), "FA-2026-101", "1200.00")
    one = brought(organisation, line("1200.00", "VIR SEPA DUPONT SARL"))
    plan, _ = run(creditor, box)
    assert plan.reasons == {"possible_payment": 1}
    assert Task.objects.get(closed_at=None).kind == "possible_payment"
    assert not box.mails
    accept_proposal(line_id=one.id, **by_whom(organisation))
    plan_day(organisation_id=organisation.id, now=NOW)
    assert [message.step for message in Message.objects.all()] == ["thanks"]
    assert Term.objects.get().settled_on == TODAY
