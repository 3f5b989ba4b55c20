"""Bank lines that are matched by rule: on import, as far as nothing is in doubt, and never twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.store.accounts.models import Creditor
from acquit.store.bank.models import BankLine, BankMatch, LearnedPayer, MatchProposal, ProposedPart
from acquit.store.ledger.models import Allocation, CreditNote, Payment, Term
from tests.flows.banking import SOURCES, bring_lines, days_ago, line
from tests.flows.importing import bring, fec, sale, still_owed
from tests.flows.importing import receipt as booked
from tests.flows.world import account, invoice, ready_creditor, receipt

DUPONT = {"counterparty_name": "DUPONT SARL", "counterparty_iban": "FR1420041010050500013M02606"}


@pytest.fixture(autouse=True)
def _banks(settings):
    settings.SOURCES = SOURCES


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def test_a_number_and_the_exact_amount_are_matched_alone(organisation, creditor):
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    done = bring_lines(organisation, line("1200.00", "VIR DUPONT FA-2026-101", on=days_ago(2), **DUPONT))
    assert [(n.code, n.params) for n in done.notes] == [("bank_lines_matched", {"count": 1, "open": 0})]
    assert done.totals[0].after == 0
    payment = Payment.objects.get()
    kept = BankLine.objects.get()
    assert (payment.external_key, payment.kind, payment.amount) == (
        f"bank {kept.id} 1", "payment", Decimal("1200.00")
    )  # fmt: skip
    assert (payment.received_on, payment.label) == (days_ago(2), "VIR DUPONT FA-2026-101")
    term = Term.objects.get()
    assert (term.allocated, term.settled_on) == (term.amount, days_ago(2))
    match = BankMatch.objects.get()
    assert (match.matched_by_id, match.made_payment, match.amount) == (None, True, Decimal("1200.00"))
    assert match.score >= 95
    assert match.allocations == [Allocation.objects.get().id]
    assert kept.matched == kept.amount
    assert not MatchProposal.objects.exists()
    assert LearnedPayer.objects.get().iban == DUPONT["counterparty_iban"]


def test_the_creditor_s_own_word_is_kept(organisation, creditor):
    Creditor.objects.update(match_alone=False)
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    bring_lines(organisation, line("1200.00", "VIR DUPONT FA-2026-101"))
    assert not Payment.objects.exists()
    best = MatchProposal.objects.get(rank=1)
    assert best.is_sure
    part = ProposedPart.objects.get(proposal=best)
    assert (part.account_id, part.amount) == (debtor.id, Decimal("1200.00"))


def test_f07_the_amount_alone_matches_nothing_where_two_debtors_fit(organisation, creditor):
    for code in ("C001", "C002"):
        invoice(account(creditor, code), f"FA-{code}-77", "1200.00")
    bring_lines(organisation, line("1200.00", "VIREMENT RECU"))
    assert not Payment.objects.exists()
    assert not any(MatchProposal.objects.values_list("is_sure", flat=True))
    assert MatchProposal.objects.count() == 2


def test_two_lines_for_one_invoice_pay_it_once(organisation, creditor):
    invoice(account(creditor, "C001", name="Dupont SARL"), "FA-2026-101", "1200.00")
    said = "VIR DUPONT FA-2026-101"
    bring_lines(organisation, line("1200.00", said), line("1200.00", said, on=days_ago(1)))
    assert BankMatch.objects.count() == 1
    assert Term.objects.get().allocated == Decimal("1200.00")
    waiting = BankLine.objects.get(matched=0)
    assert not MatchProposal.objects.filter(line=waiting, is_sure=True).exists()


def test_a_rest_under_the_tolerance_is_written_off_with_its_trace(organisation, creditor):
    invoice(account(creditor, "C001", name="Dupont SARL"), "FA-2026-101", "1200.40")
    bring_lines(organisation, line("1200.00", "VIR DUPONT FA-2026-101", **DUPONT))
    trace = Payment.objects.get(kind="write_off")
    assert (trace.amount, trace.label) == (Decimal("0.40"), "Écart de règlement")
    assert set(still_owed().values()) == {0}
    assert BankMatch.objects.get().amount == Decimal("1200.00")


def test_f21_a_credit_note_that_the_debtor_deducted_is_allocated_too(organisation, creditor):
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    note = CreditNote.objects.create(
        organisation_id=organisation.id, account=debtor, external_key="AV", number="AV-2026-7",
        issued_on=days_ago(20), amount=Decimal(200), currency="EUR", known_on=days_ago(20),
    )  # fmt: skip
    bring_lines(organisation, line("1000.00", "VIR DUPONT FA-2026-101 AV-2026-7", **DUPONT))
    note.refresh_from_db()
    assert note.allocated == Decimal(200)
    assert set(still_owed().values()) == {0}
    assert Payment.objects.get().amount == Decimal("1000.00")


def test_a_payment_that_the_ledger_told_first_is_the_line(organisation, creditor):
    """What is in the ledger and on the statement counts once, lettered or loose."""
    debtor = account(creditor, "C001", name="Dupont SARL")
    invoice(debtor, "FA-2026-101", "1200.00")
    loose = receipt(debtor, "1200.00", on=days_ago(4))
    bring_lines(organisation, line("1200.00", "VIR DUPONT FA-2026-101", **DUPONT))
    assert Payment.objects.get() == loose
    match = BankMatch.objects.get()
    assert (match.payment, match.made_payment) == (loose, False)
    assert set(still_owed().values()) == {0}


LEDGER = fec(
    sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101", letter="A"),
    booked(2, "20261120", "DUPONT SARL", 1200, letter="A"),
)


@pytest.mark.parametrize("ledger_first", [True, False])
def test_the_ledger_and_the_bank_tell_the_same_money_once(organisation, creditor, ledger_first):
    """F-07: whichever comes first."""
    first_sale = fec(sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101"))
    bank = line("1200.00", "VIR DUPONT SARL FA-2026-101", on=days_ago(3), **DUPONT)
    bring(organisation, LEDGER if ledger_first else first_sale, name="fec.txt")
    bring_lines(organisation, bank)
    if not ledger_first:
        bring(organisation, LEDGER, name="fec.txt")
    assert Payment.objects.filter(returned_on=None).count() == 1
    assert Payment.objects.get().external_key.startswith("bank ") is False
    assert BankMatch.objects.get().payment == Payment.objects.get()
    assert BankLine.objects.get().matched == Decimal("1200.00")
    assert set(still_owed().values()) == {0}


@pytest.mark.parametrize("ledger_first", [True, False])
def test_a_transfer_that_the_ledger_books_in_two_is_that_money_once(organisation, creditor, ledger_first):
    sales = [
        sale(1, "20261001", "DUPONT SARL", 1200, piece="FA-2026-101", letter="A"),
        sale(2, "20261001", "DUPONT SARL", 600, piece="FA-2026-102", letter="B"),
    ]
    two = [
        booked(3, "20261120", "DUPONT SARL", 1200, letter="A"),
        booked(4, "20261120", "DUPONT SARL", 600, letter="B"),
    ]  # fmt: skip
    unpaid = fec(*(sale(n, "20261001", "DUPONT SARL", a, piece=p) for n, a, p in
                   ((1, 1200, "FA-2026-101"), (2, 600, "FA-2026-102"))))  # fmt: skip
    bring(organisation, fec(*sales, *two) if ledger_first else unpaid, name="fec.txt")
    said = line("1800.00", "VIR DUPONT FA-2026-101 FA-2026-102", on=days_ago(4), **DUPONT)
    bring_lines(organisation, said)
    assert BankLine.objects.get().matched == Decimal("1800.00")
    if not ledger_first:
        done = bring(organisation, fec(*sales, *two), name="fec.txt")
        assert done.totals[0].before == done.totals[0].after == 0
    amounts = sorted(Payment.objects.filter(returned_on=None).values_list("amount", flat=True))
    assert amounts == [Decimal(600), Decimal(1200)]
    assert sorted(BankMatch.objects.values_list("amount", flat=True)) == [Decimal(600), Decimal(1200)]
    assert BankLine.objects.get().matched == Decimal("1800.00")
    assert set(still_owed().values()) == {0}
