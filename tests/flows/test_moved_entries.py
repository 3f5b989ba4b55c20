"""A ledger exported again after a date was corrected: the entry moves, it does not count twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.sources.words import say
from acquit.store.ledger.models import CreditNote, Invoice, Payment, Term
from tests.flows.importing import LATER, balances, bring, entry, fec, receipt, sale

FIRST = sale(1, 20260105, "C001", Decimal(50), piece="FA001")
LAST = sale(99, 20261020, "C001", Decimal(60), piece="FA099")


def ledger(*entries):
    return fec(FIRST, *entries, LAST)


def moved(done):
    return [note.params["count"] for note in done.notes if note.code == "entries_moved"]


@pytest.fixture
def told(organisation):
    bring(organisation, ledger(
        sale(2, 20260903, "C001", Decimal(1200), piece="FA101"),
        receipt(3, 20261005, "C001", Decimal(200), piece="FA101"),
        sale(4, 20260910, "C001", Decimal(-100), piece="AV7"),
    ), name="f.txt")  # fmt: skip
    return organisation


def test_an_entry_that_moved_counts_once(told):
    """It is asked for once, from the day that is right."""
    before = balances()
    again = ledger(
        sale(2, 20260913, "C001", Decimal(1200), piece="FA101"),
        receipt(3, 20261006, "C001", Decimal(200), piece="FA101"),
        sale(4, 20260911, "C001", Decimal(-100), piece="AV7"),
    )  # fmt: skip
    done = bring(told, again, name="f.txt", now=LATER)
    assert balances() == before
    assert moved(done) == [3]
    assert "dont la date a été corrigée" in say(done.notes[-1])
    assert Invoice.objects.get(number="FA101").issued_on == date(2026, 9, 13)
    assert Term.objects.get(invoice__number="FA101").due_on > date(2026, 10, 12)
    assert (Payment.objects.count(), CreditNote.objects.count()) == (1, 1)
    once_more = bring(told, again + "\n", name="f.txt", now=LATER)
    assert (once_more.created, once_more.updated, moved(once_more)) == (0, 0, []), "its new key is known"


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(
            [sale(2, 20260903, "C001", Decimal(1200), piece="FA101"),
             sale(5, 20260913, "C001", Decimal(1200), piece="FA101")],
            id="both are there"),
        pytest.param([sale(5, 20260913, "C001", Decimal(1200), piece="FA102")], id="another number"),
        pytest.param([sale(5, 20260913, "C001", Decimal(1201), piece="FA101")], id="another amount"),
        pytest.param([sale(5, 20260913, "C002", Decimal(1200), piece="FA101")], id="another account"),
        pytest.param(
            [entry("VE", 5, 20260913, [("411000", "C001", "C001", Decimal(1200)), ("707000", "", "", -1200)],
                   label="divers")],
            id="no number"),
    ],
)  # fmt: skip
def test_another_entry_is_another(organisation, entries):
    bring(organisation, ledger(sale(2, 20260903, "C001", Decimal(1200), piece="FA101")), name="f.txt")
    done = bring(organisation, ledger(*entries), name="f.txt", now=LATER)
    assert moved(done) == []
    assert Invoice.objects.exclude(number__in=("FA001", "FA099")).count() == 2


def test_an_entry_of_other_days_than_the_files_was_not_moved(organisation):
    """The ledger of another year holds none of this one's: the same number there is another document."""
    bring(organisation, fec(sale(1, 20251220, "C001", Decimal(1200), piece="FA101")), name="f.txt")
    done = bring(organisation, ledger(sale(2, 20260203, "C001", Decimal(1200), piece="FA101")), name="f.txt",
                 now=LATER)  # fmt: skip
    assert moved(done) == []
    assert Invoice.objects.filter(number="FA101").count() == 2
