"""Refused rows: corrected and tried again, or dropped."""

from __future__ import annotations

import pytest

from acquit.flows.ledger.correct_row import RowSettled, correct_row, drop_row
from acquit.store.ledger.models import (
    Payment,
    QuarantinedRow,
)
from tests.flows.importing import INVOICES, LATER, balances, bring


def test_unknown_payers_wait_in_quarantine_and_are_tried_again(organisation):
    bring(organisation, INVOICES)
    text = "Compte;Date règlement;Montant;N° facture\nC009;05/10/2026;100;\n;06/10/2026;30;ZZ9\n"
    done = bring(organisation, text, name="règlements.csv")
    assert [(e.line, e.field, e.code) for e in done.quarantined] == [
        (2, "debtor", "unknown_debtor"), (3, "debtor", "debtor_not_said"),
    ]  # fmt: skip
    assert not Payment.objects.exists()
    row = QuarantinedRow.objects.get(line=2)
    assert row.row == {"Compte": "C009", "Date règlement": "05/10/2026", "Montant": "100", "N° facture": ""}

    still = correct_row(organisation_id=organisation.id, row_id=row.id, cells={"Montant": "110"}, now=LATER)
    assert still.imported is None
    assert still.error.code == "unknown_debtor"
    mended = correct_row(organisation_id=organisation.id, row_id=row.id, cells={"Compte": "C001"}, now=LATER)
    assert mended.imported.counts.created["payments"] == 1
    payment = Payment.objects.get()
    assert (payment.amount, payment.account.external_id) == (110, "C001")
    with pytest.raises(RowSettled):
        correct_row(organisation_id=organisation.id, row_id=row.id, cells={}, now=LATER)

    other = QuarantinedRow.objects.get(line=3)
    drop_row(organisation_id=organisation.id, row_id=other.id, now=LATER)
    assert not QuarantinedRow.objects.filter(resolved_at=None).exists()


def test_a_bad_row_of_invoices_is_corrected(organisation):
    text = INVOICES.replace("600,00", "six cents")
    done = bring(organisation, text)
    assert [e.line for e in done.quarantined] == [3]
    assert done.counts.created["invoices"] == 2
    row = QuarantinedRow.objects.get()
    still = correct_row(
        organisation_id=organisation.id, row_id=row.id, cells={"Montant TTC": "six"}, now=LATER
    )
    assert still.error is not None
    done = correct_row(
        organisation_id=organisation.id, row_id=row.id, cells={"Montant TTC": "600,00"}, now=LATER
    )
    assert done.imported.counts.created == {
        "debtors": 0, "contacts": 0, "invoices": 1, "credit_notes": 0, "payments": 0, "allocations": 0,
    }  # fmt: skip
    assert balances()["C001"] == 1800
    assert bring(organisation, INVOICES, now=LATER).counts.unchanged["invoices"] == 3


def test_a_row_refused_again_in_the_next_export_waits_once(organisation):
    text = INVOICES.replace("600,00", "six cents")
    bring(organisation, text)
    bring(organisation, text + "C003;Gamma;FA104;20/09/2026;20/10/2026;10\n", now=LATER)
    waiting = QuarantinedRow.objects.filter(resolved_at=None)
    assert waiting.count() == 1
    assert waiting.get().file.received_at == LATER
