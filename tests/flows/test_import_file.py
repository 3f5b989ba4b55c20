"""Importing lists: what they bring, what the same again changes, what is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from acquit.flows.ledger.allocate_payment import undo_allocation
from acquit.flows.ledger.import_file import StructureError
from acquit.flows.ledger.record_payment import record_payment
from acquit.sources.base import Options
from acquit.store.accounts.models import Account, Contact, Debtor
from acquit.store.cases.models import Decision, Dispute
from acquit.store.ledger.models import (
    Allocation,
    ColumnMapping,
    Invoice,
    Payment,
    SourceFile,
    Term,
)
from tests.flows.importing import (
    INVOICES,
    LATER,
    NOW,
    PAYMENTS,
    balances,
    bring,
    changed,
    snapshot,
    still_owed,
)


def test_a_list_of_invoices_becomes_debtors_invoices_and_terms(organisation):
    done = bring(organisation, INVOICES)
    assert (done.kind, done.rows) == ("invoices", 3)
    assert done.counts.created == {
        "debtors": 2, "contacts": 0, "invoices": 3, "credit_notes": 0, "payments": 0, "allocations": 0,
    }  # fmt: skip
    assert balances() == {"C001": Decimal(1800), "C002": Decimal("450.5")}
    assert list(Term.objects.order_by("due_on").values_list("due_on", flat=True)) == [
        date(2026, 10, 3), date(2026, 10, 10), date(2026, 10, 20),
    ]  # fmt: skip
    assert [(c.currency, c.before, c.after) for c in done.totals] == [("EUR", 0, Decimal("2250.5"))]
    assert set(Account.objects.order_by("id").values_list("look_at", flat=True)) == {NOW}
    file = SourceFile.objects.get()
    assert bytes(file.content) == INVOICES.encode()
    assert file.sha256 == hashlib.sha256(INVOICES.encode()).hexdigest()
    assert set(Invoice.objects.order_by("id").values_list("file_id", flat=True)) == {file.id}


def test_the_same_bytes_again_are_known_and_fresh(organisation):
    bring(organisation, INVOICES)
    before = snapshot()
    again = bring(organisation, INVOICES, now=LATER)
    assert again.already_imported
    assert (changed(again), again.unchanged) == ((0, 0), 5)
    assert snapshot() == before
    files = SourceFile.objects.order_by("id")
    assert [f.received_at for f in files] == [NOW, LATER]
    assert [len(f.content) for f in files] == [len(INVOICES.encode()), 0]


def test_another_export_with_the_same_rows_changes_nothing_and_wakes_nobody(organisation):
    bring(organisation, INVOICES)
    bring(organisation, PAYMENTS, name="règlements.csv")
    before = snapshot()
    again = bring(organisation, INVOICES + "\n", now=LATER)
    assert not again.already_imported
    assert (changed(again), again.unchanged) == ((0, 0), 5)
    paid = bring(organisation, PAYMENTS + "\n", now=LATER, name="règlements.csv")
    assert (changed(paid), paid.unchanged) == ((0, 0), 4)
    assert snapshot() == before


def test_a_dry_run_says_what_the_run_does_and_writes_nothing(organisation):
    before = snapshot()
    tried = bring(organisation, INVOICES, dry_run=True)
    assert snapshot() == before
    assert not SourceFile.objects.exists()
    done = bring(organisation, INVOICES)
    assert replace(done, file_id=None) == tried


def test_payments_settle_invoices_also_where_only_the_invoice_says_who_paid(organisation):
    bring(organisation, INVOICES)
    done = bring(organisation, PAYMENTS, name="règlements.csv", now=LATER)
    assert done.counts.created["payments"] == done.counts.created["allocations"] == 2
    assert still_owed() == {"FA101": 0, "FA102": 600, "FA103": Decimal("250.5")}
    term = Term.objects.get(invoice__number="FA101")
    assert term.settled_on == date(2026, 10, 5)
    assert balances() == {"C001": Decimal(600), "C002": Decimal("250.5")}
    assert set(Account.objects.order_by("id").values_list("look_at", flat=True)) == {LATER}


def test_a_payer_may_be_named_where_his_code_is_expected(organisation):
    bring(organisation, INVOICES)
    text = "Tiers;Date règlement;Montant\nBéta;05/10/2026;10,00\nGamma;05/10/2026;20,00\n"
    done = bring(organisation, text, name="règlements.csv")
    assert [(e.line, e.code) for e in done.quarantined] == [(3, "unknown_debtor")]
    assert Payment.objects.get().account.external_id == "C002"


def test_a_payment_never_pays_more_than_is_owed(organisation):
    bring(organisation, INVOICES)
    text = (
        "Compte;Date règlement;Montant;N° facture\n"
        "C001;05/10/2026;2000;FA101, FA102\nC001;06/10/2026;50;FA101\n"
    )
    bring(organisation, text, name="règlements.csv")
    assert still_owed() == {"FA101": 0, "FA102": 0, "FA103": Decimal("450.5")}
    left = Payment.objects.order_by("received_on").values_list("amount", "allocated")
    assert list(left) == [(2000, 1800), (50, 0)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_payment_split_over_two_invoices_uses_what_the_first_leaves(organisation, turned):
    """The oldest is served first, whichever came first into the database."""
    head, *rows = INVOICES.splitlines()
    for row in reversed(rows) if turned else rows:
        bring(organisation, f"{head}\n{row}\n", name=f"{row[5:15]}.csv")
    text = (
        "Compte;Date règlement;Montant;N° facture\n"
        "C001;05/10/2026;1150;FA101\nC001;06/10/2026;500;FA101 et FA102\n"
    )
    bring(organisation, text, name="règlements.csv")
    assert still_owed() == {"FA101": 0, "FA102": 150, "FA103": Decimal("450.5")}


HEAD = "Code client;N° facture;Date facture;Échéance;Montant TTC\n"


def test_the_number_of_another_year_takes_no_other_invoices_place(organisation):
    bring(organisation, HEAD + "C001;F-100;13/09/2025;13/10/2025;10,00\n", name="factures.csv")
    done = bring(organisation, HEAD + "C001;F-100;13/09/2026;13/10/2026;20,00\n", name="factures.csv")
    assert [(e.line, e.code) for e in done.quarantined] == [(2, "number_of_another_year")]
    assert "13/09/2025" in done.quarantined[0].words()
    kept = Invoice.objects.get()
    assert (kept.amount, kept.issued_on) == (Decimal(10), date(2025, 9, 13))
    done = bring(organisation, HEAD + "C001;F-100;14/09/2025;13/10/2025;12,00\n", name="factures.csv")
    assert (done.quarantined, done.counts.updated["invoices"]) == ((), 1)


def test_a_year_typed_wrong_is_refused_and_not_left_unasked_for_ever(organisation):
    rows = "C001;F-1;13/09/2062;13/10/2062;10,00\nC001;F-2;13/09/2026;13/10/2062;10,00\n"
    done = bring(organisation, HEAD + rows, name="factures.csv")
    assert [(e.line, e.code) for e in done.quarantined] == [(2, "issued_far_ahead"), (3, "due_far_away")]
    assert not Invoice.objects.exists()


def test_a_year_typed_wrong_is_refused_in_a_list_of_payments_too(organisation):
    bring(organisation, INVOICES)
    done = bring(organisation, PAYMENTS.replace("05/10/2026", "05/10/2062"), name="règlements.csv")
    assert [(e.line, e.field, e.code) for e in done.quarantined] == [(2, "received_on", "received_far_ahead")]
    assert "05/10/2062" in done.quarantined[0].words()
    assert still_owed()["FA101"] == 1200


def test_what_was_paid_of_a_refused_invoice_goes_with_it(organisation):
    head = "Code client;N° facture;Date facture;Échéance;Montant TTC;Déjà réglé\n"
    rows = "C001;F-1;13/09/2062;13/10/2062;10,00;4,00\nC001;F-2;13/09/2026;13/10/2062;10,00;4,00\n"
    done = bring(organisation, head + rows, name="factures.csv")
    assert [(e.line, e.code) for e in done.quarantined] == [(2, "issued_far_ahead"), (3, "due_far_away")]
    assert not Payment.objects.exists(), "4.00 of nothing would be deducted from what is asked"


def test_f54_a_list_of_clients_says_which_are_consumers(organisation):
    bring(organisation, INVOICES)
    text = "Code client;Type;Email\nC001;Particulier;a@a.example\nC002;Administration;b@b.example\n"
    done = bring(organisation, text, name="clients.csv", now=LATER)
    assert (done.kind, done.quarantined, done.unknown_columns) == ("contacts", (), ())
    kinds = Account.objects.order_by("external_id").values_list("external_id", "debtor__kind")
    assert list(kinds) == [("C001", "consumer"), ("C002", "public")]
    assert done.counts.updated["debtors"] == 2
    assert set(Account.objects.order_by("id").values_list("look_at", flat=True)) == {LATER}


def test_contacts_attach_by_code_siren_or_name_and_nobody_is_guessed(organisation):
    bring(organisation, INVOICES + "C004;Béta;FA105;20/09/2026;20/10/2026;10,00\n")
    Debtor.objects.filter(accounts__external_id="C002").update(siren="732829320")
    text = (
        "Compte;SIREN;Nom du client;E-mail;Langue;Adresse;Code postal;Ville\n"
        "C001;;;compta@alpha.example;en;1 rue A;69000;Lyon\n"
        ";732 829 320;;beta@beta.example;;;;\n"
        ";;Béta;qui@beta.example;;;;\n"
        ";;Inconnue;x@x.example;;;;\n"
        ";;alpha;direction@alpha.example;;;;\n"
    )
    done = bring(organisation, text, name="contacts.csv", now=LATER)
    assert done.kind == "contacts"
    assert [(e.line, e.code) for e in done.quarantined] == [(4, "ambiguous_debtor"), (5, "unknown_debtor")]
    found = Contact.objects.order_by("email").values_list("email", "debtor__accounts__external_id")
    assert list(found) == [
        ("beta@beta.example", "C002"), ("compta@alpha.example", "C001"), ("direction@alpha.example", "C001"),
    ]  # fmt: skip
    assert Debtor.objects.get(accounts__external_id="C001").language == "en"
    assert Account.objects.get(external_id="C001").look_at == LATER
    assert Account.objects.get(external_id="C004").look_at == NOW
    again = bring(organisation, text + "\n", name="contacts.csv")
    assert changed(again) == (0, 0)


def test_a_new_address_of_a_named_contact_is_not_one_that_bounced(organisation):
    bring(organisation, INVOICES)
    text = "Compte;Contact;E-mail;Téléphone\nC001;Jeanne Petit;{};04 00 00 00 00\n"
    bring(organisation, text.format("jeanne@alpha.example"), name="contacts.csv")
    Contact.objects.update(email_bounced_on=NOW.date())
    done = bring(organisation, text.format("j.petit@alpha.example"), name="contacts.csv")
    assert done.counts.updated["contacts"] == 1
    contact = Contact.objects.get()
    assert (contact.email, contact.email_bounced_on) == ("j.petit@alpha.example", None)


def test_what_a_person_chose_is_not_overwritten_by_blanks(organisation):
    bring(organisation, INVOICES)
    Debtor.objects.filter(accounts__external_id="C001").update(
        profile="vip", language="en", siren="732829320", country="BE"
    )
    done = bring(organisation, INVOICES + "C001;Alpha SA;FA110;20/09/2026;20/10/2026;10,00\n")
    debtor = Debtor.objects.get(accounts__external_id="C001")
    assert (debtor.profile, debtor.language, debtor.siren, debtor.country) == ("vip", "en", "732829320", "BE")
    assert done.counts.created["invoices"] == 1


def test_an_invoice_that_changed_is_updated_and_a_smaller_one_frees_its_money(organisation):
    bring(organisation, INVOICES)
    bring(organisation, PAYMENTS, name="règlements.csv")
    done = bring(organisation, INVOICES.replace("1 200,00", "900,00").replace("10/10/2026", "31/10/2026"),
                 now=LATER)  # fmt: skip
    assert done.counts.updated["invoices"] == 2
    assert still_owed() == {"FA101": 0, "FA102": 600, "FA103": Decimal("250.5")}
    payment = Payment.objects.get(amount=1200)
    assert payment.allocated == 900
    assert Term.objects.get(invoice__number="FA102").due_on == date(2026, 10, 31)
    assert Term.objects.get(invoice__number="FA101").settled_on == date(2026, 10, 5)
    assert Account.objects.get(external_id="C002").look_at == NOW


def test_instalments_that_become_one_leave_no_second_claim(organisation):
    head = "Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC;Échéance n°\n"
    two = head + "C1;A;F1;01/09/2026;01/10/2026;500;1\nC1;A;F1;01/09/2026;01/11/2026;500;2\n"
    done = bring(organisation, two)
    if done.counts.created["invoices"] != 1:
        pytest.fail("the list of instalments was not read as one invoice")
    assert Term.objects.count() == 2
    paid = "Compte;Date règlement;Montant;N° facture\nC1;05/10/2026;1000;F1\n"
    bring(organisation, paid, name="règlements.csv")
    bring(organisation, head + "C1;A;F1;01/09/2026;01/10/2026;1000;1\n", now=LATER)
    terms = Term.objects.order_by("position").values_list("amount", "allocated")
    assert list(terms) == [(1000, 1000), (0, 0)]


def test_money_recorded_by_hand_is_the_money_of_the_next_ledger(organisation):
    bring(organisation, INVOICES)
    account = Account.objects.get(external_id="C001")
    term = Term.objects.get(invoice__number="FA101")
    record_payment(
        organisation_id=organisation.id, account_id=account.id, amount=Decimal(1200), currency="EUR",
        received_on=date(2026, 10, 4), now=NOW, term_ids=[term.id],
    )  # fmt: skip
    done = bring(organisation, PAYMENTS, name="règlements.csv", now=LATER)
    assert (done.counts.created["payments"], done.counts.updated["payments"]) == (1, 1)
    assert balances()["C001"] == 600
    assert Payment.objects.filter(account=account).count() == 1
    assert changed(bring(organisation, PAYMENTS + "\n", name="règlements.csv", now=LATER)) == (0, 0)


def test_a_mapping_once_chosen_is_remembered_and_can_be_changed(organisation):
    text = "Qui;Quoi;Quand;Pour quand;Combien;Autre\nC001;FA101;03/09/2026;03/10/2026;1200,00;9,00\n"
    with pytest.raises(StructureError):
        bring(organisation, text, kind="invoices")
    mapping = {"external_id": "Qui", "number": "Quoi", "issued_on": "Quand", "due_on": "Pour quand",
               "amount": "Combien"}  # fmt: skip
    bring(organisation, text, kind="invoices", options=Options(mapping=mapping))
    assert ColumnMapping.objects.get().columns == mapping
    done = bring(organisation, text.replace("FA101", "FA102"))
    assert done.counts.created["invoices"] == 1
    assert done.choices["mapping"] == mapping
    other = bring(organisation, text.replace("FA101", "FA103"), kind="invoices",
                  options=Options(mapping={"amount": "Autre"}))  # fmt: skip
    assert other.counts.created["invoices"] == 1
    assert Invoice.objects.get(number="FA103").amount == 9
    assert ColumnMapping.objects.get().columns == {**mapping, "amount": "Autre"}


def test_the_answer_to_a_question_is_remembered(organisation):
    text = INVOICES.replace("20/", "04/").replace("450,50", "450")
    first = bring(organisation, text, options=Options(date_order="mdy"))
    assert [one.option for one in first.questions] == ["complete"]
    assert Invoice.objects.get(number="FA103").issued_on == date(2026, 4, 9)
    again = bring(organisation, text.replace("FA103", "FA109"), now=LATER)
    assert Invoice.objects.get(number="FA109").issued_on == date(2026, 4, 9)
    assert again.choices == {"date_order": "mdy"}


def test_a_broken_file_changes_nothing(organisation):
    before = snapshot()
    for broken in (b"", b"\x89PNG", b"a;b\n1;2\n", INVOICES.encode() + b"C001;Alpha;FA1", b"\0\0\0;x\n"):
        with pytest.raises(StructureError):
            bring(organisation, broken)
    assert snapshot() == before
    assert not SourceFile.objects.exists()


def test_a_vanished_item_is_not_settled(organisation):
    bring(organisation, INVOICES)
    done = bring(organisation, "\n".join(INVOICES.splitlines()[:2]) + "\n", now=LATER)
    assert changed(done) == (0, 0)
    assert still_owed() == {"FA101": 1200, "FA102": 600, "FA103": Decimal("450.5")}


def test_a_disputed_invoice_is_disputed_until_the_file_says_otherwise(organisation):
    head, *rows = INVOICES.splitlines()
    said = "\n".join([head + ";Litige", rows[0] + ";oui", rows[1] + ";non", rows[2] + ";"]) + "\n"
    bring(organisation, said)
    assert Dispute.objects.get().invoice.number == "FA101"
    assert changed(bring(organisation, INVOICES, now=LATER)) == (0, 0)
    assert Dispute.objects.get().resolved_on is None
    bring(organisation, said.replace("oui", "non"), now=LATER)
    assert Dispute.objects.get().resolved_on == LATER.date()


def test_accounts_held_for_stale_figures_are_looked_at_again(organisation):
    bring(organisation, INVOICES)
    held, other = Account.objects.order_by("external_id")
    Account.objects.update(look_at=None)
    for account, code in ((held, "stale_data"), (other, "on_hold")):
        Decision.objects.create(
            organisation_id=organisation.id, account=account, on=NOW.date(), decided_at=NOW, kind="hold",
            reasons=[[code, {}]],
        )  # fmt: skip
    bring(organisation, INVOICES, now=LATER)
    looks = Account.objects.order_by("external_id").values_list("look_at", flat=True)
    assert list(looks) == [LATER, None]


def test_an_undone_match_is_made_again_where_the_ledger_states_it(organisation):
    bring(organisation, INVOICES)
    bring(organisation, PAYMENTS, name="règlements.csv")
    allocation = Allocation.objects.get(amount=1200)
    undo_allocation(organisation_id=organisation.id, allocation_id=allocation.id, on=NOW.date(), now=NOW)
    done = bring(organisation, PAYMENTS + "\n", name="règlements.csv", now=LATER)
    assert done.counts.created["allocations"] == 1
    assert still_owed()["FA101"] == 0
