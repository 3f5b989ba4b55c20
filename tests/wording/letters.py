"""The case of the drawn letter: four late invoices of a business, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from acquit.core.money import Money
from acquit.wording.facts import (
    BrokenPromise,
    Creditor,
    Debtor,
    InvoiceLine,
    MessageFacts,
    PaymentReceived,
    Penalties,
    Recipient,
    Sender,
)

TODAY = date(2026, 11, 23)
EUR = "EUR"


def line(number: str, amount: str, days_late: int = 30, **changes: Any) -> InvoiceLine:
    """Return an invoice of `amount` that is `days_late`."""
    due_on = TODAY - timedelta(days=days_late)
    given: dict[str, Any] = {
        "number": number,
        "issued_on": due_on - timedelta(days=30),
        "due_on": due_on,
        "days_late": days_late,
        "original": Decimal(amount),
        "open": Decimal(amount),
    }
    return InvoiceLine(**{**given, **changes})


def _late(number: str, amount: str, days: int, interest: str, credited: str = "0") -> InvoiceLine:
    return line(
        number,
        amount,
        days,
        interest=Decimal(interest),
        fixed_sum=Decimal(40),
        credited=Decimal(credited),
        open=Decimal(amount) - Decimal(credited),
    )


PENALTIES = Penalties(
    rate=Decimal("12.40"),
    fixed_sum_each=Money(Decimal(40), EUR),
    law="article L. 441-10, II du Code de commerce",
    fixed_sum_law="article D. 441-5 du même code",
)

FACTS = MessageFacts(
    creditor=Creditor(
        name="Valmeric Industrie",
        legal_form="SAS",
        capital="480 000 €",
        siren="732829320",
        rcs_city="Lyon",
        vat_number="FR44732829320",
        address=("18 rue des Fonderies", "69100 Villeurbanne"),
        city="Villeurbanne",
        iban="FR7630006000011234567890189",
        bic="AGRIFRPP",
        phone="04 65 71 00 40",
        email="compta.clients@valmeric.example",
        signatory="Hélène Vasseur",
        signatory_title="Directrice administrative et financière",
    ),
    sender=Sender(name="Claire Besson", phone="04 65 71 00 42", email="claire@valmeric.example"),
    recipient=Recipient(
        name="M. Yann Kerleau",
        civility="Monsieur",
        last_name="Kerleau",
        address=(
            "Électro Mistral SAS",
            "À l’attention du dirigeant",
            "240, rue du Grand Gigognan",
            "84000 Avignon",
        ),
    ),
    debtor=Debtor(name="Électro Mistral SAS", external_id="4110204"),
    lines=(
        _late("F-2026-0775", "8100.00", 74, "203.63"),
        _late("F-2026-0829", "14972.60", 50, "231.23", credited="2000"),
        _late("F-2026-0854", "6000.00", 38, "77.46"),
        _late("F-2026-0906", "4212.30", 26, "37.21"),
    ),
    today=TODAY,
    step="firm",
    tone=3,
    reply_by=date(2026, 11, 30),
    reference="MED-2026-0031",
    payment_reference="RF83FA20260042",
    penalties=PENALTIES,
    previous_reminders=(date(2026, 9, 24), date(2026, 10, 8), date(2026, 11, 2)),
)

NOTICE = replace(
    FACTS, step="formal_notice", stage="formal notice", tone=4, registered=True, registered_number=""
)


def facts(**changes: Any) -> MessageFacts:
    """Return the case with `changes`."""
    return replace(FACTS, **changes)


#: Everything that a template may say, said.
FULL = facts(
    broken_promise=BrokenPromise(until=date(2026, 11, 20), amount=Money(Decimal(700), EUR)),
    partial_payments=(PaymentReceived(amount=Money(Decimal(500), EUR), received_on=date(2026, 11, 1)),),
    thanks_for=(
        PaymentReceived(
            amount=Money(Decimal(500), EUR), received_on=date(2026, 11, 1), invoices=("F-2026-0700",)
        ),
    ),
    subscription="Atelier 3 postes",
)

#: As little as the ledger of a stranger gives: no person, no bank, no regime, one invoice.
BARE = MessageFacts(
    creditor=Creditor(name="Valmeric"),
    sender=Sender(name="Valmeric"),
    recipient=Recipient(),
    debtor=Debtor(name="Kerleau"),
    lines=(line("F-1", "1200.00"),),
    today=TODAY,
    step="friendly",
    thanks_for=FULL.thanks_for,
    broken_promise=BrokenPromise(until=date(2026, 11, 20)),
)
