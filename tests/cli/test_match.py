"""`acquit match`: what the lines that wait may be, and what is sure applied."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from acquit.store.accounts.models import Creditor
from acquit.store.bank.models import BankLine, BankMatch
from acquit.store.ledger.models import Term
from tests.flows.banking import SOURCES, bring_lines, line
from tests.flows.world import account, invoice, ready_creditor

ACQUIT = Path(sys.executable).parent / "acquit"


def acquit(*words):
    return subprocess.run([ACQUIT, *words], env=dict(os.environ), capture_output=True, text=True, check=True)


def test_it_proposes_with_reasons_and_applies_what_is_sure(organisation, settings):
    settings.SOURCES = SOURCES
    creditor = ready_creditor(organisation.id, match_alone=False)
    invoice(account(creditor, "C001", name="Dupont SARL"), "FA-2026-101", "1200.00")
    bring_lines(organisation, line("1200.00", "VIR DUPONT FA-2026-101"), line("88.00", "INCONNU"))
    told = json.loads(acquit("match", "--json").stdout)
    assert (told["applied"], told["waiting"]) == (0, 2)
    sure, unknown = told["lines"]
    best = sure["proposals"][0]
    assert best["sure"]
    assert best["score"] >= 95
    assert best["because"].startswith("Numéro de facture")
    assert best["parts"] == [{
        "debtor": "Dupont SARL", "external_id": "C001", "invoice": "FA-2026-101", "payment": None,
        "amount": "1200.00",
    }]  # fmt: skip
    assert unknown["proposals"] == []
    assert json.loads(acquit("match", "--apply", "--json").stdout)["applied"] == 0, "a person accepts all"
    Creditor.objects.update(match_alone=True)
    shown = acquit("match", "--apply").stdout
    assert shown.startswith("1 applied alone, 1 left to be matched")
    assert "88.00 EUR INCONNU" in shown
    assert BankMatch.objects.count() == 1
    assert Term.objects.get().settled_on is not None
    assert BankLine.objects.get(label="INCONNU").matched == 0
