"""The same payment from two sources: known again where that is sure, else asked about and never dropped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.flows.ledger.answer_duplicate import (
    DuplicateAnswered,
    TwoBankLines,
    answer_duplicate,
    ask_again,
)
from acquit.flows.ledger.correct_row import correct_row
from acquit.reports.doubts import doubts
from acquit.sources.words import say
from acquit.store.bank.models import BankAccount, BankLine, BankMatch
from acquit.store.cases.models import Round
from acquit.store.ledger.models import Allocation, DuplicatePayment, Payment, QuarantinedRow
from tests.flows.importing import (
    INVOICES,
    LATER,
    NOW,
    balances,
    bring,
    fec,
    receipt,
    sale,
    snapshot,
    still_owed,
)

BARE = "Compte;Date règlement;Montant\nC001;05/10/2026;1200,00\n"
NUMBERED = "Code client;Date paiement;Montant;N° règlement;Référence\nC001;05/10/2026;1200,00;R-77;VIR 4711\n"
NAMED = "Compte;Date règlement;Montant;N° facture;Mode\nC001;05/10/2026;1200,00;FA101;virement\n"
TODAY = NOW.date()


@pytest.fixture
def invoiced(organisation):
    bring(organisation, INVOICES)
    return organisation


def pay(world, text, **more):
    return bring(world, text, name=more.pop("name", "règlements.csv"), **more)


def codes(done):
    return [note.code for note in done.notes if note.code.startswith("payments_")]


def answer(world, *, is_same):
    asked = DuplicatePayment.objects.get()
    answer_duplicate(
        organisation_id=world.id, duplicate_id=asked.id, is_same=is_same, now=LATER, on=LATER.date(),
        by=world.user_id,
    )  # fmt: skip
    return asked.id


def test_two_tools_with_nothing_in_common_are_asked_about_and_both_count(invoiced):
    pay(invoiced, BARE)
    done = pay(invoiced, NUMBERED, now=LATER)
    assert codes(done) == ["payments_maybe_twice"]
    assert say(done.notes[-1]).startswith("1 règlement peut-être déjà connu d’une autre source")
    assert balances()["C001"] == -600, "what is asked may be too little, never too much"
    (doubt,) = doubts(invoiced.creditor_id)["same_payment"]
    assert (doubt.said, doubt.amount, doubt.days[0].isoformat()) == (
        "— (règlements.csv) / VIR 4711 (règlements.csv)", (Decimal(1200), "EUR"), "2026-10-05",
    )  # fmt: skip
    answer(invoiced, is_same=True)
    assert balances()["C001"] == -600, "both rows are kept"
    assert Payment.objects.filter(returned_on=None).count() == 1
    assert doubts(invoiced.creditor_id)["same_payment"] == []
    with pytest.raises(DuplicateAnswered):
        answer(invoiced, is_same=False)


def test_two_that_are_two_stay_two_and_are_asked_about_once(invoiced):
    pay(invoiced, BARE)
    pay(invoiced, NUMBERED)
    answer(invoiced, is_same=False)
    before = snapshot()
    for text in (BARE, NUMBERED):
        assert codes(pay(invoiced, text + "\n", now=LATER)) == []
    assert snapshot() == before
    assert doubts(invoiced.creditor_id)["same_payment"] == []


def test_an_answer_holds_for_the_next_exports_of_both(invoiced):
    pay(invoiced, BARE)
    pay(invoiced, NUMBERED)
    answer(invoiced, is_same=True)
    before = snapshot()
    for text in (BARE, NUMBERED):
        done = pay(invoiced, text + "\n", now=LATER + timedelta(days=1))
        assert (codes(done), done.created) == ([], 0)
    assert snapshot() == before


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_reference_or_invoice_is_the_same_payment_and_is_said(invoiced, turned):
    told = "Code client;Date paiement;Montant;Libellé\nC001;05/10/2026;1200,00;VIR ALPHA REF VIR 4711\n"
    texts = [NUMBERED, told][:: -1 if turned else 1]
    pay(invoiced, texts[0])
    done = pay(invoiced, texts[1])
    assert codes(done) == ["payments_told_twice"]
    assert (Payment.objects.count(), balances()["C001"]) == (1, 600)
    again = pay(invoiced, texts[1] + "\n", now=LATER)
    assert (codes(again), again.created, again.updated) == ([], 0, 0), "its second key is known"


@pytest.mark.parametrize("turned", [False, True])
def test_a_word_that_other_payments_bear_too_proves_nothing(invoiced, turned):
    """A customer's code as reference would make one of two real payments, and a debt of what is paid."""
    told = "Compte;Date règlement;Montant;Référence\nC001;05/10/2026;1200,00;CLI0042\n"
    many = "Code client;Date paiement;Montant;N° règlement;Référence\nC001;05/10/2026;1200,00;R-77;CLI0042\n"
    many += "C001;12/10/2026;300,00;R-78;CLI0042\n"
    texts = [told, many][:: -1 if turned else 1]
    pay(invoiced, texts[0])
    assert codes(pay(invoiced, texts[1])) == ["payments_maybe_twice"]
    assert Payment.objects.count() == 3


def test_what_only_the_second_list_names_is_paid_by_the_first(invoiced):
    """Once without the invoice, then with it: one payment, and the invoice is settled."""
    pay(invoiced, "Compte;Date règlement;Montant;Référence\nC001;05/10/2026;1200,00;VIR 4711\n")
    named = "Compte;Date règlement;Montant;Référence;N° facture\nC001;05/10/2026;1200,00;VIR 4711;FA101\n"
    assert codes(pay(invoiced, named)) == ["payments_told_twice"]
    assert (still_owed()["FA101"], balances()["C001"]) == (0, 600)


def test_the_ledger_and_a_list_tell_one_payment_whichever_comes_first(organisation):
    ledger = fec(sale(1, 20260903, "C001", Decimal(1200), piece="FA101", letter="A"),
                 receipt(2, 20261005, "C001", Decimal(1200), piece="FA101", letter="A"))  # fmt: skip
    bring(organisation, ledger, name="f.txt")
    assert codes(pay(organisation, NAMED)) == ["payments_told_twice"]
    assert balances() == {"C001": 0}
    again = bring(organisation, ledger + "\n", name="f.txt", now=LATER)
    assert (again.created, again.updated, balances()) == (0, 0, {"C001": 0})
    assert still_owed() == {"FA101": 0}


def test_one_file_that_tells_two_tells_two(invoiced):
    assert codes(pay(invoiced, BARE + "C001;05/10/2026;1200,00\n")) == []
    assert codes(pay(invoiced, NUMBERED + "C001;05/10/2026;1200,00;R-78;VIR 4712\n")) == [
        "payments_maybe_twice"
    ]
    assert DuplicatePayment.objects.count() == 2, "one to one"
    more = NUMBERED + "".join(f"C001;05/10/2026;1200,00;R-{n};VIR 47{n}\n" for n in (78, 79))
    done = pay(invoiced, more, now=LATER)
    assert DuplicatePayment.objects.count() == 2, "the third has no double: it is a payment of its own"
    assert done.counts.created["payments"] == 1


@pytest.mark.parametrize(
    "second",
    [
        "Compte;Date règlement;Montant;N° facture;Mode\nC001;05/10/2026;1200,00;FA102;virement\n",
        "Compte;Date règlement;Montant;Mode;Caisse\nC001;05/10/2026;1200,00;chèque;1\n",
        "Compte;Date règlement;Montant;Caisse\nC001;06/10/2026;1200,00;1\n",
        "Compte;Date règlement;Montant;Caisse\nC001;05/10/2026;1200,01;1\n",
        "Compte;Date règlement;Montant;Caisse\nC002;05/10/2026;1200,00;1\n",
    ],
)
def test_what_speaks_against_it_makes_two(invoiced, second):
    pay(invoiced, NAMED)
    assert codes(pay(invoiced, second)) == []
    assert Payment.objects.count() == 2


def test_the_numbers_of_one_tool_tell_its_payments_apart(invoiced):
    head = "Code client;Date paiement;Montant;N° règlement\n"
    pay(invoiced, head + "C001;05/10/2026;100,00;R-1\n")
    assert codes(pay(invoiced, head + "C001;05/10/2026;100,00;R-2\n")) == []
    pay(invoiced, "Compte;Date règlement;Montant;Libellé\nC002;05/10/2026;50,00;VIR NOVA\n")
    other = pay(invoiced, "Compte;Date règlement;Montant;Libellé\nC002;05/10/2026;50,00;VIR ARVOR\n")
    assert codes(other) == [], "of one tool other words are another payment"
    whole = "C002;04/10/2026;1,00;A\nC002;05/10/2026;50,00;VIR NOVA SARL\nC002;06/10/2026;1,00;B\n"
    edited = pay(invoiced, "Compte;Date règlement;Montant;Libellé\n" + whole)
    assert codes(edited) == ["payments_maybe_twice"], (
        "unless the file tells that day whole, without the first"
    )


def test_one_payment_frees_what_its_double_had_paid_and_the_answer_can_be_taken_back(invoiced):
    pay(invoiced, BARE)
    pay(invoiced, NAMED.replace("C001;05/10/2026;1200,00;FA101", "C001;05/10/2026;1200,00;FA101, FA102"))
    assert still_owed() == {"FA101": 0, "FA102": 600, "FA103": Decimal("450.5")}
    asked = answer(invoiced, is_same=True)
    assert still_owed() == {"FA101": 0, "FA102": 600, "FA103": Decimal("450.5")}
    kept, other = Payment.objects.order_by("id")
    assert (kept.allocated, other.allocated, other.returned_on) == (1200, 0, other.received_on)
    ask_again(organisation_id=invoiced.id, duplicate_id=asked, now=LATER, on=LATER.date(), by=None)
    kept, other = Payment.objects.order_by("id")
    assert (kept.allocated, other.allocated, other.returned_on) == (0, 1200, None)
    assert len(doubts(invoiced.creditor_id)["same_payment"]) == 1
    with pytest.raises(DuplicateAnswered):
        ask_again(organisation_id=invoiced.id, duplicate_id=asked, now=LATER, on=LATER.date(), by=None)


def test_what_is_owed_again_is_not_asked_for_on_that_day(invoiced):
    """The first had paid another invoice: what the double paid is owed again."""
    pay(invoiced, "Compte;Date règlement;Montant;Nr\nC001;05/10/2026;600,00;1\n")
    first = Payment.objects.get()
    term = first.account.terms.get(invoice__number="FA102")
    Allocation.objects.create(
        organisation_id=invoiced.id, account=first.account, term=term, payment=first, amount=600,
        effective_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    pay(invoiced, "Compte;Date règlement;Montant;Référence\nC001;05/10/2026;600,00;VIR 8\n")
    second = Payment.objects.order_by("-id")[0]
    late = first.account.terms.get(invoice__number="FA101")
    Allocation.objects.create(
        organisation_id=invoiced.id, account=first.account, term=late, payment=second, amount=600,
        effective_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    answer(invoiced, is_same=True)
    assert still_owed()["FA101"] == 1200
    assert Round.objects.get(term=late).resumed_on == LATER.date()


def test_the_one_that_the_bank_knows_is_kept_and_two_of_the_bank_are_two(invoiced):
    pay(invoiced, BARE)
    pay(invoiced, NUMBERED)
    first, second = Payment.objects.order_by("id")
    matched(invoiced, second, "1")
    asked = DuplicatePayment.objects.get()
    matched(invoiced, first, "2")
    with pytest.raises(TwoBankLines):
        answer(invoiced, is_same=True)
    BankMatch.objects.filter(payment=first).update(undone_at=NOW)
    answer(invoiced, is_same=True)
    asked.refresh_from_db()
    assert (asked.payment_id, asked.other_id, asked.external_key) == (second.id, first.id, first.external_key)
    first.refresh_from_db()
    assert first.returned_on == first.received_on


def test_money_taken_back_is_not_claimed_twice_unless_a_person_says_so(invoiced):
    back = "Compte;Date règlement;Montant;Libellé\nC001;06/10/2026;-1200,00;REJET PRLV\n"
    pay(invoiced, back)
    done = pay(invoiced, "Code client;Date paiement;Montant;Référence\nC001;06/10/2026;-1200,00;IMP 9\n")
    assert [error.code for error in done.quarantined] == ["return_told_twice"]
    assert balances()["C001"] == 3000
    row = QuarantinedRow.objects.get()
    assert correct_row(organisation_id=invoiced.id, row_id=row.id, cells={}, now=LATER).error is None
    assert balances()["C001"] == 4200


def matched(world, payment, key):
    account, _ = BankAccount.objects.get_or_create(
        organisation_id=world.id, creditor_id=world.creditor_id, number="FR1", currency="EUR"
    )
    line = BankLine.objects.create(
        organisation_id=world.id, creditor_id=world.creditor_id, bank_account=account, external_key=key,
        booked_on=payment.received_on, value_on=payment.received_on, amount=payment.amount, currency="EUR",
        direction="credit", matched=0, known_on=payment.received_on,
    )  # fmt: skip
    BankMatch.objects.create(
        organisation_id=world.id, line=line, payment=payment, amount=payment.amount, made_payment=False,
        matched_at=NOW,
    )  # fmt: skip


_ROW = st.tuples(
    st.sampled_from(["5", "6"]), st.sampled_from(["100", "200"]), st.sampled_from(["", "REF 1", "REF 2"])
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(_ROW, max_size=5), st.lists(_ROW, max_size=5))
def test_no_real_payment_is_ever_dropped(invoiced, first, second):
    """Whatever two tools tell, no more is counted than both say, and no less than the larger does."""
    with transaction.atomic():
        columns = ("Référence;A", "Référence;B")
        for rows, named in zip((first, second), columns, strict=True):
            if rows:
                lines = "".join(f"C001;{day:0>2}/10/2026;{sum_},00;{ref};x\n" for day, sum_, ref in rows)
                pay(invoiced, f"Compte;Date règlement;Montant;{named}\n{lines}")
        for day in ("5", "6"):
            for sum_ in (100, 200):
                told = [sum((d, int(s)) == (day, sum_) for d, s, _ in rows) for rows in (first, second)]
                kept = Payment.objects.filter(received_on=f"2026-10-{day:0>2}", amount=sum_)
                asked = DuplicatePayment.objects.filter(payment__in=kept, is_same=None).count()
                assert max(told) <= kept.count() <= sum(told)
                assert kept.count() - asked >= max(told), "were every question answered with « the same »"
        transaction.set_rollback(True)
