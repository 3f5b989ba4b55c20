"""Files for the tests of imports, and what became of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from acquit.flows.ledger.import_file import import_file
from acquit.store.accounts.models import Account, Contact, Debtor
from acquit.store.cases.models import Dispute, Round
from acquit.store.ledger.models import (
    Allocation,
    CreditNote,
    Invoice,
    Payment,
    Term,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FEC = Path(__file__).parents[2].parent / "shared" / "data" / "fec" / "neolegal-fec-reader"

INVOICES = """Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC
C001;Alpha;FA101;03/09/2026;03/10/2026;1 200,00
C001;Alpha;FA102;10/09/2026;10/10/2026;600,00
C002;Béta;FA103;20/09/2026;20/10/2026;450,50
"""
PAYMENTS = """Compte;Date règlement;Montant;N° facture;Mode
C001;05/10/2026;1200,00;FA101;virement
;12/10/2026;200,00;FA103;chèque
"""
HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|"
    "PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


def bring(world, text, *, name="factures.csv", now=NOW, **more):
    content = text if isinstance(text, bytes) else text.encode()
    more.setdefault("creditor_id", world.creditor_id)
    return import_file(organisation_id=world.id, name=name, content=content, now=now, **more)


def changed(done):
    return done.created, done.updated


def balances():
    """The open balance of each account, from the rows themselves."""
    sums = defaultdict(Decimal)
    for model, sign in ((Invoice, 1), (CreditNote, -1), (Payment, -1)):
        for code, amount in model.objects.values_list("account__external_id", "amount").order_by("id"):
            sums[code] += sign * amount
    return dict(sums)


def still_owed():
    """What is open per invoice number."""
    rows = Term.objects.values_list("invoice__number", "amount", "allocated").order_by("id")
    return {number: amount - allocated for number, amount, allocated in rows}


def snapshot():
    """A fingerprint of all that an import may touch, but for the files themselves."""
    models = (Debtor, Account, Contact, Invoice, Term, CreditNote, Payment, Allocation, Round, Dispute)
    parts = [sorted(map(str, model.objects.order_by("id").values_list())) for model in models]
    return hashlib.sha256(str(parts).encode()).hexdigest()


def entry(journal, number, on, lines, *, piece="", letter="", label=""):
    """One entry of a ledger; a line is (account, auxiliary, name, signed amount)."""
    rows = []
    for account, auxiliary, name, amount in lines:
        debit, credit = (amount, 0) if amount > 0 else (0, -amount)
        lettered = letter if auxiliary else ""
        rows.append(
            f"{journal}|{journal}|{number}|{on}|{account}|x|{auxiliary}|{name}|{piece}|{on}|{label or piece}|"
            f"{debit:.2f}|{credit:.2f}|{lettered}|{on if lettered else ''}|{on}||".replace(".", ",")
        )
    return rows


def sale(number, on, who, amount, *, piece, letter=""):
    return entry("VE", number, on, [("411000", who, who, amount), ("707000", "", "", -amount)],
                 piece=piece, letter=letter)  # fmt: skip


def receipt(number, on, who, amount, *, piece="VIR", letter=""):
    return entry("BQ", number, on, [("512000", "", "", amount), ("411000", who, who, -amount)],
                 piece=piece, letter=letter)  # fmt: skip


def fec(*entries):
    return "\n".join([HEADER, *(line for lines in entries for line in lines)]) + "\n"
