"""Statuses of the e-invoicing network: kept once, tied when they can be, and what follows from each."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.core.network import REASONS
from acquit.flows.cases.dispute_invoice import CATEGORIES, dispute_invoice, resolve_dispute
from acquit.flows.ledger.allocate_payment import allocate_payment
from acquit.flows.ledger.import_file import OtherCreditor
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.errors import AlreadyGone
from acquit.flows.network.answer_status import answer_status
from acquit.flows.outbox.plan_day import plan_day
from acquit.sources.cdar.tests.messages import BUYER, SELLER, detail, message, reference
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import BankChange, Decision, Dispute, Task
from acquit.store.facts import CaseLoader
from acquit.store.ledger.models import Invoice, Term
from acquit.store.network.models import NetworkStatus
from tests.flows.importing import bring
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt

ISSUED = "20261011"


@pytest.fixture
def creditor(organisation):
    """A creditor whose SIREN is that of the messages."""
    return ready_creditor(organisation.id, siren=SELLER)


@pytest.fixture
def term(creditor):
    """An invoice of 1 200 euros, two weeks late."""
    return invoice(account(creditor, "DUPONT", siren=BUYER), "F-1")


def told(world, code, number="F-1", *, at="20261105100000", now=NOW, key="", **said):
    """Import a message of one status."""
    content = message(reference(code, number, details=detail(**said)), at=at, key=key)
    return bring(world, content, name=f"{code}.xml", now=now)


def case_of(term, now=NOW):
    return CaseLoader(term.organisation_id, now).one(term.account_id)


def decided(term, now=NOW):
    decision = decide_case(case_of(term, now))
    return type(decision).__name__, decision.reasons[0].code


def answer(term, **more):
    """Answer the one open task about the invoice."""
    answer_status(
        organisation_id=term.organisation_id, task_id=Task.objects.get(closed_at=None).id,
        invoice_id=term.invoice_id, today=TODAY, now=NOW, **more,
    )  # fmt: skip


def codes(term, now=NOW):
    (facts,) = case_of(term, now).snapshot.terms
    return [status.code for status in facts.statuses]


def test_a_status_is_kept_and_tied_and_a_replay_changes_nothing(organisation, creditor, term):
    done = told(organisation, 205, at="20261105233000")
    assert (done.kind, done.counts.created["statuses"]) == ("cdar", 1)
    kept = NetworkStatus.objects.get()
    assert (kept.code, kept.invoice_id, kept.account_id) == (205, term.invoice_id, term.account_id)
    assert (kept.on, kept.received_at, kept.buyer) == (date(2026, 11, 5), NOW, BUYER)
    assert told(organisation, 205, at="20261105233000").already_imported
    again = bring(
        organisation,
        message(reference(205, details=detail()), at="20261105233000") + b"\n",
        name="again.xml",
    )
    assert (again.created, again.unchanged) == (0, 1)
    assert NetworkStatus.objects.count() == 1
    assert codes(term) == [205]


def test_a_status_that_comes_before_its_invoice_waits_for_it(organisation, creditor):
    told(organisation, 207, "FA101", at="20260910100000", reasons=["QTE_ERR"])
    kept = NetworkStatus.objects.get()
    assert (kept.invoice_id, kept.followed_at) == (None, None)
    assert not Task.objects.exists()
    NetworkStatus.objects.update(invoice_issued_on=date(2026, 9, 3))
    bring(
        organisation,
        "Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC\n"
        "C001;Alpha;FA101;03/09/2026;03/10/2026;1 200,00\n",
    )
    kept.refresh_from_db()
    assert kept.invoice_id == Invoice.objects.get().id
    assert Dispute.objects.get().category == "quantity"
    assert decided(Term.objects.get()) == ("Hold", "disputed")


def test_the_day_of_the_invoice_belongs_to_its_key(organisation, creditor, term):
    bring(organisation, message(reference(213, issued="20251011")), name="last-year.xml")
    assert NetworkStatus.objects.get().invoice_id is None
    assert decided(term)[0] == "Act"


def test_of_two_invoices_of_one_number_and_day_the_buyer_tells(organisation, creditor, term):
    other = invoice(account(creditor, "MARTIN", siren="732829320"), "F-1")
    told(organisation, 205)
    assert NetworkStatus.objects.get().invoice_id == term.invoice_id
    NetworkStatus.objects.update(invoice=None, account=None, buyer="")
    told(organisation, 204, at="20261104100000")
    tied = NetworkStatus.objects.exclude(invoice=None).values_list("code", "invoice_id")
    assert list(tied.order_by("id")) == [(204, term.invoice_id)]
    assert other.invoice_id != term.invoice_id


def test_statuses_count_in_the_order_of_their_own_moments(organisation, creditor, term):
    told(organisation, 212, at="20261106100000", amounts=[("MEN", "1200.00", "20")])
    told(organisation, 205, at="20261105100000")
    assert codes(term) == [205, 212]
    assert decided(term)[1] == "paid"


def test_an_unknown_code_is_kept_and_changes_nothing(organisation, creditor, term):
    told(organisation, 777)
    assert NetworkStatus.objects.get().code == 777
    assert decided(term) == ("Act", "step_reached")
    assert not Task.objects.exists()


def test_a_status_of_another_seller_is_refused(organisation, creditor, term):
    stranger = message(reference(210, "ACHAT-7", seller=BUYER))
    with pytest.raises(OtherCreditor):
        bring(organisation, stranger)
    with pytest.raises(OtherCreditor):
        bring(organisation, stranger, creditor_id=None)
    both = bring(organisation, message(reference(205), reference(210, "ACHAT-7", seller=BUYER)))
    assert [(e.code, e.field) for e in both.quarantined] == [("status_of_other_seller", "seller")]
    assert NetworkStatus.objects.get().code == 205
    assert Creditor.objects.count() == 1


def test_without_our_siren_nothing_proves_that_the_invoice_is_ours(organisation, creditor, term):
    Creditor.objects.update(siren="")
    done = told(organisation, 213)
    assert [e.code for e in done.quarantined] == ["creditor_without_siren"]
    assert not NetworkStatus.objects.exists()


def test_only_an_inadmissible_file_may_leave_out_the_seller(organisation, creditor, term):
    nobody = message(reference(501, seller=""), reference(205, seller="")).replace(SELLER.encode(), b"")
    done = bring(organisation, nobody)
    assert [e.code for e in done.quarantined] == ["status_without_seller"]
    assert NetworkStatus.objects.get().code == 501


def test_statuses_make_no_figure_fresh(organisation, creditor, term):
    bring(organisation, "Compte;Date règlement;Montant\nDUPONT;05/10/2026;1,00\n", name="r.csv",
          now=NOW - timedelta(days=20))  # fmt: skip
    told(organisation, 205)
    assert decided(term) == ("Hold", "stale_data")


@pytest.mark.parametrize("code", [200, 201, 202, 203, 204, 205, 209, 214, 224, 226, 228, 250, 601])
def test_codes_that_let_the_reminder_leave(organisation, creditor, term, code):
    told(organisation, code)
    assert decided(term) == ("Act", "step_reached")
    assert not Task.objects.exists()
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (206, "disputed", "network_dispute"),
        (207, "disputed", "network_dispute"),
        (208, "einvoice_stopped", "missing_document"),
        (210, "einvoice_stopped", "reissue"),
        (213, "einvoice_stopped", "reissue"),
        (221, "einvoice_stopped", "reissue"),
        (501, "einvoice_stopped", "reissue"),
        (220, "einvoice_stopped", None),
        (225, "factored", None),
        (211, "promised", None),
        (212, "paid", None),
    ],
)
def test_codes_that_keep_the_reminder_back(organisation, term, code, reason, kind):
    at = "20261123100000"
    told(organisation, code, at=at, reasons=["AUTRE"] if kind else ())
    told(organisation, code, at=at, reasons=["AUTRE"] if kind else (), key="a copy for the tax office")
    assert decided(term)[1] == reason
    assert [task.kind for task in Task.objects.order_by("id")] == ([kind] if kind else [])
    for task in Task.objects.order_by("id"):
        assert [(item["number"], item["code"], item["role"]) for item in task.params["items"]] == [
            ("F-1", code, "sales")
        ]
    plan_day(organisation_id=organisation.id, now=NOW)
    assert Task.objects.count() == (1 if kind else 0)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_a_category_and_an_owner(organisation, creditor, term, reason):
    told(organisation, 207, reasons=[reason], note="voir pièce")
    dispute = Dispute.objects.get()
    assert dispute.category == REASONS[reason].category
    assert dispute.category in CATEGORIES
    assert dispute.note == "voir pièce"
    (item,) = Task.objects.get(kind="network_dispute").params["items"]
    assert (item["category"], item["role"], item["reasons"]) == (*REASONS[reason], [reason])


def test_the_first_telling_reason_decides_and_an_unknown_one_is_other(organisation, creditor, term):
    told(organisation, 207, reasons=["NOUVEAU_MOTIF"])
    assert Dispute.objects.get().category == "other"
    told(organisation, 207, at="20261106100000", reasons=["AUTRE", "LIVR_INCOMP"])
    assert Dispute.objects.count() == 1
    (item,) = Task.objects.get().params["items"]
    assert (item["category"], item["role"]) == ("quantity", "logistics")


def test_two_invoices_of_an_account_share_one_task(organisation, creditor, term):
    invoice(Account.objects.get(), "F-2")
    told(organisation, 207, reasons=["PU_ERR"])
    told(organisation, 207, "F-2", reasons=["QTE_ERR"])
    (task,) = Task.objects.all()
    assert [item["number"] for item in task.params["items"]] == ["F-1", "F-2"]


def test_of_a_partial_approval_the_rest_is_in_dispute(organisation, creditor, term):
    told(organisation, 206, reasons=["PU_ERR"], amounts=[("MAPTTC", "900.00", ""), ("MNATTC", "300.00", "")])
    assert Dispute.objects.get().amount == 300
    decision = decide_case(case_of(term))
    assert [money.amount for money in decision.total] == [900]
    resolve_dispute(
        organisation_id=organisation.id, dispute_id=Dispute.objects.get().id, resolved_on=TODAY, now=NOW
    )
    assert [money.amount for money in decide_case(case_of(term)).total] == [1200]
    assert Task.objects.get().closed_at == NOW


def test_a_partial_approval_covers_the_oldest_terms_first(organisation, creditor, term):
    Term.objects.filter(id=term.id).update(amount=Decimal(700))
    Term.objects.create(
        organisation_id=organisation.id, account_id=term.account_id, invoice_id=term.invoice_id, position=2,
        due_on=term.due_on + timedelta(days=5), amount=Decimal(500), currency="EUR",
    )  # fmt: skip
    told(organisation, 206, reasons=["PU_ERR"], amounts=[("MNATTC", "300.00", "")])
    approved = [t.statuses[0].approved for t in case_of(term).snapshot.terms]
    assert approved == [700, 200]


def test_an_approval_ends_what_the_network_opened_and_not_what_a_person_opened(organisation, creditor, term):
    by_hand = invoice(Account.objects.get(), "F-2")
    dispute_invoice(
        organisation_id=organisation.id,
        invoice_id=by_hand.invoice_id,
        opened_on=TODAY,
        now=NOW,
        category="price",
    )
    told(organisation, 207, reasons=["QTE_ERR"])
    told(organisation, 205, at="20261106100000")
    told(organisation, 205, "F-2", at="20261106100000")
    still = Dispute.objects.filter(resolved_on=None)
    assert [dispute.invoice.number for dispute in still] == ["F-2"]
    assert Task.objects.get(kind="network_dispute").closed_at is not None
    decision = decide_case(case_of(term))
    assert decision.invoices == ("F-1",)


def test_a_dispute_that_was_answered_before_it_arrived_opens_nothing(organisation, creditor, term):
    told(organisation, 205, at="20261106100000")
    told(organisation, 207, at="20261105100000", reasons=["QTE_ERR"])
    assert not Dispute.objects.exists()
    assert not Task.objects.exists()
    assert decided(term)[0] == "Act"


def test_a_dispute_after_a_resolution_is_a_new_one_whatever_its_day(organisation, creditor, term):
    told(organisation, 207, at="20261110100000", reasons=["QTE_ERR"])
    first = Dispute.objects.get()
    resolve_dispute(organisation_id=organisation.id, dispute_id=first.id, resolved_on=TODAY, now=NOW)
    assert decided(term)[0] == "Act"
    told(organisation, 207, at="20261111100000", reasons=["PU_ERR"])
    assert Dispute.objects.get(resolved_on=None).category == "price"
    assert decided(term) == ("Hold", "disputed")


def test_completed_asks_a_person_whether_the_dispute_is_over(organisation, creditor, term):
    told(organisation, 207, reasons=["JUSTIF_ABS"])
    told(organisation, 209, at="20261106100000")
    assert [task.kind for task in Task.objects.order_by("id")] == ["network_dispute", "network_completed"]
    assert decided(term) == ("Hold", "disputed")
    resolve_dispute(
        organisation_id=organisation.id, dispute_id=Dispute.objects.get().id, resolved_on=TODAY, now=NOW
    )
    assert not Task.objects.filter(closed_at=None).exists()
    assert decided(term)[0] == "Act"


def test_a_missing_document_that_was_given_goes_on_after_some_days(organisation, creditor, term):
    told(organisation, 208, reasons=["JUSTIF_ABS"])
    answer(term)
    assert Task.objects.get().closed_at == NOW
    assert decided(term) == ("Wait", "einvoice_stopped")
    # Tuesday the 24th and three working days.
    assert decided(term, NOW + timedelta(days=3))[0] == "Act"


def test_the_platform_s_completed_ends_the_task_of_the_document(organisation, creditor, term):
    told(organisation, 208, reasons=["JUSTIF_ABS"])
    told(organisation, 209, at="20261106100000")
    assert Task.objects.get().closed_at == NOW
    assert decided(term)[0] == "Act"


def test_a_payment_announced_that_does_not_come_is_told(organisation, creditor, term):
    told(organisation, 211, at="20261116100000", amounts=[("MPA", "1200.00", "")])
    assert decided(term, NOW - timedelta(days=2))[1] == "promised"
    plan_day(organisation_id=organisation.id, now=NOW)
    task = Task.objects.get()
    assert (task.kind, task.closed_at) == ("payment_announced", None)
    codes_said = [code for code, _ in Decision.objects.get(is_current=True).reasons]
    assert codes_said == ["step_reached", "broken_promise"]
    payment = receipt(Account.objects.get(), "1200.00")
    allocate_payment(organisation_id=organisation.id, payment_id=payment.id, term_ids=[term.id], now=NOW)
    plan_day(organisation_id=organisation.id, now=NOW)
    task.refresh_from_db()
    assert task.closed_at == NOW


def test_a_payment_announced_that_came_breaks_no_promise(organisation, creditor, term):
    told(organisation, 211, at="20261116100000", amounts=[("MPA", "300.00", "")])
    payment = receipt(Account.objects.get(), "300.00")
    allocate_payment(organisation_id=organisation.id, payment_id=payment.id, term_ids=[term.id], now=NOW)
    plan_day(organisation_id=organisation.id, now=NOW)
    assert not Task.objects.exists()
    assert [money.amount for money in decide_case(case_of(term)).total] == [900]


def test_a_copy_of_a_part_collected_leaves_the_rest_to_ask(organisation, creditor, term):
    payment = receipt(Account.objects.get(), "300.00")
    allocate_payment(organisation_id=organisation.id, payment_id=payment.id, term_ids=[term.id], now=NOW)
    told(organisation, 212, amounts=[("MEN", "200.00", "20"), ("MEN", "100.00", "5.5")])
    told(organisation, 212, amounts=[("MEN", "200.00", "20"), ("MEN", "100.00", "5.5")], key="copy")
    assert [money.amount for money in decide_case(case_of(term)).total] == [900]


def test_what_was_collected_and_the_ledger_does_not_know_is_waited_for(organisation, creditor, term):
    told(organisation, 212, amounts=[("MEN", "300.00", "20")])
    assert decided(term) == ("Hold", "possible_payment")
    told(organisation, 212, at="20261106100000", amounts=[("MEN", "-300.00", "20")])
    assert decided(term)[0] == "Act"


def test_confidential_factoring_shows_in_no_message(organisation, creditor, term):
    told(organisation, 226, note="cession confidentielle à FACTOTEM")
    from acquit.flows.material.saying import say
    from acquit.store.outbox.models import Message

    plan_day(organisation_id=organisation.id, now=NOW)
    case, queued = case_of(term), Message.objects.get()
    said = say(queued, case, decide_case(case), queued.contact)
    written = said.rendered.subject + said.rendered.text + said.rendered.html
    assert "F-1" in written
    for word in ("FACTOTEM", "cession", "affactur", "226"):
        assert word not in written.replace("#", "")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (227, {}),
        (207, {"reasons": ["COORD_BANC_ERR"]}),
        (208, {"reasons": ["COORD_BANC_ERR"], "amounts": [("CBB", "FR76 1027 8041 0000 0202 0160 151", "")]}),
    ],
)
def test_a_word_on_the_bank_account_raises_the_guard(organisation, creditor, term, code, said):
    told(organisation, code, **said)
    guard = BankChange.objects.get()
    assert (guard.source, guard.account_id, guard.invoice_id) == ("network", term.account_id, term.invoice_id)
    assert guard.claimed_iban == ("FR7610278041000002020160151" if code == 208 else "")
    assert case_of(term).snapshot.bank_change
    assert "bank_change" in {task.kind for task in Task.objects.all()}


def test_a_person_s_answer_closes_the_dispute_and_its_task(organisation, creditor, term):
    told(organisation, 207, reasons=["QTE_ERR"])
    answer(term, by=organisation.user_id)
    assert Dispute.objects.get().resolved_on == TODAY
    assert Task.objects.get().closed_by_id == organisation.user_id
    assert decided(term)[0] == "Act"


def test_f64_rejected_stays_stopped_and_the_corrected_one_has_its_own_clock(organisation, creditor, term):
    told(organisation, 213, reasons=["REJ_SEMAN"])
    task = Task.objects.get().id
    answer(term)
    assert decided(term) == ("Hold", "einvoice_stopped")
    with pytest.raises(AlreadyGone):
        answer_status(
            organisation_id=organisation.id, task_id=task, invoice_id=term.invoice_id, today=TODAY, now=NOW
        )
    invoice(term.account, "F-1 BIS", due=TODAY - timedelta(days=5))
    assert decide_case(case_of(term)).invoices == ("F-1 BIS",)


def test_a_late_copy_of_a_status_reopens_nothing(organisation, creditor, term):
    told(organisation, 207, reasons=["QTE_ERR"], key="for the seller")
    answer(term)
    told(organisation, 207, reasons=["QTE_ERR"], key="for the tax office")
    assert not Dispute.objects.filter(resolved_on=None).exists()
    assert not Task.objects.filter(closed_at=None).exists()
    assert decided(term)[0] == "Act"
