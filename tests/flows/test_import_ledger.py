"""Importing ledgers: whose they are, what they match, and what the next year repeats."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.flows.ledger.import_file import CreditorUnclear, OtherCreditor, import_file
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Round
from acquit.store.ledger.models import (
    Invoice,
    Payment,
    Term,
)
from tests.flows.importing import (
    FEC,
    INVOICES,
    LATER,
    NOW,
    balances,
    bring,
    changed,
    entry,
    fec,
    receipt,
    sale,
    snapshot,
    still_owed,
)


def test_a_round_ends_when_a_file_settles_its_term_and_resumes_when_it_takes_that_back(organisation):
    text = fec(sale(1, 20260903, "ALPHA", Decimal(1200), piece="FA101"),
               sale(3, 20260903, "BETA", Decimal(80), piece="FA201", letter="B"),
               receipt(4, 20261003, "BETA", Decimal(80), letter="B"))  # fmt: skip
    bring(organisation, text, name="732829320FEC20261231.txt")
    term = Term.objects.get(invoice__number="FA101")
    Round.objects.create(organisation_id=organisation.id, term=term, started_on=date(2026, 10, 10))
    paid = text + "\n".join(receipt(2, 20261005, "ALPHA", Decimal(1200))) + "\n"
    lettered = fec(sale(1, 20260903, "ALPHA", Decimal(1200), piece="FA101", letter="A"),
                   sale(3, 20260903, "BETA", Decimal(80), piece="FA201", letter="B"),
                   receipt(4, 20261003, "BETA", Decimal(80), letter="B"),
                   receipt(2, 20261005, "ALPHA", Decimal(1200), letter="A"))  # fmt: skip
    bring(organisation, lettered, name="732829320FEC20261231.txt", now=LATER)
    assert Round.objects.get().ended_on == LATER.date()

    third = LATER + timedelta(days=1)
    done = bring(organisation, paid, name="732829320FEC20261231.txt", now=third)
    assert done.counts.updated["allocations"] == 1
    assert still_owed()["FA101"] == 1200
    rounds = Round.objects.order_by("number").values_list("number", "resumed_on", "ended_on")
    assert list(rounds) == [(1, None, LATER.date()), (2, third.date(), None)]
    assert balances() == {"ALPHA": Decimal(0), "BETA": Decimal(0)}


def test_what_a_person_matched_outlives_a_ledger_without_that_match(organisation):
    text = fec(sale(1, 20260903, "ALPHA", Decimal(1200), piece="FA101"),
               receipt(2, 20261005, "ALPHA", Decimal(1200)),
               sale(3, 20260903, "BETA", Decimal(80), piece="FA201", letter="B"),
               receipt(4, 20261003, "BETA", Decimal(80), letter="B"))  # fmt: skip
    bring(organisation, text, name="a.txt", kind="fec")
    term = Term.objects.get(invoice__number="FA101")
    from acquit.flows.ledger.allocate_payment import allocate_payment

    allocate_payment(
        organisation_id=organisation.id, payment_id=Payment.objects.get(amount=1200).id,
        term_ids=[term.id], now=NOW + timedelta(hours=1), by=organisation.user_id,
    )  # fmt: skip
    done = bring(organisation, text + "\n", name="a.txt", kind="fec", now=LATER)
    assert changed(done) == (0, 0)
    assert still_owed()["FA101"] == 0


def test_an_invoice_of_another_source_is_not_counted_twice(organisation):
    ledger = fec(sale(1, 20260903, "C001", Decimal(1200), piece="FA101"),
                 sale(2, 20260910, "C001", Decimal(550), piece="FA102"))  # fmt: skip
    bring(organisation, ledger, name="a.txt", kind="fec")
    done = bring(organisation, INVOICES, now=LATER)
    assert done.counts.updated["invoices"] == 1, "the list states its due day, the ledger does not"
    assert done.counts.created["invoices"] == 1
    assert [(e.line, e.code) for e in done.quarantined] == [(3, "number_known_otherwise")]
    assert balances() == {"C001": Decimal(1750), "C002": Decimal("450.5")}


def test_the_next_year_s_ledger_does_not_add_what_it_carries_forward(organisation):
    first = fec(sale(1, 20250903, "ALPHA", Decimal(1200), piece="FA101"),
                sale(2, 20251110, "ALPHA", Decimal(600), piece="FA102"),
                receipt(3, 20251201, "ALPHA", Decimal(1200)),
                sale(4, 20251110, "BETA", Decimal(90), piece="FA103"))  # fmt: skip
    bring(organisation, first, name="a.txt", kind="fec")
    opening = [("411000", "ALPHA", "ALPHA", Decimal(600)), ("101000", "", "", Decimal(-600))]
    wrong = [("411000", "BETA", "BETA", Decimal(70)), ("101000", "", "", Decimal(-70))]
    second = fec(entry("AN", 1, 20260101, opening, piece="FA102", letter="A"),
                 entry("AN", 2, 20260101, wrong, piece="FA103"),
                 receipt(3, 20260110, "ALPHA", Decimal(600), letter="A"),
                 sale(4, 20260120, "ALPHA", Decimal(40), piece="FA201"))  # fmt: skip
    done = bring(organisation, second, name="b.txt", kind="fec", now=LATER)
    assert balances() == {"ALPHA": Decimal(40), "BETA": Decimal(90)}
    assert still_owed() == {"FA101": 1200, "FA102": 0, "FA103": 90, "FA201": 40}
    assert [e.code for e in done.quarantined] == ["opening_differs"]
    assert [n.code for n in done.notes if n.code == "openings_known"]
    assert changed(bring(organisation, second + "\n", name="b.txt", kind="fec", now=LATER)) == (0, 0)


def test_a_first_ledger_keeps_its_openings(organisation):
    opening = [("411000", "ALPHA", "ALPHA", Decimal(600)), ("101000", "", "", Decimal(-600))]
    text = fec(entry("AN", 1, 20260101, opening, piece="AN"),
               sale(4, 20260120, "ALPHA", Decimal(40), piece="FA201"))  # fmt: skip
    bring(organisation, text, name="b.txt", kind="fec")
    assert balances() == {"ALPHA": Decimal(640)}
    assert changed(bring(organisation, text + "\n", name="b.txt", kind="fec")) == (0, 0)


def test_due_days_come_from_the_debtor_s_terms_else_from_the_creditor_s(organisation):
    Creditor.objects.update(payment_terms="45 jours fin de mois")
    text = fec(sale(1, 20260903, "ALPHA", Decimal(1200), piece="FA101"),
               sale(2, 20260903, "BETA", Decimal(600), piece="FA102"))  # fmt: skip
    bring(organisation, text, name="a.txt", kind="fec")
    assert set(Term.objects.order_by("id").values_list("due_on", flat=True)) == {date(2026, 10, 31)}
    Account.objects.filter(external_id="BETA").update(payment_terms="30 jours")
    done = bring(organisation, text + "\n", name="a.txt", kind="fec", now=LATER)
    assert done.counts.updated["invoices"] == 1
    assert Term.objects.get(account__external_id="BETA").due_on == date(2026, 10, 3)


def test_the_siren_of_a_ledger_chooses_the_creditor(organisation):
    one = fec(sale(1, 20260903, "ALPHA", Decimal(1200), piece="FA101"))
    bring(organisation, one, name="732829320FEC20261231.txt", creditor_id=None)
    first = Creditor.objects.get()
    assert first.siren == "732829320"
    done = bring(organisation, one, name="552100554FEC20261231.txt", creditor_id=None)
    assert done.creditor_id != first.id
    assert Creditor.objects.get(siren="552100554").default_scenario_id == first.default_scenario_id
    assert bring(organisation, one, name="732829320FEC20261231.txt", creditor_id=None).already_imported
    with pytest.raises(OtherCreditor):
        bring(organisation, one + "\n", name="552100554FEC20261231.txt", creditor_id=first.id)
    with pytest.raises(CreditorUnclear):
        bring(organisation, INVOICES, creditor_id=None)


@pytest.mark.parametrize("name", ["000000000FEC20231231.txt", "111111111FEC20221231.TXT"])
def test_real_ledgers_agree_with_an_independent_reading(organisation, name):
    path = FEC / name
    if not path.exists():
        pytest.skip("the shared ledgers are not here")
    done = import_file(
        organisation_id=organisation.id, creditor_id=None, name=name, content=path.read_bytes(), now=NOW
    )
    expected, debits = _customers(path)
    with organisation.open():
        assert {code: amount for code, amount in balances().items() if amount} == {
            code: amount for code, amount in expected.items() if amount
        }
        assert set(balances()) == set(expected)
        assert done.counts.created["debtors"] == len(expected)
        assert done.counts.created["invoices"] == debits
        before = snapshot()
        again = import_file(
            organisation_id=organisation.id, creditor_id=None, name=name,
            content=path.read_bytes() + b"\r\n", now=LATER,
        )  # fmt: skip
        assert not again.already_imported
        assert changed(again) == (0, 0)
        assert again.unchanged == done.created
        assert snapshot() == before


def _customers(path):
    """Sum the 411 lines per customer with the csv module alone; count the debits."""
    text = path.read_bytes().decode("utf-8-sig", "replace")
    separator = "\t" if "\t" in text.splitlines()[0] else "|"
    sums, debits = defaultdict(Decimal), 0
    for row in csv.DictReader(text.splitlines(), delimiter=separator):
        if row["CompteNum"].strip().startswith("411"):
            signed = [Decimal(row[side].strip().replace(",", ".") or 0) for side in ("Debit", "Credit")]
            sums[row["CompAuxNum"].strip() or row["CompteNum"].strip()] += signed[0] - signed[1]
            debits += signed[0] - signed[1] > 0
    return dict(sums), debits


def test_a_year_typed_wrong_in_a_ledger_hides_no_debt(organisation):
    """The document's slip is mended by its entry; an entry of another century waits for a person."""
    slip = sale("1", "20260301", "ALPHA", 1200, piece="FA1")
    slip = [row.replace("FA1|20260301", "FA1|20620301") for row in slip]
    done = bring(organisation, fec(slip, sale("2", "20260302", "ALPHA", 600, piece="FA2")), name="f.txt")
    assert "fec_piece_ahead" in [note.code for note in done.notes]
    assert Invoice.objects.get(number="FA1").issued_on == date(2026, 3, 1)
    far = fec(sale("3", "20620301", "BETA", 100, piece="FA3"), receipt("4", "20620302", "ALPHA", 1200))
    done = bring(organisation, far, name="f.txt", now=LATER)
    assert [(e.line, e.code) for e in done.quarantined] == [
        (2, "issued_far_ahead"), (5, "received_far_ahead"),
    ]  # fmt: skip
    assert all(e.row for e in done.quarantined), "a person sees the line that he is to correct"
    assert balances() == {"ALPHA": Decimal(1800)}


def test_what_a_list_says_is_paid_is_not_added_to_what_the_ledger_tells(organisation):
    bring(organisation, fec(sale("1", "20260301", "ALPHA", 1200, piece="FA1", letter=""),
                            receipt("2", "20260401", "ALPHA", 400, piece="FA1")), name="f.txt")  # fmt: skip
    head = "Code client;N° facture;Date facture;Montant TTC;Déjà réglé\n"
    bring(organisation, head + "ALPHA;FA1;01/03/2026;1200,00;400,00\n", name="factures.csv", now=LATER)
    assert balances() == {"ALPHA": Decimal(800)}


def due_days():
    return {number: day.isoformat() for number, day in Term.objects.order_by("id").values_list(
        "invoice__number", "due_on")}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_a_due_day_that_a_file_states_prevails_over_one_that_is_reckoned(organisation, turned):
    """A ledger states none: reckoned, it could ask weeks too soon, or never take over what a list states."""
    ledger = fec(sale(1, 20260903, "C001", Decimal(1200), piece="FA101"),
                 sale(2, 20260903, "C001", Decimal(600), piece="FA102"))  # fmt: skip
    stated = INVOICES.replace("FA102;10/09/2026", "FA102;03/09/2026").replace("03/10/2026", "30/11/2026")
    files = [(ledger, "f.txt"), (stated, "factures.csv")]
    for text, name in files[:: -1 if turned else 1]:
        bring(organisation, text, name=name)
    assert due_days() == {"FA101": "2026-11-30", "FA102": "2026-10-10", "FA103": "2026-10-20"}
    before = due_days()
    bring(organisation, ledger + "\n", name="f.txt", now=LATER)
    undated = "\n".join(";".join(row.split(";")[:4] + row.split(";")[5:]) for row in stated.splitlines())
    bring(organisation, undated, name="sans échéance.csv", now=LATER)
    assert due_days() == before


def test_new_terms_of_payment_still_move_the_days_that_are_reckoned(organisation):
    ledger = fec(sale(1, 20260903, "C001", Decimal(1200), piece="FA101"))
    bring(organisation, ledger, name="f.txt")
    assert due_days() == {"FA101": "2026-10-03"}
    Creditor.objects.update(payment_terms="45 jours")
    bring(organisation, ledger, name="f.txt", now=LATER)
    assert due_days() == {"FA101": "2026-10-18"}
